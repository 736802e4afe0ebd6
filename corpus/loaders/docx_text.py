"""The text of one paragraph of a Word file: as it stands after all tracked changes are accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .inline import Inline
from .paragraphs import Line

_OFF = frozenset(("0", "false", "off", "none"))
# wrappers whose contents are text like any other
_WRAPPERS = frozenset(
    (
        "r", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "customXml", "fldSimple", "hyperlink", "dir", "bdo",
        "ruby", "rubyBase", "rt",
    )
)  # fmt: skip
_DELETED = frozenset(("del", "moveFrom"))
_PICTURES = frozenset(("drawing", "pict", "object"))
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}


def name_of(element: Any) -> str:
    """An element's name without its namespace; "" for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_on(element: Any) -> bool:
    """Whether a switch such as `<w:b/>` is there and not turned off."""
    if element is None:
        return False
    return next((str(v) for k, v in element.attrib.items() if k.endswith("val")), "true").lower() not in _OFF


MOST_STEPS = 1_000_000
"""Elements that are read of a Word file, paragraphs and tables weighed by their work: about a thousand pages of text.

A file of a megabyte may unpack to millions of elements, with less text in them than on one page.
"""
PARAGRAPH_STEPS = 10
TABLE_STEPS = 50


class ParagraphReader:
    """Reads paragraphs; `boxes` and `references` collect what hangs on them, until `take_hanging`.

    `left` is how many steps may still be taken; a paragraph that needs more ends there, which is told.
    """

    def __init__(self, targets: Mapping[str, str], note: Callable[[str], None]) -> None:
        self.note = note
        self.left = MOST_STEPS
        self._targets = targets  # relationship → address of a link
        self._boxes: list[Any] = []
        self._references: list[tuple[str, str]] = []
        self._referred: set[tuple[str, str]] = set()

    def lines(self, paragraph: Any) -> list[Line]:
        """The lines of a `<w:p>`, or of anything that holds runs."""
        inline = Inline()
        if self.left <= 0:
            self.note("left out: paragraphs after more elements than are read of one file")
            return []
        self.left -= PARAGRAPH_STEPS
        stack: list[tuple[Any, Callable[[], None] | None]] = [
            (child, None) for child in _backwards(paragraph)
        ]
        while stack:
            node, close = stack.pop()
            if close is not None:
                close()
                continue
            self.left -= 1
            if self.left <= 0:
                self.note("left out: the rest of a paragraph of too many elements")
                break
            name = name_of(node)
            if name in _DELETED:
                self._tell_deleted(node)
            elif name == "r":
                self._open_run(node, inline, stack)
            elif name == "hyperlink":
                inline.open_link(self._target(node))
                stack.append((node, inline.close_link))
                stack.extend((child, None) for child in _backwards(node))
            elif name == "AlternateContent":
                choice = node.find("{*}Choice")
                one = choice if choice is not None else node.find("{*}Fallback")
                stack.extend((child, None) for child in ([] if one is None else _backwards(one)))
            elif name in _WRAPPERS:
                stack.extend((child, None) for child in _backwards(node))
            elif name in ("t", "tab", "br", "cr", "noBreakHyphen", "sym"):
                self._character(node, name, inline)
            elif name in _PICTURES:
                self._picture(node)
            elif name in _NOTES:
                self._refer(_NOTES[name], _id(node))
            elif name == "commentReference":
                self.note("a comment left out")
            elif _is_math(node):
                # in a line, "a over b" is a/b and a raised b is a^b: without a sign 1 over 2 would be 12
                inline.text({"den": "/", "sup": "^"}.get(name, ""))
                stack.extend((child, None) for child in _backwards(node))
        return inline.take()

    def _refer(self, kind: str, number: str) -> None:
        """A note is added where it is first referred to."""
        if (kind, number) not in self._referred:
            self._referred.add((kind, number))
            self._references.append((kind, number))

    def take_hanging(self) -> tuple[list[Any], list[tuple[str, str]]]:
        """Text boxes (`<w:txbxContent>`) and notes (kind, id) met since the last call."""
        boxes, references = self._boxes, self._references
        self._boxes, self._references = [], []
        return boxes, references

    def _open_run(self, run: Any, inline: Inline, stack: list[tuple[Any, Callable[[], None] | None]]) -> None:
        properties = run.find("{*}rPr")
        if properties is not None:
            for switch, what in (("vanish", "hidden"), ("strike", "struck-out"), ("dstrike", "struck-out")):
                if is_on(properties.find(f"{{*}}{switch}")):
                    if any(one.text and one.text.strip() for one in run.iterfind("{*}t")):
                        self.note(f"left out: {what} text")
                    return
            raised = properties.find("{*}vertAlign")
            if raised is not None and "superscript" in raised.attrib.values():
                inline.superscript("".join(one.text or "" for one in run.iterfind("{*}t")))
                stack.extend((child, None) for child in _backwards(run) if name_of(child) != "t")
                return
            style = properties.find("{*}rStyle")
            named = set(style.attrib.values()) if style is not None else set()
            if "PlaceholderText" in named:
                self.note("left out: prompts of form fields that are not filled in")
                return
            strong = "Strong" in named
            if is_on(properties.find("{*}b")) or strong:
                inline.open_bold()
                stack.append((run, inline.close_bold))
        stack.extend((child, None) for child in _backwards(run))

    def _character(self, node: Any, name: str, inline: Inline) -> None:
        if name == "t":
            inline.text(node.text or "")
        elif name == "tab":
            inline.text(" ")
        elif name == "noBreakHyphen":
            inline.text("-")
        elif name == "sym":
            self.note("signs of a symbol font left out")
        else:
            inline.break_line()

    def _picture(self, node: Any) -> None:
        """Its text boxes wait for the end of the paragraph; of a picture without text a note is left."""
        boxes = [box for box in node.iterfind(".//{*}txbxContent") if not _inside(box, node)]
        self._boxes.extend(boxes)
        if not boxes:
            self.note("pictures left out")

    def _tell_deleted(self, node: Any) -> None:
        if any(
            one.text and one.text.strip()
            for tag in ("delText", "t")
            for one in node.iterfind(f".//{{*}}{tag}")
        ):
            self.note("left out: text deleted as a tracked change")

    def _target(self, link: Any) -> str:
        relation = next((str(v) for k, v in link.attrib.items() if k.endswith("}id")), "")
        return self._targets.get(relation, "")


def _backwards(element: Any) -> Iterator[Any]:
    return element.iterchildren(reversed=True)


def _inside(box: Any, root: Any) -> bool:
    """Whether a text box lies in another one, or in the copy for old programs beside its real self."""
    above = box.getparent()
    while above is not None and above is not root:
        name = name_of(above)
        if name == "txbxContent":
            return True
        if name == "Fallback" and above.getparent().find("{*}Choice") is not None:
            return True
        above = above.getparent()
    return False


def _id(node: Any) -> str:
    return next((str(v) for k, v in node.attrib.items() if k.endswith("}id")), "")


def _is_math(node: Any) -> bool:
    return isinstance(node.tag, str) and "/math}" in node.tag and not node.tag.endswith("Pr")
