"""The structure: bench/layering.py finds what it is there to find, and nothing in this tree."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def layering() -> ModuleType:
    spec = importlib.util.spec_from_file_location("layering", ROOT / "bench" / "layering.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_this_tree_has_no_fault(layering):
    assert layering.faults(ROOT) == []


@pytest.mark.parametrize(
    ("file", "source", "fault"),
    [
        ("store/a.py", "from ..corpus.b import c\n", "store imports corpus"),
        ("store/deep/a.py", "from ...agents import b\n", "store imports agents"),
        ("evals/a.py", "def f():\n    from ..training.b import c\n", "evals imports training"),
        ("corpus/a.py", "import nightschool.cli.main\n", "corpus imports cli"),
        ("corpus/a.py", "from nightschool.evals import x\n", "corpus imports evals"),
        ("cli/helpers.py", "", "vague name"),
        ("cli/a.py", "\n" * 501, "501 lines"),
        ("agents/a.py", "import torch\n", "torch is heavy"),
        ("agents/a.py", "from scipy.stats import norm\n", "scipy.stats is heavy"),
        ("tests/a.py", "import agents\n", "not the bare agents"),
        ("bench/a.py", "from evals.pools import assign\n", "not the bare evals.pools"),
    ],
)
def test_each_kind_of_fault_is_found(layering, tmp_path, file, source, fault):
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    found = layering.faults(tmp_path)
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("cli/a.py", "from ..agents.b import c\nfrom .d import e\n"),
        ("agents/a.py", "def f():\n    import torch\n"),
        ("evals/facts/a.py", "from ...store.tables import Fact\nfrom ..pools import x\n"),
    ],
)
def test_what_is_allowed_is_left_alone(layering, tmp_path, file, source):
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    assert layering.faults(tmp_path) == []
