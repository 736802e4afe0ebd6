"""Removes the marks of site generators from Markdown: Liquid and Jinja tags, shortcodes, containers, anchors.

Code keeps them: in fences and code spans they are what the document is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_FENCE = re.compile(r"^[ >\t]{0,12}(?P<mark>`{3,}|~{3,})", re.MULTILINE)
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\s*\n)[^`]|(?!\1(?!`))`){1,2000}?(?<!`)\1(?!`)")
_LINK_TARGET = re.compile(r"\]\(\s*(?:\{[{%][^\n]{0,300}?[%}]\}[^\s)]{0,200}\s*)+\)")
_TAG = re.compile(r"\{%-?\s*(?P<name>[\w-]*)(?P<rest>(?:[^%{]|%(?!\})|\{(?!%)){0,2000}?)-?%\}")
_VALUE = re.compile(r"\{\{[<%]?(?:[^{}]|\{(?!\{)|\}(?!\})){0,500}?[>%]?\}\}")
_QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_CONTAINER = re.compile(r"^[ \t]*:{3,}.*$", re.MULTILINE)
_ATTRIBUTES = re.compile(r"^[ \t]*\{:[^}\n]*\}[ \t]*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]\n]{0,100}\])")
_MDX = re.compile(r"^(?:import|export)\s[^\n]*(?:from\s*['\"]|=|default)[^\n]*$", re.MULTILINE)
_CONTROL_WORDS = (
    "if elsif else endif unless endunless for endfor case when endcase assign capture endcapture include "
    "include_relative layout render raw endraw comment endcomment block endblock extends set endset "
    "macro endmacro import from highlight endhighlight page link post_url asset image img figure youtube "
    "tabs endtabs"
)
_CONTROL = frozenset(_CONTROL_WORDS.split())


def strip_templates(source: str, note: Callable[[str], None]) -> str:
    """The source without template marks outside of code; images go too. `note` is told what was taken out."""
    parts: list[str] = []
    at = 0
    for start, end in _fences(source):
        parts += [_outside(source[at:start], note), source[start:end]]
        at = end
    parts.append(_outside(source[at:], note))
    return "".join(parts)


def _fences(source: str) -> list[tuple[int, int]]:
    """Where fenced code stands, from the opening fence to the end of the closing one (or of the text)."""
    spans: list[tuple[int, int]] = []
    opened: tuple[int, str] | None = None
    for match in _FENCE.finditer(source):
        mark = match["mark"]
        if opened is None:
            opened = (match.start(), mark)
        elif mark[0] == opened[1][0] and len(mark) >= len(opened[1]):
            stop = source.find("\n", match.end())
            if source[match.end() : stop if stop >= 0 else len(source)].strip():
                continue
            spans.append((opened[0], match.end()))
            opened = None
    if opened is not None:
        spans.append((opened[0], len(source)))
    return spans


def _outside(text: str, note: Callable[[str], None]) -> str:
    parts: list[str] = []
    at = 0
    for match in _SPAN.finditer(text):
        parts += [text[at : match.start()], match[0]]
        at = match.end()
    parts.append(text[at:])
    # odd parts are code spans; a placeholder keeps them whole while the text around them is cleaned
    spans = parts[1::2]
    marked = "\ufdd0".join(parts[0::2])
    cleaned = _cleaned(marked, note)
    pieces = cleaned.split("\ufdd0")
    if len(pieces) != len(spans) + 1:
        # a tag swallowed a code span: clean the pieces one by one instead
        pieces = [_cleaned(piece, note) for piece in parts[0::2]]
    out = [pieces[0]]
    for span, piece in zip(spans, pieces[1:], strict=True):
        out += [span, piece]
    return "".join(out)


def strip_tags(text: str, note: Callable[[str], None]) -> str:
    """The text without `{% … %}` and `{{ … }}`, wherever they stand."""
    text, tags = _TAG.subn(_shown, text)
    text, values = _VALUE.subn("", text)
    if tags or values:
        note("template tags left out")
    return text


def _cleaned(text: str, note: Callable[[str], None]) -> str:
    if "{" in text:
        text = strip_tags(_LINK_TARGET.sub("](#)", text), note)
        text = _ATTRIBUTES.sub("", text)
    text = _CONTAINER.sub("", text)
    text, images = _IMAGE.subn("", text)
    if images:
        note("pictures left out")
    return _MDX.sub("", text)


def _shown(match: re.Match[str]) -> str:
    """What a tag would show: the last quoted text of a custom tag (`{% channel "news" %}`), else nothing."""
    if match["name"] in _CONTROL or not match["name"]:
        return ""
    quoted = [a or b for a, b in _QUOTED.findall(match["rest"])]
    last = quoted[-1] if quoted else ""
    return "" if not last or "/" in last or re.search(r"\.\w{2,4}$", last) else last
