"""All errors that a user can cause or mend.

    NightSchoolError            exit code 1
    ├── StoreError              the database can't be used
    │   ├── StoreLocked         another process holds it
    │   ├── StoreTooNew         a later nightschool wrote it
    │   └── CustodyError        a question would leave its pool, or a verdict would be changed
    ├── ConfigurationError      nightschool.toml is missing, broken or names something unknown
    ├── CorpusError             the documents can't be taken in
    ├── ModelError              a model can't be found, loaded, answered with or trained
    ├── CampaignError           a campaign can't start, go on or be found
    │   ├── CampaignCancelled   somebody cancelled it
    │   └── CampaignIncomplete  exit code 4: too much is ungraded to decide anything
    └── NotFound                an id or name that the store doesn't hold

Each message is one line: what is wrong and how to mend it. The CLI prints it and exits with
`exit_code`; a traceback is for bugs only.
"""


class NightSchoolError(Exception):
    """Base of everything that is reported in one line."""

    exit_code = 1


class StoreError(NightSchoolError):
    """The database can't be opened, read or written."""


class StoreLocked(StoreError):
    """Another process holds the database for longer than the busy timeout."""


class StoreTooNew(StoreError):
    """The database's schema is newer than this code."""


class CustodyError(StoreError):
    """A question would leave its pool against the rules, or an append-only row would change."""


class ConfigurationError(NightSchoolError):
    """The workspace's configuration is missing, broken or has an unknown key."""


class CorpusError(NightSchoolError):
    """The documents' folder is missing, empty or can't be read."""


class ModelError(NightSchoolError):
    """A model can't be found, loaded, answered with or trained."""


class CampaignError(NightSchoolError):
    """A campaign can't be started, continued or found."""


class CampaignCancelled(CampaignError):
    """A person cancelled the campaign."""


class CampaignIncomplete(CampaignError):
    """Too many answers could not be graded to decide anything."""

    exit_code = 4


class NotFound(NightSchoolError):
    """The store holds no such thing."""
