"""Prompts as files with versions, and untrusted text made harmless inside them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = re.compile(r"---\nversion: *(\S+)\n---\n# system\n(.*?)\n# user\n(.*)", re.DOTALL)
_HOLE = re.compile(r"\{\{(\w+)\}\}")
_TAG = re.compile(
    r"<(?=\s*/?\s*(?:passage|fact|question|references?|citation|answer|system|user|assistant|think)\b)", re.I
)
_CONTROL = re.compile(r"<(?=\|)|<(?=/?s>)|<(?=(?:start|end)_of_turn>)|\[(?=/?INST\])", re.I)


@dataclass(frozen=True)
class Prompt:
    """A prompt of `evals/prompts/`: what the model is told, and what it is shown."""

    name: str
    version: str
    system: str
    user: str

    @property
    def hash(self) -> str:
        """SHA-256 of the prompt's text: stored with each verdict, and part of every cache key."""
        return hashlib.sha256(f"{self.version}\n{self.system}\n{self.user}".encode()).hexdigest()

    def fill(self, **values: str) -> tuple[str, str]:
        """`(system, user)` with each `{{name}}` replaced, in one pass: a value is never filled in turn.

        Values are made harmless here, in the one place that all untrusted text passes.
        """
        harmless = {name: neutralise(value) for name, value in values.items()}
        system, user = (_HOLE.sub(lambda m: harmless[m[1]], text) for text in (self.system, self.user))
        return system, user


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt `evals/prompts/{name}.md`."""
    text = (Path(__file__).parent / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    match = _FILE.fullmatch(text)
    if match is None:
        raise ValueError(f"prompts/{name}.md needs a front matter with version, then # system and # user")
    return Prompt(name, match[1], match[2].strip(), match[3].strip())


def neutralise(text: str) -> str:
    """`text` without anything that reads as one of our tags or as a model's control token.

    One character for one character, so that offsets into it are offsets into `text`.
    """
    return _CONTROL.sub(lambda m: "‹" if m[0] == "<" else "⁅", _TAG.sub("‹", text))
