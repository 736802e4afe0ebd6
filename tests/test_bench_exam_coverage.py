"""The coverage bench counts what it says, maps facts to paragraphs, and refuses bad input in one line."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).parent.parent / "bench"
SOURCE = """# Ferries

The Oslo ferry was built in 1931. It carries **120 passengers**.

## Crew
The crew is a captain, a cook and a mate.
"""


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    sys.path.insert(0, str(BENCH))  # the benches import one another, as they do when run as scripts
    try:
        spec = importlib.util.spec_from_file_location("exam_coverage", BENCH / "exam_coverage.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["exam_coverage"] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(BENCH))


def fact(number: int, citation: str, answer: str, kind: str = "date") -> dict[str, object]:
    return {"id": number, "document": "a.md", "citation": citation, "answer": answer, "kind": kind}


def test_paragraphs_are_what_blank_lines_part_without_headings(bench):
    found = bench.paragraphs(SOURCE)
    assert [text[:8] for text in found.texts] == ["The Oslo", "The crew"]
    assert (found.first, found.last) == ([3, 6], [3, 6])
    assert list(found.touched(1, 2)) == []
    assert list(found.touched(3, 6)) == [0, 1]


def test_f1_counts_words_once_and_leaves_articles_out(bench):
    def near(a: str, b: str) -> float:
        return bench.f1(bench.normalised(a), bench.normalised(b))

    assert near("The Vistula", "vistula.") == 1
    assert near("Vistula Vistula", "Vistula") == pytest.approx(2 / 3)
    assert near("the", "Vistula") == 0
    assert near("east-central Poland", "Poland") == pytest.approx(2 / 3)


def test_figures_count_facts_of_the_same_paragraph_only(bench):
    asked = [
        bench.Asked("a.md", 0, "When was it built?", ("1931", "in 1931")),
        bench.Asked("a.md", 0, "How many?", ("as many as 120 passengers at once",)),
        bench.Asked("a.md", 0, "How many?", ("over 120 passengers at once",)),
        bench.Asked("a.md", 1, "When was it built?", ("1931",)),
        bench.Asked("a.md", 1, "Who is the crew?", ("a captain, a cook, and a mate",)),
        bench.Asked("a.md", 1, "Who cooks?", ("a cook",)),
    ]
    facts = [
        fact(1, "The Oslo ferry was built in 1931.", "1931"),
        fact(2, "It carries 120 passengers.", "120 passengers at once", "number"),
        fact(3, "The crew is a captain, a cook and a mate.", "a captain; a cook; a mate", "list"),
    ]
    found = bench.measure(facts, Counter({1: 10, 2: 4}), asked, {"a.md": SOURCE})
    assert found["answerable"] == 6
    assert found["coverage_exact"] == round(2 / 6, 4)  # 1931 in its paragraph, and the list as a whole
    assert found["coverage_f1_80"] == 3 / 6  # 4 of 5 words is 0.89; 4 of 7 is 0.73 and another answer
    assert found["documents"]["a.md"]["words"] == found["words"] == 21
    assert found["questions_per_1000_words"] == round(3000 / 21, 2)
    assert found["wordings_per_1000_words"] == round(14000 / 21, 2)
    assert found["answers_in_their_paragraph"] == round(2 / 6, 4)


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, BENCH / "exam_coverage.py", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_folder_ends_with_figures(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(SOURCE, encoding="utf-8")
    row = {"doc": "a.md", "paragraph": 0, "question": "When?", "answers": ["1931"], "answerable": True}
    lines = [row, {**row, "answers": [], "answerable": False}]
    (tmp_path / "exam-dev.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = run(tmp_path, "--seed", "3", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["answerable"] == 1
    assert found["coverage_exact"] == found["coverage_f1_80"] == 1
    assert found["facts"] >= 1


ROW = '{"doc": "a.md", "paragraph": %s, "question": "?", "answers": %s, "answerable": true}'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "no exam"),
        ("", "no answerable question"),
        ("{}\n", "line 1"),
        ("\nnot json", "line 2"),
        (ROW % (0, "[]"), "no answer"),
        (ROW % ('"0"', '["1"]'), "line 1"),
        (ROW % (2, '["1"]'), "2 paragraphs"),
        ((ROW % (0, '["1"]')).replace("a.md", "b.md"), "b.md"),
    ],
)
def test_bad_exams_are_one_line(tmp_path, bench, monkeypatch, capsys, text, told):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(SOURCE, encoding="utf-8")
    if text is not None:
        (tmp_path / "exam-dev.jsonl").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["exam_coverage.py", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        bench.main()
    assert told in str(stopped.value.code)
    assert "\n" not in str(stopped.value.code)


def test_a_folder_without_documents_is_one_line(tmp_path):
    done = run(tmp_path / "none")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
