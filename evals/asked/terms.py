"""The terms by which questions and passages are compared: English words without endings, pairs of Korean syllables."""

from __future__ import annotations

import re
from functools import lru_cache

from ..facts.model import tokens, words_of

_HANGUL = re.compile(r"[가-힣]+")
_ENDING = re.compile(r"(?:ations?|ements?|ments?|ings?|ions?|ers?|ors?|ives?|ed|es|ly|s|e|y)$")
_LEAST_STEM = 4
# What questions are made of, and what says nothing of the matter; `asking` words tell the kind of the answer.
_EMPTY = words_of(
    """
    a an the is are was were be been being am do does did done doing have has had having of for on in at to by with from
    as into onto and or if than then so it its they them their he him his she her i you my your me we us our one ones
    this that these those there here what which who whom whose when where why how can could would should will shall may
    might must please tell know let give show get say name list explain describe define want wonder wondering like need
    much many long often far also just only very any some such other s t m re d ll ve don doesn didn isn aren wasn weren
    cannot about
    """
)
# Particles and endings: the same noun comes with 은, 는, 이, 가 …, the same verb with 합니다, 하나요 …
_TAIL_KO = re.compile(
    r"(?:입니다|입니까|이에요|예요|인가요|인지|이며|이고|이나|은가요|는가요|나요|까요|습니까|습니다|ㅂ니다|"
    r"합니까|합니다|하나요|하는지|해야|하면|하는|하고|하여|"
    r"해서|한다|했다|할|한|해|됩니까|됩니다|되나요|되는지|되는|된다|됐다|될|된|에서는|에서|에게|에는|으로는|"
    r"으로|까지는|까지|부터|마다|보다|처럼|"
    r"이란|란|은|는|이|가|을|를|에|의|로|도|만|와|과|께|요)$"
)
_EMPTY_KO = re.compile(
    r"(?:무엇|얼마|언제|어디|누구|어떻게|어떤|어느|무슨|며칠|몇|왜|뭐)\w*|(?:알려|가르쳐|말씀|설명|안내)\w*|"
    r"주세요|주실|주십시오|있나요|"
    r"있습니까|되나요|됩니까|하나요|합니까|인가요|입니까|궁금\w*|싶\w*|것\w*|수"
)


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    short = _ENDING.sub("", word)
    return short if len(short) >= _LEAST_STEM else word[:-1] if len(word) > 3 and word.endswith("s") else word


def terms(text: str) -> list[str]:
    """The terms of a text in order: stems, numbers (3.5 as 3p5), and each pair of neighbouring Hangul syllables."""
    found: list[str] = []
    for word in tokens(text):
        if word in _EMPTY:
            continue
        if _HANGUL.search(word):
            if _EMPTY_KO.fullmatch(word):
                continue
            for run in _HANGUL.findall(_bare(word)):
                found += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
            found += [_number(part) for part in re.split(r"[가-힣]+", word) if part]
        else:
            found.append(_number(word) if any(sign.isdigit() for sign in word) else _stem(word))
    return found


@lru_cache(maxsize=65_536)
def _bare(word: str) -> str:
    """A Korean word without its ending, where two syllables are left."""
    short = _TAIL_KO.sub("", word)
    return short if len(short) >= 2 else word


def _number(word: str) -> str:
    return word.replace(",", "").replace(".", "p")
