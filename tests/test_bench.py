"""The benches run, tell figures that add up, and refuse bad input in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent.parent / "bench"
# Two systems on each of four questions; people called five of the eight answers right.
LABELLED = [
    ("Who wrote Emma?", ["Jane Austen"], [["a", "Jane Austen", 1], ["b", "Mary Shelley", 0]]),
    ("When was it printed?", ["1815"], [["a", "In 1815.", 1], ["b", "1815", 1]]),
    ("How high is Ben Nevis?", ["1345 m"], [["a", "1345 m", 1], ["b", "900 m", 0]]),
    ("Where is the office?", ["Leeds"], [["a", "Leeds", 1], ["b", "I do not know.", 0]]),
]


def bench(name: str, *words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, BENCH / name, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
    )


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.jsonl"
    lines = [json.dumps({"question": q, "golds": golds, "answers": given}) for q, golds, given in LABELLED]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_grading_counts_each_answer_and_agrees_with_people_on_plain_ones(labels):
    done = bench("grading.py", "--labels", labels, "--seed", "3", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["n"] == sum(found["labels"].values()) == 8
    assert found["right"] == 5 / 8
    assert found["accuracy"] == 1
    assert found["ungraded"] == 0
    assert found["exact match"]["accuracy"] < found["accuracy"]  # "In 1815." is right and no exact match


def test_grading_with_the_same_seed_draws_the_same_interval(labels):
    # Two labels turned round, so that the resamples differ.
    text = labels.read_text(encoding="utf-8").replace('"Mary Shelley", 0', '"Mary Shelley", 1')
    labels.write_text(text.replace('"Leeds", 1', '"Leeds", 0'), encoding="utf-8")
    intervals = [
        json.loads(bench("grading.py", "--labels", labels, "--seed", "3", "--json").stdout)["kappa_interval"]
        for _ in range(2)
    ]
    assert intervals[0] == intervals[1]
    low, high = intervals[0]
    assert -1 <= low < high <= 1


@pytest.mark.parametrize("text", [None, "", "{}\n", "not json\n"], ids=["missing", "empty", "shape", "text"])
def test_grading_refuses_bad_labels_in_one_line(tmp_path, text):
    path = tmp_path / "labels.jsonl"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = bench("grading.py", "--labels", path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(path) in done.stderr


def test_layering_tells_its_faults_and_its_exit_code(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "a.py").write_text("from ..cli.b import c\n", encoding="utf-8")
    done = bench("layering.py", tmp_path, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"faults": ["store/a.py:1: store imports cli"]}
    (tmp_path / "store" / "a.py").write_text("", encoding="utf-8")
    assert bench("layering.py", tmp_path, "--json").returncode == 0


def test_layering_does_not_pass_a_folder_without_packages(tmp_path):
    done = bench("layering.py", tmp_path)
    assert done.returncode == 1
    assert "no package" in done.stdout


def test_startup_measures_each_command(tmp_path):
    done = bench("startup.py", "--verdicts", "20", "--repeats", "1", "--json", TMPDIR=str(tmp_path))
    assert done.returncode in (0, 1), done.stderr  # 1: a target was missed, as on a busy machine
    found = json.loads(done.stdout)
    assert found["verdicts"] == 20
    assert {row["command"] for row in found["commands"]} >= {"--help", "verdicts list"}
    assert all(row["best_seconds"] <= row["median_seconds"] for row in found["commands"])
    assert list(tmp_path.iterdir()) == []  # it clears up


@pytest.mark.slow
def test_a_real_client_ends_with_figures(tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    for number, town in enumerate(("Aldermoor", "Brackwell", "Corvane", "Dunmere")):
        lines = [f"The {what} fee in {town} is {11 * number + size} pounds."
                 for size, what in enumerate(("ferry", "harbour", "museum", "market", "bridge"), 21)]  # fmt: skip
        (documents / f"{town}.md").write_text(f"# {town}\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8")
    (documents / "photo.bin").write_bytes(bytes(range(256)))
    options = ("--steps", "5", "--questions", "10", "--json")
    done = bench("real_client.py", documents, *options, "--keep", tmp_path / "kept")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["campaign"]["outcome"]
    assert sum(found["campaign"]["verdicts"].values()) >= 10
    assert (tmp_path / "kept" / "nightschool.db").exists()


def test_a_real_client_that_is_not_there_is_one_line(tmp_path):
    done = bench("real_client.py", tmp_path / "nothing", "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_ingest_scales_a_generated_folder_and_takes_in_only_what_changed() -> None:
    done = bench("ingest.py", "--documents", "60", "--changed", "0.05", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert sum(found["kinds"].values()) == found["documents"] == found["first"]["added"] == 60
    assert found["changed"] == found["second"]["changed"] == 3
    assert found["second"]["unchanged"] == 57
    assert found["first"]["peak_mib"] > 0
    assert set(found["documents_a_second"]) == set(found["kinds"])
    assert bench("ingest.py", "--documents", "3").returncode == 2


def test_refining_counts_by_rule_and_shows_what_was_masked(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# Desk\n\nAsk Mara Lindqvist, mara.lindqvist@firm.example, or orders@firm.example for a key to the depot.\n"
    )
    (tmp_path / "b.md").write_text(
        "# Old\n\nSUPERSEDED by the page on keys. A key costs 5 euro at the depot.\n"
    )
    done = bench("refining.py", tmp_path, "--rule", "personal-data", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["documents"] == {"accepted": 1, "quarantined": 1}
    assert found["rules"] == {"personal-data": 1, "outdated": 1}
    assert found["addresses_left"] == {"orders@firm.example": 1}
    assert "⟦mara.lindqvist@firm.example⟧" in found["sample"][0]["evidence"]
    assert bench("refining.py", tmp_path / "none").returncode == 2
    assert bench("refining.py", tmp_path, "--rule", "none").returncode == 2
