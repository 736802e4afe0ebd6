"""Writes docs/commands.md from the commands' own help, so that the page can't fall behind.

    python docs/commands.py [--check]

With --check it writes nothing and exits with 1 when the page differs.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "commands.md"


def commands(command: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    """Every command below `command` with the words that call it, depth first."""
    found = [(path, command)]
    for name, child in getattr(command, "commands", {}).items():
        found += commands(child, (*path, name))
    return found


def described(command: Any) -> list[str]:
    """A command's help as Markdown lines."""
    lines = [" ".join((command.help or "").split()), ""]
    for parameter in command.params:
        if parameter.name == "help":
            continue
        names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        if parameter.param_type_name == "argument":
            names = f"`{parameter.name.upper()}`"
        text = " ".join((getattr(parameter, "help", "") or "").split())
        default = parameter.default
        shown = (
            f" Default: `{default}`."
            if default not in (None, False, True, "", ()) and not callable(default)
            else ""
        )
        lines.append(f"- {names}: {text}{shown}")
    return [*lines, ""] if command.params else lines


def page() -> str:
    """The whole page."""
    from nightschool.cli.main import app
    from typer.main import get_command

    lines = [
        "# Commands",
        "",
        "Made by `python docs/commands.py` from the commands' own help; `make check` fails when it is out of date.",
        "",
        "Exit codes: 0 done; 1 error; 2 usage; 3 the gate did not promote; 4 incomplete; 130 stopped by Ctrl-C.",
        "",
    ]
    for path, command in commands(get_command(app), ("nightschool",)):
        lines += [f"{'#' * min(len(path) + 1, 3)} `{' '.join(path)}`", "", *described(command)]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Write or check the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = page()
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print("docs/commands.md is out of date: run make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
