"""What a user can mend about a file of questions."""

from ...store.errors import NightSchoolError


class AskedError(NightSchoolError):
    """The file of questions can't be read, or holds none."""
