"""Why a document can't be taken in.

CorpusError (store)         the folder or a document can't be read
└── UnsupportedFormat       no loader takes this kind of file
"""

from ..store.errors import CorpusError


class UnsupportedFormat(CorpusError):
    """No loader takes this kind of file."""
