"""What Night School says has changed between two editions of a folder, with every alarm to be judged by eye.

    python bench/changes.py OLD NEW [--half even|odd] [--seed N] [--json]

Takes in OLD, examines, takes in NEW in its place, examines; then counts documents and facts by kind of change and
prints each changed-fact alarm, and each changed value of the second opinion, with both quotations. `--half` tells of
every second document only (by path): the even ones chose the thresholds of evals/change, the odd ones measured.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from nightschool.agents.lookup import client_row
from nightschool.corpus.ingest import ingest
from nightschool.corpus.settings import CorpusSettings
from nightschool.evals.change.conflicts import ConflictPolicy
from nightschool.evals.change.listing import FACT_KINDS, document_change, edition_texts
from nightschool.evals.examiner import DeterministicEngine, examine
from nightschool.evals.settings import ExamSettings
from nightschool.store.engine import Store, open_store
from nightschool.store.errors import CorpusError


def go_through(store: Store, client_id: int, folders: list[Path], seed: int) -> list[dict[str, Any]]:
    """Take in and examine each folder in its turn; seconds and passages of each."""
    runs = []
    for folder in folders:
        start = time.perf_counter()
        ingest(store, client_id, folder, CorpusSettings())
        taken = time.perf_counter()
        report = examine(
            store, client_id, DeterministicEngine(), ExamSettings(), seed=seed, policy=ConflictPolicy()
        )
        done = time.perf_counter()
        runs.append(
            {
                "folder": str(folder),
                "ingest_seconds": round(taken - start, 2),
                "examine_seconds": round(done - taken, 2),
                "passages": report.passages,
                "passages_a_second": round(report.passages / max(done - taken, 1e-9)),
            }
        )
    return runs


def entries_of(store: Store, client_id: int) -> list[dict[str, Any]]:
    """One entry a document that is there now or was removed; those that stayed as they are count as unchanged."""

    def texts(document_id: int | None) -> list[str]:
        return edition_texts(store.read("passages", document_id=document_id)) if document_id else []

    entries = []
    for edition in store.read("editions", client_id=client_id):
        removed = edition["change"] == "removed"
        facts = store.read(
            "edition_facts",
            document_id=-1 if removed else edition["id"],
            previous_id=edition["id"] if removed else edition["previous_id"],
        )
        edited = edition["change"].endswith("edited")
        old, new = (texts(edition["previous_id"]), texts(edition["id"])) if edited else ([], [])
        entries.append(document_change(edition, facts, old, new))
    told = {entry["id"] for entry in entries}
    for row in store.read("documents", client_id=client_id, state="accepted"):
        if row["id"] not in told:
            facts = {"kept": row["facts"]}
            entries.append(
                {
                    "id": row["id"],
                    "path": row["path"],
                    "kind": "unchanged",
                    "facts": facts,
                    "fact_changes": [],
                }
            )
    return sorted(entries, key=lambda entry: entry["path"])


def figures(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts by kind, and every alarm."""
    facts = Counter({name: sum(entry["facts"].get(name, 0) for entry in entries) for name in FACT_KINDS})
    alarms = [
        {"document": entry["path"], **{k: v for k, v in row.items() if k not in ("change", "reason")}}
        for entry in entries
        for row in entry["fact_changes"]
        if row["change"] == "changed"
    ]
    values = [{"document": e["path"], **value} for e in entries for value in e.get("changed_values", ())]
    return {
        "documents": dict(Counter(entry["kind"] for entry in entries)),
        "rewritten": sum(bool(entry.get("rewritten")) for entry in entries),
        "facts": dict(facts),
        "values": dict(Counter(value["kind"] for value in values)),
        "alarms": alarms,
        "changed_values": values,
    }


def show(found: dict[str, Any], runs: list[dict[str, Any]], half: str) -> None:
    """For people."""
    for run in runs:
        print(
            f"{run['folder']}: ingest {run['ingest_seconds']} s, examine {run['examine_seconds']} s "
            f"({run['passages']} passages, {run['passages_a_second']} a second)"
        )
    print(f"\nDocuments ({half}): " + ", ".join(f"{k} {n}" for k, n in sorted(found["documents"].items())))
    print(f"of these rewritten as a whole: {found['rewritten']}")
    print("Facts: " + ", ".join(f"{name} {found['facts'][name]}" for name in FACT_KINDS))
    print(f"\n{len(found['alarms'])} changed-fact alarms")
    for alarm in found["alarms"]:
        print(f"  {alarm['document']}: {alarm['subject']} | {alarm['relation']}")
        print(f"    - {alarm['old_answer']} | {' '.join(alarm['old_citation'].split())}")
        print(f"    + {alarm['new_answer']} | {' '.join(alarm['new_citation'].split())}")
    print(f"\n{len(found['changed_values'])} changed values (second opinion): {found['values']}")
    for value in found["changed_values"]:
        print(f"  {value['document']}: {value['kind']} {value['old']} -> {value['new']}")
        print(f"    - {value['old_quote']}")
        print(f"    + {value['new_quote']}")


def main() -> None:
    """Print the figures for people, or as JSON for machines."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("old", type=Path, help="the folder of the older edition")
    parser.add_argument("new", type=Path, help="the folder of the newer edition")
    parser.add_argument(
        "--half", choices=("even", "odd", "all"), default="all", help="every second document only"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the custody of questions")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for folder in (options.old, options.new):
        if not folder.is_dir():
            sys.exit(f"{folder} is no folder: name the folder of an edition")
    with tempfile.TemporaryDirectory() as place, open_store(Path(place) / "bench.db") as store:
        client_id = client_row(store, "bench")
        try:
            runs = go_through(store, client_id, [options.old, options.new], options.seed)
        except CorpusError as error:
            sys.exit(str(error))
        entries = entries_of(store, client_id)
    if options.half != "all":
        entries = entries[0 if options.half == "even" else 1 :: 2]
    found = figures(entries)
    if options.json:
        print(json.dumps({"runs": runs, options.half: found}, ensure_ascii=False, indent=2))
    else:
        show(found, runs, options.half)


if __name__ == "__main__":
    main()
