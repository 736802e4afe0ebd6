"""Takes a folder of documents into the store: only what has changed, one short transaction a document.

It can be killed anywhere and run again: what is in the store is whole, and the comparison of folder and
store finds the rest.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .changes import Change, Known
from .clearing import HELD
from .errors import CorpusError
from .licence_files import is_licence_file
from .listing import Listing
from .loaders import FORMATS, media_type_of
from .reading import FileReader
from .recording import Recorder
from .refining import settle_documents
from .settings import CorpusSettings
from .settling import settle_areas
from .walking import Found, Walk

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
    walk, report = Walk(Path(folder), settings), IngestReport()
    with Listing() as listing, FileReader(settings.max_bytes) as files:
        there = listing.add_found(walk)
        if not there:
            raise CorpusError(_nothing(walk))
        recorder = Recorder(store, client_id, settings, listing, files)
        decided = recorder.clearing.begin()
        listing.add_known(recorder.known())
        listing.identify(lambda one: _hashed(one, files), settings.max_bytes)
        listing.match(walk.unreadable)
        stirred = _apply(listing, recorder, report, progress, cancelled)
        if not report.cancelled:
            anew = bool(report.removed or report.moved)
            if stirred and (anew or recorder.clearing.licences_changed):
                recorder.clearing.settle()
            report.duplicates += settle_documents(recorder, anew=stirred)
            settle_areas(store, client_id, settings.area_passages)
            if stirred or decided:
                recorder.clearing.end()
    _sum_up(report, recorder, walk)
    if not report.documents and not report.cancelled:
        most = report.refused.most_common(1)
        why = f", mostly: {most[0][0]}" if most else ""
        formats = "" if why.startswith(f", mostly: {HELD}") else f"; what can be: {FORMATS}"
        raise CorpusError(f"none of the {there} files in {folder} can be taken in{why}{formats}")
    return report


def _nothing(walk: Walk) -> str:
    folder = walk.folder
    if walk.passed_over:
        what = ", ".join(f"{count} × {why}" for why, count in walk.passed_over.most_common(3))
        return f"documents folder {folder} has nothing to take in ({what})"
    return f"documents folder {folder} is empty: put the client's documents there"


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


def _safe(change: Change, rules: bytes) -> Change:
    """The change that is safe to make in its place.

    What was read once stays while its file can't be read, and what had no loader is tried again when there is one now.
    What other refining `rules` were applied to is refined anew.
    """
    known, found = change.known, change.found
    if known is None or found is None:
        return change
    if found.fault and (change.kind == "touched" or known.state in ("accepted", "quarantined")):
        return replace(change, kind="unchanged")
    stays = change.kind in ("unchanged", "touched")
    if stays and (_has_loader_now(known, found) or _licence_unread(known, found)):
        return replace(change, kind="retried")
    if stays and not found.fault and _refined_otherwise(known, rules):
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
    listing: Listing,
    recorder: Recorder,
    report: IngestReport,
    progress: Callable[[int, int, str], None] | None,
    cancelled: Callable[[], bool] | None,
) -> bool:
    """Make the changes; whether there was any."""
    rules = recorder.refined_by
    done = report.unchanged = listing.count_unchanged(rules)
    total = done + listing.count_changes(rules)
    stirred = False
    for change in listing.changes(rules):
        one = change.found or change.known
        if cancelled and cancelled():
            report.cancelled = True
            return stirred
        if progress and one:
            progress(done, total, one.path)
        change = _safe(change, rules)
        _make(change, recorder, report)
        stirred = stirred or change.kind not in ("unchanged", "touched")
        done += 1
    if progress:
        progress(total, total, "")
    return stirred


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
        document_id, state = recorder.take_in(
            found, known.id if known else None, in_place=change.kind == "retried"
        )
        if state == "duplicate":
            report.duplicates.append(document_id)
        elif change.kind == "added":
            report.added.append(document_id)
        else:
            report.changed.append(document_id)


def _sum_up(report: IngestReport, recorder: Recorder, walk: Walk) -> None:
    totals = recorder.totals()
    report.documents, report.passages, report.areas = totals.documents, totals.passages, totals.areas
    report.refused = totals.refused + walk.passed_over
    if report.added or report.changed or report.removed or report.moved or report.duplicates:
        recorder.say({name: value for name, value in report.as_dict().items() if isinstance(value, int)})
