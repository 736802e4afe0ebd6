"""From bytes to clean text: encoding, double encoding, control characters, Unicode form.

The order matters: double-encoded text is repaired before control characters are removed, since it holds
C1 controls and soft hyphens that are parts of letters.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from .errors import CorpusError, UnsupportedFormat

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an Office file (DOCX, XLSX, PPTX)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (DOC, XLS, PPT) or HWP"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "an RTF file"),
)
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_BROKEN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_JOINERS = re.compile("(?<![^\x00-\u036f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u036f])")
# signs that never stand between two letters show that the text is not Windows-1252
_INSIDE_WORD = re.compile("(?<=[^\\W\\d_])[\x80-\x90\x93-\xb6\xb8-\xbf×÷€‚„…†‡‰‹›•˜™](?=[^\\W\\d_])|[À-ÿ]{4}")
_FOREIGN = re.compile("[^\x00-\x7f]")
_CANDIDATES = (
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    "cp1251",
    "koi8_r",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp1252",
)
_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# all that `clean` takes away or changes
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ud800-\udfff\ufb00-\ufb06\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def signature(data: bytes) -> str:
    """What kind of file the first bytes give away, in words, or "" for none that we know."""
    for magic, name in _SIGNATURES:
        if data.startswith(magic):
            return name
    return ""


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """Bytes as text, and the encoding that was found.

    A byte order mark wins, then UTF-8, then UTF-16 told by its NUL bytes, then what the file declares about
    itself, then CP949 (of which EUC-KR is a part) if it reads as Korean, then what charset-normalizer finds.
    Raises `UnsupportedFormat` for what is no text.
    """
    kind = signature(data)
    if kind:
        raise UnsupportedFormat(f"not text but {kind}")
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, errors="replace"), name
    wide = _wide(data)
    if wide:
        return data.decode(wide, errors="replace"), wide
    for name in ("utf-8", declared):
        text = _strictly(data, name) if name else None
        if text is not None and _readable(text):
            return text, codecs.lookup(name).name
    if data.count(0) or _controls_share(data) > 0.02:
        raise UnsupportedFormat("not text: binary data")
    return _legacy(data)


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _readable(text: str) -> bool:
    """Whether decoded text is text: a few control characters can be removed, many mean binary data."""
    return len(_BINARY.findall(_ESCAPE.sub("", text))) <= 0.1 * len(text)


def _controls_share(data: bytes) -> float:
    return sum(data.count(bytes([code])) for code in (*range(9), *range(14, 27), 127)) / max(len(data), 1)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: in half of the positions most bytes are NUL, in the other half hardly any."""
    sample = data[:4096]
    if len(sample) < 4 or len(data) % 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    for name, many, few in (("utf-16-be", even, odd), ("utf-16-le", odd, even)):
        text = _strictly(data, name) if many > 0.4 * half and few < 0.02 * half + 1 else None
        if text is not None and _readable(text):
            return name
    return ""


def _legacy(data: bytes) -> tuple[str, str]:
    korean = _strictly(data, "cp949")
    if korean is not None:
        foreign = [char for char in korean if ord(char) > 0x7F]
        hangul = sum("가" <= char <= "힣" or "ㄱ" <= char <= "ㅣ" for char in foreign)
        # two capitals with accents in a row read as a Hangul syllable, so a few of them prove nothing
        if hangul >= 0.6 * len(foreign) and (hangul >= 8 or _paired(korean)):
            return korean, "cp949"
    from charset_normalizer import from_bytes

    western = _strictly(data, "cp1252")
    if western is not None and len(_INSIDE_WORD.findall(western)) <= 0.05 * len(_FOREIGN.findall(western)):
        return western, "cp1252"
    best = from_bytes(data[:200_000], cp_isolation=list(_CANDIDATES)).best()
    text = _strictly(data, best.encoding) if best else None
    if best and text is not None:
        return text, best.encoding
    text = data.decode("cp1252", errors="replace")
    if text.count("\ufffd") > 0.01 * len(text):
        raise CorpusError("the encoding is unknown: save the file as UTF-8")
    return text, "cp1252"


def _paired(text: str) -> bool:
    """Whether Hangul stands in runs of two syllables or more, as words do."""
    runs = re.findall("[가-힣]+", text)
    return bool(runs) and sum(len(run) for run in runs) / len(runs) >= 2


def repair(text: str) -> tuple[str, int]:
    """Text with double-encoded UTF-8 undone by ftfy, and how many lines were mended.

    Only the encoding is mended, line by line: quotes, ligatures, widths and entities stay as they are.
    """
    from ftfy import TextFixerConfig, fix_encoding
    from ftfy.badness import is_bad

    config = TextFixerConfig(explain=False, unescape_html=False, fix_c1_controls=False)
    mended = 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        # U+0085 on its own is a line break, though ftfy would read it as a Windows-1252 ellipsis
        if line.replace("\x85", "").isascii() or not is_bad(line):
            continue
        fixed = fix_encoding(line, config)
        if fixed != line:
            mended += 1
            lines[number] = fixed
    return "\n".join(lines), mended


def clean(text: str) -> str:
    """NFC, `\\n` as the only line break, plain spaces, nothing invisible. Cleaning twice changes nothing."""
    if not _ODD.search(text):  # nearly all text: one look instead of nine
        return unicodedata.normalize("NFC", text)
    text = _BREAKS.sub("\n", _ESCAPE.sub("", text))
    for pattern in (_CONTROLS, _INVISIBLE, _BROKEN, _JOINERS):
        text = pattern.sub("", text)
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text).translate(_LIGATURES))


def decoded(data: bytes, declared: str = "") -> tuple[str, list[str]]:
    """Text of a file with its double encoding undone but not cleaned, and a note on each thing mended.

    For formats in which a control character or line break means something (JSON). Raises as `decode` does.
    """
    raw, encoding = decode(data, declared)
    notes = [] if encoding in ("utf-8", "utf-8-sig") else [f"read as {encoding}"]
    raw, mended = repair(raw)
    if mended:
        notes.append(f"double-encoded text repaired in {mended} places")
    lost = raw.count("\ufffd")
    if lost:
        notes.append(f"{lost} characters could not be decoded")
    return raw, notes


def read_text(data: bytes, declared: str = "") -> tuple[str, list[str]]:
    """Clean text of a file, with a note on each thing that was mended. Raises `CorpusError` for no text."""
    raw, notes = decoded(data, declared)
    removed = len(_ESCAPE.findall(raw)) + len(_CONTROLS.findall(_BREAKS.sub("\n", _ESCAPE.sub("", raw))))
    hidden = len(_INVISIBLE.findall(raw.removeprefix("\ufeff")))
    if removed:
        notes.append(f"{removed} control characters removed")
    if hidden:
        notes.append(f"{hidden} invisible characters removed")
    return clean(raw), notes


def decode_name(raw: bytes, otherwise: str) -> str:
    """A file name whose encoding nobody says: UTF-8, else CP949 if it reads as Korean, else `otherwise`."""
    utf8 = _strictly(raw, "utf-8")
    if utf8 is not None:
        return utf8
    korean = _strictly(raw, "cp949")
    if korean is not None:
        foreign = [char for char in korean if ord(char) > 0x7F]
        if all("가" <= char <= "힣" or "ㄱ" <= char <= "ㅣ" for char in foreign) and len(foreign) >= 2:
            return korean
    return otherwise
