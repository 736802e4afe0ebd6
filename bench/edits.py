"""Whether a changed number is found, and nothing else: one number of a share of a folder's facts is altered.

    python bench/edits.py FOLDER [--share 0.2] [--seed N] [--json]

The folder's text files are copied, in each chosen fact's sentence the number of its answer is altered, and the copy is
taken in as the next edition. Nothing was chosen on these figures: the thresholds come from bench/changes.py.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from changes import entries_of, figures, go_through
from nightschool.agents.lookup import client_row
from nightschool.store.engine import Store, open_store
from nightschool.store.errors import CorpusError

TEXT = (".md", ".txt", ".csv", ".html")
_DIGITS = re.compile(r"\d+")


def altered(answer: str, rng: random.Random) -> str | None:
    """The answer with its last number altered by a little, still a possible day or year; None where it has none."""
    numbers = list(_DIGITS.finditer(answer))
    if not numbers:
        return None
    last = numbers[-1]
    other = int(last[0]) + rng.choice((-1, 1)) * rng.randint(1, 3)
    if other < 1 or len(str(other)) > len(last[0]):
        other = int(last[0]) + 1 if len(str(int(last[0]) + 1)) <= len(last[0]) else int(last[0]) - 1
    width = len(last[0])  # of $2,040 the last number is 040
    return f"{answer[: last.start()]}{other:0{width}}{answer[last.end() :]}" if other > 0 else None


def alter(
    folder: Path, facts: list[dict[str, Any]], share: float, rng: random.Random
) -> list[dict[str, str]]:
    """Alter a share of the facts in the files of `folder`, one a file at most; what was altered."""
    done: dict[str, dict[str, str]] = {}
    for fact in sorted(facts, key=lambda fact: fact["id"]):
        path = folder / fact["document"]
        if fact["document"] in done or path.suffix not in TEXT or rng.random() >= share:
            continue
        answer = altered(fact["answer"], rng)
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
        citation = fact["citation"]
        if answer is None or text.count(citation) != 1 or citation.count(fact["answer"]) != 1:
            continue  # the sentence has markup in it, or stands there twice
        path.write_text(
            text.replace(citation, citation.replace(fact["answer"], answer)),
            encoding="utf-8",
            errors="surrogateescape",
        )
        done[fact["document"]] = {"document": fact["document"], "old": fact["answer"], "new": answer}
    return list(done.values())


def measure(
    store: Store, client_id: int, folder: Path, share: float, seed: int, work: Path
) -> dict[str, Any]:
    """Take in the folder and its altered copy; what was found of what was altered, and what else was alarmed."""
    old, new = work / "old", work / "new"
    shutil.copytree(folder, old)
    shutil.copytree(folder, new)
    go_through(store, client_id, [old], seed)
    facts = store.read("facts", client_id=client_id, state="active")
    truth = alter(new, facts, share, random.Random(seed))
    go_through(store, client_id, [new], seed)
    found = figures(entries_of(store, client_id))
    edited = {(one["document"], one["old"]) for one in truth}
    alarmed = {(one["document"], one["old_answer"]) for one in found["alarms"]}
    second = {value["document"] for value in found["changed_values"]}
    return {
        "facts": len(facts),
        "altered": len(truth),
        "found": len(edited & alarmed),
        "other_alarms": len(alarmed - edited),
        "found_by_second_opinion": sum(document in second for document, _ in edited),
        "second_opinion_elsewhere": len(second - {document for document, _ in edited}),
        "missed": [one for one in truth if (one["document"], one["old"]) not in alarmed],
        "gone": found["facts"]["gone"],
        "added": found["facts"]["added"],
    }


def main() -> None:
    """Print the figures for people, or as JSON for machines."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="a folder of documents")
    parser.add_argument(
        "--share", type=float, default=0.2, help="of the facts that are altered, one a file at most"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the choice, and of the custody of questions")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"{options.folder} is no folder: name a folder of documents")
    with tempfile.TemporaryDirectory() as place, open_store(Path(place) / "bench.db") as store:
        client_id = client_row(store, "bench")
        try:
            found = measure(store, client_id, options.folder, options.share, options.seed, Path(place))
        except CorpusError as error:
            sys.exit(str(error))
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    print(f"{options.folder}: {found['facts']} facts, one number altered in {found['altered']} documents")
    print(f"  found as changed facts: {found['found']}; other changed-fact alarms: {found['other_alarms']}")
    print(
        f"  found by the second opinion: {found['found_by_second_opinion']}; "
        f"other documents that it alarmed: {found['second_opinion_elsewhere']}"
    )
    print(f"  facts gone {found['gone']}, added {found['added']}")
    for one in found["missed"]:
        print(f"  missed in {one['document']}: {one['old']} -> {one['new']}")


if __name__ == "__main__":
    main()
