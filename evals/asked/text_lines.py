"""A text file in lines of bounded length, in the encoding that it is in. What is held: one line."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from ...corpus.encoding import decode
from ...corpus.errors import CorpusError
from .errors import AskedError

LONGEST_LINE = 16_000_000  # characters
_CHUNK = 1 << 20
_SAMPLE = 200_000  # bytes of lines that are not ASCII: what an encoding is told by


def encoding_of(path: Path) -> str:
    """The encoding of a text file, told from all of it: ASCII at its head says nothing of its tail.

    Raises:
        AskedError: the file is no text, or can't be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in head
            if wide or not head:
                return decode(head[: len(head) // 4 * 4])[1]
            file.seek(0)
            return "utf-8-sig" if _is_utf8(file) else decode(_foreign_lines(path))[1]
    except CorpusError as error:
        raise AskedError(f"{path} can't be read as questions: {error}.") from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise AskedError(f"There is no file {path}.") from error


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _foreign_lines(path: Path) -> bytes:
    """The first lines that hold more than ASCII, whole, so that no character is cut."""
    kept: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while (line := file.readline(_SAMPLE)) and size < _SAMPLE:
            if not line.isascii():
                kept.append(line)
                size += len(line)
    return b"".join(kept)


def lines(stream: TextIO, longest: int = LONGEST_LINE) -> Iterator[str | None]:
    """The lines of a stream with their breaks; None for one that is longer than `longest`, which is skipped."""
    while line := stream.readline(longest):
        if len(line) < longest or line.endswith("\n"):
            yield line
            continue
        while line and not line.endswith("\n"):
            line = stream.readline(longest)
        yield None
