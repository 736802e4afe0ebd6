"""One loader a format; `load` chooses by the file's name and looks at its first bytes."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path, PurePath

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
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
"""Which loader takes which suffix. Archives (.zip) are looked into by `walking`."""
FORMATS = (
    "Markdown, text, HTML, CSV, JSON, Word (.docx), Excel (.xlsx) and PDF with a text layer, also in a .zip"
)
"""What can be taken in, for messages."""
_SAVE_AS = {
    **dict.fromkeys((".doc", ".docm", ".dot", ".dotx", ".dotm", ".odt", ".rtf", ".wps", ".pages"), ".docx"),
    **dict.fromkeys((".xls", ".xlsb", ".xlt", ".xltx", ".xltm", ".ods", ".et", ".numbers"), ".xlsx"),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key", ".hwp", ".hwpx", ".epub"), ".pdf"),
}
_UNPACK = frozenset((".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".alz", ".egg"))


def media_type_of(name: str | PurePath) -> str:
    """The media type by the file's name, or "" when no loader takes it."""
    return MEDIA_TYPES.get(PurePath(name).suffix.lower(), "")


def load(
    path: Path, *, max_bytes: int = 50_000_000, max_pages: int = 2_000, max_seconds: float = 60.0
) -> LoadedDocument:
    """Read one document from its file. See `load_content`; `max_bytes` bounds the file's size."""
    check_supported(path.name)
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise CorpusError(f"too large: {size:,} bytes; max_bytes is {max_bytes:,}")
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"can't be read: {error.strerror or error}") from None
    return load_content(data, path.name, max_pages=max_pages, max_seconds=max_seconds)


def load_content(
    data: bytes, name: str, *, max_pages: int = 2_000, max_seconds: float = 60.0
) -> LoadedDocument:
    """Read one document from its content; `name` is the file's, whose suffix chooses the loader.

    `max_pages` and `max_seconds` bound what is read of a PDF, Word file or workbook (the rest is told in `notes`).
    Raises `UnsupportedFormat` when no loader takes the file, and `CorpusError` when it can't be read, is
    empty, too large or damaged; the message says which, without the path.
    """
    media_type = check_supported(name)
    if not data.strip():
        raise CorpusError("empty: no text in it")
    note = ""
    if data.startswith(b"PK\x03\x04"):
        from .office import kind_inside

        inside = kind_inside(data)
        if inside not in ("", media_type):
            note = f"named {PurePath(name).suffix or 'without a suffix'}, but read as the .{inside} file that it is"
            media_type = inside
    if media_type == "pdf":
        from .pdf import load_pdf

        document = load_pdf(data, max_pages=max_pages, max_seconds=max_seconds)
    elif media_type == "xlsx":
        from .xlsx import load_xlsx

        document = load_xlsx(data, max_seconds=max_seconds)
    elif media_type == "docx":
        from .docx import load_docx

        document = load_docx(data, max_seconds=max_seconds)
    else:
        document = load_bytes(data, media_type)
    if note:
        document = replace(document, notes=(note, *document.notes))
    return _judged(document)


def check_supported(name: str) -> str:
    """The media type by the file's name. Raises `UnsupportedFormat`, with what to save it as, for others."""
    media_type = media_type_of(name)
    if media_type:
        return media_type
    suffix = PurePath(name).suffix.lower()
    hint = f": save it as {_SAVE_AS[suffix]}" if suffix in _SAVE_AS else ""
    hint = hint or (": unpack it" if suffix in _UNPACK else "")
    raise UnsupportedFormat(f"no loader for {suffix} files{hint}")


def load_bytes(data: bytes, media_type: str) -> LoadedDocument:
    """Read a document other than a PDF from its bytes. Raises as `load_content` does."""
    if media_type == "docx":
        from .docx import load_docx

        return load_docx(data)
    if media_type == "xlsx":
        from .xlsx import load_xlsx

        return load_xlsx(data)
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
    if media_type == "json":
        from .json_records import load_json

        return load_json(data)
    if media_type == "jsonl":
        from .json_records import load_json_lines

        return load_json_lines(data)
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
