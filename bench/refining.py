"""What the refining rules make of a folder: counts by rule and state, and a sample to be judged by eye.

    python bench/refining.py FOLDER [--sample 50] [--rule personal-data] [--seed 0] [--json]

Takes the folder into a store that goes away. The sample is of one rule's decisions (without --rule: of all), drawn
with --seed. For `personal-data` it shows what was masked as it stands in the file, and how many addresses were left as
functions' mailboxes, since both are needed to judge; nothing else prints them.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any


def take_in(folder: Path, database: Path) -> dict[str, Any]:
    """Counts after one ingest, and every ruling as (path, rule, action, evidence)."""
    from nightschool.agents.lookup import client_row
    from nightschool.corpus.ingest import ingest
    from nightschool.corpus.settings import CorpusSettings
    from nightschool.store.engine import open_store
    from nightschool.store.tables import Document, Passage, Ruling
    from sqlmodel import col, select

    with open_store(database) as store:
        report = ingest(store, client_row(store, "bench"), folder, CorpusSettings())
        with store.session(write=False) as session:
            current = col(Document.state).not_in(("superseded", "removed"))
            documents = session.exec(select(Document).where(current)).all()
            paths = {one.id: one.path for one in documents}
            rulings = session.exec(select(Ruling).where(col(Ruling.document_id).in_(list(paths)))).all()
            skipped = session.exec(
                select(Passage.reason).where(
                    Passage.state == "skipped", col(Passage.document_id).in_(list(paths))
                )
            ).all()
            return {
                "documents": dict(Counter(one.state for one in documents)),
                "clearance": dict(Counter(one.clearance for one in documents)),
                "reasons": dict(report.refused.most_common()),
                "rules": dict(Counter(one.rule for one in rulings)),
                "skipped_passages": dict(Counter(reason.split(":")[0] for reason in skipped)),
                "rulings": [(paths[one.document_id], one.rule, one.action, one.evidence) for one in rulings],
            }


def personal(folder: Path) -> tuple[list[tuple[str, str, str, str]], Counter[str]]:
    """Personal data as it stands in the files, each with the words around it; and the addresses that were left."""
    from nightschool.corpus.errors import CorpusError
    from nightschool.corpus.loaders import load
    from nightschool.corpus.rules.personal import EMAIL, find_personal

    hits: list[tuple[str, str, str, str]] = []
    left: Counter[str] = Counter()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        try:
            text = load(path).text
        except CorpusError:
            continue
        found = find_personal(text)
        name = path.relative_to(folder).as_posix()
        for one in found:
            around = f"{text[max(0, one.start - 50) : one.start]}⟦{text[one.start : one.end]}⟧{text[one.end :][:30]}"
            hits.append((name, "personal-data", one.placeholder, " ".join(around.split())))
        spans = [(one.start, one.end) for one in found]
        left.update(
            match[0].lower()
            for match in EMAIL.finditer(text)
            if not any(start <= match.start() < end for start, end in spans)
        )
    return hits, left


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--rule", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is no folder")
    from nightschool.corpus.rules import RULES

    names = [rule.name for rule in RULES] + ["rights-notice"]
    if given.rule and given.rule not in names:
        parser.error(f"--rule: one of {', '.join(names)}")
    with tempfile.TemporaryDirectory(prefix="nightschool-refining-") as place:
        try:
            found = take_in(given.folder, Path(place) / "night.db")
        except Exception as error:
            from nightschool.store.errors import NightSchoolError

            if isinstance(error, NightSchoolError):
                sys.exit(f"{given.folder}: {error}")
            raise
    rulings = found.pop("rulings")
    if given.rule == "personal-data":
        rulings, left = personal(given.folder)
        found["addresses_left"] = dict(left.most_common())
    chosen = [row for row in rulings if given.rule in ("", row[1])]
    drawn = random.Random(given.seed).sample(chosen, min(given.sample, len(chosen)))
    found["sample"] = [
        dict(zip(("path", "rule", "action", "evidence"), row, strict=True)) for row in sorted(drawn)
    ]
    print(json.dumps(found, ensure_ascii=False, indent=2) if given.json else told(found))


def told(found: dict[str, Any]) -> str:
    """The figures as lines of text."""
    lines = [
        f"{name.replace('_', ' ')}: {', '.join(f'{key} {count}' for key, count in counts.items()) or 'none'}"
        for name, counts in found.items()
        if name != "sample"
    ]
    lines += [
        f"- {row['path']} | {row['rule']} | {row['action']} | {row['evidence']}" for row in found["sample"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
