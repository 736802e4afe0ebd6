"""What each loader makes of a document, block by block."""

from __future__ import annotations

from pathlib import Path

import pytest
from nightschool.corpus.documents import Block, LoadedDocument
from nightschool.corpus.errors import CorpusError, UnsupportedFormat
from nightschool.corpus.loaders import html, load, load_bytes


def read(text: str, media_type: str = "markdown") -> LoadedDocument:
    document = load_bytes(text.encode(), media_type)
    for block in document.blocks:
        assert_exact(document, block)
    return document


def assert_exact(document: LoadedDocument, block: Block) -> None:
    text = document.text[block.start : block.end]
    assert text
    assert text == text.strip() or block.kind == "code"
    for row in block.rows:
        for cell in row:
            assert cell in text


def found(document: LoadedDocument, kind: str) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


def rows(document: LoadedDocument) -> list[tuple[str, ...]]:
    return [row for block in document.blocks for row in block.rows]


def test_markdown_front_matter_headings_and_links() -> None:
    document = read(
        '---\ntitle: "Returns: all shops"\nlang: en\ntags:\n  - a\n---\n'
        "# Returns {#returns}\n\nSee [the fees](https://x.example/fees) and write to [care](mailto:care@x.example).\n"
        "\n## Period\n\nGoods come back within **14 days**.![map](map.png)\n"
    )
    assert document.title == "Returns: all shops"
    assert document.language == "en"
    assert found(document, "heading") == ["Returns", "Period"]
    assert found(document, "prose") == [
        "See the fees and write to care (care@x.example).",
        "Goods come back within 14 days.",
    ]
    assert document.blocks[-1].heading == ("Returns", "Period")


@pytest.mark.parametrize(
    "source",
    [
        "---\ntitle: Lost\ntags: [a,\n\n# Lost property\n\nKept for 90 days.\n",
        "---\ntitle: Lost\n---\n# Lost property\n\nKept for 90 days.\n",
    ],
)
def test_markdown_front_matter_may_be_broken(source: str) -> None:
    assert found(read(source), "prose") == ["Kept for 90 days."]


def test_markdown_text_between_rules_is_no_front_matter() -> None:
    document = read("---\n\nThe depot opens at seven.\n\n---\n\nIt closes at four.\n")
    assert found(document, "prose") == ["The depot opens at seven.", "It closes at four."]


def test_markdown_templates_go_but_code_keeps_them() -> None:
    document = read(
        'Go to [travel]({% page "/travel/" %}) or {% channel "news" %}. {{ site.name }}{% include "x.html" %}\n\n'
        "{: .note}\n:::tip\nUse `{{ msg }}` in text.\n:::\n\n```vue\n{{ value }}\n```\n"
    )
    assert found(document, "prose") == ["Go to travel or news.", "Use {{ msg }} in text."]
    assert found(document, "code") == ["{{ value }}"]


def test_markdown_html_is_read_or_dropped() -> None:
    document = read(
        "<script setup>\nlet x = 1\n</script>\n\n<div class='a'>\n\nThe fee is 5 euro.\n\n</div>\n\n"
        "<!-- secret -->\n<table><tr><th>Plan</th><th>Price</th></tr><tr><td>A</td><td>1</td></tr></table>\n\n"
        "<aside>\nQuoted **words** here.\n</aside>\n"
    )
    assert "let x" not in document.text
    assert "secret" not in document.text
    assert "The fee is 5 euro." in document.text
    assert ("Plan", "Price") in rows(document)


def test_markdown_lists_nested_and_label_value() -> None:
    document = read(
        "Bring:\n\n- a coat\n- shoes\n  - black ones\n\nFees:\n\n- **Deposit:** 80 euro\n- **Rent:** 500 euro\n"
    )
    assert rows(document) == [
        ("a coat",),
        ("shoes",),
        ("shoes", "black ones"),
        ("Deposit", "80 euro"),
        ("Rent", "500 euro"),
    ]
    assert [b.kind for b in document.blocks if b.rows] == ["list", "key_value"]


def test_markdown_tables() -> None:
    document = read("| Plan | Price |\n|---|---|\n| Basic | 5 euro |\n| Pro |  |\n")
    assert found(document, "table") == ["Plan | Price\nBasic | 5 euro\nPro |"]
    assert rows(document)[1] == ("Basic", "5 euro")


def test_wrapped_lines_are_joined_and_meant_breaks_stay() -> None:
    wrapped = read(
        "The depot is open on all days but not on the first Monday of a\n"
        "month, when the stock is counted by the whole team from morning\nto night.\n"
    )
    assert "\n" not in wrapped.text
    meant = read("Opening hours: 9 to 17\nPhone: 555 0100\n")
    assert rows(meant) == [("Opening hours", "9 to 17"), ("Phone", "555 0100")]


def test_question_line_above_its_answer_is_a_heading() -> None:
    document = read("Can I bring a dog?\nYes, dogs may come along if they are kept on a lead at all times.\n")
    assert found(document, "heading") == ["Can I bring a dog?"]


def test_struck_out_text_is_left_out_and_told() -> None:
    document = read("The fee is ~~5~~ 7 euro.\n")
    assert document.text == "The fee is 7 euro."
    assert any("struck" in note for note in document.notes)


def test_html_main_text_only() -> None:
    document = read(
        "<html lang=en><head><title>Warranty | Shop</title><style>p{}</style></head><body>"
        "<nav><a href=/>Home</a></nav><div class='cookie-banner'>Accept all</div>"
        "<main><h1>Warranty</h1><p>It is 36 months.<br>Call <a href='tel:5550100'>us</a>.</p>"
        "<p style='display:none'>120 months</p><p hidden>99 months</p><!-- 98 months -->"
        "<dl><dt>Deposit</dt><dd>80 euro</dd></dl>"
        "<ul><li>Gloves<ul><li>thin</li></ul></li><li>Boots</li></ul>"
        "<table><tr><th>Size</th><th>Price</th></tr><tr><td rowspan=2>S</td><td>5</td></tr><tr><td>6</td></tr></table>"
        "<p>10<sup>3</sup> m</p></main><footer>Imprint</footer></body></html>",
        "html",
    )
    for hidden in ("Home", "Accept", "120", "99", "98", "Imprint"):
        assert hidden not in document.text
    assert document.title == "Warranty"
    assert "us (5550100)" in document.text
    assert "10³ m" in document.text
    assert rows(document) == [
        ("Deposit", "80 euro"),
        ("Gloves",),
        ("Gloves", "thin"),
        ("Boots",),
        ("Size", "Price"),
        ("S", "5"),
        ("S", "6"),
    ]
    assert any(note.startswith("left out") for note in document.notes)


def test_html_deep_nesting_is_read() -> None:
    document = read("<div>" * 6000 + "The valve is blue." + "</div>" * 6000, "html")
    assert document.text == "The valve is blue."


def test_html_of_too_many_tags_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_MOST_TAGS", 20)
    document = read("<p>The valve is blue.</p>" * 9 + "1 < 2" * 30 + "<p>The door is green.</p>" * 9, "html")
    assert document.text.count("blue") == 9
    assert document.text.count("green") == 1
    assert document.notes == ("left out: what comes after 20 tags",)


def test_a_very_long_paragraph_is_read_in_parts() -> None:
    lines = [f"Is valve {n} blue?" if n % 2 else f"Valve {n} is blue." for n in range(2_400)]
    document = read("\n".join(lines), "text")
    assert " ".join(document.text.split()) == " ".join(lines)


def test_html_without_text_says_so() -> None:
    with pytest.raises(CorpusError, match="empty"):
        read("<html><script>1</script></html>", "html")


def test_csv_dialects_and_header() -> None:
    document = read(
        "Artikel;Preis;Ab\nKabel 3x1,5;1.249,00;01.03.2025\nStecker, rund;2,35;01.04.2025\n", "csv"
    )
    assert rows(document)[2] == ("Stecker, rund", "2,35", "01.04.2025")
    assert document.blocks[0].kind == "table"
    headless = read("1,2,3\n4,5,6\n7,8,9\n", "csv")
    assert headless.blocks[0].kind == "list"
    assert any("no header" in note for note in headless.notes)


def test_csv_damaged_rows_are_reported_and_cost_only_themselves() -> None:
    document = read(
        'item,price,note\n"Tie, black",0.05,"bags of ""100"""\nDrum,41.90,"deposit 5 euro\nCutter,12.50,no note\n'
        '"Tape" red,2.10,15 m\n,,\nGlove,3.20,size 9,EXTRA\nLamp\n"Two\nlines",1.00,fine\n',
        "csv",
    )
    assert [row[0] for row in rows(document)] == ["item", "Tie, black", "Cutter", "Two lines"]
    assert sorted(int(note.split(":")[0].removeprefix("line ")) for note in document.notes) == [3, 5, 7, 8]


def test_plain_text_headings_lists_and_questions() -> None:
    document = read(
        "STAFF CANTEEN\n\nThe canteen opens at seven and closes at four on all working days.\n\n"
        "What to bring:\n- a card\n- some money\n\nQ: Is there vegan food?\nA: Yes, every day.\n",
        "text",
    )
    assert found(document, "heading") == ["STAFF CANTEEN"]
    assert found(document, "faq") == ["Is there vegan food?\nYes, every day."]
    assert ("a card",) in rows(document)


def test_what_loads_and_what_does_not(tmp_path: Path) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(b"x")
    with pytest.raises(UnsupportedFormat, match=r"no loader for \.jpg"):
        load(picture)
    empty = tmp_path / "a.md"
    empty.write_text(" \n\t\n")
    with pytest.raises(CorpusError, match="empty"):
        load(empty)
    empty.write_text("word " * 100)
    with pytest.raises(CorpusError, match="too large"):
        load(empty, max_bytes=10)
    empty.write_text("Please hold the line. " * 5000)
    with pytest.raises(CorpusError, match="repeats itself"):
        load(empty)
    with pytest.raises(CorpusError, match="can't be read"):
        load(tmp_path / "missing.md")


def test_double_encoded_text_is_repaired_wherever_it_comes_from() -> None:
    page = read("<p>The employee&acirc;&euro;&trade;s share.</p><p>Größe, São, ça va.</p>", "html")
    assert page.text == "The employee’s share.\n\nGröße, São, ça va."
    assert page.notes == ("double-encoded text repaired",)
    records = read('[{"name": "Gr\\u00c3\\u00b6\\u00c3\\u0178e", "value": "한국어"}]', "json")
    assert "Größe" in records.text
    assert "한국어" in records.text
    fields = read(
        '[{"na\\u00c3\\u00b6": "It\\u00e2\\u0080\\u0099s", "b": [["\\u00e2\\u0080\\u009cx"]]}]', "json"
    )
    assert "naö: It’s" in fields.text
    assert "“x" in fields.text
    twins = read('[{"\\u00c3\\u00b6l": "blue", "öl": "green"}]', "json")
    assert "blue" in twins.text
    assert "green" in twins.text
