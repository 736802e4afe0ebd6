"""Word files, workbooks, JSON and archives: whatever is done to them, they are read or refused; nothing is lost.

Bytes are flipped, cut out and doubled in the packed file (which mostly breaks the ZIP) and, packed anew, in the
XML inside of it (which reaches the loader).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from docx import Document
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nightschool.corpus.documents import LoadedDocument, one_line
from nightschool.corpus.encoding import repair
from nightschool.corpus.errors import CorpusError
from nightschool.corpus.loaders import load_bytes
from nightschool.corpus.passages import cut
from nightschool.corpus.reading import FileReader
from nightschool.corpus.settings import CorpusSettings
from nightschool.corpus.walking import Walk

from .support.office import paragraph, saved, word_parts, workbook, zipped

SLOW = settings(max_examples=80, deadline=10_000, suppress_health_check=[HealthCheck.too_slow])
EDITS = st.lists(
    st.tuples(
        st.sampled_from(("flip", "cut", "double", "insert")),
        st.integers(0, 60_000),
        st.integers(1, 40),
        st.sampled_from(
            [
                b"<", b">", b'"', b"/", b"&", b"\x00", b"9" * 12, b"<w:p>", b"</w:p>", b"<w:tbl>", b"<w:tc>", b"]]>",
                b'w:val="99999999"', b"<w:del>", b'<c r="ZZZ9"><v>1</v></c>', b't="s"', b"<v>1e999</v>", b"-1", b"<f/>",
                b"\xff", b"{", b"[", b",", b"\\u0000", b":",
            ]
        ),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


def damaged(data: bytes, edits: list[tuple[str, int, int, bytes]]) -> bytes:
    out = bytearray(data)
    for kind, place, length, junk in edits:
        at = place % (len(out) + 1)
        if kind == "flip" and at < len(out):
            out[at] ^= 1 + length
        elif kind == "cut":
            del out[at : at + length]
        elif kind == "double":
            out[at:at] = out[at : at + length]
        else:
            out[at:at] = junk
    return bytes(out)


def small_word() -> dict[str, bytes]:
    cells = "<w:tr>{}</w:tr>".format("".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Item", "Fee")))
    span = f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr>{paragraph("Drum")}</w:tc></w:tr>'
    body = (
        paragraph("Returns", '<w:pStyle w:val="h"/>')
        + paragraph("Within 14 days.", run="<w:b/>")
        + paragraph("one", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
        + f"<w:tbl>{cells}{span}</w:tbl>"
        + "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        '<w:hyperlink r:id="l"><w:r><w:t>link</w:t></w:r></w:hyperlink><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    )
    parts = word_parts(
        body,
        {"l": "mailto:a@b.example"},
        styles='<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading 1"/><w:basedOn w:val="h"/></w:style>',
        numbering='<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        footnotes=f'<w:footnote w:id="1">{paragraph("Except on holidays.")}</w:footnote>',
    )
    return {name: content.encode() for name, content in parts.items()}


def small_workbook() -> dict[str, bytes]:
    book = workbook(
        {
            "A": [["Title"], ["Item", "Fee", "Sum"], ["Cable", 1.5, "=A1"], [None, True, 0.1]],
            "B": [["x", "y"]],
        }
    )
    book["A"].merge_cells("A3:A4")
    book["A"]["C4"].number_format = "0.0%"
    with zipfile.ZipFile(io.BytesIO(saved(book))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


T = TypeVar("T")
WORD, BOOK = small_word(), small_workbook()


def attempted(read: Callable[[], T]) -> tuple[T | None, str]:
    """What was read, or the message of the refusal. Any other exception is a failure of the test."""
    try:
        return read(), ""
    except CorpusError as error:
        return None, str(error)


def check(data: bytes, media_type: str) -> LoadedDocument | None:
    """Reads or refuses; what is read is exact and can be cut."""
    document, fault = attempted(lambda: load_bytes(data, media_type))
    if document is None:
        assert fault
        assert "\n" not in fault
        return None
    document.text.encode()
    last = 0
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert last <= block.start < block.end
        assert all(cell in text for row in block.rows for cell in row)
        last = block.end
    cut(document, "a.md")
    return document


def test_the_seeds_are_read() -> None:
    assert "Except on holidays." in load_bytes(zipped(WORD), "docx").text
    assert "Cable" in load_bytes(zipped(BOOK), "xlsx").text


@pytest.mark.parametrize(("parts", "media_type"), [(WORD, "docx"), (BOOK, "xlsx")])
@SLOW
@given(edits=EDITS)
def test_damaged_packages(parts: dict[str, bytes], media_type: str, edits: list[Any]) -> None:
    check(damaged(zipped(parts), edits), media_type)


@pytest.mark.parametrize(("parts", "media_type"), [(WORD, "docx"), (BOOK, "xlsx")])
@SLOW
@given(number=st.integers(0, 20), edits=EDITS)
def test_damaged_xml(parts: dict[str, bytes], media_type: str, number: int, edits: list[Any]) -> None:
    name = sorted(parts)[number % len(parts)]
    check(zipped({**parts, name: damaged(parts[name], edits)}), media_type)


MAIN = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml"}
VALUES = st.sampled_from(
    ["", "0", "-1", "1", "9", "99999999999", "x", "true", "1e9", "ZZZ1", "A0", "restart", "\u00e9"]
)


@pytest.mark.parametrize(("parts", "media_type"), [(WORD, "docx"), (BOOK, "xlsx")])
@SLOW
@given(changes=st.lists(st.tuples(st.integers(0, 300), VALUES), min_size=1, max_size=4))
def test_odd_values_in_sound_xml(
    parts: dict[str, bytes], media_type: str, changes: list[tuple[int, str]]
) -> None:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    root = etree.fromstring(parts[MAIN[media_type]])
    places = [(element, key) for element in root.iter(etree.Element) for key in element.attrib]
    for number, value in changes:
        element, key = places[number % len(places)]
        element.set(key, value)
    check(zipped({**parts, MAIN[media_type]: etree.tostring(root)}), media_type)


@SLOW
@given(edits=EDITS)
def test_damaged_archives(edits: list[Any]) -> None:
    data = damaged(zipped({"a.md": "# A\n\nOne.\n", "b/c.json": '[{"a": 1}]', "d.docx": zipped(WORD)}), edits)
    with TemporaryDirectory() as folder:
        (Path(folder) / "x.zip").write_bytes(data)
        seen = Walk(Path(folder), CorpusSettings())
        files = list(seen)
        assert files or seen.passed_over
        with FileReader(1_000_000) as reader:
            for one in files:
                assert one.path.startswith("x.zip")
                assert ".." not in one.path.split("/")
                if not one.fault:
                    _, fault = attempted(lambda one=one: reader.read(one))
                    assert "\n" not in fault


# What generated documents hold: words that no rule takes for a mark, a label or a wrapper.
WORDS = st.text(st.sampled_from("abcdefgh가나다라éß"), min_size=1, max_size=9)
PHRASES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


STYLES = st.sampled_from(["Heading 1", "Heading 3", "List Bullet", "List Number 2", "Normal", "Title"])


def lost(strings: list[str], document: LoadedDocument) -> list[str]:
    return [one for one in strings if one_line(one) and one_line(one) not in document.text]


@settings(SLOW, max_examples=40)
@given(
    st.lists(
        st.one_of(
            st.tuples(
                st.sampled_from(
                    ["Heading 1", "Heading 3", "List Bullet", "List Number 2", "Normal", "Title"]
                ),
                PHRASES,
            ),
            st.lists(st.lists(PHRASES | st.just(""), min_size=3, max_size=3), min_size=1, max_size=4),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_no_word_of_a_word_file_is_lost(pieces: list[Any]) -> None:
    made = Document()
    strings: list[str] = []
    for piece in pieces:
        if isinstance(piece, tuple):
            made.add_paragraph(piece[1], style=piece[0])
            strings.append(piece[1])
            continue
        grid = made.add_table(len(piece), 3)
        for row, cells in enumerate(piece):
            for column, text in enumerate(cells):
                grid.cell(row, column).text = text
                strings.append(text)
    document = check(saved(made), "docx")
    if document is None:
        assert not any(strings)
    else:
        assert lost(strings, document) == []
        # each as often as it was written, for those that stand in no other
        for text in {one for one in strings if sum(one in other for other in set(strings)) == 1 and one}:
            assert document.text.count(text) >= strings.count(text)


CELLS = st.none() | PHRASES | st.integers(-(10**9), 10**9) | st.dates(date(1900, 3, 1), date(2100, 1, 1))


@SLOW
@given(
    st.dictionaries(
        st.text(st.sampled_from("abcdefg"), min_size=1, max_size=8),
        st.lists(st.lists(CELLS, max_size=6), max_size=8),
        min_size=1,
        max_size=3,
    )
)
@example({"a": [["x"], [None, "y"], [], ["c", None, "d"], [None, None, None, "e", "f"]]})
def test_no_cell_of_a_workbook_is_lost(sheets: dict[str, list[list[Any]]]) -> None:
    cells = [cell for rows in sheets.values() for row in rows for cell in row if cell is not None]
    document = check(saved(workbook(sheets)), "xlsx")
    if document is None:
        assert cells == []
    else:
        assert lost([str(cell) for cell in cells], document) == []
        filled = [
            name for name, rows in sheets.items() if any(cell is not None for row in rows for cell in row)
        ]
        assert [b.heading for b in document.blocks if b.kind == "heading"] == [(name,) for name in filled]


SCALARS = st.none() | st.booleans() | st.integers() | PHRASES | st.text(max_size=30)
KEYS = st.sampled_from(["id", "title", "name", "body", "fee", "x y", "질문", "답변"])
RECORDS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["id", "title", "name", "body", "fee", "x y", "질문", "답변"]), inner, max_size=5
        )
    ),
    max_leaves=25,
)


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return (
        [] if value is None else ["true" if value else "false"] if isinstance(value, bool) else [str(value)]
    )


def words_lost(value: Any, document: LoadedDocument) -> list[str]:
    """Words of values without marks: a rule may take `<br>` or a lone sign for markup, never a word."""
    said = [one for one in leaves(value) if "<" not in one and "&" not in one]
    return [
        word
        for one in said
        for word in one_line(repair(one)[0]).split()
        if word.isalnum() and word not in document.text
    ]


@SLOW
@given(RECORDS)
@example([[["a"], {"fee": [["b", ["c"]]]}], {"title": "t", "name": ["n", {"id": 1}]}])
def test_no_value_of_json_is_lost(value: Any) -> None:
    document = check(json.dumps(value).encode(), "json")
    if document is None:
        assert not any(one_line(one) for one in leaves(value))
    else:
        assert words_lost(value, document) == []


@SLOW
@given(st.lists(RECORDS, min_size=1, max_size=6), st.integers(0, 6))
@example(["0\x800"], 0)
@example([False, "\x83"], 0)
def test_no_sound_line_of_json_lines_is_lost(values: list[Any], at: int) -> None:
    lines = [json.dumps(value) for value in values]
    at = min(at, len(lines))
    lines.insert(at, "{broken")
    document = check("\n".join(lines).encode(), "jsonl")
    if document is not None:
        assert words_lost(values, document) == []
        assert any(note.startswith(f"line {at + 1}: invalid JSON") for note in document.notes)
    else:
        assert not any(one_line(one) for one in leaves(values))


@SLOW
@given(st.binary(max_size=400), st.sampled_from(["docx", "xlsx", "json", "jsonl"]))
def test_any_bytes(data: bytes, media_type: str) -> None:
    check(data, media_type)
    check(b"PK\x03\x04" + data, media_type)
