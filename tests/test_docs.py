"""The documentation keeps step with the code."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nightschool.cli.main import app
from typer.main import get_command

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BENCHES = sorted((ROOT / "bench").glob("*.py"))
# `nightschool word word …` in code: the words up to the first that is no plain small word.
CALL = re.compile(r"(?:^|[`\s])nightschool((?: (?:-w \S+|[a-z][a-z-]*))+)", re.MULTILINE)


@pytest.fixture(scope="module")
def commands_page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("commands", ROOT / "docs" / "commands.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_commands_page_is_up_to_date(commands_page):
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == commands_page.page()


def test_every_command_and_option_has_help(commands_page):
    lacking = []
    for path, command in commands_page.commands(get_command(app), ("nightschool",)):
        if not command.help:
            lacking.append(" ".join(path))
        for parameter in command.params:
            text = getattr(parameter, "help", None)
            if parameter.name != "help" and not text:
                lacking.append(f"{' '.join(path)}: {parameter.name}")
    assert lacking == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_name_only_commands_that_exist(page):
    top = get_command(app)
    unknown = []
    for call in CALL.findall(code_of(page.read_text(encoding="utf-8"))):
        command: Any = top
        for word in re.sub(r"-w \S+", "", call).split():
            children = getattr(command, "commands", {})
            if not children:
                break  # what follows are arguments
            if word not in children:
                unknown.append(call.strip())
                break
            command = children[word]
    assert unknown == []


def code_of(markdown: str) -> str:
    """Inline code, indented and fenced blocks, a line each."""
    fenced = re.findall(r"```\w*\n(.*?)```", markdown, re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", markdown)
    indented = [line.strip() for line in markdown.splitlines() if line.startswith("    ")]
    return "\n".join([*fenced, *inline, *indented])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [each for each in targets if "://" not in each and not (page.parent / each).exists()]
    assert missing == []


@pytest.mark.parametrize("bench", BENCHES, ids=lambda path: path.name)
def test_every_bench_takes_a_seed_and_gives_json(bench):
    done = subprocess.run([sys.executable, bench, "--help"], check=True, capture_output=True, text=True)
    assert "--seed" in done.stdout
    assert "--json" in done.stdout


def test_the_changelog_has_a_part_for_what_comes():
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
