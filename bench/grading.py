"""How well the rule grader agrees with people, beside exact match and containment.

    python bench/grading.py [--labels FILE] [--seed N] [--json]

Without FILE: EVOUNA in ../shared/data/grading/evouna. Its Natural Questions half (nq) chose the rules' labels
and probabilities; its TriviaQA half (tq) chose nothing and is the measurement. FILE: other labelled answers
in the shape of `evouna/*.jsonl` (`question`, `golds`, `answers: [[system, text, 0 or 1], …]`).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nightschool.evals.grading.base import Case, Grade
from nightschool.evals.grading.matching import contained
from nightschool.evals.grading.normalise import known_words, words
from nightschool.evals.grading.rules import RuleGrader
from nightschool.evals.statistics import agreement

EVOUNA = Path(__file__).resolve().parents[2] / "shared" / "data" / "grading" / "evouna"
ROLES = {"nq": "chose the settings", "tq": "measured"}
RESAMPLES = 200

Row = tuple[int, Case, int]  # question (the cluster), case, human label


def read(path: Path) -> list[Row]:
    """All answers of a file. Exits with one line when the file is missing or has another shape."""
    rows: list[Row] = []
    number = 0
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n")):
            if line.strip():
                item = json.loads(line)
                golds = tuple(str(gold) for gold in item["golds"])
                for _, text, label in item["answers"]:
                    rows.append((number, Case(str(item["question"]), "short", golds, str(text)), int(label)))
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}")
    except (ValueError, KeyError, TypeError) as error:
        sys.exit(f"{path}: line {number + 1} is not in the shape of evouna/*.jsonl ({error!r})")
    return rows


def peers(case: Case) -> dict[str, int]:
    """What plain matching says: the answer is a reference; the answer contains one."""
    answer = words(case.answer)
    references = [known_words(reference) for reference in case.references]
    return {
        "exact match": int(any(answer.keys == r.keys for r in references)),
        "containment": int(any(contained(r, answer, 0) is not None for r in references)),
    }


def score(labels: Sequence[int], said: Sequence[int]) -> dict[str, float | None]:
    """Accuracy and kappa against people."""
    result = agreement(labels, said)
    return {"accuracy": result.raw, "kappa": result.kappa}


def auc(labels: Sequence[int], scores: Sequence[float]) -> float | None:
    """The probability that a right answer scores above a wrong one (ties count half)."""
    wrong = Counter(s for s, y in zip(scores, labels, strict=True) if not y)
    right = Counter(s for s, y in zip(scores, labels, strict=True) if y)
    if not wrong or not right:
        return None
    below, won = 0, 0.0
    for value in sorted(wrong.keys() | right.keys()):
        won += right[value] * (below + wrong[value] / 2)
        below += wrong[value]
    return won / (sum(wrong.values()) * sum(right.values()))


def interval(rows: Sequence[Row], decided: Sequence[tuple[int, int, int]], seed: int) -> list[float]:
    """95 % bootstrap interval of kappa on decided answers, over questions."""
    groups: dict[int, list[tuple[int, int]]] = {}
    for question, label, said in decided:
        groups.setdefault(question, []).append((label, said))
    everything, rng, kappas = list(groups.values()), random.Random(seed), []
    for _ in range(RESAMPLES):
        sample = [pair for group in rng.choices(everything, k=len(everything)) for pair in group]
        kappa = agreement([y for y, _ in sample], [s for _, s in sample]).kappa
        if kappa is not None:
            kappas.append(kappa)
    kappas.sort()
    return [kappas[int(0.025 * len(kappas))], kappas[int(0.975 * len(kappas))]] if kappas else []


def measure(rows: Sequence[Row], seed: int) -> dict[str, Any]:
    """Every figure for one set of labelled answers."""
    grader = RuleGrader()
    start = time.process_time()
    grades: list[Grade] = [grader.grade(case) for _, case, _ in rows]
    seconds = time.process_time() - start
    labels = [label for *_, label in rows]
    said = [int(grade.label == "correct") for grade in grades]
    decided = [
        (question, label, s)
        for (question, _, label), grade, s in zip(rows, grades, said, strict=True)
        if grade.label != "ungraded"
    ]
    plain = [peers(case) for _, case, _ in rows]
    on_decided = score([label for _, label, _ in decided], [s for *_, s in decided])
    return {
        "n": len(rows),
        "right": sum(labels) / len(labels),
        "accuracy": on_decided["accuracy"],
        "kappa": on_decided["kappa"],
        "kappa_interval": interval(rows, decided, seed),
        "ungraded": 1 - len(decided) / len(rows),
        "ungraded_counted_wrong": score(labels, said),
        "auc": auc(labels, [0.5 if g.probability is None else g.probability for g in grades]),
        "labels": dict(Counter(grade.label for grade in grades)),
        "milliseconds_per_answer": 1000 * seconds / len(rows),
        **{name: score(labels, [p[name] for p in plain]) for name in ("exact match", "containment")},
    }


def show(name: str, role: str, figures: dict[str, Any]) -> None:
    """A table for people."""
    print(f"\n{name} ({role}): {figures['n']:,} answers, {figures['right']:.1%} right by people")
    print(f"  {'':34}accuracy  kappa")
    low, high = figures["kappa_interval"] or (float("nan"), float("nan"))
    rows = [
        ("exact match", figures["exact match"], ""),
        ("containment", figures["containment"], ""),
        ("rules, where they decide", figures, f"  [{low:.3f}, {high:.3f}]"),
        ("rules, ungraded counted wrong", figures["ungraded_counted_wrong"], ""),
    ]
    for title, row, more in rows:
        kappa = "   -" if row["kappa"] is None else f"{row['kappa']:.3f}"
        print(f"  {title:34}{row['accuracy']:8.1%}  {kappa}{more}")
    print(
        f"  ungraded {figures['ungraded']:.1%}; {figures['milliseconds_per_answer']:.2f} ms of processor time an "
        f"answer; {', '.join(f'{k} {v}' for k, v in sorted(figures['labels'].items()))}"
    )


def main() -> None:
    """Print the figures for people, or as JSON for machines."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--labels", type=Path, help="labelled answers in the shape of evouna/*.jsonl")
    parser.add_argument("--seed", type=int, default=1, help="of the bootstrap")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.labels:
        sets = {options.labels.stem: (options.labels, "given")}
    else:
        sets = {name: (EVOUNA / f"{name}.jsonl", role) for name, role in ROLES.items()}
    results = {}
    for name, (path, role) in sets.items():
        if not path.is_file():
            sys.exit(f"{path} is not there: give other labelled answers with --labels FILE")
        rows = read(path)
        if not rows:
            sys.exit(f"{path}: no labelled answers in it")
        results[name] = {"role": role, **measure(rows, options.seed)}
        if not options.json:
            show(name, role, results[name])
    if options.json:
        print(json.dumps(results[options.labels.stem] if options.labels else results, indent=2))


if __name__ == "__main__":
    main()
