"""JSON and JSON lines: what becomes of records, and what is kept of a damaged file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.corpus.documents import LoadedDocument
from nightschool.corpus.errors import CorpusError
from nightschool.corpus.loaders import load_bytes
from nightschool.corpus.loaders.json_reading import MISSING, Reader


def read(text: str | bytes, media_type: str = "json") -> LoadedDocument:
    return load_bytes(text if isinstance(text, bytes) else text.encode(), media_type)


def blocks(document: LoadedDocument) -> list[tuple[str, tuple[str, ...], str]]:
    return [(b.kind, b.heading, document.text[b.start : b.end]) for b in document.blocks]


def test_flat_short_records_are_a_table_with_numbers_as_they_stand() -> None:
    document = read('[{"item": "Drum", "fee": 1.10, "open": true}, {"item": "Reel", "fee": 5, "open": null}]')
    assert blocks(document) == [("table", (), "item | fee | open\nDrum | 1.10 | true\nReel | 5 |")]


def test_other_records_are_sections() -> None:
    document = read(
        json.dumps(
            {
                "articles": [
                    {
                        "id": 7,
                        "title": "Invoices",
                        "body": "Invoices are due after 21 days.\n\nReminders follow.",
                        "meta": {"owner": {"name": "Ann"}, "tags": ["a", "b"]},
                        "fees": [{"kind": "drum", "euro": 18}, {"kind": "reel", "euro": 5}],
                    },
                    {"summary": "No title here."},
                ],
                "source": "wiki",
            }
        )
    )
    below = ("articles", "Invoices")
    assert blocks(document) == [
        ("key_value", (), "source: wiki"),
        ("heading", ("articles",), "articles"),
        ("heading", below, "Invoices"),
        ("key_value", below, "id: 7"),
        ("prose", below, "Invoices are due after 21 days."),
        ("prose", below, "Reminders follow."),
        ("key_value", below, "meta.owner.name: Ann\nmeta.tags: a, b"),
        ("heading", (*below, "fees"), "fees"),
        ("table", (*below, "fees"), "kind | euro\ndrum | 18\nreel | 5"),
        ("heading", ("articles", "record 2"), "record 2"),
        ("prose", ("articles", "record 2"), "No title here."),
    ]


def test_questions_keyed_records_and_html_in_values() -> None:
    faq = read('[{"Question": "When?", "Answer": "At nine.", "topic": "hours"}]')
    assert blocks(faq) == [("faq", (), "When?\nAt nine."), ("key_value", (), "topic: hours")]
    keyed = read('{"oslo": {"open": 7, "close": 16}, "bergen": {"open": 8, "close": 15}}')
    assert blocks(keyed) == [("table", (), "key | open | close\noslo | 7 | 16\nbergen | 8 | 15")]
    page = read(
        '{"title": "Depot", "body": "<p>Opens at <b>seven</b>.</p><ul><li>gate A</li><li>gate B</li></ul>"}'
    )
    assert blocks(page)[1:] == [
        ("prose", ("Depot",), "Opens at seven."),
        ("list", ("Depot",), "- gate A\n- gate B"),
    ]
    assert page.title == "Depot"


def test_lines_that_are_no_json_are_told_by_number() -> None:
    document = read(
        '{"title":"A","text":"First one is whole."}\r\nnot json\r\n\r\n{"title":"B","text":"x\u2028y"}\r\n[',
        "jsonl",
    )
    assert "First one is whole." in document.text
    assert ("B",) in {block.heading for block in document.blocks}
    assert document.notes[:2] == (
        "line 2: invalid JSON at column 1: Expecting value; left out",
        "line 5: invalid JSON at column 2: Expecting value; left out",
    )


def test_json_lines_under_the_name_json_are_read() -> None:
    assert "At nine." in read('{"q": "When?", "a": "At nine."}\n{"q": "Who?", "a": "Ann."}').text


def test_keys_that_meet_when_flattened_lose_no_value() -> None:
    document = read('{"a.b": 11, "a": {"b": 22}, "a.b (2)": 33}')
    assert [row[1] for block in document.blocks for row in block.rows] == ["11", "22", "33"]


def test_long_paths_of_keys_do_not_multiply() -> None:
    deep = "".join(f'{{"level {i}":' for i in range(300)) + '{"x": 1, "y": 2}' + "}" * 300
    document = read(deep)
    assert [row[1] for block in document.blocks for row in block.rows] == ["1", "2"]
    assert len(document.text) < 700


@pytest.mark.parametrize(
    ("text", "kept", "lost"),
    [
        ('{"a": [{"title": "One", "body": "whole"}, {"title": "Tw', "whole", "Tw"),
        ('[{"title": "One", "body": "whole"}, {"title": "Two", "n": 12', "whole", "Two"),
        ('{"title": "whole", "n": 12', "whole", "12"),
        ('{"title": "whole", "n": [1, 77, 12', "77", "12"),
        ('{"w": {"d": {"title": "whole", "b": "half', "whole", "half"),
        ('[{"title": "One", "body": "whole"} {"title": "Two"}]', "whole", "Two"),
        ('[{"title": "One", "body": "whole"}, nonsense, {"title": "Two"}]', "whole", "Two"),
    ],
)
def test_only_what_is_surely_whole_is_kept_of_a_damaged_file(text: str, kept: str, lost: str) -> None:
    document = read(text)
    assert kept in document.text
    assert lost not in document.text
    assert document.notes[0].startswith("invalid JSON at line 1, column ")


def test_oddities_are_told_and_break_nothing() -> None:
    document = read('{"fee": 5, "fee": 6, "rate": NaN, "big": ' + "9" * 5000 + ', "bad": "\\ud800x\\u0000y"}')
    assert "fee: 5, 6" in document.text
    assert "9" * 5000 in document.text
    assert "bad: xy" in document.text
    assert set(document.notes) == {
        "key 'fee' occurs twice in one record: both values kept",
        "NaN is no JSON number: left out",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"title": "ha', r"invalid JSON at line 1, column 11: Unterminated .* nothing before it"),
        ("plain words", "invalid JSON at line 1, column 1"),
        ("{}", "empty: no value"),
        ('[null, "", {"a": " "}]', "empty: no value"),
    ],
)
def test_what_can_not_be_read_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message) as raised:
        read(text)
    assert "\n" not in str(raised.value)


def test_encodings_of_json() -> None:
    text = '[{"제목": "교환 안내", "내용": "받은 날부터 14일 안에 반품할 수 있다."}]'
    for encoding in ("utf-8-sig", "utf-16", "cp949"):
        assert "14일 안에 반품" in read(text.encode(encoding)).text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.data())
def test_a_cut_file_never_shows_what_the_whole_one_does_not_hold(value: object, data: st.DataObject) -> None:
    text = json.dumps(value, ensure_ascii=False)
    part = text[: data.draw(st.integers(0, len(text)))]
    reader = Reader(lambda _: None)
    found = reader.leading(part)
    if found is not MISSING:
        assert _leaves(found) <= _leaves(reader.whole(text))


def _leaves(value: object) -> set[object]:
    if isinstance(value, dict):
        return {leaf for key, one in value.items() for leaf in {key} | _leaves(one)}
    if isinstance(value, list):
        return {leaf for one in value for leaf in _leaves(one)}
    return {value}
