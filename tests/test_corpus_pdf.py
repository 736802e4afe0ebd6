"""PDF: layout, running lines, hyphens, and files that can't be read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nightschool.corpus.errors import CorpusError, UnsupportedFormat
from nightschool.corpus.loaders.pdf import load_pdf


def make_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A small PDF with one text line a string, written by hand so that no PDF writer is needed."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        shown = "".join(f"({line.replace('(', '').replace(')', '')}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F1 11 Tf 50 780 Td {shown}ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def manual(count: int) -> bytes:
    return make_pdf(
        [
            (
                "HALDEN COOPERATIVE - MANUAL SM-7",
                f"Rev. 4.2 page {n} of {count}",
                f"Valve {n} is opened with a torque of {20 + n} Nm by the fitter. The pres-",
                f"sure after opening must be below {n} bar, and a flat-",
                f"out refusal is reported to post {chr(64 + n)}.",
            )
            for n in range(1, count + 1)
        ]
    )


def test_running_lines_go_and_split_words_are_joined() -> None:
    document = load_pdf(manual(5))
    assert "MANUAL SM-7" not in document.text
    assert "page 3 of 5" not in document.text
    assert "torque of 23 Nm by the fitter. The pressure after opening must be below 3 bar" in document.text
    assert "flat-out refusal" in document.text
    assert any("running line" in note for note in document.notes)
    assert {block.page for block in document.blocks} == {1, 2, 3, 4, 5}


def test_spans_are_exact_and_a_sentence_crosses_the_page() -> None:
    document = load_pdf(
        make_pdf(
            [
                (
                    "Lifting of drums",
                    "A drum of up to 60 kg may be lifted by two people of the",
                    "warehouse who wear",
                ),
                ("gloves and boots at all times while they do it.", "It is moved with care."),
            ]
        )
    )
    texts = [document.text[block.start : block.end] for block in document.blocks]
    assert texts[0] == "Lifting of drums"
    assert any("who wear gloves and boots" in text for text in texts)


def test_pages_over_the_limit_are_told() -> None:
    document = load_pdf(manual(6), max_pages=4)
    assert "torque of 25" not in document.text
    assert any("2 pages after page 4 not read" in note for note in document.notes)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<html>502 Bad Gateway</html>", "not a PDF"),
        (make_pdf([()]), "scanned"),
        (b"%PDF-1.4\n" + b"x" * 500, "damaged"),
        (manual(3)[:300], "damaged"),
    ],
)
def test_what_can_not_be_read_says_why(data: bytes, why: str) -> None:
    with pytest.raises(CorpusError, match=why):
        load_pdf(data)


def test_no_pdf_is_an_unsupported_format() -> None:
    with pytest.raises(UnsupportedFormat):
        load_pdf(b"hello")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=8)), min_size=1, max_size=8))
def test_damaged_files_are_read_or_refused(edits: list[tuple[int, bytes]]) -> None:
    data = bytearray(manual(3))
    for at, junk in edits:
        data[at % len(data) : at % len(data) + len(junk)] = junk
    try:
        document = load_pdf(bytes(data))
    except CorpusError:
        return
    assert all(document.text[block.start : block.end] for block in document.blocks)
