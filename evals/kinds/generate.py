"""All further kinds over a client's facts: items, and a count of everything that was turned away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ..facts.model import PassageText
from .check import Seen, fault
from .choice import choice
from .explain import explain
from .model import KINDS, Item, Source
from .pairs import Partners, pair
from .polar import polar
from .premise import premise
from .siblings import Siblings
from .support import Passages
from .unanswerable import unanswerable


@dataclass
class Batch:
    """What came of it: `candidates` = the items + `dropped`, kind by kind; `dropped` counts (kind, reason)."""

    items: list[Item] = field(default_factory=list)
    candidates: Counter[str] = field(default_factory=Counter)
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)


def generate(
    sources: Sequence[Source],
    passages: Sequence[tuple[str, PassageText]],
    *,
    seed: int,
    kinds: Iterable[str] = KINDS,
) -> Batch:
    """Questions of `kinds` (of KINDS) on `sources`, the same for the same facts and seed.

    `passages` are all (document, passage) of the client, also those without facts: an unanswerable question is
    held against each. Raises ValueError for a kind that isn't known.
    """
    wanted = list(kinds)
    if unknown := sorted(set(wanted) - set(KINDS)):
        raise ValueError(f"no such kind of question: {', '.join(unknown)} (there are {', '.join(KINDS)})")
    batch, seen = Batch(), Seen()

    def take(kind: str, made: Item | str) -> None:
        batch.candidates[kind] += 1
        reason = made if isinstance(made, str) else fault(made) or ("repeated" if seen.again(made) else "")
        if reason or isinstance(made, str):
            batch.dropped[kind, reason] += 1
        else:
            batch.items.append(made)
            batch.asked[kind] += 1

    siblings, partners = Siblings(sources), Partners(sources)
    makers: dict[str, Callable[[Source], Item | str]] = {
        "polar": lambda source: polar(source, siblings, seed),
        "choice": lambda source: choice(source, siblings, seed),
        "pair": lambda source: pair(source, partners, seed),
        "false_premise": lambda source: premise(source, siblings, seed),
    }
    for kind in wanted:
        if kind in makers:
            for source in sources:
                take(kind, "several_answers" if siblings.contested(source.fact) else makers[kind](source))
        elif kind == "unanswerable":
            tables = [(document, passage) for document, passage in passages if passage.kind == "table"]
            for made in unanswerable(sources, Passages(passages), tables, seed):
                take(kind, made)
        else:
            for group in by_section(sources):
                take(kind, explain(group, seed))
    return batch


def by_section(sources: Sequence[Source]) -> list[list[Source]]:
    """The sources of each section (document and heading), in the order of their first facts."""
    groups: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        groups.setdefault((source.document, source.passage.heading), []).append(source)
    return list(groups.values())
