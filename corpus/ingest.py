"""Takes a folder of documents into the store: only what has changed, one short transaction a document.

It can be killed anywhere and run again: what is in the store is whole, and the comparison of folder and
store finds the rest.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .changes import Change, Known, compare
from .clearing import HELD
from .errors import CorpusError
from .licence_files import is_licence_file
from .loaders import FORMATS, media_type_of
from .reading import FileReader
from .recording import Recorder
from .refining import settle_documents
from .settings import CorpusSettings
from .settling import settle_areas
from .walking import Found, Walk, walk

if TYPE_CHECKING:
    from ..store.engine import Store


@dataclass
class IngestReport:
    """What one ingest did: ids of documents by what happened to them, and counts.

    `refused` counts, by reason, what of the folder is not taken in now (rejected, unsupported, duplicate or
    passed over); `passages` and `areas` are all that the client has after this ingest.
    """

    added: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    duplicates: list[int] = field(default_factory=list)
    refined: list[int] = field(default_factory=list)
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    passages: int = 0
    areas: int = 0
    cancelled: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Counts, `refused` by reason, and under `ids` the documents added, changed, removed and moved."""
        listed = ("added", "changed", "removed", "moved", "duplicates", "refined")
        counts: dict[str, Any] = {name: len(getattr(self, name)) for name in listed}
        counts |= {name: getattr(self, name) for name in ("unchanged", "documents", "passages", "areas")}
        counts["refused"] = dict(self.refused.most_common())
        counts["ids"] = {name: list(getattr(self, name)) for name in listed}
        return counts | ({"cancelled": True} if self.cancelled else {})


def ingest(
    store: Store,
    client_id: int,
    folder: Path | str,
    settings: CorpusSettings,
    *,
    progress: Callable[[int, int, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> IngestReport:
    """Take in what is new, changed, moved or gone in `folder`.

    `progress(done, total, path)` is called before each file and at the end; `cancelled()` is asked between
    files, and what is done by then stays. A file that can't be read becomes a document with the reason; only
    a folder that is missing, empty or without any document that can be taken in raises `CorpusError`.
    """
    folder = Path(folder)
    seen = walk(folder, settings)
    if not seen.files:
        raise CorpusError(_nothing(folder, seen))
    recorder = Recorder(store, client_id, settings)
    recorder.apply_rights()
    known = recorder.known()
    report = IngestReport()
    with recorder.files as reader:
        files = _identified(seen.files, known, reader, settings)
        changes = _kept(compare(files, known), seen, recorder.refined_by)
        _apply(changes, recorder, report, progress, cancelled)
        there = {one.path: one for one in files}
        seen.files.clear()
        stirred = any(change.kind not in ("unchanged", "touched") for change in changes)
        del changes, files, known  # a hundred thousand of each: the rest needs the place
        if not report.cancelled:
            if stirred:
                recorder.apply_rights()
            anew = bool(report.removed or report.moved)
            near = settle_documents(recorder, there, anew=anew)
            report.duplicates += near
            settle_areas(store, client_id, settings.area_passages)
    _sum_up(report, recorder, seen)
    if not report.documents and not report.cancelled:
        most = report.refused.most_common(1)
        why = f", mostly: {most[0][0]}" if most else ""
        formats = "" if why.startswith(f", mostly: {HELD}") else f"; what can be: {FORMATS}"
        raise CorpusError(f"none of the {len(there)} files in {folder} can be taken in{why}{formats}")
    return report


def _nothing(folder: Path, seen: Walk) -> str:
    if seen.passed_over:
        what = ", ".join(f"{count} × {why}" for why, count in seen.passed_over.most_common(3))
        return f"documents folder {folder} has nothing to take in ({what})"
    return f"documents folder {folder} is empty: put the client's documents there"


def _identified(
    found: Sequence[Found], known: Sequence[Known], files: FileReader, settings: CorpusSettings
) -> list[Found]:
    """The files with their content's hash: the known one where size and time are the same, else read."""
    by_path = {one.path: one for one in known}
    out: list[Found] = []
    for one in found:
        before = by_path.get(one.path)
        if one.fault:
            # what was read once stays as it is until the file can be read again
            out.append(replace(one, sha256=before.sha256 if before else ""))
        elif before and before.is_same_file(one) and before.sha256:
            out.append(replace(one, sha256=before.sha256))
        elif one.size > settings.max_bytes:
            out.append(one)
        else:
            out.append(_hashed(one, files))
    return out


def _hashed(one: Found, files: FileReader) -> Found:
    try:
        if one.member:
            return replace(one, sha256=hashlib.sha256(files.read(one)).hexdigest())
        with one.file.open("rb") as stream:
            return replace(one, sha256=hashlib.file_digest(stream, "sha256").hexdigest())
    except CorpusError as error:
        return replace(one, fault=str(error))
    except OSError as error:
        return replace(one, fault=f"can't be read: {error.strerror or error}")


def _kept(changes: list[Change], seen: Walk, rules: bytes) -> list[Change]:
    """Changes that are safe to make.

    Nothing is removed because a folder could not be looked into, what was read once stays while its file can't
    be read, and what had no loader is tried again when there is one now. What other refining `rules` were applied to
    is refined anew.
    """
    return [_safe(change, tuple(seen.unreadable), rules) for change in changes]


def _safe(change: Change, unreadable: tuple[str, ...], rules: bytes) -> Change:
    known, found = change.known, change.found
    if known is None:
        return change
    if found is None:
        return Change("unchanged", known=known) if known.path.startswith(unreadable) else change
    if found.fault and (change.kind == "touched" or known.state in ("accepted", "quarantined")):
        return replace(change, kind="unchanged")
    stays = change.kind in ("unchanged", "touched")
    if stays and (_has_loader_now(known, found) or _licence_unread(known, found)):
        return replace(change, kind="retried")
    if change.kind in ("unchanged", "touched") and not found.fault and _refined_otherwise(known, rules):
        return replace(change, kind="refined")
    return change


def _refined_otherwise(known: Known, rules: bytes) -> bool:
    if known.refined_by is None:
        return known.state == "accepted"  # taken in before there were rules
    return known.refined_by != rules


def _has_loader_now(known: Known, found: Found) -> bool:
    unknown = known.state == "unsupported" and not known.media_type
    return unknown and not found.fault and media_type_of(found.name) != ""


def _licence_unread(known: Known, found: Found) -> bool:
    """A licence file that was taken in before its licence was looked for."""
    return is_licence_file(known.path) and not known.rights_evidence and not found.fault


def _apply(
    changes: Sequence[Change],
    recorder: Recorder,
    report: IngestReport,
    progress: Callable[[int, int, str], None] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    for change in changes:
        place = change.found or change.known
        stays = change.kind in ("unchanged", "touched", "moved", "refined") and change.known
        if stays and place and (stays.state == "accepted" or stays.is_near_copy):
            recorder.holders[stays.sha256] = place.path
    for done, change in enumerate(changes):
        one = change.found or change.known
        path = one.path if one else ""
        if cancelled and cancelled():
            report.cancelled = True
            return
        if progress:
            progress(done, len(changes), path)
        _make(change, recorder, report)
    if progress:
        progress(len(changes), len(changes), "")


def _make(change: Change, recorder: Recorder, report: IngestReport) -> None:
    found, known = change.found, change.known
    if change.kind == "unchanged" or (change.kind == "touched" and found and known):
        if change.kind == "touched" and found and known:
            recorder.touch(known, found)
        report.unchanged += 1
    elif change.kind == "removed" and known:
        report.removed.append(recorder.remove(known))
    elif change.kind == "moved" and found and known:
        report.moved.append(recorder.move(known, found, change.displaced))
    elif change.kind == "refined" and found and known:
        report.refined.append(recorder.refine_again(found, known.id))
    elif found:
        document_id, state = recorder.take_in(found, known, in_place=change.kind == "retried")
        if state == "duplicate":
            report.duplicates.append(document_id)
        elif change.kind == "added":
            report.added.append(document_id)
        else:
            report.changed.append(document_id)


def _sum_up(report: IngestReport, recorder: Recorder, seen: Walk) -> None:
    totals = recorder.totals()
    report.documents, report.passages, report.areas = totals.documents, totals.passages, totals.areas
    report.refused = totals.refused + seen.passed_over
    if report.added or report.changed or report.removed or report.moved or report.duplicates:
        recorder.say({name: value for name, value in report.as_dict().items() if isinstance(value, int)})
