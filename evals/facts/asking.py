"""Which question words stand for a value: "within 14 days" → within how many days, "on 3 May" → when."""

from __future__ import annotations

import re

from .values import Value

QUALIFIERS = (
    r"(?:up to|at least|at most|no more than|not more than|no later than|no less than|not less than|no fewer than|"
    r"a maximum of|a minimum of|a total of|as much as|as many as|as little as|only|exceeding|not exceeding|between|"
    r"the first|the last|every|a further|another|an additional|around|about|just|roughly|almost|nearly)"
)
LOOSE = re.compile(
    r"\b(?:more than|less than|fewer than|over|under|above|below|nearly|almost|around|about|roughly)\s+$"
)
"""Words that make a value an estimate: they belong to the answer."""
BEFORE_VALUE = re.compile(
    r"(?P<prep>\b(?:as early as|as late as|within|"
    r"in|on|at|by|for|after|before|until|till|from|since|every|of|to|with|than|during|as|"
    r"per|through|"
    r"into|against|between|not later than|no later than|as of|(?:starting|effective|beginning)(?: in| on| from|"
    r" as of)?)\s+)?"
    rf"(?P<qualifier>\b{QUALIFIERS}\s+)?(?P<article>(?:a|an|the|its|their|your)\s+)?$",
    re.IGNORECASE,
)
ATTACHED = re.compile(
    r"^\s(?:of|before|after|in advance|prior to|from|following|since|ago|later|earlier|ahead|old|long|wide|"
    r"high|deep|away|off|"
    r"above|below|beyond|in length|in (?:size|width|height|depth))\b",
)
_RANGE = re.compile(r" (?:to|until|till|and) |[-–]")
STRANDED = frozenset({"to", "at"})
"""Prepositions that stay at the verb before an amount: "How much are fees limited to?"."""
_NO_FRONT = frozenset({"with", "into", "through", "as", "per", "than", "against", "during", "of"})
_LONG_UNITS = {
    "km": "kilometres", "m": "metres", "cm": "centimetres", "mm": "millimetres", "kg": "kilograms", "g": "grams",
    "l": "litres", "lbs": "pounds", "ft": "feet", "foot": "feet", "mile": "miles", "inch": "inches",
    "ml": "millilitres",
}  # fmt: skip
_TIMES = {
    "at": "at what time", "by": "by what time", "until": "until what time", "till": "until what time",
    "from": "from what time", "after": "after what time", "before": "before what time",
    "no later than": "by what time",
}  # fmt: skip
_DATES = {
    "as early as": "how early", "as late as": "how late",
    "by": "by when", "until": "until when", "till": "until when", "since": "since when", "from": "from when",
    "before": "before what date", "after": "after what date", "no later than": "by when",
}  # fmt: skip


def question_words(value: Value, prep: str, qualifier: str, article: str) -> str | None:
    """What to ask in place of a value after `prep` and `qualifier`, or None when nothing reads well."""
    if qualifier == "every" and value.kind == "duration" and not prep:
        return "how often"
    if qualifier in ("between", "the first", "the last", "a further", "another", "an additional", "every"):
        return None
    if prep in _NO_FRONT or article and value.kind != "percentage":
        return None
    qualifier = {
        "a maximum of": "at most",
        "a minimum of": "at least",
        "a total of": "",
        "only": "",
        "just": "",
    }.get(qualifier, qualifier)
    if value.kind in ("time", "date") and prep == "from" and _RANGE.search(value.text):
        return "during what hours" if value.kind == "time" else "during what dates"
    if value.kind == "period":
        return "in what period" if prep == "in" and not qualifier else None
    if value.kind in ("date", "year", "days"):
        return _when(value, prep or qualifier)
    if value.kind == "time":
        return _TIMES.get(prep or qualifier)
    lead = f"{prep} {qualifier}".strip()
    if value.kind == "duration":
        return _duration(value, prep, qualifier, lead)
    if (
        prep in ("before", "since", "until", "every")
        or prep in ("in", "on", "after")
        and value.kind != "count"
    ):
        return None
    return f"{lead} {_amount(value)}".strip()


def _duration(value: Value, prep: str, qualifier: str, lead: str) -> str | None:
    if prep == "every":
        return "how often"
    if prep in ("in", "to", "on", "at", "by") and not qualifier:
        return None
    if not lead or prep == "for" and not qualifier:
        return f"{lead} how long".strip()
    return f"{lead} {_amount(value)}"


def _amount(value: Value) -> str:
    if value.kind == "money":
        return "how much"
    if value.kind == "percentage":
        return "what percentage"
    if value.kind == "count":
        return f"how many {value.noun}"
    unit = re.search(r"[A-Za-z°][\w/° ]*$", value.text)
    name = unit.group().split()[-1] if unit else ""
    if unit and unit.group().startswith("square "):
        name = f"square {name}"
    if value.kind == "duration":
        return f"how many {name if name.endswith('s') else name + 's'}"
    name = _LONG_UNITS.get(name, name)
    return f"how many {name}" if name.endswith("s") or name == "feet" else "what value"


def _when(value: Value, key: str) -> str | None:
    if value.kind == "days":
        if key == "on":
            return "on which days" if value.text.endswith("s") else "on which day"
        return f"{key} which day" if key in ("by", "until", "before") else None
    if key.startswith(("starting", "effective", "beginning")):
        return (
            "starting in what year"
            if value.kind == "year" or re.fullmatch(r"\d{4}", value.text)
            else "starting when"
        )
    if key in ("on", "in", "at", "as of"):
        return "in what year" if value.kind == "year" or re.fullmatch(r"\d{4}", value.text) else "when"
    return _DATES.get(key, "when" if not key and value.kind == "date" else None)
