"""Questions that the documents don't answer, asked as the answerable ones are.

The sources: an empty cell, an attribute that another table has for rows of this sort, one that subjects of the same
sort have and this one lacks, how to reach people and bodies, a year that isn't covered. Each must pass `supported`:
no passage speaks of both halves of the question.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..facts.build import Builder
from ..facts.context import content_words
from ..facts.grammar import flip, is_plural, lower_first, verb_form
from ..facts.korean import particle
from ..facts.model import FactDraft, PassageText, normalise
from ..facts.phrasing_rows import attribute_noun, is_clause, the
from ..facts.tables import headed, key_column, pipe_rows, row_name, table_topic
from ..facts.things import is_person
from .model import Item, Source, chosen
from .openings import open_question
from .siblings import is_short_form, relation_of
from .support import Passages, supported
from .values import quantities

_EMPTY = re.compile(r"^(?:-|–|—|\?|tbd|tba)?$", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d/-])20[0-3]\d(?![\d/-])")
_NO_SORT = frozenset({"name", "item", "what", "date", "step", "type", "category", "이름", "항목", "구분"})
_PLAIN = re.compile(
    r"(?:costs?|opens?|closes?|starts?|ends?|lasts?|takes?|weighs?|begins?|(?:is|are) (?:run|led|managed|kept|sold) by|"
    r"(?:was|were) last updated) \{[^}]*\}$"
)
"""Relations that go with any subject of a sort."""
_OF = re.compile(
    r"^(?P<noun>the [\w -]+?) (?P<link>of|for) (?P<thing>(?:a|an|the|each|every) [\w -]+|[A-Z][\w -]+)$"
)
_IS = re.compile(r"(?:is|are) \{[^}]*\}$")
_CHANGES = re.compile(
    r"\b(?:fee|price|cost|fare|discount|share|charge|deposit|premium|limit|value|pay|wage|salary|rate|allowance|"
    r"deduction|deductible|budget|revenue|rent|tax|interest|instalment|payment|sum|amount|bonus)s?"
    r"(?=$| (?:of|for|on|in|at|from|with|to|per|when|after)\b)"
)
_COMMON = {
    False: (
        ("What is the phone number of {name}?", "phone"),
        ("Which e-mail address does {name} have?", "mail"),
        ("At what e-mail address can {name} be reached?", "mail"),
    ),
    True: (
        ("{name}의 전화번호는 무엇입니까?", "phone"),
        ("{name}의 이메일 주소는 무엇입니까?", "mail"),
    ),
}
"""What people ask of whoever is named. Nothing that a model may know of the world at large, such as a founding year."""
_BODY = re.compile(
    r"^(?:Department|Office|Bureau|Board|Ministry) of |\b(?:Agency|Administration|Department|Commission|Board|Office|"
    r"Committee|Center|Centre|Association|Institute|Council|Foundation|Bureau|University|Authority|Team)$"
)
_VALUES = {
    "year": re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)"),
    "money": re.compile(r"[$€£₩]\s?\d|\d\s?(?:euros?|dollars?|won|원)\b"),
    "percent": re.compile(r"\d\s?(?:%|percent|퍼센트)"),
    "phone": re.compile(r"\d{3}[- .)]\s?\d{3,4}|\(\d{2,4}\)"),
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
    """Unanswerable questions, or why there is none, for each place where one could be."""
    yield from _empty_cells(tables, passages, seed)
    yield from _other_tables(tables, passages, seed)
    yield from _people_and_bodies(sources, passages, seed)
    yield from _lacking(sources, passages, seed)
    yield from _named_attributes(sources, passages, seed)
    yield from _earlier_years(sources, passages, seed)
    yield from _other_years(sources, passages, seed)


def _empty_cells(
    tables: Sequence[tuple[str, PassageText]], passages: Passages, seed: int
) -> Iterator[Item | str]:
    for _, passage in tables:
        read = _read(passage)
        if read is None:
            continue
        header, body, column = read
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


def _read(passage: PassageText) -> tuple[list[str], list[list[str]], int] | None:
    """(header, rows, the column that names the rows) of a table, or None where it isn't one."""
    rows = passage.rows or pipe_rows(passage.text)
    if len(rows) < 3 or len(rows[0]) < 2:
        return None
    header = [" ".join(cell.split()).rstrip(" :：") for cell in rows[0]]
    body = [row for row in rows[1:] if len(row) == len(header)]
    column = key_column(header, body) if headed(header, body) else None
    return None if column is None else (header, body, column)


def _other_tables(
    tables: Sequence[tuple[str, PassageText]], passages: Passages, seed: int
) -> Iterator[Item | str]:
    """For each row an attribute that another table with the same kind of rows has, and that this row isn't in."""
    rows: dict[str, dict[str, PassageText]] = defaultdict(dict)  # key heading → row's name → its passage
    columns: dict[str, dict[str, tuple[str, set[str], str]]] = defaultdict(dict)
    for _, passage in tables:
        read = _read(passage)
        if read is None:
            continue
        header, body, column = read
        sort = normalise(header[column])
        if sort in _NO_SORT or not sort:
            continue
        names = {row_name(header[column], row[column].strip()) for row in body}
        for name in names:
            rows[sort].setdefault(name, passage)
        for index, heading in enumerate(header):
            if index == column:
                continue
            filled = [row[index].strip() for row in body if not _EMPTY.match(row[index].strip())]
            example, holders, shown = columns[sort].setdefault(
                normalise(heading), (filled[0] if filled else "", set(), heading)
            )
            holders.update(normalise(name) for name in names)
            columns[sort][normalise(heading)] = (example, holders, shown)
    for sort, named in sorted(rows.items()):
        for name in sorted(named):
            lacking = sorted(
                (example, shown)
                for example, holders, shown in columns[sort].values()
                if example and normalise(name) not in holders
            )
            if not lacking:
                yield "no_such_attribute"
                continue
            example, heading = chosen(lacking, "lacking", seed, name)
            language = "ko" if re.search(r"[가-힣]", heading) else "en"
            fact = FactDraft("table", name, heading, example, "", "", 0, 0, language)
            yield _asked(fact, (), passages, seed, "unanswerable.row", name, heading)


def _lacking(sources: Sequence[Source], passages: Passages, seed: int) -> Iterator[Item | str]:
    """For each subject an attribute that a subject of its sort has: contacts, and statements with a plain verb."""
    has: dict[tuple[str, str], dict[str, Source]] = defaultdict(dict)  # (area, subject) → relation → source
    holders: dict[tuple[str, str], list[Source]] = defaultdict(list)  # (area, relation) → sources
    for source in sources:
        fact = source.fact
        if fact.kind != "contact" and not _PLAIN.match(fact.relation):
            continue
        if _name(fact).lower() in ("you", "we", "i", "there") or _YEAR.search(fact.subject):
            continue
        relation = relation_of(fact)
        has[source.passage.area, fact.subject].setdefault(relation, source)
        holders[source.passage.area, relation].append(source)
    wide: dict[str, list[tuple[str, list[Source]]]] = defaultdict(list)
    for (area, relation), found in sorted(holders.items()):
        if len({source.fact.subject for source in found}) > 1:
            wide[area].append((relation, found))
    for (area, _), own in sorted(has.items()):
        mine = next(iter(own.values())).fact
        near = [
            other
            for relation, found in wide[area]
            if relation not in own
            for other in found[:20]
            if other.fact.language == mine.language
            and (other.fact.kind == mine.kind == "contact" or _head(other.fact) == _head(mine) != "")
        ]
        if not near:
            yield "no_such_attribute"
            continue
        other = chosen(near, "lacking", seed, mine.key).fact
        attribute = re.sub(r"[{}]", " ", other.relation)
        fact = replace(other, subject=mine.subject)
        yield _asked(
            fact, (mine.key, other.key), passages, seed, "unanswerable.attribute", _name(fact), attribute
        )


def _named_attributes(sources: Sequence[Source], passages: Passages, seed: int) -> Iterator[Item | str]:
    """For "the deposit of a week hire": an attribute that another hire has and this one lacks."""
    has: dict[tuple[str, str], dict[str, tuple[Source, str]]] = defaultdict(
        dict
    )  # (area, thing) → noun → source
    for source in sources:
        match = _OF.match(_name(source.fact))
        if match and _IS.match(source.fact.relation) and source.fact.language == "en":
            thing = normalise(match["thing"])
            has[source.passage.area, thing].setdefault(normalise(match["noun"]), (source, match["thing"]))
    for (area, thing), own in sorted(has.items()):
        mine, shown = next(iter(own.values()))
        near = [
            other
            for (where, rival), found in sorted(has.items())
            if where == area and rival != thing and set(found) & set(own)
            for noun, (other, _) in sorted(found.items())
            if noun not in own
        ]
        if not near:
            yield "no_such_attribute"
            continue
        other = chosen(near, "named", seed, mine.fact.key).fact
        match = _OF.match(_name(other))
        if match is None:
            continue
        fact = replace(other, subject=f"{match['noun']} {match['link']} {shown}")
        keys = (mine.fact.key, other.key)
        yield _asked(fact, keys, passages, seed, "unanswerable.named", shown, match["noun"])


def _head(fact: FactDraft) -> str:
    name = re.split(r"\s(?:of|for|in|on|at|to|with|from)\s", _name(fact))[0]
    return normalise(name).split()[-1] if normalise(name) else ""


def _people_and_bodies(sources: Sequence[Source], passages: Passages, seed: int) -> Iterator[Item | str]:
    """How to reach whoever is named, where no passage that names them has such an address or number."""
    seen: set[str] = set()
    for source in sources:
        fact = source.fact
        name, korean = fact.answer, fact.language == "ko"
        if name in seen or fact.kind != "name" or "called" in fact.relation:
            continue
        seen.add(name)
        body = _BODY.search(name) is not None
        if not body and (is_short_form(fact) or not (is_person(name) or korean)):
            continue
        asked, value = chosen(_COMMON[korean], "common", seed, name)
        if supported(name, value, passages, value=_VALUES[value]):
            yield "may_be_answered"
            continue
        shown = f"the {name}" if body and not name.lower().startswith("the ") and not korean else name
        text = asked.format(name=shown)
        yield Item(text, "unanswerable", (), "unanswerable.contact", (fact.key,), language=fact.language)


def _other_years(sources: Sequence[Source], passages: Passages, seed: int) -> Iterator[Item | str]:
    """What holds for a year, asked of a year that no document names."""
    for source in sources:
        fact = source.fact
        asked = f"{_name(fact)} {re.sub(r'[{}]', ' ', fact.relation)}"
        years = set(_YEAR.findall(asked))
        if not years:
            continue
        if len(years) > 1 or fact.relation in ("term", "definition", "question") or "20" in fact.answer:
            yield "several_years"
            continue
        old = years.pop()
        first = fact.relation.split()[0]
        if first in ("was", "were", "had", "did") or verb_form(first) == "past":
            yield "past"  # what happened in one year didn't happen in another
            continue
        if not re.search(
            rf"\b(?:(?<!starting )in|for|during|of|FY|fiscal year|plan year)\s{old}\b|\b{old} [a-z]", asked
        ):
            yield "part_of_a_name"
            continue
        free = [
            str(int(old) + step)
            for step in (1, 2, 3, 4, 5, 6, -2, -3)
            if str(int(old) + step) not in passages.years
        ]
        if not free:
            yield "all_years_named"
            continue
        new = chosen(free, "year", seed, fact.key)
        other = replace(
            fact, subject=fact.subject.replace(old, new), relation=fact.relation.replace(old, new)
        )
        opened = open_question(other, seed, "unanswerable")
        if opened is None:
            yield "no_open_question"
            continue
        if any(q.kind != "date" and q.value != int(new) for q in quantities(opened.text)):
            yield "holds_a_value"  # what the documents say for the other year
            continue
        yield Item(opened.text, "unanswerable", (), "unanswerable.year", (fact.key,), language=fact.language)


def _earlier_years(sources: Sequence[Source], passages: Passages, seed: int) -> Iterator[Item | str]:
    """What a price or share was in a year that no document names: the documents tell only what it is."""
    # The year that is named most is about the documents' own; a latest one may be far in the future.
    latest = int(max(passages.years, key=lambda year: (passages.years[year], year), default="2020"))
    free = [year for year in range(latest - 11, latest - 2) if str(year) not in passages.years]
    if not free:
        return
    for source in sources:
        fact = source.fact
        found = quantities(fact.answer)
        if (
            len(found) != 1
            or found[0].kind not in ("money", "percent")
            or _YEAR.search(fact.subject + fact.relation)
        ):
            continue
        year = chosen(free, "earlier", seed, fact.key)
        text = _korean_past(fact, year) if fact.language == "ko" else _past(fact, year)
        if not text:
            yield "no_past_tense"
            continue
        yield Item(text, "unanswerable", (), "unanswerable.earlier", (fact.key,), language=fact.language)


def _past(fact: FactDraft, year: int) -> str:
    match = re.fullmatch(r"(.+?)(?: \(([^()]+)\))?", fact.subject)
    if match is None:
        return ""
    name, qualifier = match[1], match[2] or ""
    on = f" ({lower_first(qualifier)})" if qualifier else ""
    if "{" not in fact.relation:
        noun = attribute_noun(fact)
        if "“" in noun or is_clause(name) or fact.kind not in ("table", "key_value"):
            return ""
        return f"What {'were' if is_plural(noun) else 'was'} the {noun} of {the(name)} in {year}{on}?"
    if name.lower() in ("you", "we", "i", "there", "it") or not name[:1].islower():
        return ""
    if _IS.match(fact.relation) and not _CHANGES.search(name):
        return ""
    subject = flip(name)
    if _IS.match(fact.relation):
        return f"What {'were' if is_plural(subject) else 'was'} {subject} in {year}{on}?"
    if re.match(r"costs? \{how much\}$", fact.relation):
        return f"How much did {subject} cost in {year}{on}?"
    return ""


def _korean_past(fact: FactDraft, year: int) -> str:
    match = re.fullmatch(r"(.+?)(?: \(([^()]+)\))?", fact.subject)
    if match is None:
        return ""
    lead = f"{match[2]}: " if match[2] else ""
    if "{" not in fact.relation:
        return f"{lead}{year}년에 {match[1]}의 {particle(fact.relation, '은', '는')} 얼마였습니까?"
    if re.fullmatch(r"\{(?:얼마|몇 퍼센트)\}입니다", fact.relation):
        return f"{lead}{year}년에 {particle(match[1], '은', '는')} 얼마였습니까?"
    return ""


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
    cell = fact.language == "en" and "{" not in fact.relation and fact.kind != "contact"
    if cell and ("“" in attribute_noun(fact) or is_clause(name)):
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
