"""PDF by pypdf: text page by page, running headers dropped, words joined that a line end had split."""

from __future__ import annotations

import io
import logging
import re
import time

from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from ..documents import LoadedDocument, TextBuilder
from ..encoding import clean, repair
from ..errors import CorpusError, UnsupportedFormat
from ..identify import language_of
from .failures import PARSER_FAILURES, told
from .pdf_layout import add_pages, without_running_lines

_FAILURES = (PyPdfError, *PARSER_FAILURES)
_MOST_PAGE_BYTES = 30_000_000
_MOST_TEXT = 20_000_000


def load_pdf(data: bytes, *, max_pages: int = 2_000, max_seconds: float = 60.0) -> LoadedDocument:
    """Read a PDF's text layer. `max_seconds` is looked at between pages."""
    if b"%PDF-" not in data[:2048]:
        raise UnsupportedFormat("not a PDF: its first bytes are those of another kind of file")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would report each oddity of a damaged file
    builder = TextBuilder("pdf")
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        # An empty password opens files that only restrict printing; others are left alone.
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise CorpusError("encrypted: a password is needed to open it")
        total = len(reader.pages)
    except _FAILURES as error:
        raise CorpusError(f"damaged PDF: {told(error)}") from None
    pages = _pages(reader, min(total, max_pages), max_seconds, builder)
    if total > max_pages:
        builder.note(f"{total - max_pages} pages after page {max_pages} not read (max_pages)")
    if not total:
        raise CorpusError("damaged PDF: no page can be found in it")
    if not any(line.strip() for lines in pages.values() for line in lines):
        faults = builder.build("", "").notes
        why = "damaged PDF: no page can be read" if faults else "scanned: no text layer; it needs OCR first"
        raise CorpusError("; ".join((why, *faults)))
    add_pages(builder, without_running_lines(pages, builder.note))
    if builder.is_empty:
        raise CorpusError("empty: no text in it besides headers and footers")
    return builder.build(_title(reader) or builder.first_heading, language_of(builder.text))


def _pages(reader: PdfReader, count: int, max_seconds: float, builder: TextBuilder) -> dict[int, list[str]]:
    """Lines of each page that can be read, by page number from 1. What can't be read is noted."""
    pages: dict[int, list[str]] = {}
    began = time.monotonic()
    size = blank = 0
    for number in range(1, count + 1):
        if time.monotonic() - began > max_seconds or size > _MOST_TEXT:
            builder.note(f"pages {number} to {count} not read: it took too long or holds too much")
            break
        try:
            page = reader.pages[number - 1]
            contents = page.get_contents()
            if contents is not None and len(contents.get_data()) > _MOST_PAGE_BYTES:
                builder.note(f"page {number} not read: too large")
                continue
            text = page.extract_text()
        except _FAILURES as error:
            builder.note(f"page {number} can't be read: {told(error)}")
            continue
        text = clean(repair(text)[0])
        blank += not text.strip()
        size += len(text)
        pages[number] = text.split("\n")
    if 0 < blank < len(pages):
        builder.note(f"{blank} pages without text")
    return pages


def _title(reader: PdfReader) -> str:
    """The title in the file's properties, unless it is a file name or what an office program put there."""
    try:
        title = str((reader.metadata.title if reader.metadata else "") or "").strip()
    except _FAILURES:
        return ""
    odd = re.search(
        r"\.(?:docx?|indd|pdf|xlsx?|pptx?|rtf|qxd|tex)$|^(?:microsoft|untitled|slide|document)|\ufffd",
        title,
        re.IGNORECASE,
    )
    return "" if odd or len(title) < 4 or not any(char.isalpha() for char in title) else clean(title)
