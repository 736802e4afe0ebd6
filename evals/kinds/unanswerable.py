"""Questions that the documents don't answer, asked as the answerable ones are.

Three sources: an empty cell of a table, an attribute that subjects of the same sort have and this one lacks, and a
year that the documents don't cover. Each must pass `supported`: no passage speaks of both halves of the question.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..facts.context import content_words
from ..facts.model import FactDraft, PassageText, normalise
from ..facts.phrasing_rows import attribute_noun, is_clause
from ..facts.tables import headed, key_column, pipe_rows, row_name, table_topic
from ..facts.build import Builder
from .model import Item, Source, chosen, number_of
from .openings import open_question
from .siblings import relation_of
from .support import Passages, supported
from .values import quantities

_EMPTY = re.compile(r"^(?:-|–|—|\?|tbd|tba)?$", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d/-])20[0-3]\d(?![\d/-])")
_VALUES = {
    "money": re.compile(r"[$€£₩]\s?\d|\d\s?(?:euros?|dollars?|won|원)\b"),
    "percent": re.compile(r"\d\s?(?:%|percent|퍼센트)"),
    "code": re.compile(r"\d{3}[- .)]\s?\d{3,4}|\(\d{2,4}\)"),
    "mail": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "date": re.compile(r"\d{4}-\d\d|\b(?:January|February|March|April|May|June|July|August|September|October|November|"
                       r"December) \d|\d (?:January|February|March|April|May|June|July|August|September|October|"
                       r"November|December)|\d월"),
    "time": re.compile(r"\d[:.]\d\d|\d\s?[ap]\.?m\b|\d시"),
}  # fmt: skip


def unanswerable(
    sources: Sequence[Source], passages: Passages, tables: Sequence[tuple[str, PassageText]], seed: int
) -> Iterator[Item | str]:
    """Unanswerable questions, or why there is none, for each empty cell, each lacking attribute and each year."""
    yield from _empty_cells(tables, passages, seed)
    yield from _lacking(sources, passages, seed)
    yield from _other_years(sources, passages, seed)


def _empty_cells(tables: Sequence[tuple[str, PassageText]], passages: Passages, seed: int) -> Iterator[Item | str]:
    for _, passage in tables:
        rows = passage.rows or pipe_rows(passage.text)
        if len(rows) < 3 or len(rows[0]) < 3:
            continue
        header = [" ".join(cell.split()).rstrip(" :：") for cell in rows[0]]
        body = [row for row in rows[1:] if len(row) == len(header)]
        column = key_column(header, body) if headed(header, body) else None
        if column is None:
            continue
        language = "ko" if re.search(r"[가-힣]", " ".join(header)) else "en"
        page = table_topic(Builder(passage, language), header)
        for row in body:
            for index, heading in enumerate(header):
                if index == column or not _EMPTY.match(row[index].strip()):
                    continue
                filled = [other[index].strip() for other in body if not _EMPTY.match(other[index].strip())]
                if len(filled) < 2:
                    yield "column_empty"
                    continue
                name = row_name(header[column], row[column].strip())
                subject = f"{name} ({page})" if page and "(" not in name else name
                fact = FactDraft("table", subject, heading, filled[0], "", "", 0, 0, language)
                yield _asked(fact, (), passages, seed, "unanswerable.cell", name, heading, allow_own=passage)


def _lacking(sources: Sequence[Source], passages: Passages, seed: int) -> Iterator[Item | str]:
    """For each subject one attribute that two or more subjects of its sort have."""
    has: dict[tuple[str, str], dict[str, Source]] = defaultdict(dict)  # (area, subject) → relation → source
    holders: dict[tuple[str, str], list[Source]] = defaultdict(list)  # (area, relation) → sources
    for source in sources:
        fact = source.fact
        if fact.relation in ("definition", "term", "question") or fact.kind in ("list", "faq") or "stand" in fact.relation:
            continue
        if _name(fact).lower() in ("you", "we", "i", "there") or _YEAR.search(fact.subject):
            continue
        relation = relation_of(fact)
        has[source.passage.area, fact.subject].setdefault(relation, source)
        holders[source.passage.area, relation].append(source)
    wide = {key: found for key, found in holders.items() if len({s.fact.subject for s in found}) > 1}
    by_area: dict[str, list[tuple[str, list[Source]]]] = defaultdict(list)
    for (area, relation), found in sorted(wide.items()):
        by_area[area].append((relation, found))
    for (area, subject), own in sorted(has.items()):
        offered = [(relation, found) for relation, found in by_area[area] if relation not in own]
        if not offered:
            continue
        start = number_of("lacking", seed, area, subject) % len(offered)
        found_one = False
        for step in range(min(len(offered), 12)):
            relation, found = offered[(start + step) % len(offered)]
            mine = next(iter(own.values()))
            near = _same_sort(mine, own, found, has, area)
            if near is None:
                continue
            fact = replace(near.fact, subject=subject)
            attribute = re.sub(r"[{}]", " ", near.fact.relation)
            keys = (mine.fact.key, near.fact.key)
            yield _asked(fact, keys, passages, seed, "unanswerable.attribute", _name(fact), attribute)
            found_one = True
            break
        if not found_one:
            yield "no_such_attribute"


def _same_sort(
    mine: Source, own: dict[str, Source], found: list[Source], has: dict[tuple[str, str], dict[str, Source]], area: str
) -> Source | None:
    """One of `found` whose subject is of the same sort: both are rows or both statements, with a like relation."""
    table = "{" not in mine.fact.relation
    for other in found[:20]:
        if other.fact.language != mine.fact.language or ("{" not in other.fact.relation) != table:
            continue
        if other.fact.kind == "contact" and mine.fact.kind != "contact":
            continue
        shared = set(own) & set(has[area, other.fact.subject])
        if shared:
            return other
        if _head(mine.fact) == _head(other.fact) and not table:
            return other
    return None


def _head(fact: FactDraft) -> str:
    name = re.split(r"\s(?:of|for|in|on|at|to|with|from)\s", _name(fact))[0]
    return normalise(name).split()[-1] if normalise(name) else ""


def _other_years(sources: Sequence[Source], passages: Passages, seed: int) -> Iterator[Item | str]:
    if not passages.years:
        return
    last = max(int(year) for year in passages.years)
    for source in sources:
        fact = source.fact
        years = set(_YEAR.findall(f"{fact.subject} {fact.relation}"))
        if not years:
            continue
        if len(years) > 1:
            yield "several_years"
            continue
        old = years.pop()
        if re.search(rf"[\w]{old}|{old}[\w]", f"{fact.subject} {fact.relation}"):
            yield "part_of_a_name"
            continue
        new = str(last + 2 + number_of("year", seed, fact.key) % 4)
        other = replace(fact, subject=fact.subject.replace(old, new), relation=fact.relation.replace(old, new))
        opened = open_question(other, seed, "unanswerable")
        if opened is None:
            yield "no_open_question"
            continue
        yield Item(
            opened.text, "unanswerable", (), "unanswerable.year", (fact.key,), language=fact.language
        )


def _asked(
    fact: FactDraft,
    keys: tuple[str, ...],
    passages: Passages,
    seed: int,
    template: str,
    name: str,
    attribute: str,
    allow_own: PassageText | None = None,
) -> Item | str:
    if fact.language == "en" and "{" not in fact.relation and fact.kind != "contact":
        if "“" in attribute_noun(fact) or is_clause(name):
            return "odd_attribute"
    if allow_own is not None:
        if _elsewhere(name, attribute, passages, allow_own):
            return "may_be_answered"
    elif supported(name, attribute, passages, value=_value_of(fact)):
        return "may_be_answered"
    opened = open_question(fact, seed, "unanswerable")
    if opened is None:
        return "no_open_question"
    return Item(opened.text, "unanswerable", (), template, keys, language=fact.language)


def _elsewhere(name: str, attribute: str, passages: Passages, own: PassageText) -> bool:
    """Whether another passage than the table itself may tell what its cell leaves open."""
    about = passages.holding(content_words(name)) & passages.any_of(content_words(attribute))
    return any(own.text not in passages.texts[place] for place in about)


def _value_of(fact: FactDraft) -> re.Pattern[str] | None:
    if "@" in fact.answer:
        return _VALUES["mail"]
    found = quantities(fact.answer)
    return _VALUES.get(found[0].kind) if found else None


def _name(fact: FactDraft) -> str:
    return re.sub(r" \([^()]+\)$", "", fact.subject)
