"""English wordings: questions, requests, keywords and gaps, from a fact's subject and relation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .grammar import (
    AUXILIARIES,
    HAVE,
    auxiliary_for,
    base_form,
    flip,
    is_participle,
    is_plural,
    lower_first,
    upper_first,
    verb_form,
)
from .model import FactDraft
from .phrasing_rows import Phrases, as_asked, attribute, contact, definition, keywords, term_for, the
from .things import is_person

_RELATION = re.compile(r"^(?P<before>[^{]*)\{(?P<slot>[^}]*)\}(?P<after>.*)$")
SLOT = re.compile(
    r"^(?P<lead>(?:[a-z' ]+? )??)(?P<wh>how many|how much|how long|how often|what percentage|what time|"
    r"what date|what year|what period|what number|what address|what value|which days?|what|whom|who|when|"
    r"where)(?P<rest>(?: .*)?)$"
)


def english(fact: FactDraft) -> Phrases:
    """(template, text) pairs for an English fact."""
    subject, qualifier = fact.subject_and_qualifier
    if fact.relation == "definition":
        return definition(subject)
    if fact.relation == "term":
        return term_for(subject)
    if fact.relation == "question":
        return as_asked(subject)
    if fact.kind == "contact" and fact.relation in ("e-mail address", "phone number"):
        return contact(fact.subject, fact.relation)
    if "{" in fact.relation:
        return _qualified(_frame(fact, subject), qualifier)
    verb = fact.relation.split()[0]
    if (
        verb_form(verb) == "third"
        and len(fact.relation.split()) == 1
        and verb.lower() not in ("costs", "charges", "needs", "holds", "works", "names")
    ):
        slot = (
            "at what time"
            if re.search(r"\d[:.]\d\d|[ap]\.?m\b|noon", fact.answer)
            else "when"
            if re.search(r"\d", fact.answer)
            else "what"
        )
        return _qualified(_frame(fact, the(subject), f"{verb.lower()} {{{slot}}}"), qualifier)
    return attribute(fact, subject, qualifier)


_PREPOSITION_LAST = re.compile(r" (?:to|for|on|in|by|with|from|of|at|as|into|about|through)$")


@dataclass(frozen=True)
class Parts:
    """A frame taken apart, from the asker's side."""

    subject: str
    before: str  # the predicate up to the slot, as stated
    auxiliary: str
    rest: str  # the predicate up to the slot, after the auxiliary
    slot: str
    after: str

    @property
    def question(self) -> str:
        """ "within how many days are refunds paid" """
        if self.subject == "there":
            return f"{self.slot} {self.auxiliary} there {self.rest} {self.after}"
        return f"{self.slot} {self.auxiliary} {self.subject} {self.rest} {self.after}"

    @property
    def clause(self) -> str:
        """ "within how many days refunds are paid" """
        return f"{self.slot} {self.subject} {self.before} {self.after}"


def parts_of(subject: str, relation: str, *, asker: bool) -> Parts:
    """A frame taken apart; from the asker's side "you" becomes "I" and "we" becomes "you"."""
    match = _RELATION.match(relation)
    before, slot, after = (part.strip() for part in match.groups()) if match else (relation, "what", "")
    if asker:
        subject, before, slot, after = (
            flip(subject),
            flip(f" {before}").strip(),
            flip(slot),
            flip(f" {after} ").strip(),
        )
    words = before.split()
    first = words[0] if words else "is"
    perfect = first in HAVE and len(words) > 1 and is_participle(words[1])
    if first in AUXILIARIES or perfect:
        auxiliary, rest = first, " ".join(words[1:])
    else:
        auxiliary, rest = auxiliary_for(first), " ".join([base_form(first), *words[1:]])
    if subject == "I":
        agreed = {"are": "am", "were": "was"}.get(first, first)
        before = " ".join([agreed, *words[1:]])
        auxiliary = {"are": "am", "were": "was"}.get(auxiliary, auxiliary)
    return Parts(subject, before, auxiliary, rest, slot, after)


def _frame(fact: FactDraft, subject: str, relation: str = "") -> Phrases:
    relation = relation or fact.relation
    doer = re.match(r"\{(who|what)\} (.+)$", relation)
    if doer:
        yield from _who(subject, doer.group(2), doer.group(1))
        return
    parts = parts_of(subject, relation, asker=True)
    stated = parts_of(subject, relation, asker=False)
    question, clause = parts.question, parts.clause
    yield "direct.plain", f"{upper_first(question)}?"
    yield "embedded.tell", f"Tell me {clause}."
    yield "embedded.could", f"Could you tell me {clause}?"
    yield "embedded.know", f"I'd like to know {clause}."
    if subject != "there":
        yield "in_place.plain", f"{upper_first(parts.subject)} {parts.before} {parts.slot} {parts.after}?"
    gap = _gap(fact, stated.slot)
    sentence = f"{upper_first(stated.subject)} {stated.before} {gap} {stated.after}".strip()
    yield "gap.complete", f"Complete the sentence: {sentence}."
    yield "gap.fill", f"Fill in the gap: {sentence}."
    noun = _noun_form(fact, parts)
    if noun:
        verb = (
            "are"
            if is_plural(noun)
            and not re.match("the (?:number|amount|percentage|length|date|time|place|person)", noun)
            else "is"
        )
        yield "noun.give", f"Please give {noun}."
        yield "noun.look", f"I'm looking for {noun}."
        yield "noun.remind", f"Remind me of {noun}, please."
        yield "named.what", f"What {verb} {noun}?" if "direct" not in noun else ""
    short = keywords(f"{parts.subject} {parts.before} {parts.after}")
    ask = keywords(parts.slot)
    split = bool(parts.after) and _PREPOSITION_LAST.search(parts.before) is not None
    if split or len(short.split()) > 10:
        pass  # "I refer for more information": without its slot the preposition says nothing
    elif parts.slot in ("what", "who") and len(short.split()) > 1:
        yield "keyword.plain", f"{short}?"
        yield "keyword.and", f"question about {short}"
    elif parts.slot not in ("what", "who"):
        yield "keyword.plain", f"{short} {ask}?"
        yield "keyword.first", f"{ask} {short}"
    yield from _topic(parts, short)
    yield "direct.quick", f"Quick question: {question}?"
    yield "direct.sorry", f"Sorry, {question}?"
    if fact.kind == "list":
        yield "listed.all", f"Please list all of them: {question}?"


def _topic(parts: Parts, short: str) -> Phrases:
    """The subject first, then the question about it."""
    subject = parts.subject
    if (
        subject.lower() in ("i", "you", "we", "there")
        or " " not in subject
        and subject[:1].isupper()
        and len(subject) < 3
    ):
        return
    if is_person(subject) or re.match(r"(?:Mr|Mrs|Ms|Dr)\b", subject):
        return
    number = {
        "is": "it",
        "was": "it",
        "does": "it",
        "has": "it",
        "are": "they",
        "were": "they",
        "do": "they",
        "have": "they",
    }
    pronoun = number.get(parts.auxiliary, "they" if is_plural(subject) else "it")
    if parts.slot != "who":
        yield (
            "topic.about",
            f"About {subject}: {parts.slot} {parts.auxiliary} {pronoun} {parts.rest} {parts.after}?",
        )
        yield (
            "topic.dash",
            f"{upper_first(subject)} – {parts.slot} {parts.auxiliary} {pronoun} {parts.rest} {parts.after}?",
        )
    split = bool(parts.after) and _PREPOSITION_LAST.search(parts.before) is not None
    if parts.before not in ("is", "are", "was", "were") and not split:
        yield "split.dash", f"{upper_first(subject)} {parts.before} {parts.after} – {parts.slot}?"


def _who(subject: str, verb: str, who: str) -> Phrases:
    thing = flip(subject)
    base = base_form(verb.split()[0])
    name = "person or body that" if who == "who" else "name of what"
    yield "direct.plain", f"{upper_first(who)} {verb} {thing}?"
    yield "embedded.tell", f"Tell me {who} {verb} {thing}."
    yield "embedded.could", f"Could you tell me {who} {verb} {thing}?"
    yield "embedded.know", f"I'd like to know {who} {verb} {thing}."
    yield "gap.complete", f"Complete the sentence: ___ {verb} {subject}."
    yield "noun.give", f"Please give the {name} {verb} {thing}."
    yield "noun.look", f"I'm looking for the {name} {verb} {thing}."
    yield "keyword.plain", f"{who} {verb} {keywords(thing)}"
    if len(thing.split()) <= 6:
        yield "in_place.plain", f"{upper_first(thing)}: {who} {verb} that?"
        yield "keyword.first", f"{keywords(thing)} {base} {who}?"
    yield (
        "topic.about",
        f"About {thing}: which {'person or body' if who == 'who' else 'name'} belongs before “{verb}”?",
    )
    yield "direct.quick", f"Quick question: {who} {verb} {thing}?"


def _gap(fact: FactDraft, slot: str) -> str:
    match = SLOT.match(slot)
    if not match:
        return "___"
    lead, wh, rest = match.group("lead").strip(), match.group("wh"), match.group("rest").strip()
    if wh == "how often":
        return "every ___" if not fact.answer.startswith("every") else "___"
    if wh == "how many":
        unit = rest.split(" ")[0] if rest else ""
        counted = (
            fact.kind == "number"
            and not re.search(r"[A-Za-z]{2,}$", fact.answer.split(" ")[-1])
            or unit not in fact.answer
            and fact.kind == "number"
        )
        tail = rest if counted else " ".join(rest.split(" ")[1:])
        return f"{lead} ___ {tail}".strip()
    if wh == "what percentage" or wh in ("how much", "how long", "what value"):
        return f"{lead} ___ {rest}".strip()
    if wh == "what" and rest:
        return f"a {rest} of ___" if fact.kind in ("money", "percentage", "number", "duration") else "___"
    if wh == "when" and not lead:
        return (
            "on ___"
            if fact.kind == "date" and re.match(r"\d|[A-Z]\w+day", fact.answer)
            else "in ___"
            if fact.kind == "date"
            else "___"
        )
    return f"{lead} ___ {rest}".strip()


def _noun_form(fact: FactDraft, parts: Parts) -> str:
    """What is asked for as a noun phrase: "the number of days within which refunds are paid"."""
    match = SLOT.match(parts.slot)
    if not match or parts.subject == "there":
        return ""
    lead, wh, rest = match.group("lead").strip(), match.group("wh"), match.group("rest").strip()
    statement = f"{parts.subject} {parts.before} {parts.after}".strip()
    if wh in ("what", "who") and not lead and not rest:
        if parts.before in ("is", "are", "was", "were"):
            return f"{parts.subject} {parts.after}".strip() if parts.subject[:1].islower() else ""
        if parts.rest == "called" or "called" in parts.after:
            return f"the name of {parts.subject}"
        return f"everything that {statement}" if fact.kind == "list" else ""
    if wh in ("who", "whom") and not lead and parts.before.endswith(" by"):
        return f"the person or body that {statement}"
    if wh == "what" and rest == "colour":
        return f"the colour of {parts.subject}"
    nouns = {
        "how much": "the amount",
        "how many": f"the number of {rest}",
        "how long": "the length of time",
        "what percentage": f"the percentage {rest}".strip(),
        "what time": "the time",
        "when": "the date",
        "what year": "the year",
        "where": "the place",
        "whom": "the person or body",
    }
    noun = nouns.get(wh)
    if noun is None or lead in (
        "up to",
        "at least",
        "at most",
        "more than",
        "less than",
        "fewer than",
        "no more than",
    ):
        return ""
    if wh in ("where", "when") and not lead:
        return f"{noun} {'where' if wh == 'where' else 'when'} {statement}"
    if wh == "how much" and parts.before in ("is", "are", "was", "were"):
        return f"{parts.subject} {parts.after}".strip() if parts.subject[:1].islower() else ""
    if lead:
        return (
            f"{noun} {lead} {'whom' if wh == 'whom' else 'which'} {statement}"
            if lead
            in ("within", "at", "by", "until", "from", "after", "before", "in", "on", "since", "for", "with")
            else ""
        )
    return f"{noun} {statement}" if wh == "how long" else f"{noun} that {statement}"


def _qualified(phrases: Phrases, qualifier: str) -> Phrases:
    """The phrases with the context that the subject needs, placed as the structure allows."""
    if not qualifier:
        yield from phrases
        return
    plain = lower_first(qualifier)
    for template, text in phrases:
        family = template.split(".")[0]
        if not text:
            continue
        if family == "keyword":
            yield template, f"{plain} {text}"
        elif family == "gap":
            lead, _, sentence = text.partition(": ")
            yield template, f"{lead} (topic: {plain}): {sentence}"
        elif family in ("embedded", "noun", "listed"):
            yield template, f"{text[:-1]} ({plain}){text[-1]}"
        elif family in ("topic", "split", "named"):
            yield (
                template,
                f"On the subject of “{plain}”: "
                f"{lower_first(text, proper=False) if not text.startswith(('About', 'I ')) else text}",
            )
        elif family == "in_place":
            yield template, f"{text[:-1]}, as regards {plain}?"
        else:
            yield template, f"{upper_first(plain)}: {lower_first(text, proper=False)}"
