"""The rule grader: deterministic, under half a millisecond an answer, and silent where it can't know.

First what the answer is (empty, an order to the grader, a refusal), then whether a reference is in it (as
it stands, by its numbers, item by item, in part), then whether something speaks against the match. Each
rule has a label and a probability measured on labelled answers (`precision.py`).
"""

from __future__ import annotations

import re

from .amounts import match_amount, other_words
from .base import Case, Grade, Label
from .choices import named, options_of
from .guards import Doubt, doubt, endless, instruction_in
from .lists import items_of, score_list
from .matching import Match, after_echo, bag_of, contained, loosely, only_echo
from .normalise import Words, fold, known_words, words
from .precision import RULES
from .refusals import polarity, refusal

EXPLANATORY = 6  # a reference of more words is an explanation: graded only when it is there word for word
# What a chat model says before it answers; it is neither a refusal nor a hedge.
_BOILERPLATE = re.compile(
    r"^\s*As an AI (?:language )?(?:model|assistant),? I (?:do not|don't|can't|cannot"
    r"|am)[^.]*\.\s*(?:However,?|But)?(?=.*\w)",
    re.IGNORECASE,
)
_OTHER_WAY = re.compile(r"\b(?:yes|no|not|true|false|maybe)\b|(?<!\w)(?:네|예|아니)")
# Best first.
_LOOSE_ORDER = [
    *("all words", "part only, name", "all words, apart", "last name", "all words, scattered"),
    *("part only", "half the words", "few words", "no overlap"),
]


class RuleGrader:
    """Grades by rules alone. Safe to share between threads."""

    name = "rules"
    version = "1"

    def grade(self, case: Case) -> Grade:
        """Grade one answer; never raises on any text."""
        answer, question = words(_BOILERPLATE.sub("", case.answer)), known_words(case.question)
        if not answer.keys and not answer.text.strip(" .?-"):
            label = "incorrect" if case.kind == "unanswerable" else "refused"
            return self._grade("empty", "the answer is empty", label)
        if (order := instruction_in(answer)) and not _in_references(order, case):
            return self._grade("instruction", f"speaks to the grader: “{order}”")
        declined = refusal(answer)
        if case.kind == "unanswerable":
            return self._unanswerable(answer, declined)
        if case.kind == "choice" and (verdict := self._choice(case)):
            return verdict
        letters = options_of(case.question) if case.kind == "choice" else {}
        references = [known_words(text) for text in case.references if text.strip() and text not in letters]
        references = [r for r in references if r.keys]
        if not references:
            return self._grade("no reference", "there is no reference to compare with")
        return self._against(case, answer, question, references, declined)

    def _choice(self, case: Case) -> Grade | None:
        """The option that the answer names against the one that is right; None where it names none."""
        options = options_of(case.question)
        right = [reference for reference in case.references if reference in options]
        said = named(_BOILERPLATE.sub("", case.answer), options)
        if not right or not said:
            return None
        told = ", ".join(sorted(said))
        if len(said) > 1:
            return self._grade("choice, several", f"names several options: {told}")
        return self._grade("choice, right" if said == set(right) else "choice, other", f"names option {told}")

    def _against(
        self, case: Case, answer: Words, question: Words, references: list[Words], declined: str
    ) -> Grade:
        if (verdict := self._yes_or_no(answer, references)) is not None:
            return verdict
        if case.kind == "list" or all(_is_list(r) for r in case.references):
            match: Match | None = self._list(case, answer, question)
        else:
            match = self._find(answer, question, references)
        if (match is None or match.rule == "list, none") and declined and not _in_references(declined, case):
            return self._grade("refusal", f"declines: “{declined}”")
        if match is None:
            if all(len(r.keys) > EXPLANATORY for r in references):
                return self._grade(
                    "explanatory", "the reference is an explanation and is not there word for word"
                )
            if only_echo(answer, question):
                return self._grade("echo", "repeats the question")
            originals = [t for t in case.references if 0 < len(known_words(t).keys) <= EXPLANATORY]
            match = self._loosely(originals, answer, question)
            if declined and RULES[match.rule].label != "correct":
                return self._grade("refusal", f"declines: “{declined}”")
        return self._decide(match, answer, question, declined, case)

    def _find(self, answer: Words, question: Words, references: list[Words]) -> Match | None:
        """The reference in the answer as it stands or by its numbers; the best of several references."""
        start = after_echo(answer, question)
        right = [q for r in references for q in r.quantities] if len(references) > 1 else []
        best: Match | None = None
        for reference in references:
            pure = bool(reference.quantities) and not other_words(reference)
            found = None if pure else contained(reference, answer, start)
            if found is None and len(reference.keys) <= EXPLANATORY + 2 * len(reference.quantities):
                found = match_amount(reference, answer, question, start, right)
            if found is None and pure and not answer.quantities:
                found = contained(reference, answer, start)
            if found and found.rule == "exact":
                return found
            if found and (best is None or RULES[found.rule].probability > RULES[best.rule].probability):
                best = found
        return best

    def _loosely(self, references: list[str], answer: Words, question: Words) -> Match:
        bag = bag_of(answer, after_echo(answer, question))
        found = [loosely(reference, answer, question, bag) for reference in references]
        return min(found, key=lambda match: _LOOSE_ORDER.index(match.rule))

    def _list(self, case: Case, answer: Words, question: Words) -> Match | None:
        """The best of the reference lists; None for a reference that is no list after all."""
        scores = [
            (reference, score_list(reference, case.answer, answer, question))
            for reference in case.references
            if len(items_of(reference)) > 1
        ]
        if not scores:
            return self._find(answer, question, [known_words(r) for r in case.references if r.strip()])
        reference, score = max(scores, key=lambda pair: (pair[1].found / pair[1].wanted, -pair[1].extra))
        if score.found == score.wanted:
            rule = "list, all" if score.extra == 0 else "list, all and more"
            rule = "list, buried" if score.extra > score.wanted else rule
        elif score.found == 0:
            rule = "list, none"
        else:
            rule = "list, some" if score.extra <= score.found else "list, mostly wrong"
        return Match(rule, None, score.evidence, known_words(reference))

    def _yes_or_no(self, answer: Words, references: list[Words]) -> Grade | None:
        """A reference that is only yes or no is compared by how the answer begins."""
        wanted = {polarity(r.text) for r in references if len(r.keys) <= 2}
        if len(wanted) != 1 or 0 in wanted or any(len(r.keys) > 2 for r in references):
            return None
        said = polarity(answer.text)
        if not said:
            return None if refusal(answer) else self._grade("no polarity", "says neither yes nor no")
        if said != wanted.pop():
            return self._grade("other polarity", f"says “{answer.text[:40]}”")
        text = answer.text
        for reference in references:
            found = doubt(answer, reference, reference, (0, min(3, len(text))), [])
            # "No. 14 days." has one answer, and the value that is right
            if found and not (found.guard == "candidates" and not _OTHER_WAY.search(text[2:])):
                return self._grade(_doubt_rule(found), f"{found.guard}: “{found.evidence}”")
        return self._grade("polarity", f"says “{text[:40]}”")

    def _unanswerable(self, answer: Words, declined: str) -> Grade:
        if not declined:
            return self._grade("invented", f"answers what the documents don't: “{answer.text[:60]}”")
        if len(answer.keys) > 40 or answer.quantities:
            return self._grade("declined, but", f"declines (“{declined}”) and says more")
        return self._grade("rightly declined", f"declines, as it should: “{declined}”")

    def _decide(self, match: Match, answer: Words, question: Words, declined: str, case: Case) -> Grade:
        """Hold the guards against a match that would count."""
        rule = RULES[match.rule]
        if rule.label not in ("correct", "partial") or (
            match.span is None and not match.rule.startswith("list")
        ):
            return self._grade(match.rule, match.evidence)
        if long := endless(answer):
            return self._grade("endless", f"{match.evidence}, in an answer without end ({long})")
        if match.span is None:
            return self._grade(match.rule, match.evidence)
        if declined and match.rule != "exact" and not _in_references(declined, case):
            return self._grade("hedged", f"{match.evidence}, but “{declined}”")
        if match.rule == "exact":
            return self._grade(match.rule, f"“{match.evidence}”")
        others = [known_words(text) for text in case.references]
        if found := doubt(answer, question, match.reference, match.span, others):
            return self._grade(_doubt_rule(found), f"{match.evidence}, but {found.guard}: “{found.evidence}”")
        return self._grade(match.rule, f"“{match.evidence}”")

    def _grade(self, rule: str, evidence: str, label: Label | None = None) -> Grade:
        entry = RULES[rule]
        chosen = label or entry.label
        probability = None if chosen == "ungraded" else entry.probability
        return Grade(chosen, probability, self.name, self.version, f"{rule}: {evidence}"[:400])


def _doubt_rule(found: Doubt) -> str:
    return f"{found.guard}, certain" if found.certain else found.guard


def _in_references(phrase: str, case: Case) -> bool:
    """A reference may itself say "not available" or "full marks"."""
    return any(phrase in fold(reference) for reference in case.references)


def _is_list(reference: str) -> bool:
    """Three items or more, each short: a list, whatever the question's kind says."""
    items = items_of(reference)
    return len(items) >= 3 and all(len(item.split()) <= 5 for item in items)
