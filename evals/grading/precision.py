"""What each rule decides, and how often an answer that it decides is right.

Provenance of the probabilities with an n: share of answers that people called right among all that the
rule decided, on EVOUNA's Natural Questions half (15,098 answers of five systems, Apache-2.0,
wangcunxiang/QA-Eval @ 90007d3), 2026-11-24, one added to each side. Its TriviaQA half chose nothing; it is
what `bench/grading.py` reports as measured. 73 % of those answers are right and the reference lists have
gaps, which is why even "no overlap" is right once in five times. Three things follow:

- A probability is of honest answers of chat models to open questions, not of a client's model. Until
  people have reviewed some of the client's own verdicts, it is uncalibrated.
- Nobody cheats in EVOUNA: 90 to 100 % of what the guards hold back there is right. Their
  probabilities are set by hand, lower, because in training what is let through is what is learned.
- Korean, lists, yes/no and unanswerable questions have no labelled data; theirs are set by hand too.
"""

from __future__ import annotations

from dataclasses import dataclass

from .base import Label


@dataclass(frozen=True)
class Rule:
    """A rule's label, the probability that an answer it decides is correct, and from how many answers (0: by hand)."""

    label: Label
    probability: float
    n: int = 0


RULES: dict[str, Rule] = {
    # The reference is there.
    "exact": Rule("correct", 0.997, 1474),
    "contained": Rule("correct", 0.990, 4527),
    "contained later": Rule("correct", 0.935, 540),
    "number": Rule("correct", 0.986, 1617),
    "number alone": Rule("correct", 0.87),
    "all words": Rule("correct", 0.925, 250),
    "all words, apart": Rule("correct", 0.931, 27),
    "part only, name": Rule("correct", 0.932, 72),
    # Part of it is there.
    "part only": Rule("partial", 0.881, 107),
    "less precise": Rule("partial", 0.912, 55),
    "some numbers": Rule("partial", 0.697, 31),
    "number, other words": Rule("ungraded", 0.818, 42),
    "further numbers": Rule("ungraded", 0.895, 141),
    "all words, scattered": Rule("ungraded", 0.893, 54),
    "last name": Rule("ungraded", 0.831, 276),
    "half the words": Rule("ungraded", 0.751, 665),
    "few words": Rule("ungraded", 0.600, 203),
    # Something else is there.
    "no overlap": Rule("incorrect", 0.198, 3179),
    "another number": Rule("incorrect", 0.169, 1059),
    "another unit": Rule("incorrect", 0.10),
    "conflicting number": Rule("incorrect", 0.30),
    "range turned round": Rule("incorrect", 0.05),
    "other bound": Rule("incorrect", 0.05),
    # Lists.
    "list, all": Rule("correct", 0.95),
    "list, all and more": Rule("partial", 0.40),
    "list, some": Rule("partial", 0.20),
    "list, mostly wrong": Rule("incorrect", 0.05),
    "list, buried": Rule("incorrect", 0.10),
    "list, none": Rule("incorrect", 0.03),
    # Yes and no, refusals, what can't be compared.
    "choice, right": Rule("correct", 0.95),
    "choice, other": Rule("incorrect", 0.03),
    "choice, several": Rule("incorrect", 0.10),
    "polarity": Rule("correct", 0.95),
    "other polarity": Rule("incorrect", 0.03),
    "no polarity": Rule("ungraded", 0.5),
    "empty": Rule("refused", 0.0),
    "refusal": Rule("refused", 0.078, 113),
    "rightly declined": Rule("correct", 0.95),
    "declined, but": Rule("ungraded", 0.5),
    "invented": Rule("incorrect", 0.03),
    "no reference": Rule("ungraded", 0.5),
    "explanatory": Rule("ungraded", 0.5),
    # Guards.
    "echo": Rule("incorrect", 0.05),
    "instruction": Rule("incorrect", 0.05),
    "endless": Rule("ungraded", 0.5),
    "negated, certain": Rule("incorrect", 0.10),
    "retracted": Rule("ungraded", 0.3),
    "attributed": Rule("ungraded", 0.5),
    "attributed, certain": Rule("incorrect", 0.20),
    "alternatives": Rule("ungraded", 0.4),
    "alternatives, certain": Rule("incorrect", 0.20),
    "hedged": Rule("ungraded", 0.5),
    "other role": Rule("ungraded", 0.3),
    "candidates": Rule("ungraded", 0.4),
}
