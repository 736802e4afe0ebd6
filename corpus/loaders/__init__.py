"""One loader a format; `load` chooses by the file's name and looks at its first bytes."""

from __future__ import annotations

import zlib
from pathlib import Path

from ..documents import LoadedDocument
from ..encoding import signature
from ..errors import CorpusError, UnsupportedFormat

MEDIA_TYPES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".mkd": "markdown",
    ".mdx": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".txt": "text",
    ".text": "text",
    "": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".pdf": "pdf",
}
"""Which loader takes which suffix."""


def media_type_of(path: Path) -> str:
    """The media type by the file's name, or "" when no loader takes it."""
    return MEDIA_TYPES.get(path.suffix.lower(), "")


def load(
    path: Path, *, max_bytes: int = 50_000_000, max_pages: int = 2_000, max_seconds: float = 60.0
) -> LoadedDocument:
    """Read one document.

    `max_bytes` bounds the file's size; `max_pages` and `max_seconds` what is read of a PDF (the rest is told
    in `notes`). Raises `UnsupportedFormat` when no loader takes the file, and `CorpusError` when it can't be
    read, is empty, too large or damaged; the message says which, without the path.
    """
    media_type = media_type_of(path)
    if not media_type:
        raise UnsupportedFormat(f"no loader for {path.suffix.lower()} files")
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise CorpusError(f"too large: {size:,} bytes; max_bytes is {max_bytes:,}")
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"can't be read: {error.strerror or error}") from None
    if not data.strip():
        raise CorpusError("empty: no text in it")
    if media_type == "pdf":
        from .pdf import load_pdf

        document = load_pdf(data, max_pages=max_pages, max_seconds=max_seconds)
    else:
        document = load_bytes(data, media_type)
    return _judged(document)


def load_bytes(data: bytes, media_type: str) -> LoadedDocument:
    """Read a document other than a PDF from its bytes. Raises as `load` does."""
    kind = signature(data)
    if kind:
        raise UnsupportedFormat(f"not text but {kind}")
    if media_type == "markdown":
        from .markdown import load_markdown

        return load_markdown(data)
    if media_type == "html":
        from .html import load_html

        return load_html(data)
    if media_type == "csv":
        from .table import load_table

        return load_table(data)
    from .plain import load_plain

    return load_plain(data)


def _judged(document: LoadedDocument) -> LoadedDocument:
    text = document.text
    if not text.strip():
        raise CorpusError("; ".join(("empty: no text in it", *document.notes)))
    if len(text) > 2_000:
        # What repeats itself packs to under a fiftieth; wide tables of numbers pack to a tenth.
        sample = text[:1_000_000].encode()
        packed = len(zlib.compress(sample, 6)) / len(sample)
        if packed < 0.02:
            raise CorpusError("the text only repeats itself: it packs to a fiftieth of its size")
    return document
