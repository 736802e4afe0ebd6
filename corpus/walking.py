"""Which files there are, also in ZIP archives: without hidden ones, never following a link."""

from __future__ import annotations

import fnmatch
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
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


class Walk:
    """The files of a folder that `include` and `exclude` let through, one by one; not sorted.

    When they have all been looked at, `unreadable` are the folders and archives that could not be looked into (paths
    that end with /), and `passed_over` counts, by reason, what isn't taken for a document at all. Iterating raises
    `CorpusError` if there is no such folder.
    """

    def __init__(self, folder: Path, settings: CorpusSettings) -> None:
        self.folder, self.settings = folder, settings
        self.unreadable: list[str] = []
        self.passed_over: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Found]:
        check(self.folder)
        for here, folders, names in os.walk(self.folder, onerror=self._failed):
            place = Path(here)
            folders[:] = sorted(name for name in folders if self._enter(place / name))
            for name in sorted(names):
                yield from self._look_at(place / name)

    def _look_at(self, file: Path) -> Iterator[Found]:
        if file.name.startswith((".", "~$")):
            self.passed_over["hidden file"] += 1
            return
        path = _relative(self.folder, file)
        is_archive = file.suffix.lower() == archives.SUFFIX
        # of an archive it is the members that `include` is about
        if not _wanted(path, self.settings) and not (
            is_archive and not _matches(path, self.settings.exclude)
        ):
            self.passed_over["left out by include or exclude"] += 1
            return
        one = _look(path, file)
        if is_archive:
            yield from self._inside(one)
        else:
            yield one

    def _failed(self, error: OSError) -> None:
        self.unreadable.append(_relative(self.folder, Path(str(error.filename))) + "/")
        self.passed_over[f"folder can't be read: {error.strerror}"] += 1

    def _enter(self, folder: Path) -> bool:
        if folder.name.startswith("."):
            self.passed_over["hidden folder"] += 1
            return False
        if folder.is_symlink():
            # it may lead out of the folder, or round in circles
            self.passed_over["link to a folder: not followed"] += 1
            return False
        return True

    def _inside(self, archive: Found) -> list[Found]:
        """The members of an archive that are wanted, or the archive itself with the reason why it can't be read."""
        fault = archive.fault
        try:
            inside = [] if fault else archives.members(archive, self.passed_over)
        except CorpusError as error:
            inside, fault = [], str(error)
        if fault:
            # what was read of it once stays until it can be read again
            self.unreadable.append(archive.path + "/")
            return [replace(archive, fault=fault)]
        wanted = [one for one in inside if _wanted(one.path, self.settings)]
        if not inside:
            self.passed_over["an archive without documents"] += 1
        if len(wanted) < len(inside):
            self.passed_over["left out by include or exclude"] += len(inside) - len(wanted)
        return wanted


def check(folder: Path) -> None:
    """Raise `CorpusError` unless `folder` is a folder that can be read."""
    if not folder.exists():
        raise CorpusError(f"documents folder {folder} doesn't exist: create it or set `documents` to another")
    if not folder.is_dir():
        raise CorpusError(f"documents folder {folder} is a file: name the folder that it lies in")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise CorpusError(f"documents folder {folder} can't be read: check its permissions")


def _relative(folder: Path, file: Path) -> str:
    path = os.path.relpath(file, folder).replace(os.sep, "/")
    return unicodedata.normalize("NFC", os.fsencode(path).decode("utf-8", "replace"))


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
