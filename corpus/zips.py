"""ZIP files of strangers: opened only within bounds, so that a small file can't unpack to a huge one.

Archives of documents, Word files and workbooks all come through here.
"""

from __future__ import annotations

import contextlib
import io
import stat
import unicodedata
import zipfile
import zlib
from pathlib import Path

from .encoding import decode_name
from .errors import CorpusError

MOST_RATIO = 200
"""How many times smaller than its content a packed member may be, from `RATIO_FROM` bytes on."""
RATIO_FROM = 5_000_000
_LISTED = 200  # bytes that the list of members holds for each, names of 150 characters allowed for
_TAIL = 70_000  # the end of the list, with a comment of the longest
FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What `zipfile` raises on a damaged file, or on one that is packed in a way it doesn't know."""


def open_zip(
    source: bytes | Path, *, most_members: int, most_bytes: int, tight: bool = True
) -> zipfile.ZipFile:
    """Open a ZIP file and check what it says about itself.

    `most_bytes` bounds the unpacked size of all members together; with `tight` none may be packed too tightly
    (without it the caller asks `too_tight` of each). Raises `CorpusError` when it is damaged,
    holds too much, or is packed so tightly that it is made to exhaust memory.
    """
    try:
        listed = _directory_bytes(source)
        if listed > max(most_members * _LISTED, 65_536):
            raise CorpusError(f"too large: the list of its members has {listed:,} bytes")
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except FAILURES as error:
        raise CorpusError(f"damaged ZIP file: {' '.join(str(error).split())[:120]}") from None
    members = archive.infolist()
    fault = ""
    total = sum(max(one.file_size, 0) for one in members)
    if len(members) > most_members:
        fault = f"too large: {len(members):,} members, {most_members:,} at most"
    elif total > most_bytes:
        fault = f"too large: {total:,} bytes when unpacked, {most_bytes:,} at most"
    elif tight:
        fault = next((why for one in members if (why := too_tight(one))), "")
    if fault:
        archive.close()
        raise CorpusError(fault)
    return archive


def _directory_bytes(source: bytes | Path) -> int:
    """The size of the archive's list of members as it says itself, since `zipfile` reads all of it at once."""
    if isinstance(source, bytes):
        tail = source[-_TAIL:]
    else:
        with source.open("rb") as stream:
            stream.seek(max(stream.seek(0, 2) - _TAIL, 0))
            tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if size == 0xFFFF_FFFF:
        wide = tail.rfind(b"PK\x06\x06")
        size = int.from_bytes(tail[wide + 40 : wide + 48], "little") if wide >= 0 else 0
    return size


def too_tight(member: zipfile.ZipInfo) -> str:
    """Why a member is taken for a decompression bomb, or ""."""
    packed = max(member.compress_size, 1)
    if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * packed:
        return f"packed to a {member.file_size // packed:,}th of its size: it looks like a decompression bomb"
    return ""


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The content of a member; never more than the size that it declares.

    Raises `CorpusError` when it is encrypted, damaged, or larger than it says.
    """
    if member.flag_bits & 0x1:
        raise CorpusError("encrypted: a password is needed to open it")
    try:
        with archive.open(member) as stream:
            data = stream.read(member.file_size + 1)
    except FAILURES as error:
        raise CorpusError(f"damaged in the archive: {' '.join(str(error).split())[:120]}") from None
    if len(data) != member.file_size:
        raise CorpusError("damaged in the archive: its size is not the one that the archive says")
    return data


def is_link(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a symbolic link, by the Unix mode that the packer left."""
    return stat.S_ISLNK(member.external_attr >> 16)


def name_of(member: zipfile.ZipInfo) -> str:
    """A member's name in NFC with /.

    Without the UTF-8 flag the name is in an encoding of the packer's computer: UTF-8, CP949 if it reads as
    Korean, else CP437.
    """
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeEncodeError):
            name = decode_name(name.encode("cp437"), name)
    return unicodedata.normalize("NFC", name.replace("\\", "/"))
