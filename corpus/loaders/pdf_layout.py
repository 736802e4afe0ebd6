"""From the lines of PDF pages to paragraphs: running headers, split words, headings told by their look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ..documents import TextBuilder
from .paragraphs import Line, add_paragraph, looks_like_heading, unwrap
from .plain import heading_level

_HYPHEN = re.compile(r"([^\W\d_]+)[-\u2010]$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_BULLET = re.compile(r"\s*(?:[-*+•·‣▪◦●○■□➢–]|\(?\d{1,2}[.)]|\(?[a-z][.)]|\([ivx]+\)|[①-⑳])\s+\S")
_BARE_BULLET = re.compile(r"\s*[•·‣▪◦●○■□➢]\s*")
_CLAUSE = re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,2})+\.?|제\s?\d+\s?조|§\s?\d+)\s*\S")
_END = re.compile(r"[.!?:;。][\"'”’)\]]*\s*$")
_PAGE_WORD = re.compile(
    r"\b(?:page|seite|página|pag|p)\b|쪽|페이지|^\W*#\S*(?:\s*(?:/|of|von|de|-)\s*\d+)?\W*$", re.IGNORECASE
)
_SECOND_PARTS_WORDS = (
    "out in up of on off to and based time term date line site wide day free level party related "
    "specific like the by per down over end hand year old made known called"
)
_SECOND_PARTS = frozenset(_SECOND_PARTS_WORDS.split())
_EDGE = 3
_LONGEST_CARRY = 40


def without_running_lines(pages: dict[int, list[str]], note: Callable[[str], None]) -> dict[int, list[str]]:
    """Pages without the lines that stand at the top or bottom of most pages, the page's number aside."""
    filled = {n: [line for line in lines if line.strip()] for n, lines in pages.items()}
    filled = {n: lines for n, lines in filled.items() if lines}
    if len(filled) < 3:
        return filled
    counts: Counter[str] = Counter()
    for number, lines in filled.items():
        counts.update(
            {shape for line in (*lines[:_EDGE], *lines[-_EDGE:]) for shape in _shapes(line, number)}
        )
    running = {shape for shape, count in counts.items() if count >= max(3, 0.5 * len(filled))}
    dropped: dict[str, str] = {}
    for number, lines in filled.items():
        for at in (0, -1):
            for _ in range(_EDGE):
                shapes = running.intersection(_shapes(lines[at], number)) if lines else set()
                if not shapes:
                    break
                dropped.setdefault(min(shapes), " ".join(lines[at].split()))
                del lines[at]
    for line in dropped.values():
        note(
            f"running line left out: “{line[:80]}”"
            if any(map(str.isalpha, line))
            else "page numbers left out"
        )
    return filled


def _shapes(line: str, page: int) -> set[str]:
    """The line itself, and with its first or last number relative to the page's: "page 3 of 12" on page 3."""
    text = " ".join(line.lower().split())
    shapes = {text}
    for match in list(re.finditer(r"\d{1,4}", text))[:6]:
        shape = f"{text[: match.start()]}#{int(match[0]) - page}{text[match.end() :]}"
        # "Section 2." and "below 6 bar." are text, though they count up with the pages
        titled = len(_WORD.findall(shape)) >= 2 and not _END.search(shape) and not line.strip()[0].islower()
        if _PAGE_WORD.search(shape) or titled:
            shapes.add(shape)
    return shapes


def dehyphenated(lines: Sequence[str], words: frozenset[str]) -> list[str]:
    """Lines with words joined that a line end had split, and lone bullets joined to their text.

    `words` are those of the document: a hyphen stays ("flat-out") where both halves are words and the whole
    is not.
    """
    out: list[str] = []
    for line in lines:
        split = _HYPHEN.search(out[-1].rstrip()) if out else None
        if split and line.strip()[:1].islower():
            first, _, rest = line.strip().partition(" ")
            found = _WORD.match(first)
            left, second = split[1].lower(), found[0].lower() if found else ""
            compound = second in _SECOND_PARTS or (left in words and second in words)
            keep = compound and left + second not in words
            out[-1] = (out[-1].rstrip() if keep else out[-1].rstrip()[:-1]) + first
            if rest:
                out.append(rest)
        elif out and _BARE_BULLET.fullmatch(out[-1]):
            out[-1] = f"{out[-1].strip()} {line.strip()}"
        else:
            out.append(line)
    return out


def _whole_words(lines: Sequence[str]) -> frozenset[str]:
    """The words of the document, without the halves that line ends have made."""
    words: set[str] = set()
    after_hyphen = False
    for line in lines:
        split = _HYPHEN.search(line.rstrip())
        found = _WORD.findall(line[: split.start()] if split else line)
        words.update(word.lower() for word in (found[1:] if after_hyphen else found))
        after_hyphen = split is not None
    return frozenset(words)


def add_pages(builder: TextBuilder, pages: dict[int, list[str]]) -> None:
    """Add all pages' paragraphs and headings."""
    lines = [line for page in pages.values() for line in page]
    words = _whole_words(lines)
    lengths = sorted(len(line.strip()) for line in lines)
    width = max(40, lengths[int(0.9 * (len(lengths) - 1))]) if lengths else 40
    last_page = max(pages, default=0)
    carried: list[str] = []
    for number, page in pages.items():
        paragraphs = list(_paragraphs(dehyphenated([*carried, *page], words), width))
        if not paragraphs:  # all of the page was running headers
            continue
        builder.page = builder.page if carried else number
        # a sentence that goes on over the page stays whole; it counts to the page on which it begins
        last, is_heading = paragraphs[-1]
        open_end = (
            number != last_page
            and not is_heading
            and not _END.search(last[-1])
            and len(last) < _LONGEST_CARRY
        )
        carried = last if open_end else []
        for paragraph, is_heading in paragraphs[:-1] if open_end else paragraphs:
            text = paragraph[0].strip()
            if is_heading:
                builder.heading(heading_level(text) or 6, text)
            else:
                joined = unwrap([line.strip() for line in paragraph], int(0.75 * width))
                add_paragraph(builder, [Line(line) for line in joined])
            builder.page = number


def _paragraphs(lines: Sequence[str], width: int) -> Iterator[tuple[list[str], bool]]:
    """Lines in paragraphs, and whether it is a heading.

    A paragraph ends at a short line that ends a sentence, before a numbered clause and before a heading.
    Three short lines in a row are no headings but a list without bullets or an address.
    """
    lines = [line for line in lines if line.strip()]
    short = [_is_short(line, width) for line in lines]
    paragraph: list[str] = []
    for i, line in enumerate(lines):
        following = lines[i + 1].strip() if i + 1 < len(lines) else ""
        rested = not paragraph or bool(_END.search(paragraph[-1]))
        run = 1 + sum(1 for step in (1, 2) if i + step < len(lines) and all(short[i : i + step + 1]))
        run += sum(1 for step in (1, 2) if i - step >= 0 and all(short[i - step : i + 1]))
        if short[i] and rested and run < 3 and following and not following[0].islower():
            if paragraph:
                yield paragraph, False
            yield [line], True
            paragraph = []
            continue
        if paragraph and (rested and _CLAUSE.match(line) or _leaves_list(paragraph, line, width)):
            yield paragraph, False
            paragraph = []
        paragraph.append(line)
        in_list = bool(_BULLET.match(following)) or bool(_BULLET.match(paragraph[0]))
        leads = line.rstrip().endswith(":") and in_list
        if (
            _END.search(line)
            and len(line.strip()) < 0.85 * width
            and not leads
            and not _goes_on(paragraph, following)
        ):
            yield paragraph, False
            paragraph = []
    if paragraph:
        yield paragraph, False


def _goes_on(paragraph: Sequence[str], following: str) -> bool:
    """Whether a list of bullets goes on after a line that ends a sentence."""
    return bool(_BULLET.match(paragraph[0]) and _BULLET.match(following))


def _leaves_list(paragraph: Sequence[str], line: str, width: int) -> bool:
    """Whether a line begins new text after a list: the item before it did not fill its line."""
    if not _BULLET.match(paragraph[0]) or _BULLET.match(line) or line.strip()[:1].islower():
        return False
    first = line.split(maxsplit=1)[0]
    return len(paragraph[-1].strip()) + 1 + len(first) < 0.75 * width


def _is_short(line: str, width: int) -> bool:
    text = line.strip()
    return (
        len(text) < 0.65 * width
        and looks_like_heading(text)
        and not _BULLET.match(text)
        or bool(heading_level(text) and len(text) < 0.8 * width and not _END.search(text))
    )
