"""Passages: exact, without overlap, nothing left out; and the areas they stand in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from nightschool.corpus.areas import GENERAL, AreaTree, Place, area_of, top_headings
from nightschool.corpus.documents import LoadedDocument, TextBuilder
from nightschool.corpus.loaders import load_bytes
from nightschool.corpus.passages import LIMIT, LIMIT_ROWS, PassageDraft, cut
from nightschool.corpus.sentences import pack, sentence_spans


def passages(markdown: str) -> list[tuple[PassageDraft, str]]:
    document = load_bytes(markdown.encode(), "markdown")
    drafts = cut(document, "a/b.md")
    assert_whole(document, drafts)
    return [(draft, document.text[draft.start : draft.end]) for draft in drafts]


def assert_whole(document: LoadedDocument, drafts: list[PassageDraft]) -> None:
    """No overlap; each block in passages, or a heading that a passage names; a reason for all that is skipped."""
    assert [draft.ordinal for draft in drafts] == list(range(len(drafts)))
    last = 0
    covered = bytearray(len(document.text))
    for draft in drafts:
        assert last <= draft.start < draft.end <= len(document.text)
        last = draft.end
        covered[draft.start : draft.end] = b"x" * (draft.end - draft.start)
        assert (draft.state == "skipped") == bool(draft.reason)
    named = {tuple(draft.heading.split(" > ")) for draft in drafts}
    for block in document.blocks:
        text = document.text[block.start : block.end]
        inside = all(covered[i] or char.isspace() for i, char in enumerate(text, block.start))
        path = tuple(" > ".join(block.heading).split(" > "))
        assert inside or (block.kind == "heading" and any(one[: len(path)] == path for one in named)), text


def test_short_paragraphs_are_joined_and_headings_give_the_path() -> None:
    found = passages(
        "# Trips\n\nOne sentence is here.\n\nAnother one follows it.\n\n## Fees\n\nThe fee is 5 euro.\n"
    )
    assert [(draft.heading, text) for draft, text in found] == [
        ("Trips", "One sentence is here.\n\nAnother one follows it."),
        ("Trips > Fees", "The fee is 5 euro."),
    ]


def test_long_text_is_split_at_sentence_ends() -> None:
    sentence = "The depot keeps {} drums of cable in aisle {} behind the gate. "
    found = passages("".join(sentence.format(n, n + 1) for n in range(200)))
    assert len(found) > 5
    assert all(len(text) <= LIMIT and text.endswith(".") for _, text in found)


def test_a_list_stays_with_its_lead_in() -> None:
    found = passages(
        "Members get two things.\n\nThe card opens these doors:\n\n- the hall\n- the yard gate\n"
    )
    draft, text = found[-1]
    assert draft.kind == "list"
    assert text.startswith("The card opens these doors:")
    assert draft.rows == [["the hall"], ["the yard gate"]]


def test_a_large_table_is_split_with_its_header() -> None:
    body = "".join(f"| K{n:04d} | shelf {n} | {n * 7} metres |\n" for n in range(300))
    found = passages("| code | place | length |\n|---|---|---|\n" + body)
    assert len(found) > 2
    for draft, text in found:
        assert draft.rows[0] == ["code", "place", "length"]
        assert len(text) <= LIMIT_ROWS
        assert all(" | ".join(row) in text for row in draft.rows[1:])
    assert sum(len(draft.rows) - 1 for draft, _ in found) == 300


def test_a_question_heading_makes_a_faq() -> None:
    found = passages(
        "## May I bring a dog?\n\nYes, on a lead.\n\n- small dogs\n- big dogs\n\nMore text about the dogs here.\n"
    )
    draft, text = found[0]
    assert (draft.kind, draft.rows) == ("faq", [["May I bring a dog?", "Yes, on a lead."]])
    assert text == "May I bring a dog?\n\nYes, on a lead."
    assert [draft.kind for draft, _ in found] == ["faq", "list", "prose"]


def test_what_is_skipped_says_why() -> None:
    found = passages(
        "# A\n\n```\nx = 1\n```\n\n## See also\n\n- [The page on leave](a)\n- [The page on travel](b)\n\n"
        "## Empty\n\n## B\n\nok\n\n## C\n\n"
        "The fee is 5 euro a day.\n\n## D\n\nThe fee is 5 euro a day.\n"
    )
    assert [draft.reason.split(":")[0] for draft, _ in found] == [
        "code",
        "navigation",
        "substance",
        "substance",
        "",
        "repeated",
    ]


def test_named_lists_of_links_are_no_navigation() -> None:
    found = passages("We buy from these firms:\n\n- [Nordkabel](a)\n- [Sundby Steel](b)\n")
    assert found[0][0].state == "accepted"


piece = st.one_of(
    st.tuples(st.just("heading"), st.text(max_size=30), st.integers(1, 7)),
    st.tuples(st.just("prose"), st.text(max_size=3000), st.floats(0, 1)),
    st.tuples(st.just("items"), st.lists(st.text(max_size=400), max_size=12), st.floats(0, 1)),
    st.tuples(
        st.just("table"), st.lists(st.lists(st.text(max_size=60), max_size=4), max_size=40), st.just(0)
    ),
    st.tuples(
        st.just("pairs"),
        st.lists(st.tuples(st.text(max_size=9), st.text(max_size=99)), max_size=9),
        st.just(0),
    ),
    st.tuples(st.just("faq"), st.text(max_size=40), st.text(max_size=400)),
    st.tuples(st.just("code"), st.text(max_size=60), st.just(0)),
)


@given(st.lists(piece, max_size=12))
def test_any_document_is_cut_whole(pieces: list[tuple]) -> None:
    builder = TextBuilder("text")
    for kind, first, second in pieces:
        if kind == "heading":
            builder.heading(second, first)
        elif kind == "items":
            builder.items([("-", [text]) for text in first], second)
        elif kind in ("faq",):
            builder.faq(first, second)
        elif kind == "prose":
            builder.prose(first, second)
        else:
            getattr(builder, kind)(first)
    document = builder.build("", "")
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert text.strip()
        assert all(cell in text for row in block.rows for cell in row)
    assert_whole(document, cut(document, "x.md"))


@given(st.text(alphabet="ab. !?\n。다", max_size=400), st.integers(5, 60))
def test_sentences_are_packed_without_loss(text: str, limit: int) -> None:
    spans = pack(list(sentence_spans(text)), text, limit)
    assert all(0 < end - start <= limit for start, end in spans)
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())


def test_sentences_do_not_end_at_abbreviations() -> None:
    text = "Dr. Lee pays approx. 5 euro, i.e. little. It is No. 7. 요금은 5유로이다. 끝."
    assert [text[a:b] for a, b in sentence_spans(text)] == [
        "Dr. Lee pays approx. 5 euro, i.e. little.",
        "It is No. 7.",
        "요금은 5유로이다.",
        "끝.",
    ]


def settle(places: list[Place], smallest: int = 5) -> dict[str, dict[str, str]]:
    tree = AreaTree(smallest)
    for one in places:
        tree.add(one)
    return {one.path: tree.of(one) for one in places}


def test_area_of_a_path() -> None:
    assert area_of("hr/leave/days.md", "Days off") == "hr / leave"
    assert area_of("price-list.csv", "") == "price list"
    assert area_of("a/b/c/d/e.md") == "a / b / c"


def test_areas_are_neither_tiny_nor_everything() -> None:
    places = [Place(f"guide/page-{n}.md", f"Page {n}", 3) for n in range(30)]
    places += [Place("guide/big.md", "Big page", 30), Place("legal/terms.md", "Terms", 2)]
    places += [Place("faq.md", "Questions", 9), Place("note.md", "Note", 1)]
    places += [Place("manual.pdf", "Manual", 90, {"Safety": 40, "Repair": 45, "Index": 5})]
    areas = settle(places)
    assert areas["guide/page-7.md"] == {"": "guide"}
    assert areas["guide/big.md"] == {"": "guide / Big page"}
    assert areas["legal/terms.md"] == {"": GENERAL}
    assert areas["faq.md"] == {"": "Questions"}
    assert areas["note.md"] == {"": GENERAL}
    assert areas["manual.pdf"]["Safety"] == "Manual / Safety"
    assert "Index" not in areas["manual.pdf"]


place = st.builds(
    Place,
    path=st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map("/".join),
    title=st.text(max_size=100),
    passages=st.integers(1, 60),
)


@given(st.lists(place, max_size=30, unique_by=lambda one: one.path), st.integers(1, 9))
def test_every_area_holds_enough_and_is_at_most_three_levels(places: list[Place], smallest: int) -> None:
    areas = settle(places, smallest)
    held: dict[str, int] = {}
    for one in places:
        area = areas[one.path][""]
        assert 1 <= len(area.split(" / ")) <= 3
        held[area] = held.get(area, 0) + one.passages
    assert all(count >= smallest for area, count in held.items() if area != GENERAL)


def test_the_title_is_no_section() -> None:
    assert top_headings({"Manual > Safety": 5, "Manual > Repair > Oil": 4, "Manual": 1}) == {
        "Manual > Safety": "Safety",
        "Manual > Repair > Oil": "Repair",
        "Manual": "",
    }
