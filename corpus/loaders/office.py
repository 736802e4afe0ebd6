"""Word files and workbooks are ZIP files of XML: opened here within bounds, for both loaders."""

from __future__ import annotations

import re
import zipfile

from ..errors import CorpusError, UnsupportedFormat
from ..zips import open_zip, read_member

_MOST_MEMBERS = 20_000
_MOST_BYTES = 500_000_000
_MOST_XML = 150_000_000
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_STRICT = b"purl.oclc.org/ooxml"
# The standard forbids document types; they are how entities that expand without end are declared.
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def open_package(
    data: bytes, main: str, kind: str, save_as: str, most_xml: int = _MOST_XML
) -> zipfile.ZipFile:
    """Open the ZIP file after a look at all of its XML.

    `main` is the folder of its parts ("word/"), `kind` and `save_as` are for messages ("Word file", ".docx"),
    `most_xml` bounds the unpacked bytes of one part.
    Raises `CorpusError` when it is locked, damaged, a decompression bomb or declares entities, and
    `UnsupportedFormat` when it is another kind of file.
    """
    if data.startswith(_OLD):
        if _LOCKED in data:
            raise CorpusError("encrypted: a password is needed to open it")
        raise UnsupportedFormat(f"an old Office file: save it as {save_as}")
    if not data.startswith(b"PK"):
        raise UnsupportedFormat(f"not a {kind}: its first bytes are those of another kind of file")
    archive = open_zip(data, most_members=_MOST_MEMBERS, most_bytes=_MOST_BYTES)
    names = set(archive.namelist())
    fault = ""
    if len(names) != len(archive.infolist()):
        fault = f"damaged {kind}: it holds two parts of one name"
    elif "[Content_Types].xml" not in names or not any(name.startswith(main) for name in names):
        fault = f"damaged {kind}: parts of it are missing"
    for member in archive.infolist():
        if fault:
            break
        if member.filename.lower().endswith((".xml", ".rels")):
            if member.file_size > most_xml:
                fault = f"too large: {member.filename} has {member.file_size:,} bytes when unpacked"
            else:
                fault = _fault_of(archive, member, kind, save_as)
    if fault:
        archive.close()
        raise CorpusError(fault)
    return archive


def _fault_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo, kind: str, save_as: str) -> str:
    try:
        content = read_member(archive, member)
    except CorpusError as error:
        return f"damaged {kind}: {member.filename}: {error}"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:4]:
        content = content.replace(b"\x00", b"")
    if _DOCUMENT_TYPE.search(content):
        return f"{member.filename} declares a document type, which a {kind} may not: refused"
    if member.filename == "_rels/.rels" and _STRICT in content:
        return f"saved as Strict Open XML: save it as a plain {save_as}"
    return ""


def kind_inside(data: bytes) -> str:
    """What a ZIP file is: "docx", "xlsx", or "" for another or a damaged one."""
    try:
        with open_zip(data, most_members=_MOST_MEMBERS, most_bytes=_MOST_BYTES) as archive:
            names = set(archive.namelist())
    except CorpusError:
        return ""
    if "[Content_Types].xml" not in names:
        return ""
    return "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else ""
