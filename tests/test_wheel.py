"""A wheel built from the tree: one name in site-packages, everything inside, and the demo runs from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("agents", "cli", "corpus", "evals", "store", "training")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, so that nothing lands in the tree."""
    copy = tmp_path_factory.mktemp("tree")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    target = tmp_path_factory.mktemp("wheel")
    isolation = ["--no-isolation"] if setuptools_is_new_enough() else []
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", *isolation, "--outdir", target, copy],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (found,) = target.glob("*.whl")
    return found


def setuptools_is_new_enough() -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return int(version("setuptools").split(".")[0]) >= 77
    except PackageNotFoundError:
        return False


def test_one_top_level_name(wheel):
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"nightschool"}


def test_every_file_of_the_packages_is_inside(wheel):
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    files = [path for name in FOLDERS for path in (ROOT / name).rglob("*") if path.is_file()]
    wanted = {f"nightschool/{path.relative_to(ROOT)}" for path in files if "__pycache__" not in path.parts}
    assert wanted - inside == set()
    assert {
        name for name in inside if name.split("/")[0] == "nightschool"
    } - wanted == set()  # no tests, no benches
    for kind in ("store/py.typed", "store/migrations/versions/", "evals/prompts/", "cli/sample/version-2/"):
        assert any(name.startswith(f"nightschool/{kind}") for name in inside), kind


@pytest.mark.slow
def test_the_demo_runs_from_the_wheel_in_an_environment_of_its_own(wheel, tmp_path):
    home = tmp_path / "environment"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    # The heavy libraries come from the environment that runs the tests; its editable nightschool does not,
    # since Python runs the .pth files of its own site-packages alone.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, wheel], check=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {
        "NIGHTSCHOOL_CLIENTS__HARROW__TEACHING__MAX_STEPS": "5",
        "NIGHTSCHOOL_CLIENTS__HARROW__EXAM__QUESTIONS": "40",
        "NIGHTSCHOOL_CLIENTS__HARROW__EXAM__GATE_QUESTIONS": "40",
        "NIGHTSCHOOL_CLIENTS__HARROW__DIAGNOSIS__EXTRA_QUESTIONS": "0",
    }
    where = subprocess.run(
        [python, "-c", "import nightschool.cli.main as main; print(main.__file__)"],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path(where.strip()).is_relative_to(site)
    done = subprocess.run(
        [home / "bin" / "nightschool", "demo", "--folder", "demo"],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 3), done.stdout[-2000:] + done.stderr[-2000:]  # 3: five steps teach nothing
    assert "A first night" in done.stdout
    assert "The night's campaign" in done.stdout
    assert "Sealed questions, unseen wordings" in done.stdout
    assert "Control facts, never taught" in done.stdout
    assert done.stderr == ""
