"""How long the commands take that a person types all day: `--help`, `verdicts list`, `areas`, `models list`.

    python bench/startup.py [--verdicts 20000] [--repeats 7] [--seed 0] [--json]

Each is a fresh process, best and median of the repeats, over a store with that many graded answers, made here
from `--seed`. The targets: `--help` under 0.3 s, `verdicts list` under 0.5 s.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGETS = {"--help": 0.3, "verdicts list": 0.5}


def fill(folder: Path, verdicts: int, seed: int) -> None:
    """A store with one campaign of `verdicts` graded answers."""
    from nightschool.store.engine import open_store
    from nightschool.store.tables import (
        Answer,
        Campaign,
        Client,
        Document,
        Fact,
        ModelVersion,
        Passage,
        Question,
        Verdict,
    )

    chance = random.Random(seed)
    (folder / "documents").mkdir()
    (folder / "nightschool.toml").write_text('[clients.bench]\ndocuments = "documents"\nmodel = "none"\n')
    with open_store(folder / "nightschool.db") as store, store.session() as session:
        client = Client(name="bench")
        session.add(client)
        session.flush()
        assert client.id is not None
        model = ModelVersion(client_id=client.id, name="base")
        document = Document(client_id=client.id, path="a.md", sha256="0")
        session.add_all([model, document])
        session.flush()
        campaign = Campaign(client_id=client.id, model_version_id=model.id or 0)
        passage = Passage(document_id=document.id or 0, ordinal=0, area="a", start=0, end=1)
        session.add_all([campaign, passage])
        session.flush()
        for number in range(verdicts):
            fact = Fact(
                client_id=client.id,
                passage_id=passage.id or 0,
                document_id=document.id or 0,
                area=f"area {number % 30}",
                key=str(number),
                kind="number",
                subject=f"thing {number}",
                relation="price",
                answer=str(number),
                claim="",
                citation=str(number),
                start=0,
                end=1,
            )
            session.add(fact)
            session.flush()
            question = Question(
                client_id=client.id,
                fact_id=fact.id or 0,
                pool="exam",
                kind="number",
                wording=f"What is {number}?",
            )
            session.add(question)
            session.flush()
            answer = Answer(
                campaign_id=campaign.id or 0,
                question_id=question.id or 0,
                model_version_id=model.id or 0,
                text=str(number),
            )
            session.add(answer)
            session.flush()
            label = chance.choices(["correct", "incorrect", "partial"], [8, 2, 1])[0]
            session.add(Verdict(answer_id=answer.id or 0, label=label, grader="rules", grader_version="1"))


def main() -> int:
    """Measure; exit code 1 when a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--verdicts", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    program = Path(sys.executable).with_name("nightschool")
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        fill(folder, options.verdicts, options.seed)
        for command in ("--help", "verdicts list", "areas", "models list", "campaign list", "store status"):
            seconds = []
            for _ in range(options.repeats):
                began = time.perf_counter()
                subprocess.run(
                    [program, "-w", folder, *command.split()], check=True, stdout=subprocess.DEVNULL
                )
                seconds.append(time.perf_counter() - began)
            rows.append({
                "command": command, "best_seconds": round(min(seconds), 3),
                "median_seconds": round(statistics.median(seconds), 3), "target_seconds": TARGETS.get(command),
            })  # fmt: skip
    if options.json:
        print(json.dumps({"verdicts": options.verdicts, "seed": options.seed, "commands": rows}))
    else:
        for row in rows:
            print(f"{row['command']:<16} best {row['best_seconds']:.3f} s  median {row['median_seconds']:.3f} s"
                  f"  target {row['target_seconds'] or '–'}")  # fmt: skip
    return any(row["target_seconds"] and row["median_seconds"] > row["target_seconds"] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
