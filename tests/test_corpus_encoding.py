"""Encodings, double encoding, control characters and Unicode form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.corpus.encoding import clean, decode, read_text, repair
from nightschool.corpus.errors import CorpusError, UnsupportedFormat

KOREAN = "사람은 19세로 성년에 이르게 된다. 똠방각하라는 낱말은 EUC-KR에는 없다."
WESTERN = "The café is “open to all” – guests pay 4 €. Manager: José Müller, naïve façade."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings(encoding: str) -> None:
    text = f"Opening hours of the depot: 07:30 to 16:00.\n{WESTERN}"
    assert read_text(text.encode(encoding))[0] == text


def test_korean_and_western_legacy_encodings() -> None:
    assert decode(KOREAN.encode("cp949")) == (KOREAN, "cp949")
    euc = "고객은 물건을 받은 날부터 14일 안에 반품할 수 있다."
    assert decode(euc.encode("euc-kr"))[0] == euc
    assert decode(WESTERN.encode("cp1252")) == (WESTERN, "cp1252")


def test_other_legacy_encodings_are_found() -> None:
    russian = "Возврат товара возможен в течение четырнадцати дней с момента получения. " * 3
    assert decode(russian.encode("cp1251"))[0] == russian
    polish = "Zażółć gęślą jaźń. Łódź leży na południe od Gdańska, a Wrocław jeszcze dalej. " * 3
    assert decode(polish.encode("cp1250"))[0] == polish


def test_the_declared_charset_is_obeyed() -> None:
    assert decode("교환 안내".encode("euc-kr"), "euc-kr")[0] == "교환 안내"
    assert decode(b"plain", "no-such-charset")[0] == "plain"


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04rest", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4", bytes(range(256)) * 40, b"\x00\x01\x02\xff" * 100],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedFormat, match="not text"):
        decode(data)


def test_double_encoding_is_repaired_and_told() -> None:
    good = "The client’s card is charged 2 € per parcel. 창고 운영 시간은 평일 오전이다."
    bad = good.encode().decode("latin-1")
    text, notes = read_text(bad.encode())
    assert text == good
    assert any("double-encoded" in note for note in notes)


@pytest.mark.parametrize(
    "text", [WESTERN, KOREAN, "CAFÉ–BAR", "NÃO É", "Å ÄÖ £5 ±2 °C", "São Paulo – Brasília"]
)
def test_repair_leaves_good_text_alone(text: str) -> None:
    assert repair(text) == (text, 0)


def test_controls_and_invisible_characters_go_and_are_told() -> None:
    raw = "\x1b[31mWARN\x1b[0m door B\x00.\r\nmon\u200bth \u202egpj\u202c\u00a0end"
    text, notes = read_text(raw.encode())
    assert text == "WARN door B.\nmonth gpj end"
    assert any("control" in note for note in notes)
    assert any("invisible" in note for note in notes)


def test_joiners_stay_where_scripts_need_them() -> None:
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("a\u200cb") == "ab"


@given(st.text())
def test_cleaning_is_stable_and_nfc(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\x00\r\x1b\u202e\ufeff")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text, _ = read_text(data)
    except CorpusError:
        return
    assert "\x00" not in text
    text.encode()


@pytest.mark.parametrize(
    "text",
    ["it's “so” ‘far’", "ﬁne ﬂow", "ＡＢＣ ｱｲｳ", "&amp; &eacute;", "Lübeck – Große Straße 5 ½", "a\u0085b"],
)
def test_ftfy_mends_the_encoding_and_nothing_else(text: str) -> None:
    assert repair(text) == (text, 0)


def test_only_the_garbled_line_is_mended() -> None:
    bad = "Große Straße 5".encode().decode("latin-1")
    text, mended = repair(f"Der Übergang ist “frei”.\n{bad}\n€ 5")
    assert text == "Der Übergang ist “frei”.\nGroße Straße 5\n€ 5"
    assert mended == 1
