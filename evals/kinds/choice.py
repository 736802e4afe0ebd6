"""Multiple choice: an open question with four options, one of them right, in an order by hash."""

from __future__ import annotations

from ..pools import number_of
from .model import Item, Source, chosen
from .openings import open_question
from .siblings import Siblings, is_short_form
from .values import differ, is_value, plausible

LETTERS = "ABCD"


def choice(source: Source, siblings: Siblings, seed: int) -> Item | str:
    """A question with the answer of `source` and three answers of its siblings, or why there is none.

    Options lie on lines of their own, "A) 14 days". References: the letter, and the option's text.
    """
    fact = source.fact
    if is_short_form(fact):
        return "tells_itself"  # the initials single the right option out
    opened = open_question(fact, seed, "choice")
    if opened is None:
        return "no_open_question"
    wrong = distractors(source, siblings, seed)
    if len(wrong) < len(LETTERS) - 1:
        return "too_few_distractors"
    options = sorted([fact.answer, *wrong], key=lambda option: number_of("option", seed, fact.key, option))
    letter = LETTERS[options.index(fact.answer)]
    lines = "\n".join(f"{mark}) {option}" for mark, option in zip(LETTERS, options, strict=True))
    lead = ""
    if fact.language != "ko" and chosen((True, False), "choice lead", seed, fact.key):
        lead = "Choose one answer. "
    elif fact.language == "ko":
        lead = chosen(("", "알맞은 것을 고르세요. "), "choice lead", seed, fact.key)
    return Item(
        text=f"{lead}{opened.text}\n{lines}",
        kind="choice",
        references=(letter, fact.answer),
        template=f"choice.{'lead' if lead else 'plain'}",
        keys=(fact.key,),
        options=tuple(options),
        evidence=fact.answer,
        language=fact.language,
    )


def distractors(source: Source, siblings: Siblings, seed: int) -> list[str]:
    """Three wrong answers of the same sort, any two of all four apart; fewer where there are no more."""
    fact = source.fact
    found: list[str] = []
    for answer in siblings.others(source, seed, "choice"):
        if not _alike(fact.answer, answer) or not siblings.is_wrong(source, answer, beside=fact.citation):
            continue
        if all(differ(answer, other) for other in found):
            found.append(answer)
        if len(found) == len(LETTERS) - 1:
            break
    return found


def _alike(right: str, other: str) -> bool:
    """Whether the options look alike from outside: length, and digits or words."""
    if is_value(right):
        return plausible(right, other, factor=12) and any(char.isdigit() for char in right) == any(
            char.isdigit() for char in other
        )
    return len(right) <= 2 * len(other) + 8 and len(other) <= 2 * len(right) + 8
