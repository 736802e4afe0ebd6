"""Word files and workbooks made on the spot; the Word ones from raw XML, as python-docx can't write it all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PART = "http://schemas.openxmlformats.org/package/2006"
_ROOTS = {
    "styles": "styles",
    "numbering": "numbering",
    "footnotes": "footnotes",
    "comments": "comments",
    "header": "hdr",
    "footer": "ftr",
}


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A ZIP file of these members, all of one time, so that the same members give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, (2025, 3, 1, 9, 30, 0))
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def word_parts(body: str, links: Mapping[str, str] | None = None, **others: str) -> dict[str, str]:
    """The parts of a Word file: `body` is the XML inside of `<w:body>`, `others` that of styles, footnotes …"""
    types = [f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>']
    relations = [
        f'<Relationship Id="{key}" Type="{_OFFICE}/hyperlink" Target="{target}" TargetMode="External"/>'
        for key, target in (links or {}).items()
    ]
    parts: dict[str, str] = {}
    for kind, inner in others.items():
        types.append(f'<Override PartName="/word/{kind}.xml" ContentType="{_MAIN}.{kind}+xml"/>')
        relations.append(f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{kind}.xml"/>')
        parts[f"word/{kind}.xml"] = f"<w:{_ROOTS[kind]} {_WORD}>{inner}</w:{_ROOTS[kind]}>"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return {
        "[Content_Types].xml": f'{head}<Types xmlns="{_PART}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{"".join(types)}</Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{_PART}/relationships"><Relationship Id="m" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{head}<Relationships xmlns="{_PART}/relationships">'
        f"{''.join(relations)}</Relationships>",
        "word/document.xml": f"{head}<w:document {_WORD}><w:body>{body}</w:body></w:document>",
        **parts,
    }


def word(body: str, links: Mapping[str, str] | None = None, **others: str) -> bytes:
    """A Word file. See `word_parts`."""
    return zipped(word_parts(body, links, **others))


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of one run; `properties` and `run` are the XML inside of `w:pPr` and `w:rPr`."""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def workbook(sheets: Mapping[str, list[list[Any]]]) -> Any:
    """An openpyxl workbook with these sheets, to be changed and given to `saved`."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, column, value)
    return book


def saved(book: Any) -> bytes:
    """The bytes of an openpyxl workbook or a python-docx document."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
