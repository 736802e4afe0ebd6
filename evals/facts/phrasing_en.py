"""English wordings: questions, requests, keywords and gaps, from a fact's subject and relation."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    with_article,
)
from .model import FactDraft, words_of

Phrases = Iterator[tuple[str, str]]

_SUBJECT = re.compile(r"^(?P<subject>.+?)(?: \((?P<qualifier>[^()]+)\))?$")
_RELATION = re.compile(r"^(?P<before>[^{]*)\{(?P<slot>[^}]*)\}(?P<after>.*)$")
_SLOT = re.compile(
    r"^(?P<lead>(?:[a-z' ]+? )??)(?P<wh>how many|how much|how long|how often|what percentage|what time|what date|what year|what value|which days?|what|whom|who|when|where)(?P<rest>(?: .*)?)$"
)
_DROP = words_of(
    """
    a an the is are was were be been will would must can could should may might do does did has have had
    to that which
    """
)


def english(fact: FactDraft) -> Phrases:
    """(template, text) pairs for an English fact."""
    match = _SUBJECT.match(fact.subject)
    subject, qualifier = (
        (match.group("subject"), match.group("qualifier") or "") if match else (fact.subject, "")
    )
    if fact.relation == "definition":
        return _definition(subject)
    if fact.relation == "term":
        return _term(subject)
    if fact.relation == "question":
        return _as_asked(subject)
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
    return _attribute(fact, subject, qualifier)


def the(name: str) -> str:
    """A row's name inside a sentence: "City bike" → "the city bike", "Pell Lock Hut" stays."""
    text = lower_first(name)
    if text[:1].islower() and not is_plural(text) and not text.endswith("ing"):
        return with_article(text)
    return text


@dataclass(frozen=True)
class _Parts:
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


def _parts(subject: str, relation: str, *, asker: bool) -> _Parts:
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
    perfect = first in HAVE and len(words) > 1 and is_participle(words[-1])
    if first in AUXILIARIES or perfect:
        auxiliary, rest = first, " ".join(words[1:])
    else:
        auxiliary, rest = auxiliary_for(first), " ".join([base_form(first), *words[1:]])
    if subject == "I":
        agreed = {"are": "am", "were": "was"}.get(first, first)
        before = " ".join([agreed, *words[1:]])
        auxiliary = {"are": "am", "were": "was"}.get(auxiliary, auxiliary)
    return _Parts(subject, before, auxiliary, rest, slot, after)


def _frame(fact: FactDraft, subject: str, relation: str = "") -> Phrases:
    relation = relation or fact.relation
    if relation.startswith("{who}"):
        yield from _who(subject, relation.removeprefix("{who}").strip())
        return
    parts = _parts(subject, relation, asker=True)
    stated = _parts(subject, relation, asker=False)
    question, clause = parts.question, parts.clause
    yield "direct.plain", f"{upper_first(question)}?"
    yield "embedded.tell", f"Tell me {clause}."
    yield "embedded.could", f"Could you tell me {clause}?"
    yield "embedded.know", f"I'd like to know {clause}."
    if subject != "there":
        yield "in_place.plain", f"{upper_first(parts.subject)} {parts.before} {parts.slot} {parts.after}?"
    gap = _gap(fact, parts.slot)
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
    short = _keywords(f"{parts.subject} {parts.before} {parts.after}")
    ask = _keywords(parts.slot)
    if parts.slot in ("what", "who") and len(short.split()) > 1:
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


def _topic(parts: _Parts, short: str) -> Phrases:
    """The subject first, then the question about it."""
    subject = parts.subject
    if (
        subject.lower() in ("i", "you", "we", "there")
        or " " not in subject
        and subject[:1].isupper()
        and len(subject) < 3
    ):
        return
    pronoun = "they" if is_plural(subject) else "it"
    if parts.slot != "who":
        yield (
            "topic.about",
            f"About {subject}: {parts.slot} {parts.auxiliary} {pronoun} {parts.rest} {parts.after}?",
        )
        yield (
            "topic.dash",
            f"{upper_first(subject)} – {parts.slot} {parts.auxiliary} {pronoun} {parts.rest} {parts.after}?",
        )
    if parts.before not in ("is", "are", "was", "were"):
        yield "split.dash", f"{upper_first(subject)} {parts.before} {parts.after} – {parts.slot}?"


def _who(subject: str, verb: str) -> Phrases:
    thing, verb = flip(subject), verb
    base = base_form(verb.split()[0])
    yield "direct.plain", f"Who {verb} {thing}?"
    yield "embedded.tell", f"Tell me who {verb} {thing}."
    yield "embedded.could", f"Could you tell me who {verb} {thing}?"
    yield "embedded.know", f"I'd like to know who {verb} {thing}."
    yield "in_place.plain", f"{upper_first(thing)}: who {verb} that?"
    yield "gap.complete", f"Complete the sentence: ___ {verb} {subject}."
    yield "noun.give", f"Please name the person who {verb} {thing}."
    yield "noun.look", f"I'm looking for the person who {verb} {thing}."
    yield "keyword.plain", f"who {verb} {_keywords(thing)}"
    yield "keyword.first", f"{_keywords(thing)} {base} who?"
    yield "topic.about", f"About {thing}: which person {verb} it?"
    yield "direct.quick", f"Quick question: who {verb} {thing}?"


def _gap(fact: FactDraft, slot: str) -> str:
    match = _SLOT.match(slot)
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


def _noun_form(fact: FactDraft, parts: _Parts) -> str:
    """What is asked for as a noun phrase: "the number of days within which refunds are paid"."""
    match = _SLOT.match(parts.slot)
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
    if lead:
        return (
            f"{noun} {lead} {'whom' if wh == 'whom' else 'which'} {statement}"
            if lead
            in ("within", "at", "by", "until", "from", "after", "before", "in", "on", "since", "for", "with")
            else ""
        )
    return f"{noun} {statement}" if wh == "how long" else f"{noun} that {statement}"


def _keywords(text: str) -> str:
    return " ".join(word.strip(",") for word in text.split() if word.lower() not in _DROP)


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
                f"On the subject of “{plain}”: {lower_first(text, proper=False) if not text.startswith(('About', 'I ')) else text}",
            )
        elif family == "in_place":
            yield template, f"{text[:-1]}, as regards {plain}?"
        else:
            yield template, f"{upper_first(plain)}: {lower_first(text, proper=False)}"


_ATTRIBUTE = re.compile(
    r"\b(?:price|prices|fee|fees|cost|costs|rate|deposit|charge|age|weight|height|length|width|size|time|times|duration|hours|phone|telephone|e-?mail|address|contact|manager|keeper|"
    r"capacity|number|code|torque|tool|date|deadline|limit|limits|name|term|period|pressure|colour|color|location|place|room|owner|supplier|brand|model|type|kind|status|level|team|role|title|"
    r"department|office|region|area|city|country|state|salary|amount|total|quantity|stock|share|percentage|discount|premium|version|language|category|frequency|range|speed|"
    r"power|voltage|battery|distance|warranty|guarantee|interval|trainer|instructor|teacher|shelf|extension|deductible|copay|purpose|position|gender|author|partner|"
    r"mileage|instalment|payment|rent|value|grade|score|rank)\b(?:\s(?:of|for|per|in|to|on)\b.*|\s\(.*)?$",
    re.IGNORECASE,
)


def _attribute_noun(fact: FactDraft) -> str:
    """A column's heading as a noun: "Deposit" → deposit; "Full day" over a price → full day price."""
    heading = re.sub(r"\s*\((?:in )?[€$£₩%a-z°/ ]{1,12}\)$", "", fact.relation).strip()
    lower = lower_first(heading) if not heading.isupper() or len(heading) > 4 else heading
    if re.match(r"^(?:no\.?|#|number|nr\.?) of ", lower, re.IGNORECASE):
        return re.sub(r"^(?:no\.?|#|nr\.?) of", "number of", lower, flags=re.IGNORECASE)
    if _ATTRIBUTE.search(lower):
        return lower
    if re.search(r"[$€£₩]|\b(?:euros?|dollars?|won)\b", fact.answer):
        return f"{lower} price" if not re.match(r"(?:price|cost)", lower) else lower
    if re.search(r"\d{1,2}[:.]\d{2}", fact.answer):
        return f"{lower} time"
    if re.fullmatch(r"[\d.,]+\s?%?", fact.answer):
        return f"{lower} figure"
    return f"“{heading}” entry"


def _attribute(fact: FactDraft, name: str, qualifier: str) -> Phrases:
    noun, row = _attribute_noun(fact), the(name)
    be = "are" if is_plural(noun) else "is"
    proper = row[:1].isupper() and " " in row
    on = "" if not qualifier or proper and fact.relation.count(" ") else f" ({lower_first(qualifier)})"
    yield "direct.plain", f"What {be} the {noun} of {row}{on}?"
    yield "give.tell", f"Tell me the {noun} for {row}{on}."
    yield "give.could", f"Could you give me the {noun} for {row}{on}, please?"
    yield "wanted.know", f"I'd like to know the {noun} of {row}{on}."
    yield "wanted.look", f"I'm looking for the {noun} of {row}{on}."
    yield "fronted.for", f"For {row}{on}, what {be} the {noun}?"
    yield (
        "has.which",
        f"Which {noun} does {row} have{on}?" if not is_plural(row) else f"Which {noun} do {row} have{on}?",
    )
    yield "topic.colon", f"{upper_first(name)}{on}: what {be} the {noun}?"
    yield "topic.about", f"About {row}{on}: what {be} the {noun}?"
    yield "keyword.row", f"{lower_first(name)} {noun}{on}?"
    yield "keyword.column", f"{noun} {lower_first(name)}{on}"
    yield "gap.complete", f"Complete the sentence: the {noun} of {row}{on} {be} ___."
    yield "in_place.plain", f"The {noun} of {row}{on} {be} what?"
    yield "asked.guest", f"Somebody asked me about {row}{on}. Which {noun} should I name?"
    if qualifier:
        yield "lookup.table", f"In the table “{qualifier}”, what stands for “{name}” under “{fact.relation}”?"
    if noun.startswith("number of "):
        do = "do" if is_plural(row) else "does"
        yield "count.many", f"How many {noun.removeprefix('number of ')} {do} {row} have{on}?"


def _definition(term: str) -> Phrases:
    be = "are" if is_plural(term) else "is"
    mean = "do" if be == "are" else "does"
    bare = re.sub(r"^(?:an?|the) ", "", term)
    yield "direct.plain", f"What {be} {term}?"
    yield (
        "mean.what",
        f"What {mean} {term} mean?"
        if not term.startswith(("a ", "an "))
        else f"What does the term “{bare}” mean?",
    )
    yield "embedded.tell", f"Tell me what {term} {be}."
    yield "embedded.know", f"I'd like to know what {term} {be}."
    yield "define.short", f"Define “{bare}” in a few words."
    yield "meant.by", f"What is meant by “{bare}”?"
    yield "defined.how", f"How {be} {term} defined?"
    yield "gap.complete", f"Complete the sentence: {upper_first(term)} {be} ___."
    yield "keyword.plain", f"{bare} meaning"
    yield "keyword.def", f"definition of {bare}?"
    yield "topic.word", f"I came across the word “{bare}”. How would you put it in one phrase?"
    yield "in_place.plain", f"{upper_first(term)} {be} what, in short?"
    yield "direct.quick", f"Quick question: what {be} {term}?"


def _term(description: str) -> Phrases:
    halves = description.split()
    start = " ".join(halves[: max(5, len(halves) * 2 // 3)])
    yield "direct.term", f"What is the term for {description}?"
    yield "which.means", f"Which term means “{description}”?"
    yield "call.you", f"What do you call {description}?"
    yield "called.what", f"{upper_first(description)}: what is it called?"
    yield "name.give", f"Please name the term that is described as “{description}”."
    yield "gap.is", f"Complete the sentence: ___ is {description}."
    yield "look.word", f"I'm looking for the word for {description}."
    yield "keyword.plain", f"word for {_keywords(description)}?"
    if len(halves) > 9 and re.search(r"\b(?:that|who|which|of|for|to|where|with)\b", start):
        cut = re.sub(
            r"\s+(?:of|for|to|a|an|the|that|who|which|with|and|or|in|on|by|your|are|is|where|at|from|as|be|have|has|can|will)$",
            "",
            start,
        )
        cut = re.sub(r"\s+(?:of|for|to|a|an|the|that|who|which|with|and|or|in|on|by)$", "", cut)
        if len(cut.split()) >= 6:
            yield "begins.term", f"One of the terms is explained with words that begin “{cut} …”. Which one?"


_ASKED = re.compile(
    r"^(?P<wh>(?:how|what|where|when|who|which|why)\b.*?) (?P<aux>is|are|was|were|can|could|do|does|did|should|must|may|will|would) (?P<who>I|you|we|there|they|it) (?P<rest>.*)\?$",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?P<aux>is|are|was|were|can|could|do|does|did|should|must|may|will|would|am) (?P<who>I|you|we|there|they) (?P<rest>.*)\?$",
    re.IGNORECASE,
)


def _as_asked(question: str) -> Phrases:
    text = question if question.endswith("?") else question + "?"
    inner = lower_first(text, proper=False)
    yield "direct.plain", text
    match = _ASKED.match(text) or _YES_NO.match(text)
    if match:
        parts = match.groupdict()
        auxiliary = "" if parts["aux"].lower() in ("do", "does", "did") else parts["aux"].lower()
        opening = lower_first(parts.get("wh") or "whether", proper=False)
        clause = f"{opening} {parts['who']} {auxiliary} {parts['rest']}"
        yield "embedded.tell", f"Tell me {clause}."
        yield "embedded.know", f"I'd like to know {clause}."
        yield "embedded.could", f"Could you tell me {clause}?"
        yield "keyword.rest", f"{_keywords(parts['rest'])}?"
    yield "direct.quick", f"Quick question: {inner}"
    yield "reported.guest", f"A customer wants to know: “{text}” What do we say?"
    yield "faq.answer", f"What is the answer to “{text}”?"
    yield (
        "keyword.plain",
        " ".join(
            word
            for word in _keywords(inner.rstrip("?")).split()
            if word.lower() not in ("i", "you", "my", "we")
        ),
    )
