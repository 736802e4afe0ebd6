"""Word files: structure by style or outline level, text after all changes are accepted, nothing lost unsaid."""

from __future__ import annotations

import pytest
from docx import Document
from nightschool.corpus.documents import LoadedDocument
from nightschool.corpus.errors import CorpusError, UnsupportedFormat
from nightschool.corpus.loaders import load_bytes, load_content
from nightschool.corpus.loaders.docx import load_docx

from .support.office import paragraph, saved, word, word_parts, workbook, zipped

LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
RESTART = '<w:vMerge w:val="restart"/>'
TOP = '<w:outlineLvl w:val="0"/>'


def read(data: bytes) -> LoadedDocument:
    document = load_bytes(data, "docx")
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert text.strip()
        assert all(cell in text for row in block.rows for cell in row)
    return document


def texts(document: LoadedDocument, kind: str) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


def rows(document: LoadedDocument, kind: str) -> list[tuple[str, ...]]:
    return [row for block in document.blocks if block.kind == kind for row in block.rows]


def table(*lines: list[str], header: bool = False) -> str:
    marked = "<w:trPr><w:tblHeader/></w:trPr>"
    return "<w:tbl>{}</w:tbl>".format(
        "".join(
            f"<w:tr>{marked if header and not i else ''}{''.join(cells)}</w:tr>"
            for i, cells in enumerate(lines)
        )
    )


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def test_a_file_of_python_docx_keeps_its_structure_and_order() -> None:
    made = Document()
    made.add_heading("Handbook", 0)
    made.add_heading("Returns", 1)
    made.add_paragraph("Goods come back within 14 days of delivery.")
    for text, style in (("shoes", "List Bullet"), ("black ones", "List Bullet 2"), ("belts", "List Bullet")):
        made.add_paragraph(text, style=style)
    made.add_heading("Fees", 2)
    for text in ("Drums are weighed.", "The fee is paid."):
        made.add_paragraph(text, style="List Number")
    grid = made.add_table(2, 2)
    for at, text in enumerate(("Item", "Fee", "Drum", "18 euro")):
        grid.cell(at // 2, at % 2).text = text
    document = read(saved(made))
    assert document.title == "Handbook"
    assert [b.heading for b in document.blocks if b.kind == "heading"] == [
        ("Handbook",),
        ("Handbook", "Returns"),
        ("Handbook", "Returns", "Fees"),
    ]
    assert [b.kind for b in document.blocks if b.kind != "heading"] == ["prose", "list", "list", "table"]
    assert texts(document, "list")[1] == "1. Drums are weighed.\n2. The fee is paid."
    assert rows(document, "list")[:3] == [("shoes",), ("shoes", "black ones"), ("belts",)]
    assert rows(document, "table") == [("Item", "Fee"), ("Drum", "18 euro")]
    assert document.notes == ()


def test_headings_by_outline_level_whatever_the_style_is_called() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="본문 큰제목"/><w:pPr>'
        '<w:outlineLvl w:val="0"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="작은"/><w:basedOn w:val="a"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="Überschrift 2"/></w:style>'
    )
    body = (
        paragraph("교환 안내", '<w:pStyle w:val="a"/>')
        + paragraph("Fristen", '<w:pStyle w:val="c"/>')
        + paragraph("Eine Frist dauert vierzehn Tage.")
        + paragraph("환불", '<w:pStyle w:val="b"/>')
        + paragraph("Own level", '<w:outlineLvl w:val="1"/>')
        + paragraph("No heading", '<w:pStyle w:val="a"/><w:outlineLvl w:val="9"/>')
    )
    document = read(word(body, styles=styles))
    assert [b.heading for b in document.blocks if b.kind == "heading"] == [
        ("교환 안내",),
        ("교환 안내", "Fristen"),
        ("환불",),
        ("환불", "Own level"),
    ]
    assert "No heading" in texts(document, "prose")


def test_numbering_is_shown_as_word_shows_it() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, form, text in ((0, "decimal", "제%1조"), (1, "lowerLetter", "%2)"), (2, "bullet", "·"))
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="4">{levels}</w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="4"/></w:num>'
    )

    def at(depth: int, more: str = "") -> str:
        return f'{more}<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="7"/></w:numPr>'

    body = (
        paragraph("목적", at(0, '<w:outlineLvl w:val="0"/>'))
        + paragraph("first", at(1))
        + paragraph("deeper", at(2))
        + paragraph("second", at(1))
        + paragraph("정의", at(0, '<w:outlineLvl w:val="0"/>'))
        + paragraph("again first", at(1))
        + paragraph("not numbered", '<w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    document = read(word(body, numbering=numbering))
    assert texts(document, "heading") == ["제1조 목적", "제2조 정의"]
    assert texts(document, "list") == ["a) first\n  - deeper\nb) second", "a) again first"]
    assert texts(document, "prose") == ["not numbered"]


def test_tracked_changes_hidden_and_struck_out_text() -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">The fee is </w:t></w:r><w:del><w:r><w:delText>12</w:delText></w:r></w:del>'
        "<w:ins><w:r><w:t>18</w:t></w:r></w:ins><w:r><w:t> euro.</w:t></w:r>"
        "<w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom></w:p>"
        + paragraph("whispered", run="<w:vanish/>")
        + paragraph("crossed out", run="<w:strike/>")
        + paragraph("Click to enter text", run='<w:rStyle w:val="PlaceholderText"/>')
        + paragraph("stays", run='<w:strike w:val="0"/>')
        + "<w:tbl><w:tr>"
        + cell("Kind")
        + cell("Days")
        + "</w:tr><w:tr><w:trPr><w:del/></w:trPr>"
        + cell("gone")
        + cell("99")
        + "</w:tr><w:tr>"
        + cell("Reel")
        + cell("30")
        + "</w:tr></w:tbl>"
    )
    document = read(word(body))
    assert "The fee is 18 euro." in texts(document, "prose")
    assert "stays" in document.text
    for text in ("12", "moved away", "whispered", "crossed out", "gone", "Click"):
        assert text not in document.text
    assert rows(document, "table") == [("Kind", "Days"), ("Reel", "30")]
    told = "; ".join(document.notes)
    for what in (
        "tracked change (2 times)",
        "hidden text",
        "struck-out text",
        "a table row deleted",
        "prompts of form",
    ):
        assert what in told


def test_links_content_controls_text_boxes_and_formulas_keep_their_text() -> None:
    box = "<wps:txbx><w:txbxContent>" + paragraph("Customers call ahead.") + "</w:txbxContent></wps:txbx>"
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Write to </w:t></w:r><w:hyperlink r:id="x"><w:r><w:t>Finance</w:t></w:r>'
        "</w:hyperlink><w:r><w:t>.</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent>"
        + paragraph("Filled into a form field.")
        + "</w:sdtContent></w:sdt><w:p><w:r><w:t>Anchor of the box.</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict>'
        "</mc:Fallback></mc:AlternateContent></w:r></w:p><w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath><w:r><w:t> of the price</w:t></w:r></w:p>"
        '<w:p><w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>-3</w:t></w:r></w:p>'
    )
    document = read(word(body, {"x": "mailto:f@x.example"}))
    assert texts(document, "prose") == [
        "Write to Finance (f@x.example).",
        "Filled into a form field.",
        "Anchor of the box.",
        "Customers call ahead.",
        "1/2 of the price",
        "10⁻³",
    ]


def test_footnotes_stand_below_and_what_is_left_out_is_told() -> None:
    body = (
        '<w:p><w:r><w:t>The depot opens at seven.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        '<w:r><w:commentReference w:id="0"/></w:r><w:r><w:drawing/></w:r></w:p>'
        + paragraph("Contents 1", '<w:pStyle w:val="t"/>')
        + paragraph("After.")
    )
    document = read(
        word(
            body,
            styles='<w:style w:type="paragraph" w:styleId="t"><w:name w:val="toc 1"/></w:style>',
            footnotes=f'<w:footnote w:id="2">{paragraph("Except on holidays.")}</w:footnote>',
            comments=f'<w:comment w:id="0">{paragraph("Is this true?")}</w:comment>',
            header=paragraph("Confidential draft"),
            footer=paragraph("12"),
        )
    )
    assert texts(document, "prose") == ["The depot opens at seven.", "Except on holidays.", "After."]
    told = "; ".join(document.notes)
    for what in (
        "footnotes set below",
        "a comment left out",
        "pictures left out",
        "page header",
        "contents left out",
    ):
        assert what in told
    assert "page footer" not in told  # a page number only


def test_merged_cells_header_rows_and_nested_tables() -> None:
    start, on = RESTART, "<w:vMerge/>"
    wide = '<w:gridSpan w:val="2"/>'
    inner = "<w:tc>" + table([cell("inner left"), cell("inner right")]) + "</w:tc>"
    document = read(
        word(
            table(
                [cell("Kind"), cell("Size"), cell("Fee")],
                [cell("Shoes", start), cell("S"), cell("40 euro")],
                [cell("", on), cell("M"), cell("50 euro")],
                [cell("Belts", wide), cell("20 euro")],
                [cell("Hats"), inner, cell("10 euro")],
                header=True,
            )
        )
    )
    assert rows(document, "table") == [
        ("Kind", "Size", "Fee"),
        ("Shoes", "S", "40 euro"),
        ("Shoes", "M", "50 euro"),
        ("Belts", "", "20 euro"),
        ("Hats", "inner left inner right", "10 euro"),
    ]
    assert "a table inside a cell" in "; ".join(document.notes)


def test_two_header_rows_become_one_and_a_title_row_prose() -> None:
    marked = "<w:tr><w:trPr><w:tblHeader/></w:trPr>"
    body = (
        f"<w:tbl>{marked}{cell('Kind', RESTART)}{cell('Price')}</w:tr>"
        f"{marked}{cell('', '<w:vMerge/>')}{cell('net')}</w:tr><w:tr>{cell('Drum')}{cell('18')}</w:tr></w:tbl>"
    ) + table(
        [cell("Fees of 2025", '<w:gridSpan w:val="2"/>')],
        [cell("Item"), cell("Fee")],
        [cell("Reel"), cell("5 euro")],
    )
    document = read(word(body))
    assert rows(document, "table") == [
        ("Kind", "Price net"),
        ("Drum", "18"),
        ("Item", "Fee"),
        ("Reel", "5 euro"),
    ]
    assert "Fees of 2025" in texts(document, "prose")


def test_a_table_that_frames_text_is_read_as_text() -> None:
    long = "Every delivery is weighed at the gate. " * 50
    document = read(word(table([f"<w:tc>{paragraph('Inside', TOP)}{paragraph(long)}</w:tc>"])))
    assert texts(document, "heading") == ["Inside"]
    assert long.strip() in texts(document, "prose")


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (LOCKED + "EncryptedPackage".encode("utf-16-le"), CorpusError, "password"),
        (LOCKED, UnsupportedFormat, r"save it as \.docx"),
        (b"plain text", UnsupportedFormat, "not a Word file"),
        (word(paragraph("x"))[:300], CorpusError, "damaged ZIP"),
        (zipped({"word/document.xml": "<x/>"}), CorpusError, "damaged Word file"),
        (zipped({**word_parts(""), "word/document.xml": "<w:document"}), CorpusError, "damaged Word file"),
        (word(""), CorpusError, "empty"),
        (word("<w:p/>" + "<w:sdt><w:sdtContent>" * 400), CorpusError, "damaged Word file"),
    ],
)
def test_what_can_not_be_read_is_refused_in_one_line(
    data: bytes, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as raised:
        load_content(data, "a.docx")
    assert "\n" not in str(raised.value)


def test_entities_and_bombs_are_refused() -> None:
    parts = word_parts(paragraph("&lol;"))
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        "<w:document", '<!DOCTYPE x [<!ENTITY lol "lollollol">]><w:document', 1
    )
    with pytest.raises(CorpusError, match="document type"):
        load_bytes(zipped(parts), "docx")
    wide = {
        **parts,
        "word/document.xml": parts["word/document.xml"].replace("UTF-8", "UTF-16").encode("utf-16"),
    }
    with pytest.raises(CorpusError, match="document type"):
        load_bytes(zipped(wide), "docx")
    bomb = {**word_parts(paragraph("x")), "word/media/a.bin": bytes(20_000_000)}
    with pytest.raises(CorpusError, match="decompression bomb"):
        load_bytes(zipped(bomb), "docx")


def test_what_takes_too_long_is_told() -> None:
    document = load_docx(word("".join(paragraph(f"Clause {i} is short.") for i in range(900))), max_seconds=0)
    assert "Clause 498" in document.text
    assert "Clause 499" not in document.text
    assert document.notes == ("left out after 499 paragraphs and tables: it took too long",)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.doc", r"\.doc files: save it as \.docx"),
        ("a.xls", r"save it as \.xlsx"),
        ("a.hwp", r"\.pdf"),
        ("a.7z", "unpack"),
    ],
)
def test_old_formats_say_what_to_save_them_as(name: str, message: str) -> None:
    with pytest.raises(UnsupportedFormat, match=message):
        load_content(LOCKED, name)


def test_a_word_file_under_a_wrong_name_is_read_as_what_it_is() -> None:
    document = load_content(word(paragraph("Goods come back within 14 days.")), "a.txt")
    assert document.media_type == "docx"
    assert "Goods come back within 14 days." in document.text
    assert "named .txt" in document.notes[0]
    book = load_content(saved(workbook({"Fees": [["Item", "Fee"], ["Drum", 18]]})), "fees.docx")
    assert book.media_type == "xlsx"
    assert "read as the .xlsx file that it is" in book.notes[0]


@pytest.mark.parametrize(
    "body",
    [
        paragraph("The depot opens at seven.") + "<w:p/>" * 300 + paragraph("after"),
        paragraph("The depot opens at seven.") + "".join(paragraph(f"after {i}") for i in range(50)),
        f"<w:p>{'<w:r><w:t>The depot opens at seven.</w:t></w:r>' + '<w:r/>' * 300}<w:r><w:t>after</w:t></w:r></w:p>",
        paragraph("The depot opens at seven.")
        + table(*[[cell(f"after {i}"), cell(f"b {i}")] for i in range(50)]),
    ],
)
def test_a_file_of_too_many_elements_is_read_up_to_a_bound_and_the_rest_told(
    monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    whole = read(word(body))
    assert "after" in whole.text
    assert not [note for note in whole.notes if "elements" in note]
    monkeypatch.setattr("nightschool.corpus.loaders.docx_text.MOST_STEPS", 200)
    cut = read(word(body))
    assert "The depot opens at seven." in cut.text
    assert len(cut.text) < len(whole.text)
    assert [note for note in cut.notes if "elements" in note]


def test_long_cells_are_measured_without_gathering_the_text_of_each_paragraph_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from docx.oxml.text.paragraph import CT_P

    def gathered(_: CT_P) -> str:
        raise AssertionError("the text below a paragraph was gathered")

    monkeypatch.setattr(CT_P, "text", property(gathered))
    document = read(word(table([cell("Kind"), cell("Fee")], [cell("Drum"), cell("18 euro")])))
    assert rows(document, "table") == [("Kind", "Fee"), ("Drum", "18 euro")]
