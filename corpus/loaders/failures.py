"""What parsers of untrusted bytes raise on a damaged file."""

from __future__ import annotations

import struct
import zipfile
import zlib

PARSER_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,  # the parse errors of lxml and of the standard library
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""Each means that the file, or the part of it that was read, can't be read."""


def told(error: BaseException) -> str:
    """What went wrong, on one short line."""
    return (" ".join(str(error).split()) or type(error).__name__)[:120]
