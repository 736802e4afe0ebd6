"""Workbooks: sheets and blocks of rows, values as a person reads them, bounds, and what is told."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest
from nightschool.corpus.documents import LoadedDocument
from nightschool.corpus.errors import CorpusError, UnsupportedFormat
from nightschool.corpus.loaders import load_bytes, load_content, xlsx
from nightschool.corpus.loaders.xlsx_values import shown

from .support.office import saved, workbook, zipped


def read(data: bytes) -> LoadedDocument:
    document = load_bytes(data, "xlsx")
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert text.strip()
        assert all(cell in text for row in block.rows for cell in row)
    return document


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def kinds(document: LoadedDocument) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (5.0, "General", "5"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "1e+20"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        (float("nan"), "0", ""),
        (10**18 + 1, "General", "1000000000000000001"),
        (0.12, "0%", "12 %"),
        (0.125, "0%", "12.5 %"),
        (0.29, "0%", "29 %"),
        (0.125, "0.00%", "12.50 %"),
        (1234.5, "#,##0.00 €", "1,234.50 €"),
        (1234.5, '#,##0.00\\ "€"', "1,234.50 €"),
        (1234.5, "[$€-407]#,##0.00", "€1,234.50"),
        (15000, '#,##0"원"', "15,000원"),
        (-12.5, "#,##0.00;[Red](#,##0.00)", "-12.50"),
        (1234, "00000", "01234"),
        (7, '0" kg"', "7 kg"),
        (3.7, "0", "3.7"),
        (1234567, "#,##0,", "1234567"),
        (0.5, "# ?/?", "0.5"),
        (12, "yyyy-mm", "12"),
        (datetime.datetime(2025, 3, 1), "dd.mm.yy", "2025-03-01"),
        (datetime.datetime(2025, 3, 1, 9, 30), "dd.mm.yy", "2025-03-01 09:30"),
        (datetime.time(9, 30), "hh:mm", "09:30"),
        (datetime.timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
    ],
)
def test_values_as_a_person_reads_them(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_sheets_titles_tables_and_blocks_side_by_side() -> None:
    book = workbook(
        {
            "Prices": [
                ["Price list 2025"],
                ["Valid from March"],
                ["Item", "Price", None, "Region", "Code"],
                ["Cable", 12.5, None, "North", "N1"],
                ["Tie", 5.0, None, "South", "S1"],
                [],
                ["Item", "Weight"],
                ["Drum", 25],
            ],
            "Notes": [["The depot opens at seven."], ["It closes at four."]],
        }
    )
    book["Prices"]["B4"].number_format = '#,##0.00 "€"'
    document = read(saved(book))
    assert kinds(document) == [
        ("heading", "Prices"),
        ("prose", "Price list 2025"),
        ("prose", "Valid from March"),
        ("table", "Item | Price\nCable | 12.50 €\nTie | 5"),
        ("table", "Region | Code\nNorth | N1\nSouth | S1"),
        ("table", "Item | Weight\nDrum | 25"),
        ("heading", "Notes"),
        ("prose", "The depot opens at seven."),
        ("prose", "It closes at four."),
    ]
    assert {block.heading for block in document.blocks} == {("Prices",), ("Notes",)}
    assert document.notes == ()


def test_merged_cells_and_questions() -> None:
    book = workbook(
        {
            "Fees": [["Kind", "Size", "Fee"], ["Shoes", "S", 40], [None, "M", 50], ["Belts", "S", 20]],
            "질문": [["질문", "답변", "분류"], ["언제 여나요?", "아홉 시에 엽니다.", "안내"]],
        }
    )
    book["Fees"].merge_cells("A2:A3")
    document = read(saved(book))
    table, faq = (next(b for b in document.blocks if b.kind == kind) for kind in ("table", "faq"))
    assert table.rows[1:] == (("Shoes", "S", "40"), ("Shoes", "M", "50"), ("Belts", "S", "20"))
    assert faq.rows == (("언제 여나요?", "아홉 시에 엽니다."),)
    assert "분류: 안내" in document.text


def test_what_is_left_out_is_told() -> None:
    book = workbook(
        {
            "A": [["Item", "Sum"], ["Cable", 1], ["Total", "=SUM(B2:B2)"], ["Bad", "#N/A"]],
            "B": [["x"]],
            "C": [],
        }
    )
    book["A"]["B4"].data_type = "e"
    book["B"].sheet_state = "hidden"
    book["A"].row_dimensions[2].hidden = True
    document = read(saved(book))
    told = "; ".join(document.notes)
    for what in (
        "'A': 1 formulas without a stored result",
        "hidden sheet 'B'",
        "sheet 'C' is empty",
        "hidden rows or columns were read",
        "1 cells that show an error",
    ):
        assert what in told
    assert "SUM(" not in document.text
    assert "#N/A" not in document.text


def test_too_small_a_size_in_the_file_hides_nothing() -> None:
    data = saved(workbook({"A": [["Item", "Fee"], ["Cable", 1], ["Drum", 2]]}))
    parts = unzipped(data)
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b'<dimension ref="A1:B3"' in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"')
    assert "Drum | 2" in read(zipped(parts)).text


def test_rows_beyond_the_bounds_are_told() -> None:
    data = saved(
        workbook({"A": [["Item", "Fee"], *([f"part {i}", i] for i in range(60))], "B": [["kept whole"]]})
    )
    document = xlsx.load_xlsx(data, max_rows=20)
    assert "part 18 | 18" in document.text
    assert "part 19" not in document.text
    assert "kept whole" in document.text
    assert "sheet 'A': rows from 21 on left out: 20 rows were read" in document.notes


def test_strings_that_cells_share_are_read() -> None:
    """As Excel writes them; openpyxl writes the text into each cell."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = unzipped(saved(workbook({"A": [["x"]]})))
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.sharedStrings+xml"/></Types>',
    )
    texts = "".join(f"<si><t>{text}</t></si>" for text in ("Item", "Fee", "Drum"))
    rich = '<si><r><t>18 </t></r><r><t>euro</t></r><rPh sb="0" eb="1"><t>phonetic</t></rPh></si>'
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{texts}{rich}</sst>'.encode()
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{c}{row}" t="s"><v>{v}</v></c>' for c, v in pair) + "</row>"
        for row, pair in ((1, (("A", 0), ("B", 1))), (2, (("A", 2), ("B", 3))))
    )
    parts["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    )
    assert kinds(read(zipped(parts))) == [("heading", "A"), ("table", "Item | Fee\nDrum | 18 euro")]


def test_one_long_text_in_many_cells_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_MOST_TEXT", 5_000)
    data = saved(workbook({"A": [["Item", "Note"], *([f"part {i}", "x" * 900] for i in range(30))]}))
    document = xlsx.load_xlsx(data)
    assert len(document.text) < 8_000
    assert "left out" in document.notes[0]


def test_a_row_with_a_huge_number_ends() -> None:
    data = saved(workbook({"A": [["Item", "Fee"], ["Cable", 1], ["Drum", 2]]}))
    parts = unzipped(data)
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b'<row r="3"', b'<row r="300000000000"')
    document = read(zipped({**parts, "xl/worksheets/sheet1.xml": sheet}))
    assert "Cable | 1" in document.text
    assert "rows from" in "; ".join(document.notes)


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90), UnsupportedFormat, r"save it as \.xlsx"),
        (b"a,b", UnsupportedFormat, "not a workbook"),
        (zipped({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}), CorpusError, "damaged workbook"),
        (zipped({"[Content_Types].xml": "<!DOCTYPE x><x/>", "xl/a.xml": ""}), CorpusError, "document type"),
        (saved(workbook({"A": []})), CorpusError, "empty: no cell"),
    ],
)
def test_what_can_not_be_read_is_refused_in_one_line(
    data: bytes, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as raised:
        load_content(data, "a.xlsx")
    assert "\n" not in str(raised.value)


def test_empty_cells_and_the_width_of_rows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightschool.corpus.loaders.xlsx._MOST_CELLS", 400)
    wide = [[f"name {number}" for number in range(60)], *([f"below {row}"] for row in range(50))]
    book = workbook({"Fees": wide})
    document = load_bytes(saved(book), "xlsx")
    assert "below 0" in document.text
    assert "below 49" not in document.text
    assert [note for note in document.notes if "too large" in note or "rows were read" in note]
