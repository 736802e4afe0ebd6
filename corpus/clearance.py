"""What may be done with a document: the client's rules first, then what the document says, then the client's policy.

train       facts, questions and training
exam-only   facts and questions, never a training row or text
ask         held: nothing is made of it until a rule for its path says what may be done
exclude     not taken in
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

from .notices import Notice
from .settings import CorpusSettings, RightsRule

EXAM_ONLY_WORDS = ("no", "none", "forbidden", "denied", "withdrawn", "expired", "no training", "exam only")
"""What clients write as `rights` when documents may be examined on, but not trained on."""
_NOTHING_KNOWN = ("", "unknown")


@dataclass(frozen=True)
class Clearance:
    """`use` is train, exam-only, ask or exclude; `evidence` quotes what it rests on."""

    use: str
    licence: str
    evidence: str


def clearance(settings: CorpusSettings, path: str, found: Notice | None) -> Clearance:
    """Decide about one document. `found` is the notice that counts: its own, else its folder's."""
    said = found.licence if found else ""
    numbered = rule_for(settings, path)
    if numbered:
        number, rule = numbered
        evidence = f"set by rights[{number}] (path {rule.path})"
        if found:
            evidence += (
                f", against what it says itself: “{found.evidence}”"
                if rule.use != use_of(found)
                else f"; “{found.evidence}”"
            )
        return Clearance(rule.use, rule.licence or said, evidence)
    words = statement(settings)
    if words:
        use = "exam-only" if refuses(words) else "train"
        also = f"; it says itself: “{found.evidence}”" if found else ""
        return Clearance(use, said, f"set by rights = “{words}” for all documents{also}")
    if found:
        return Clearance(use_of(found), found.licence, f"“{found.evidence}”")
    policy = settings.unknown_rights
    return Clearance(
        "train" if policy == "allow" else policy, "", f"nothing is said; unknown_rights = {policy}"
    )


def rule_for(settings: CorpusSettings, path: str) -> tuple[int, RightsRule] | None:
    """The last rule whose glob matches the path, with its number, or None."""
    if isinstance(settings.rights, str):
        return None
    matching = [
        (number, rule) for number, rule in enumerate(settings.rights) if fnmatch.fnmatchcase(path, rule.path)
    ]
    return matching[-1] if matching else None


def statement(settings: CorpusSettings) -> str:
    """What the client's settings say of all documents, in their words, or "" where they say nothing."""
    words = settings.rights if isinstance(settings.rights, str) else ""
    return "" if words.strip().casefold() in _NOTHING_KNOWN else words.strip()


def refuses(words: str) -> bool:
    """Whether a statement says in one of the words of `EXAM_ONLY_WORDS` that nothing may be trained on."""
    return " ".join(words.casefold().replace("-", " ").replace("_", " ").split()) in EXAM_ONLY_WORDS


def use_of(found: Notice) -> str:
    """What a notice allows without a person's word: train or ask."""
    return "train" if found.kind == "open" else "ask"
