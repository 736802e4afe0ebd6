"""How much of what people ask about a folder the engine asks too, and how many questions it makes.

    python bench/exam_coverage.py DIR [--exam FILE] [--seed N] [--json]

DIR holds `docs/` and an exam in the shape of `encyclopedia/exam-dev.jsonl`: one JSON object a line with `doc` (a path
in docs/), `paragraph` (from 0; a document's paragraphs are what blank lines part, headings not counted), `question`,
`answers` (all of them right) and `answerable`. Without --exam the exam is `exam-dev.jsonl`, or the only .jsonl in DIR.

The folder is taken in and examined as a client's is. An answerable question is covered when the answer of an active
fact whose citation stands in the question's paragraph (or reaches into it) is one of its answers: after SQuAD's
normalisation (case, punctuation, articles) in `coverage_exact`, with a token F1 of 0.8 or more in `coverage_f1_80`.
A list counts as one answer, all its items: a question for the list does not ask for one of them.
A fact counts as one question a thousand words, whatever the number of its wordings; those are counted beside it.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import tempfile
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from changes import go_through
from nightschool.agents.lookup import client_row
from nightschool.corpus.locating import source_lines
from nightschool.store.engine import Store, open_store
from nightschool.store.errors import CorpusError

NEAR = 0.8
"""Token F1 from which an answer counts as the same span, cut a little differently."""
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MARKS = re.compile(r"[^\w\s]|_")


@dataclass(frozen=True)
class Asked:
    """An answerable question of the exam."""

    doc: str
    paragraph: int
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Paragraphs:
    """The paragraphs of a source file: their texts, and the lines (from 1) that each begins and ends on."""

    texts: list[str]
    first: list[int]
    last: list[int]

    def touched(self, first: int, last: int) -> range:
        """Numbers of the paragraphs that have a line between two lines, both counted."""
        return range(bisect_left(self.last, first), bisect_right(self.first, last))


def paragraphs(source: str) -> Paragraphs:
    """Cut a text at its blank lines; heading lines stand between paragraphs and count as none."""
    found = Paragraphs([], [], [])
    block: list[str] = []
    for number, line in enumerate([*source.splitlines(), ""], 1):
        if line.strip() and not _HEADING.match(line):
            block.append(line)
        elif block:
            found.texts.append("\n".join(block))
            found.first.append(number - len(block))
            found.last.append(number - 1)
            block = []
    return found


def read(path: Path) -> list[Asked]:
    """The answerable questions of an exam. Exits with one line when the file is missing or has another shape."""
    asked: list[Asked] = []
    number = 0
    try:
        for line in path.read_text(encoding="utf-8").split("\n"):
            number += 1
            if not line.strip():
                continue
            item = json.loads(line)
            answers, at = item["answers"], item["paragraph"]
            if not isinstance(answers, list) or not isinstance(at, int) or at < 0:
                raise ValueError("answers is a list and paragraph a number from 0")
            if item["answerable"]:
                if not answers:
                    raise ValueError("answerable, and no answer")
                asked.append(Asked(str(item["doc"]), at, str(item["question"]), tuple(map(str, answers))))
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}")
    except (ValueError, KeyError, TypeError) as error:
        sys.exit(f"{path}: line {number} is not in the shape of encyclopedia/exam-dev.jsonl ({error!r})")
    if not asked:
        sys.exit(f"{path}: no answerable question in it")
    return asked


def sources(docs: Path, asked: Sequence[Asked]) -> dict[str, str]:
    """Text of each document that the exam asks about. Exits with one line when one is missing or too short."""
    texts: dict[str, str] = {}
    for doc, most in sorted(_furthest(asked).items()):
        try:
            texts[doc] = (docs / doc).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            sys.exit(f"{docs / doc}: {error.strerror}, and the exam asks about it")
        count = len(paragraphs(texts[doc]).texts)
        if most >= count:
            sys.exit(f"{docs / doc}: {count} paragraphs, and the exam asks about number {most} (from 0)")
    return texts


def _furthest(asked: Iterable[Asked]) -> dict[str, int]:
    most: dict[str, int] = {}
    for one in asked:
        most[one.doc] = max(one.paragraph, most.get(one.doc, 0))
    return most


def normalised(text: str) -> list[str]:
    """Words as SQuAD compares them: lower case, without punctuation and articles."""
    return _ARTICLES.sub(" ", _MARKS.sub("", text.lower())).split()


def f1(said: Sequence[str], gold: Sequence[str]) -> float:
    """Harmonic mean of precision and recall of words, order left aside; two answers of no words are the same."""
    if not said or not gold:
        return float(said == gold)
    shared = (Counter(said) & Counter(gold)).total()
    return 2 * shared / (len(said) + len(gold))


def said_by(fact: dict[str, Any]) -> list[str]:
    """The answer as text; of a list all items, with and without the word that joins the last one."""
    if fact["kind"] != "list":
        return [fact["answer"]]
    items = fact["answer"].split("; ")
    return [" ".join(items), " ".join([*items[:-1], "and", items[-1]])]


def placed(facts: Iterable[dict[str, Any]], texts: dict[str, str]) -> dict[tuple[str, int], list[str]]:
    """The answers of facts by document and number of the paragraph that their citation stands in."""
    answers: dict[tuple[str, int], list[str]] = defaultdict(list)
    cut = {doc: paragraphs(text) for doc, text in texts.items()}
    for fact in facts:
        doc = fact["document"]
        if doc not in cut:
            continue
        lines = source_lines(texts[doc], fact["citation"])
        for number in cut[doc].touched(*lines) if lines else ():
            answers[doc, number] += said_by(fact)
    return answers


def score(asked: Sequence[Asked], answers: dict[tuple[str, int], list[str]]) -> dict[str, Any]:
    """Number of questions, and the shares of them that are covered."""
    exact = near = 0
    for one in asked:
        golds = [normalised(gold) for gold in one.answers]
        said = [normalised(text) for text in answers.get((one.doc, one.paragraph), ())]
        best = max((f1(s, gold) for s in said for gold in golds), default=0.0)
        exact += any(s == gold for s in said for gold in golds)
        near += best >= NEAR
    return {
        "answerable": len(asked),
        "coverage_exact": round(exact / len(asked), 4),
        "coverage_f1_80": round(near / len(asked), 4),
    }


def measure(
    facts: Sequence[dict[str, Any]],
    questions: Counter[int],
    asked: Sequence[Asked],
    texts: dict[str, str],
) -> dict[str, Any]:
    """Every figure, in all and by document.

    Args:
        facts: active facts, as the store reads them.
        questions: number of active wordings by the fact's id.
        texts: source text of each document that the exam asks about.
    """
    answers = placed(facts, texts)

    def of(docs: frozenset[str]) -> dict[str, Any]:
        own = [fact for fact in facts if fact["document"] in docs]
        words = sum(len(text.split()) for doc in docs for text in paragraphs(texts[doc]).texts)
        wordings = sum(questions[fact["id"]] for fact in own)
        return {
            **score([one for one in asked if one.doc in docs], answers),
            "facts": len(own),
            "words": words,
            "questions_per_1000_words": round(1000 * len(own) / words, 2),
            "wordings_per_1000_words": round(1000 * wordings / words, 2),
        }

    standing = [
        any(" ".join(gold.split()) in " ".join(text.split()) for gold in one.answers)
        for one in asked
        for text in [paragraphs(texts[one.doc]).texts[one.paragraph]]
    ]
    return {
        **of(frozenset(texts)),
        "answers_in_their_paragraph": round(sum(standing) / len(standing), 4),
        "documents": {doc: of(frozenset((doc,))) for doc in sorted(texts)},
    }


def take_in(store: Store, folder: Path, seed: int) -> tuple[list[dict[str, Any]], Counter[int], float]:
    """Ingest and examine a folder; its active facts, wordings by fact, and seconds of the examination."""
    client_id = client_row(store, "bench")
    (run,) = go_through(store, client_id, [folder], seed)
    facts = store.read("facts", client_id=client_id, state="active")
    rows = store.read("questions", client_id=client_id, state="active")
    return facts, Counter(row["fact_id"] for row in rows), run["examine_seconds"]


def exam_of(folder: Path) -> Path:
    """The exam of a folder. Exits with one line when there is none, or a choice."""
    usual = folder / "exam-dev.jsonl"
    found = [usual] if usual.is_file() else sorted(folder.glob("*.jsonl"))
    if len(found) != 1:
        what = "no exam" if not found else f"{len(found)} .jsonl files"
        sys.exit(f"{folder}: {what}; name the exam with --exam FILE")
    return found[0]


def show(found: dict[str, Any], folder: Path) -> None:
    """A table for people."""
    print(f"{folder}: {found['answerable']} answerable questions, {found['facts']} facts of the engine")
    print(f"  {'':32}answerable   exact  F1>=0.8  questions / 1,000 words")
    for name, row in [*found["documents"].items(), ("all", found)]:
        print(
            f"  {name[-32:]:32}{row['answerable']:10}{row['coverage_exact']:8.1%}{row['coverage_f1_80']:9.1%}"
            f"{row['questions_per_1000_words']:10.1f} ({row['wordings_per_1000_words']:.1f} wordings)"
        )
    print(
        f"  {found['wordings_per_minute']:,} wordings a minute; peak memory {found['peak_mib']} MiB; "
        f"{found['answers_in_their_paragraph']:.1%} of the exam's answers stand in their paragraph"
    )


def main() -> None:
    """Print the figures for people, or as JSON for machines."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder with docs/ and an exam")
    parser.add_argument("--exam", type=Path, help="the exam, where DIR has none or several")
    parser.add_argument("--seed", type=int, default=0, help="of the custody of questions")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    docs = options.folder / "docs"
    if not docs.is_dir():
        sys.exit(f"{docs} is no folder: name a folder that holds docs/ and an exam")
    asked = read(options.exam or exam_of(options.folder))
    texts = sources(docs, asked)
    with tempfile.TemporaryDirectory() as place, open_store(Path(place) / "bench.db") as store:
        try:
            facts, questions, seconds = take_in(store, docs, options.seed)
        except CorpusError as error:
            sys.exit(str(error))
    found = measure(facts, questions, asked, texts)
    found["wordings_per_minute"] = round(60 * questions.total() / max(seconds, 1e-9))
    found["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show(found, options.folder)


if __name__ == "__main__":
    main()
