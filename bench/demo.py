"""The demo's figures: taught facts in unseen wordings, untaught control facts, seconds by part, for each seed.

    python bench/demo.py [--seed 0 1 2] [--documents V1 V2] [--json]

Runs `nightschool demo` as a user would, in a fresh folder, once for each seed. The recipe (steps, learning rate,
sizes) was chosen on synthetic facts and on seed 0 of the sample client; seeds other than 0 measure. --documents takes
two versions of another client's documents.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def one(seed: int, documents: list[str] | None) -> dict[str, Any]:
    """One demo's figures. Its exit code is not looked at: a rejected challenger is a result."""
    program = Path(sys.executable).with_name("nightschool")
    with tempfile.TemporaryDirectory() as place:
        command: list[str | Path] = [
            program,
            "demo",
            "--folder",
            Path(place) / "demo",
            "--seed",
            str(seed),
            "--json",
        ]
        if documents:
            command += ["--documents", *documents]
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
        if not done.stdout:
            sys.exit(done.returncode)
        found = json.loads(done.stdout)
    names = (
        "seed",
        "promoted",
        "first_exam",
        "exam_before",
        "taught_unseen_wordings",
        "control_facts",
        "seconds",
    )
    counts = found["second_night"]["counts"]
    return {name: found[name] for name in names} | {
        name: counts[name] for name in ("documents", "facts", "bank", "answers", "rows")
    }


def rate(row: dict[str, Any] | None) -> str:
    """93 % [89, 95] (n 254)."""
    if row is None or row["estimate"] is None:
        return "–"
    return f"{100 * row['estimate']:.0f} % [{100 * row['low']:.0f}, {100 * row['high']:.0f}] (n {row['n']})"


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--documents", nargs=2, metavar=("V1", "V2"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for seed in options.seed:
        row = one(seed, options.documents)
        rows.append(row)
        if not options.json:
            print(f"seed {seed}: first exam {rate(row['first_exam'])}; before {rate(row['exam_before'])}; "
                  f"taught facts in unseen wordings {rate(row['taught_unseen_wordings'])}; "
                  f"control {rate(row['control_facts'])}; promoted {row['promoted']}; "
                  f"{row['seconds']['total']:.0f} seconds", flush=True)  # fmt: skip
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
