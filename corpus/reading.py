"""The content of a file that was found, whether it lies in the folder or in an archive."""

from __future__ import annotations

from .archives import ArchiveReader
from .errors import CorpusError
from .walking import Found


class FileReader:
    """Reads what `walk` has found. Close it, or use it in a `with` statement."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._archives = ArchiveReader()

    def read(self, found: Found) -> bytes:
        """The whole content. Raises `CorpusError` when it can't be read or is larger than `max_bytes`."""
        if found.size > self._max_bytes:
            raise CorpusError(f"too large: {found.size:,} bytes; max_bytes is {self._max_bytes:,}")
        if found.member:
            return self._archives.read(found)
        try:
            with found.file.open("rb") as stream:
                data = stream.read(self._max_bytes + 1)
        except OSError as error:
            raise CorpusError(f"can't be read: {error.strerror or error}") from None
        if len(data) > self._max_bytes:
            raise CorpusError(f"too large: more than {self._max_bytes:,} bytes (max_bytes)")
        return data

    def close(self) -> None:
        """Close the archive that is open, if any."""
        self._archives.close()

    def __enter__(self) -> FileReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
