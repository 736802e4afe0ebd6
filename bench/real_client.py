"""Ingest, exam and one campaign over any folder of documents, with the figures that docs/log.md keeps.

    python bench/real_client.py CLIENT_DIR [--next DIR] [--model SPEC] [--steps 300] [--questions 200]
                                [--seed 0] [--json] [--keep FOLDER]

Without --model a tiny model is made on the spot from the folder and taught for --steps optimiser steps, which
tries every part and teaches little: on a CPU, real folders hold more than it can learn in minutes. --next is a
later version of the same folder: it is taken in as a change before the campaign. Nothing here is tuned on
what it reports.
"""

import argparse
import contextlib
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

CLIENT = "bench"


class Clock:
    """Seconds by part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, name: str, work: Any) -> Any:
        """Run `work` and note how long it took under `name`."""
        began = time.perf_counter()
        try:
            return work()
        finally:
            self.seconds[name] = round(time.perf_counter() - began, 1)


def configure(folder: Path, documents: Path, options: argparse.Namespace) -> Any:
    """A workspace whose client has these documents."""
    from nightschool.agents.workspace import Workspace

    text = (
        f"[clients.{CLIENT}]\n"
        f"documents = {json.dumps(str(documents.resolve()))}\n"
        f"model = {json.dumps(options.model or 'made')}\n"
        f"[clients.{CLIENT}.exam]\nquestions = {options.questions}\ngate_questions = {options.questions}\n"
        f"[clients.{CLIENT}.teaching]\nmax_steps = {options.steps}\n"
    )
    (folder / "nightschool.toml").write_text(text, encoding="utf-8")
    return Workspace.find(folder)


def take_in(place: Any, store: Any, clock: Clock, label: str) -> dict[str, Any]:
    """Ingest and examine; the counts of both."""
    from nightschool.agents.lookup import client_row
    from nightschool.corpus.ingest import ingest
    from nightschool.evals.examiner import DeterministicEngine, examine

    settings = place.client(CLIENT)
    client_id = client_row(store, CLIENT)
    documents = clock.time(
        f"ingest {label}", lambda: ingest(store, client_id, settings.documents, settings.corpus)
    )
    exam = clock.time(
        f"examine {label}",
        lambda: examine(store, client_id, DeterministicEngine(), settings.exam, seed=settings.seed),
    )
    return {
        "documents": documents.as_dict(),
        "candidates": exam.candidates,
        "facts_written": exam.written,
        "facts_kept": exam.kept,
        "facts_changed": len(exam.changed),
        "facts_withdrawn": len(exam.withdrawn),
        "dropped": dict(exam.dropped),
    }


def same(reason: str) -> str:
    """A reason without its numbers and paths, so that like ones are counted together."""
    return re.sub(r"\S*/\S+|\d+", "…", reason)


def state(store: Any) -> dict[str, Any]:
    """What the store holds now, by kind, pool and state."""
    passages: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for row in store.read("passage_states"):
        passages[row["state"]] += row["passages"]
        if row["state"] != "accepted":
            skipped[same(row["reason"])] += row["passages"]
    documents: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for row in store.read("document_states"):
        documents[row["state"]] += row["documents"]
        if row["state"] not in ("accepted", "superseded", "removed"):
            refused[same(f"{row['state']}: {row['reason']}")] += row["documents"]
    return {
        "documents": dict(documents),
        "documents_refused": dict(refused.most_common(12)),
        "passages": dict(passages),
        "passages_skipped": dict(skipped.most_common(12)),
        "facts": {row["kind"]: row["facts"] for row in store.read("fact_kinds") if row["state"] == "active"},
        "facts_not_active": dict(
            sum(
                (
                    Counter({row["state"]: row["facts"]})
                    for row in store.read("fact_kinds")
                    if row["state"] != "active"
                ),
                Counter(),
            )
        ),
        "questions": {
            f"{row['kind']} {row['pool']}": row["questions"]
            for row in store.read("question_kinds")
            if row["state"] == "active"
        },
    }


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The whole bench in one workspace."""
    from nightschool.agents.campaigns import run as walk
    from nightschool.agents.campaigns import start
    from nightschool.agents.creation import create
    from nightschool.agents.deps import default_deps
    from nightschool.agents.report import report
    from nightschool.store.errors import CampaignIncomplete

    clock = Clock()
    place = configure(folder, options.client, options)
    with place.store() as store:
        first = take_in(place, store, clock, "first")
        if not options.model:
            clock.time(
                "create",
                lambda: create(
                    place, store, CLIENT, "made", changes={"seed": options.seed}, progress=lambda *_: None
                ),
            )
        second = None
        if options.next:
            place = configure(folder, options.next, options)
            second = take_in(place, store, clock, "next")
        deps = default_deps(place, CLIENT, store)
        campaign = start(deps, seed=options.seed)
        with contextlib.suppress(CampaignIncomplete):  # an outcome like any other: the report says it
            clock.time("campaign", lambda: walk(deps, campaign))
        found = report(store, campaign)
        return {
            "folder": str(options.client),
            "next": str(options.next) if options.next else None,
            "first": first,
            "second": second,
            "store": state(store),
            "seconds": clock.seconds,
            "campaign": {
                "outcome": found["campaign"]["outcome"],
                "reason": found["campaign"]["reason"],
                "verdicts": found["counts"]["verdicts"],
                "questions": found["counts"]["questions"],
                "rows": found["counts"]["rows"],
                "exam": found["exam"]["accuracy"] if found["exam"] else None,
                "stages": found["seconds"],
            },
        }


def show(result: dict[str, Any]) -> None:
    """The result as Markdown for docs/log.md."""
    held, campaign = result["store"], result["campaign"]
    print(f"### {result['folder']}" + (f" → {result['next']}" if result["next"] else ""))
    for name in (
        "documents",
        "documents_refused",
        "passages",
        "passages_skipped",
        "facts",
        "facts_not_active",
    ):
        print(f"- {name.replace('_', ' ')}: {_pairs(held[name])}")
    print(f"- candidate facts: {result['first']['candidates']}, written {result['first']['facts_written']}, "
          f"dropped: {_pairs(result['first']['dropped'], 12)}")  # fmt: skip
    if result["second"]:
        second = result["second"]
        print(f"- next version: documents {_pairs(second['documents'])}; facts written {second['facts_written']}, "
              f"kept {second['facts_kept']}, changed {second['facts_changed']}, "
              f"withdrawn {second['facts_withdrawn']}")  # fmt: skip
    print(f"- questions by kind and pool: {_pairs(held['questions'])}")
    print(f"- campaign: {campaign['outcome']} {campaign['reason']}; asked {_pairs(campaign['questions'])}; "
          f"verdicts {_pairs(campaign['verdicts'])}; training rows {campaign['rows']}")  # fmt: skip
    print(f"- seconds: {_pairs(result['seconds'])}; stages: {_pairs(campaign['stages'])}")


def _pairs(values: dict[str, Any], most: int = 40) -> str:
    items = [(key, value) for key, value in values.items() if isinstance(value, (int, float))]
    items.sort(key=lambda item: -item[1])
    return ", ".join(f"{key} {value:g}" for key, value in items[:most]) or "none"


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("client", type=Path, help="a folder of documents")
    parser.add_argument("--next", type=Path, help="a later version of the folder")
    parser.add_argument("--model", default="", help="a model folder, hub name or endpoint")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path, help="keep the workspace here")
    options = parser.parse_args()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from nightschool.store.errors import NightSchoolError

    try:
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            result = run(options, options.keep)
        else:
            with tempfile.TemporaryDirectory() as place:
                result = run(options, Path(place))
    except NightSchoolError as error:
        print(f"real_client: {error}", file=sys.stderr)
        return error.exit_code
    print(json.dumps(result, ensure_ascii=False, indent=2, default=str)) if options.json else show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
