"""Any bytes: each loader reads them or raises `CorpusError`, and what it reads is exact and cut whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nightschool.corpus.errors import CorpusError
from nightschool.corpus.loaders import load_bytes
from nightschool.corpus.passages import cut

TYPES = st.sampled_from(["markdown", "html", "csv", "text", "json", "jsonl", "docx", "xlsx"])
SEEDS = (
    b'---\ntitle: A\n---\n# Head {#x}\n\nText **bold** [link](u) `code` {% tag "x" %} {{ y }}\n\n- a\n  - b\n\n'
    b"| a | b |\n|---|---|\n| c | d |\n",
    b"<!DOCTYPE html><html lang=en><head><title>T</title></head><body><nav>n</nav><main><h1>H</h1><ul><li>a<ul><li>b"
    b"</li></ul></li></ul><table><tr><th>x</th></tr><tr><td colspan=3>y</td></tr></table><dl><dt>k<dd>v</dl></main>",
    b'name,price,"note, long"\n"a ""b""",1.5,x\nc,2,"open\nd,3,y\n',
    "제목\n\n질문: 언제 여나요?\n답: 아홉 시에 엽니다.\n\n- 하나\n- 둘\n\nDeposit: 80 euro\n".encode("cp949"),
    b'{"articles": [{"id": 1, "title": "T", "body": "<p>b</p>", "m": {"a.b": [1, {"c": null}]}}, {"q": "w?", "a": 1}]}',
    b'{"id":1,"text":"one"}\n[{"a":1.10,"b":true},{"a":-2e5,"b":NaN}]\n{"k1":{"x":1},"k2":{"x":2}}\n',
)
JUNK = st.one_of(
    st.binary(min_size=1, max_size=12),
    st.sampled_from(
        [b"\n\n", b"- ", b"| ", b"|---|", b"```", b"<", b"</", b"<div>", b"<table>", b"<li>", b"{%", b"%}", b"{{", b'"',
         b",", b"[", b"](", b"**", b"&#x0;", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\t", b"1. ", b"# ", b"?\n",
         b": ", b"\xe2\x80\xa8", b"\xcc\x81", b"> ", b":::", b"---\n"]
    ),
)  # fmt: skip


def check(data: bytes, media_type: str) -> None:
    try:
        document = load_bytes(data, media_type)
    except CorpusError:
        return
    document.text.encode()
    last = 0
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert last <= block.start
        assert text.strip()
        assert all(cell in text for row in block.rows for cell in row)
        last = block.end
    covered = 0
    for draft in cut(document, "a.md"):
        assert covered <= draft.start < draft.end
        covered = draft.end


@settings(max_examples=150, deadline=10_000, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=500), TYPES)
def test_random_bytes(data: bytes, media_type: str) -> None:
    check(data, media_type)


@settings(max_examples=200, deadline=10_000, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 400), JUNK), min_size=1, max_size=12), TYPES)
def test_mutated_documents(seed: bytes, edits: list[tuple[int, bytes]], media_type: str) -> None:
    data = bytearray(seed)
    for at, junk in edits:
        data[at % (len(data) + 1) : at % (len(data) + 1)] = junk
    check(bytes(data), media_type)


@settings(max_examples=100, deadline=10_000)
@given(st.lists(JUNK, max_size=60).map(b"".join), TYPES)
def test_piles_of_markup(data: bytes, media_type: str) -> None:
    check(data, media_type)


@pytest.mark.parametrize(
    "unit",
    [b"<div>", b"<ul><li>", b"<b>", b"> ", b"- ", b"[", b"{%", b"{{", b"`a", b"|", b'"', b"a: b\n", b"<a "]
    + [b'{"a":', b'[{"b":[', b'"x",', b'{"a":{"b":1},"c":'],
)
@pytest.mark.parametrize("media_type", ["markdown", "html", "csv", "text", "json", "jsonl"])
def test_repeated_marks_neither_crash_nor_overflow_the_stack(unit: bytes, media_type: str) -> None:
    check(unit * 3000 + b"end", media_type)


def test_real_files_mutated() -> None:
    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "clients"
    if not folder.is_dir():
        pytest.skip("../shared/data/clients is not on this machine, only where the project is developed")
    for pattern, media_type in (
        ("*.md", "markdown"),
        ("*.html", "html"),
        ("*.csv", "csv"),
        ("*.txt", "text"),
    ):
        for number, file in enumerate(sorted(folder.rglob(pattern))[::40]):
            data = bytearray(file.read_bytes()[:20_000])
            for step in range(0, len(data), 97):
                data[step] = (data[step] * 31 + number) % 256
            check(bytes(data), media_type)
            check(bytes(data[: len(data) // 2]), media_type)
