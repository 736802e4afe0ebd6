"""Which files there are, also in ZIP archives: sorted, without hidden ones, never following a link."""

from __future__ import annotations

import fnmatch
import os
import stat
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import archives
from .errors import CorpusError
from .settings import CorpusSettings


@dataclass(frozen=True, slots=True)
class Found:
    """A file in the folder. `path` is relative, with /, in NFC; `fault` says why it can't be read, or "".

    Of a member of an archive `file` is the archive, `member` and `offset` say where in it the member lies, `size`
    is its own, unpacked, and `mtime_ns` a number that changes with its content (see `archives`).
    """

    path: str
    file: Path
    size: int = 0
    mtime_ns: int = 0
    sha256: str = ""
    fault: str = ""
    member: str = ""
    offset: int = -1

    @property
    def name(self) -> str:
        """The name that chooses the loader: the file's, or the member's."""
        return self.member.replace("\\", "/").rsplit("/", 1)[-1] or self.file.name


@dataclass
class Walk:
    """What lies in a folder: its files by path, folders that can't be read, and what was passed over."""

    files: list[Found] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def walk(folder: Path, settings: CorpusSettings) -> Walk:
    """All files that `include` and `exclude` let through. Raises `CorpusError` if there is no such folder."""
    check(folder)
    found = Walk()
    seen: set[str] = set()

    def failed(error: OSError) -> None:
        name = _relative(folder, Path(str(error.filename)))
        found.unreadable.append(name + "/")
        found.passed_over[f"folder can't be read: {error.strerror}"] += 1

    for here, folders, names in os.walk(folder, onerror=failed):
        place = Path(here)
        folders[:] = sorted(name for name in folders if _enter(place / name, found))
        for name in names:
            if name.startswith((".", "~$")):
                found.passed_over["hidden file"] += 1
                continue
            file = place / name
            path = _relative(folder, file)
            is_archive = file.suffix.lower() == archives.SUFFIX
            # of an archive it is the members that `include` is about
            if not _wanted(path, settings) and not (is_archive and not _matches(path, settings.exclude)):
                found.passed_over["left out by include or exclude"] += 1
                continue
            if path in seen:
                path += " (same name in another Unicode form)"
            seen.add(path)
            one = _look(path, file)
            found.files.extend(_inside(one, found, settings) if is_archive else [one])
    found.files.sort(key=lambda one: one.path)
    return found


def check(folder: Path) -> None:
    """Raise `CorpusError` unless `folder` is a folder that can be read."""
    if not folder.exists():
        raise CorpusError(f"documents folder {folder} doesn't exist: create it or set `documents` to another")
    if not folder.is_dir():
        raise CorpusError(f"documents folder {folder} is a file: name the folder that it lies in")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise CorpusError(f"documents folder {folder} can't be read: check its permissions")


def _enter(folder: Path, found: Walk) -> bool:
    if folder.name.startswith("."):
        found.passed_over["hidden folder"] += 1
        return False
    if folder.is_symlink():
        # it may lead out of the folder, or round in circles
        found.passed_over["link to a folder: not followed"] += 1
        return False
    return True


def _relative(folder: Path, file: Path) -> str:
    path = os.path.relpath(file, folder).replace(os.sep, "/")
    return unicodedata.normalize("NFC", os.fsencode(path).decode("utf-8", "replace"))


def _inside(archive: Found, found: Walk, settings: CorpusSettings) -> list[Found]:
    """The members of an archive that are wanted, or the archive itself with the reason why it can't be read."""
    fault = archive.fault
    try:
        inside = [] if fault else archives.members(archive, found.passed_over)
    except CorpusError as error:
        inside, fault = [], str(error)
    if fault:
        # what was read of it once stays until it can be read again
        found.unreadable.append(archive.path + "/")
        return [replace(archive, fault=fault)]
    wanted = [one for one in inside if _wanted(one.path, settings)]
    if not inside:
        found.passed_over["an archive without documents"] += 1
    if len(wanted) < len(inside):
        found.passed_over["left out by include or exclude"] += len(inside) - len(wanted)
    return wanted


def _wanted(path: str, settings: CorpusSettings) -> bool:
    return _matches(path, settings.include) and not _matches(path, settings.exclude)


def _matches(path: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def _look(path: str, file: Path) -> Found:
    try:
        status = file.lstat()
    except OSError as error:
        return Found(path, file, fault=f"can't be read: {error.strerror}")
    if stat.S_ISLNK(status.st_mode):
        return Found(path, file, 0, status.st_mtime_ns, fault="a symbolic link: not followed")
    if not stat.S_ISREG(status.st_mode):
        return Found(path, file, 0, status.st_mtime_ns, fault="not a regular file")
    fault = "" if os.access(file, os.R_OK) else "can't be read: check its permissions"
    return Found(path, file, status.st_size, status.st_mtime_ns, fault=fault)
