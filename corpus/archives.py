"""ZIP archives of documents: each member is a document with the path `archive.zip/inner/name.md`."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from .errors import CorpusError
from .zips import is_link, name_of, open_zip, read_member, too_tight

if TYPE_CHECKING:
    from .walking import Found

SUFFIX = ".zip"
MOST_MEMBERS = 200_000
MOST_BYTES = 20_000_000_000
"""Unpacked size of all members together. They are read one by one, so this bounds time and not memory."""
_NESTED = frozenset((".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".jar", ".alz", ".egg"))


def members(archive: Found, passed_over: Counter[str]) -> list[Found]:
    """The members of an archive as files, sorted by path; hidden ones are counted in `passed_over`.

    What may not be unpacked (links, encrypted members, archives, paths that lead out) has its `fault`. Raises
    `CorpusError` when the archive is damaged, is a bomb, or is an Office file under a wrong name.
    """
    with open_zip(archive.file, most_members=MOST_MEMBERS, most_bytes=MOST_BYTES, tight=False) as opened:
        infos = opened.infolist()
    if any(info.filename == "[Content_Types].xml" for info in infos):
        raise CorpusError("an Office file and no archive of documents: name it .docx or .xlsx")
    found: dict[str, Found] = {}
    for info in infos:
        if info.is_dir():
            continue
        name = name_of(info)
        parts = [part for part in name.split("/") if part not in ("", ".")]
        inner = [part for part in parts if part != ".."]
        if not inner:
            passed_over["a member of an archive without a name"] += 1
            continue
        if inner[0] == "__MACOSX" or any(part.startswith((".", "~$")) for part in inner):
            passed_over["hidden file in an archive"] += 1
            continue
        path = f"{archive.path}/{'/'.join(inner)}"
        fault = _fault(info, name)
        while path in found:
            path += " (second of this name)"
        found[path] = replace(
            archive,
            path=path,
            member=info.filename,
            offset=info.header_offset,
            size=info.file_size,
            mtime_ns=_stamp(info),
            fault=fault,
        )
    return sorted(found.values(), key=lambda one: one.path)


def _stamp(info: zipfile.ZipInfo) -> int:
    """A number that changes with a member's content: its checksum, then its own time.

    It stands where a file has its time of change. An archive that is packed anew leaves it as it was for all
    members that are the same, so that they need not be unpacked; it is below any time of today in nanoseconds.
    """
    year, month, day, hour, minute, second = info.date_time
    moment = ((((year * 12 + month) * 31 + day) * 24 + hour) * 60 + minute) * 60 + second
    return info.CRC * 100_000_000 + moment % 100_000_000


def _fault(info: zipfile.ZipInfo, name: str) -> str:
    """Why a member is not to be unpacked, or ""."""
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
        return "its path leads out of the archive: refused"
    if is_link(info):
        return "a symbolic link: not followed"
    if info.flag_bits & 0x1:
        return "encrypted: a password is needed to open it"
    if PurePosixPath(name).suffix.lower() in _NESTED:
        return "an archive inside an archive: unpack it and put what it holds beside it"
    return too_tight(info)


class ArchiveReader:
    """Reads members; the archive of the last one stays open, since members come one after the other."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self._archive: zipfile.ZipFile | None = None
        self._infos: dict[int, zipfile.ZipInfo] = {}

    def read(self, found: Found) -> bytes:
        """The content of a member. Raises `CorpusError` when it can't be read."""
        if self._file != found.file or self._archive is None:
            self.close()
            self._archive = open_zip(
                found.file, most_members=MOST_MEMBERS, most_bytes=MOST_BYTES, tight=False
            )
            self._infos = {info.header_offset: info for info in self._archive.infolist()}
            self._file = found.file
        info = self._infos.get(found.offset)
        if info is None or info.filename != found.member:
            raise CorpusError("the archive has changed while it was read: run ingest again")
        return read_member(self._archive, info)

    def close(self) -> None:
        """Close the archive that is open, if any."""
        if self._archive is not None:
            self._archive.close()
        self._file = self._archive = None
