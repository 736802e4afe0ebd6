"""The structure, checked: imports that run upward, long files, vague names. Exit code 1 when there is a fault.

python bench/layering.py [ROOT] [--json]
"""

import argparse
import ast
import json
import sys
from pathlib import Path

ORDER = ("store", "corpus", "evals", "training", "agents", "cli")
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST_FILE = 500
# Only whatever stands at a module's top level costs start-up; these may not stand there anywhere that a
# command passes through.
HEAVY = {
    "torch",
    "transformers",
    "trl",
    "peft",
    "datasets",
    "langgraph",
    "scipy",
    "langchain_openai",
    "langchain_core",
}
# Loaded only by the training child, or only where a chat model is used.
MAY_BE_HEAVY = {"training/sft.py", "training/watch.py", "evals/scripted_chat.py"}


def imported(node: ast.Import | ast.ImportFrom, package: tuple[str, ...]) -> list[str]:
    """The subpackages of nightschool that an import statement reaches from a file in `package`."""
    if isinstance(node, ast.Import):
        dotted = [alias.name.split(".") for alias in node.names]
        return [parts[1] for parts in dotted if parts[0] == "nightschool" and len(parts) > 1]
    parts = (node.module or "").split(".")
    if not node.level:
        return [parts[1]] if parts[0] == "nightschool" and len(parts) > 1 else []
    above = package[: len(package) - node.level + 1]
    if above:
        return [above[0]]
    return [parts[0]] if node.module else [alias.name for alias in node.names]


def faults(root: Path) -> list[str]:
    """One line for each fault under `root`."""
    found: list[str] = []
    if not any((root / package).is_dir() for package in (*ORDER, "tests", "bench")):
        return [f"{root}: no package of {', '.join(ORDER)} here"]
    for package in ORDER:
        for file in sorted((root / package).rglob("*.py")):
            place = file.relative_to(root)
            source = file.read_text(encoding="utf-8")
            if source.count("\n") > LONGEST_FILE:
                found.append(f"{place}: {source.count(chr(10))} lines")
            if file.stem in VAGUE:
                found.append(f"{place}: vague name")
            tree = ast.parse(source)
            for node in ast.walk(tree):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    found += [
                        f"{place}:{node.lineno}: {package} imports {name}"
                        for name in imported(node, place.parts[:-1])
                        if name in ORDER and ORDER.index(name) > ORDER.index(package)
                    ]
            for node in tree.body:
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    names = (
                        [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                    )
                    level = node.level if isinstance(node, ast.ImportFrom) else 0
                    found += [
                        f"{place}:{node.lineno}: {name} is heavy: import it where it is used"
                        for name in names
                        if not level and name.split(".")[0] in HEAVY and str(place) not in MAY_BE_HEAVY
                    ]
    return found + bare(root)


def bare(root: Path) -> list[str]:
    """Imports of a package by its bare name: `agents` and `evals` are other projects' packages."""
    found: list[str] = []
    for folder in (*ORDER, "tests", "bench", "docs"):
        for file in sorted((root / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module or ""]
                found += [
                    f"{file.relative_to(root)}:{node.lineno}: import nightschool.{name}, not the bare {name}"
                    for name in names
                    if name.split(".")[0] in ORDER
                ]
    return found


def main() -> int:
    """Print the faults; 0 when there are none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).parent.parent)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=0, help="taken by every bench; nothing here is random")
    options = parser.parse_args()
    found = faults(options.root)
    if options.json:
        print(json.dumps({"faults": found}))
    else:
        print("\n".join(found) if found else "layering: no fault")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
