"""An open wording of a fact, to which a suggestion or options can be added."""

from __future__ import annotations

from ..facts.model import FactDraft, Wording
from ..facts.wordings import wordings
from .model import chosen

_PLAIN = {
    "direct.plain",
    "direct.term",
    "direct.formal",
    "which.means",
    "mean.what",
    "named.what",
    "call.you",
}
_POLITE = {"direct.polite", "fronted.for", "meant.by"}


def open_question(fact: FactDraft, seed: int, purpose: str, *, plain: bool = False) -> Wording | None:
    """An open question that ends with a question mark, by hash; the plainest one with `plain`."""
    offered = wordings(fact)
    whole = [one for one in offered if one.template in _PLAIN and one.text.endswith("?")]
    if not plain:
        whole += [one for one in offered if one.template in _POLITE and one.text.endswith("?")]
    if not whole:
        return None
    return whole[0] if plain else chosen(whole, seed, purpose, fact.key)
