"""Text inside a paragraph: what is bold or a link, where lines break. Shared by HTML and Markdown."""

from __future__ import annotations

import re
from urllib.parse import unquote

from bs4 import Tag

from .paragraphs import Line

_BOLD = frozenset(("b", "strong"))
_STRUCK = frozenset(("s", "del", "strike"))
_SUPERSCRIPT = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_ADDRESS = re.compile(r"(?:mailto|tel):([^?#]+)", re.IGNORECASE)


class Inline:
    """Collects the text of one paragraph and hands it over in lines."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._parts: list[str] = []
        self._length = self._bold = self._links = self._lead = 0  # characters of the line so far
        self._bold_depth = self._link_depth = 0
        self._addresses: list[tuple[str, int]] = []

    def text(self, text: str) -> None:
        """Running text; white space in it is one space."""
        text = re.sub(r"\s+", " ", text)
        if text.startswith(" ") and (not self._parts or self._parts[-1].endswith(" ")):
            text = text[1:]
        if not text:
            return
        visible = len(text.strip()) + (1 if text != text.strip() and self._bold_depth else 0)
        if self._bold_depth:
            if self._bold == self._length:
                self._lead = self._bold + len(text)
            self._bold += len(text)
        if self._link_depth:
            self._links += visible
        self._parts.append(text)
        self._length += len(text)

    def break_line(self) -> None:
        """The line ends here."""
        line = "".join(self._parts).strip()
        if line:
            self._lines.append(Line(line, self._bold, self._links, self._lead))
        self._parts = []
        self._length = self._bold = self._links = self._lead = 0

    def open_bold(self) -> None:
        """Bold text begins."""
        self._bold_depth += 1

    def close_bold(self) -> None:
        """Bold text ends."""
        self._bold_depth = max(0, self._bold_depth - 1)

    def open_link(self, target: str) -> None:
        """A link's text begins. Of targets only e-mail addresses and telephone numbers are kept."""
        self._link_depth += 1
        match = _ADDRESS.match(target.strip())
        self._addresses.append((unquote(match[1]).strip() if match else "", len(self._parts)))

    def close_link(self) -> None:
        """A link's text ends: "Finance" that points to mailto:f@x.org becomes "Finance (f@x.org)"."""
        if not self._addresses:
            return
        self._link_depth = max(0, self._link_depth - 1)
        address, since = self._addresses.pop()
        shown = "".join(self._parts[since:])
        if not address:
            return
        digits = re.sub(r"\D", "", address)
        known = re.sub(r"\D", "", shown) if "@" not in address else shown.lower()
        if (digits if "@" not in address else address.lower()) not in known:
            self.text(f" ({address})" if shown.strip() else address)

    def superscript(self, text: str) -> None:
        """Raised text: numbers keep their height (m², 10⁻³), so that 10⁻³ is not read as 10-3."""
        self.text(text.translate(_SUPERSCRIPT) if re.fullmatch(r"[\d+-]+", text) else text)

    def open(self, tag: Tag) -> bool:
        """An HTML tag opens; False when its contents are dealt with or left out."""
        name = tag.name
        if name == "br":
            self.break_line()
        elif name in _BOLD:
            self.open_bold()
        elif name == "a":
            self.open_link(str(tag.get("href") or ""))
        elif name == "q":
            self.text("“")
        elif name == "sup":
            text = tag.get_text().strip()
            if tag.find("a") is None:  # a footnote's mark says nothing
                self.superscript(text)
            return False
        return name not in _STRUCK and name != "br"

    def close(self, tag: Tag) -> None:
        """An HTML tag closes."""
        if tag.name in _BOLD:
            self.close_bold()
        elif tag.name == "a":
            self.close_link()
        elif tag.name == "q":
            self.text("”")

    def take(self) -> list[Line]:
        """The lines collected so far; the next ones start afresh."""
        self.break_line()
        lines, self._lines = self._lines, []
        return lines

    def one_line(self) -> Line:
        """All that was collected as one line."""
        lines = self.take()
        if not lines:
            return Line("")
        lead = lines[0].lead
        return Line(
            " ".join(line.text for line in lines),
            sum(x.bold for x in lines),
            sum(x.links for x in lines),
            lead,
        )
