"""A quotation is found again in the lines of its file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightschool.corpus.loaders import load_content
from nightschool.corpus.locating import source_lines
from nightschool.corpus.passages import cut

MARKDOWN = """---
title: Rules
---

# Hire

The **deposit** for a [city bike](https://example.org/a_(b)) is
`40` euro &amp; paid in cash.

- one lamp
- two *locks*

대여료는 [한 시간](x.md)에 5천 원입니다.
"""


def lines_of(source: str, quotation: str) -> str:
    found = source_lines(source, quotation)
    assert found is not None
    return "\n".join(source.split("\n")[found[0] - 1 : found[1]])


@pytest.mark.parametrize(
    ("quotation", "lines"),
    [
        ("The deposit for a city bike is 40 euro & paid in cash.", (7, 8)),
        ("- one lamp\n- two locks", (10, 11)),
        ("대여료는 한 시간에 5천 원입니다.", (13, 13)),
        ("Hire", (5, 5)),
    ],
)
def test_markup_does_not_hide_a_quotation(quotation: str, lines: tuple[int, int]) -> None:
    assert source_lines(MARKDOWN, quotation) == lines


def test_what_is_not_there_is_not_found() -> None:
    assert source_lines(MARKDOWN, "The deposit for a tandem is returned at once in the shop") is None
    assert source_lines(MARKDOWN, "…") is None
    assert source_lines("", "Hire") is None


def test_of_several_places_the_next_one_is_taken() -> None:
    source = "Closed on Monday.\n\nOpen.\n\nClosed on Monday.\n"
    assert source_lines(source, "Closed on Monday.") == (1, 1)
    assert source_lines(source, "Closed on Monday.", after=2) == (5, 5)
    assert source_lines(source, "Closed on Monday.", after=6) == (1, 1)


def test_a_word_of_the_sentence_before_does_not_lead_in() -> None:
    source = "The lamp is red, the door too.\n\nThe door opens at 9.\n"
    assert source_lines(source, "The door opens at 9.") == (3, 3)


def test_html_lines_and_a_masked_word() -> None:
    page = "<html><body>\n<p>Write to\n<a href='mailto:x'>mara.lindqvist@firm.example</a>\nby noon.</p></body></html>"
    assert source_lines(page, "Write to [EMAIL] by noon.") == (2, 4)


def test_a_block_that_the_loader_leaves_out_does_not_end_a_quotation() -> None:
    aside = " ".join(f"said{number}" for number in range(60))
    source = f"The depot opens at seven.\n\n<aside>\n{aside}\n</aside>\n\nIt closes at nine in the evening.\n"
    assert source_lines(source, "The depot opens at seven.\n\nIt closes at nine in the evening.") == (1, 7)
    assert source_lines(source, "The depot opens at seven. It closes at nine in the evening.") is None


@pytest.mark.parametrize(
    ("source", "quotation"),
    [
        ("<a href='x'>서울</a>에 <b>있는</b> 창고는 문을 닫습니다.", "서울에 있는 창고는 문을 닫습니다."),
        ("Put `<script setup>` on top.\nThen `a</script>` ends it.", "Then a</script> ends it."),
        ("The `<keep-alive>` of `<form>` stays.", "The <keep-alive> of <form> stays."),
        ("Mail <mara@firm.example> or see <https://firm.example/desk>.", "Mail mara@firm.example"),
        ('Ask in {% channel "rpcvs" %} or call.', "Ask in rpcvs or call."),
        ("Teams: A*SYNC and B[1].", "Teams: A*SYNC and B[1]."),
    ],
)
def test_tags_and_signs_within_a_line(source: str, quotation: str) -> None:
    assert source_lines(f"Before.\n\n{source}\n\nAfter.\n", quotation) is not None


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["red", "big", "old", "lamp", "bike", "door", "key", "7", "12"]),
            min_size=4,
            max_size=9,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_each_passage_of_a_text_is_found_in_lines_that_hold_its_words(paragraphs: list[list[str]]) -> None:
    source = "\n\n".join(f"Line {number} {' '.join(words)}." for number, words in enumerate(paragraphs))
    document = load_content(source.encode(), "a.md")
    for passage in cut(document, "a.md"):
        quotation = document.text[passage.start : passage.end]
        held = lines_of(source, quotation)
        assert set(quotation.split()) <= set(held.split())
