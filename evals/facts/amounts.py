"""Frames whose answer is a value: an amount, a share, a length of time, a date, a count."""

from __future__ import annotations

import re

from .asking import ATTACHED, BEFORE_VALUE, LOOSE, STRANDED, question_words
from .frame import CUT, TRAILING, Frame, checked
from .grammar import BE, HAVE, MODALS, base_form, is_participle, plural, verb_form
from .model import words_of
from .values import Value, find_values

_KINDS = {
    "money": "money", "percentage": "percentage", "date": "date", "year": "date", "days": "date",
    "period": "short", "time": "time",
    "duration": "duration", "measure": "number", "count": "number",
}  # fmt: skip
_WHEN = frozenset({"date", "year", "period", "days", "time"})
_TAIL_VERB = re.compile(r"\s(?:and|or|but)\s+(\w+)")
_RANGED = re.compile(r" to |[-–]")
_RELATIVE = re.compile(
    r"\s(?:that|who|which|where|whose|when|if|because|than|how|whether|what|"
    r"(?:after|before|until|once|as|since) (?:you|we|they|it|he|she|your|our))\s"
)
_AFTER_AMOUNT = re.compile(
    r"$|,|\s(?:of|in|on|for|per|an?|each|more|less|to|from|by|at|when|if|unless|as|after|before|during|off|"
    r"higher|lower|old|"
    r"long|wide|high|deep|away|ago|earlier|later|ahead|prior|following|with|without|until|till|through|"
    r"throughout|while|since|"
    r"because|every|between|plus|where|apart|in|into|once|about|across|within|over|under|near|behind|outside|"
    r"inside|towards?|"
    r"against|and|or|but|so|then|above|below|beyond|around|via|using|free|back|again|except|provided|whenever|"
    r"only|straight)\b"
    r"|\s[–—-]\s|\s?[;:(]"
)
_LASTING = words_of(
    """
    last take wait have work run stay spend serve get receive need allow give live keep hold continue remain sleep rest
    cover offer require
    """
)
_PAIRED = re.compile(r"[\d%] (?:and|or|to|plus) $|\b(?:either|both|between|and|or|plus) $")
_OTHER_VALUE = re.compile(
    r"\s*(?:or|and|to|-|–)\s*(?:[\d$€£]|an? )|\s(?:or|and) (?:more|less|over|under|fewer)\b|.*\b(?:and|or) [\d$€£]"
)
_NOUN_OF = re.compile(r"\b(?:a|an|the)\s+((?:[\w-]+ ){0,2}[\w-]+)\s+of\s+(?:up to |at least )?$")
_NOT_A_NOUN = re.compile(
    r"\b(?:total|maximum|minimum|average|period|end|beginning|start|age|number|series|part|least|most)$"
)
_STRAY_NOUN = re.compile(r"\b(?:a|an) [\w-]+ $|\bc\. $")
_NOUN_BEFORE = re.compile(r"\b(?:the|its|their) [\w-]+ $")
_GIVING = re.compile(
    r"^(?:(?:can|must|will|should|may|shall) )?(?:costs?|pays?|paid|gives?|gave|earns?|saves?|charges?|charged|"
    r"takes?|took|"
    r"allows?|sends?)\b"
)
_DIMENSION = re.compile(r"^\s(long|wide|high|deep|old)$")


def value_frames(subject: str, predicate: str, front: int) -> list[Frame | str]:
    """A frame for each value of a predicate whose last `front` characters stood at the sentence's head."""
    results: list[Frame | str] = []
    boundary = len(predicate) - front if front else len(predicate)
    first = predicate.split(" ", 1)[0]
    for value in find_values(predicate):
        inside = value.end <= boundary
        after = predicate[value.end : boundary] if inside else predicate[value.end :]
        before, moved = predicate[: value.start], predicate[boundary:].strip() if front and inside else ""
        # The clause that the value stands in: nothing after a cut belongs to it, except the fronted part.
        after = after.rstrip()
        clause = CUT.sub("", after)
        if not inside:
            head = predicate[:boundary].rstrip()
            if value.kind in _WHEN and (
                first in BE - {"was", "were"} or verb_form(first) in ("third", "base")
            ):
                # "In 2019, the limit is $2,040" tells the limit, not the year.
                results.append("no_question_words")
                continue
            if CUT.sub("", head) != head and re.match(r" and ", head[len(CUT.sub("", head)) :]):
                results.append("complex_sentence")
                continue
            before = f"{CUT.sub('', head)} {predicate[boundary : value.start].lstrip()}"
        if re.match(r"\s-\s", after[len(clause) :]):
            results.append("broken_text")  # "40% of their pre - retirement income"
        else:
            results.append(_why_not(before, value, clause) or _frame(subject, before, value, (clause, moved)))
    return results


def _frame(subject: str, before: str, value: Value, rest: tuple[str, str]) -> Frame | str:
    """`before` and `rest` (what follows in the clause, what was fronted) are the predicate around the value."""
    answer = value.text
    loose = LOOSE.search(before)
    if loose and value.kind not in _WHEN:
        answer, before = f"{loose.group().strip()} {answer}", before[: loose.start()]
    asked = _asked(before, value, bool(loose))
    if asked is None:
        return "no_question_words"
    kept, question, bare = asked
    after, moved = rest
    if value.kind == "count" and after.startswith(" " + value.noun):
        after = after[len(value.noun) + 1 :]
    attached, tail = _attached(after)
    if re.match(r"\s(?:and|or)\b", after) or attached and value.kind in _WHEN:
        return "several_values"
    if value.kind == "money" and attached.startswith(" of "):
        return "no_question_words"  # "requires $5 of capital"
    if any(other.kind == value.kind for other in find_values(f"{tail} {attached} {moved}")):
        return "several_values"
    if re.search(r"\b(?:from|of|before|after|to|following|since)$", attached):
        return "complex_sentence"
    if len(tail.split()) > 14 or len(kept.split()) > 16 or len(attached.split()) > 10:
        return "long"
    dimension = _DIMENSION.match(attached)
    if question.endswith("how long") and re.search(r"\b(?:receive|get|earn|accrue|donate)s?$", kept.strip()):
        unit = re.search(r"[a-z]+$", value.text)
        question = question.removesuffix("how long") + f"how many {plural(unit.group()) if unit else 'hours'}"
    if question == "how often":
        answer = f"every {answer}"
    elif dimension and kept.strip() in BE:
        question, attached = f"how {dimension.group(1)}", ""
    elif kept.strip() in BE and bare and value.kind in ("measure", "count"):
        # "The range is 90 km" asks for what the range is, not how many kilometres it is.
        question = "what"
        answer = answer if value.kind == "measure" else f"{answer} {value.noun}"
    elif attached and question.endswith("how long"):
        unit = re.search(
            r"(?:(?:full|business|working|calendar|consecutive|school|more) )?[a-z]+$", value.text
        )
        question = f"{question.removesuffix('how long')}how many {plural(unit.group()) if unit else 'days'}"
    relation = " ".join(f"{kept.strip()} {{{question}{attached}}} {tail} {moved}".split())
    return checked(Frame(_KINDS[value.kind], subject, relation, answer))


def _asked(before: str, value: Value, loose: bool) -> tuple[str, str, bool] | None:
    """(predicate before the question words, the question words, whether nothing stood between), or None."""
    lead = BEFORE_VALUE.search(before)
    if lead is None:
        return None
    prep, qualifier, article = ((lead.group(name) or "").strip() for name in ("prep", "qualifier", "article"))
    kept = before[: lead.start()]
    if prep.lower() in STRANDED and not qualifier and value.kind in ("money", "percentage", "measure"):
        kept, prep = f"{kept}{prep}", ""
    elif value.kind == "date" and not prep and not qualifier:
        # "Enrollment starts October 1": only right after a verb.
        words = kept.split()
        if not words or not (verb_form(words[-1]) or is_participle(words[-1])):
            return None
    elif not prep and not qualifier and not loose and _noun_in_between(kept):
        return None
    question = question_words(value, prep.lower(), qualifier.lower(), article)
    if question is not None:
        return kept, question, not prep and not qualifier
    noun = _NOUN_OF.search(before)
    if noun is None or value.kind not in ("money", "percentage", "measure", "duration"):
        return None
    kept = before[: noun.start()]
    if _NOT_A_NOUN.search(noun.group(1)) or re.search(r"\b(?:at|to|with|in|on|for|by) $", kept):
        return None
    return kept, f"what {noun.group(1)}", False


def _noun_in_between(kept: str) -> bool:
    """Whether an object stands before the value ("a height 75 metres"); a verb of giving may have one."""
    return bool(_STRAY_NOUN.search(kept)) or bool(_NOUN_BEFORE.search(kept)) and not _GIVING.match(kept)


def _why_not(before: str, value: Value, after: str) -> str:
    """Why the value can't be asked for on its own, or ""."""
    words = before.split()
    last = words[-1].lower() if words else ""
    if CUT.search(before.rstrip()) or _RELATIVE.search(before) or _joins_verbs(before):
        return "complex_sentence"
    if _OTHER_VALUE.match(after) or _PAIRED.search(before):
        return "several_values"
    if any(other.kind == value.kind for other in find_values(before)):
        return "several_values"
    if value.kind in ("date", "year", "period") and re.match(r"(?:is|are|was|were) (?:an?|the) ", before):
        return "complex_sentence"  # "was a suite developed in 1985": the year belongs to the thing
    if last == "from" and _RANGED.search(value.text) and value.kind not in _WHEN:
        return "several_values"
    if last in ("first", "last", "next", "maximum", "minimum", "half"):
        return "part_of_a_name"
    if re.search(r"\b(?:in charge of|for|of) \w+ing [\w ]*$", before) and value.kind == "money":
        return "complex_sentence"
    if value.kind == "count" and last in ("all", "these", "those", "the", "both", "following", "other"):
        return "refers_back"
    a_day = value.kind == "duration" and re.match(r" an? day\b", after)
    if before.endswith("~") or re.match(r"-\w|/|[’'%]", after) or a_day:
        return "part_of_a_name"
    if value.kind not in _WHEN and value.kind != "count" and not _AFTER_AMOUNT.match(after):
        return "part_of_a_name"
    lasting = len(words) != 1 or not verb_form(last) or base_form(last) in _LASTING
    return "" if value.kind != "duration" or lasting else "no_question_words"


def _joins_verbs(before: str) -> bool:
    """Whether the value belongs to a second verb or to a participle inside a noun phrase."""
    words = before.split()
    joined = re.search(r"^\S+ .*\band (\w+) ", before)
    if joined and verb_form(joined.group(1)) == "base" and words.index("and") > 1:
        return True
    if re.search(r"\b(?:a|an|the) [\w-]+ (?:portion|part|share) $", before):
        return True
    bare = BEFORE_VALUE.sub("", before).split()
    if len(bare) < 2 or not is_participle(bare[-1]):
        return False
    helper = bare[-2]
    verbal = (
        helper in BE or helper in HAVE or helper in MODALS or helper in ("be", "been", "being", "get", "to")
    )
    return not verbal and not helper.endswith("ly")


def _attached(after: str) -> tuple[str, str]:
    """(what goes along with the question words, the tail): "14 days of the return" keeps "of the return"."""
    clean = TRAILING.sub("", after)
    if ATTACHED.match(after):
        cut = re.search(r"\s(?:if|when|unless|until|except)\s|,", clean)
        return (clean[: cut.start()], clean[cut.start() :].strip(" ,")) if cut else (clean, "")
    verb = _TAIL_VERB.search(clean)
    return "", (clean[: verb.start()] if verb and verb_form(verb.group(1)) else clean).strip()
