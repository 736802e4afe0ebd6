"""Which of the things that users write are questions that stand alone, and why the others don't.

A question that needs what was said before can't be examined; nor can an order to write something. Where the rules
are unsure they drop: a log holds plenty of questions. English and Korean; other languages by their marks alone.
"""

from __future__ import annotations

import re

from ...corpus.encoding import clean
from ...corpus.rules.personal import PLACEHOLDER, mask
from ..facts.model import has_hangul, normalise, tokens
from ..pools import signature

LONGEST = 300  # characters
MOST_WORDS = 50
LEAST_CONTENT = 2  # words that carry content, beside personal data
_MOST_READ = 4_000  # characters that are looked at: a longer text is too long whatever it says

_POLITE = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|thanks|thank you|ok|okay|"
    r"please|sorry|"
    r"excuse me)(?: there| all| team| everyone| so much| very much| you| again| sir| madam)*\s*(?:[,.!:–—-]+|\n)\s*"
    r"|(?:안녕하세요|안녕하십니까|안녕|감사합니다|고맙습니다|실례합니다|저기요|네|예|여보세요)[\s,.!~]+)+",
    re.IGNORECASE,
)
_POLITE_TAIL = re.compile(
    r"(?<=[?.!？。])\s*(?:(?:many )?thanks(?: a lot| in advance| so much)?|thank you(?: very much| in advance|"
    r" so much)?"
    r"|please|cheers|감사합니다|고맙습니다|부탁드립니다|부탁드려요)\s*[.!~]*$",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"^(?:hi+|hello|hey|yo|thanks?|thank you|thx|ty|ok(?:ay)?|great|cool|nice|perfect|yes|no|nope|yep|sure|bye|"
    r"goodbye|"
    r"good (?:morning|afternoon|evening|night|day)|got it|i see|lol|test(?:ing)?|help|how are you|how is it going|"
    r"what's up|who are you|what are you|are you (?:a |an )?(?:bot|robot|human|ai|real)|what can you do|"
    r"can you help me|i have a question|is anyone there|anyone there|never ?mind|stop|continue|go on|more)"
    r"(?: there| all| team| you| a lot| so much| very much| please| again| today| everyone)*[\s.!?~]*$"
    r"|^(?:안녕하세요|안녕하십니까|안녕|감사합니다|감사해요|고마워요?|고맙습니다|네+|예|아니요|아니오|알겠습니다|"
    r"넵|좋아요|좋습니다|수고하세요|누구세요|질문 있습니다|질문이 있습니다|도와주세요|계속|계속해|ㅎㅎ+|ㅋㅋ+|"
    r"테스트)[\s.!?~ㅎㅋ^]*$",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"```|^\s*(?:def|class|import|from \w+ import|function|public|const|let|var|SELECT|#include|<\?php|<html|"
    r"git|sudo|"
    r"pip|npm)\b[^?]*[({;=<]|\bTraceback \(most recent|</\w+>|\b\w+\(\)|[{};]\s*\n|=>|::\w|\$\{|\bSELECT\b.+\bFROM\b",
    re.MULTILINE,
)
_MAKE = (
    r"(?:write|re-?write|draft|compose|generate|create|translate|summari[sz]e|paraphrase|rephrase|proofread|"
    r"fix|debug|"
    r"refactor|implement|code|convert|edit|correct|improve|shorten|extend|reformat|format|classify|extract|"
    r"brainstorm|"
    r"design|draw|sing|roleplay|role-play|pretend|imagine|act|simulate|ignore|forget|repeat|respond|reply|answer|"
    r"output|print|make|build|continue|complete|reverse|rank|score|compare this|analy[sz]e|review)"
)
_ORDER = re.compile(
    rf"^(?:(?:can|could|would|will) you |please |kindly |now |i (?:want|need|would like) you to |i'd like you to |"
    rf"help me (?:to )?|let's )*(?:please )?{_MAKE}\b(?! sure)"
    r"|\b(?:you are|you're|act as|behave as) (?:now )?(?:an?|the|my) [a-z]|\bsystem prompt\b|\byour instructions\b"
    r"|\bprevious instructions\b|\bin \d+ words\b|\bstep by step\b"
    r"|(?:써|작성해|만들어|번역해|요약해|정리해|고쳐|수정해|생성해|다듬어|바꿔|변환해|그려|코딩해|분석해|완성해)\s?"
    r"(?:줘|주세요|주라|줄래|주시겠|주실|드려|라$|봐)|처럼 (?:행동|대답|말)|프롬프트|이전 지시|역할을? (?:해|맡)",
    re.IGNORECASE,
)
_BACK_START = re.compile(
    r"^(?:and|but|or|so|then|also|because|what about|how about|what else|why not|why\??$|how so|how come\??$|really|"
    r"same|another|others?|instead|otherwise|if so|if not|in that case|which one|the (?:first|second|third|"
    r"last|other) one|"
    r"can you (?:explain|elaborate|clarify|repeat|expand)\s*(?:more|further|again)?\s*[?.]*$|tell me more|"
    r"more (?:details|info)"
    r"|are you sure|is that|is this|is it\??$|was it|does that|does it|did it|do they|are they|were they|"
    r"will it|can it|"
    r"could it|should it|would it|did they|did he|did she|is he|is she|was he|was she)\b"
    r"|^(?:그리고|그럼|그러면|그런데|그래서|근데|하지만|또는|또|혹시 그|그렇다면|그래도|아니면|왜요?\??$|그건|"
    r"그거|그게|"
    r"이건|이거|이게|저건|저거|그것|이것|저것|거기|여기|그때|더 자세히|다른 건|나머지)",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:(?:the )?(?:above|former|latter|aforementioned|previous (?:one|question|answer|message)|"
    r"following (?:text|passage|code|table|list))|as (?:you|i) (?:said|mentioned|told)|you (?:just )?(?:said|"
    r"mentioned|wrote|told)|"
    r"your (?:last|previous|earlier) \w+|my (?:last|previous|earlier) (?:question|message)|"
    r"(?:this|that|these|those) (?:one|ones|text|document|file|article|paragraph|passage|sentence|word|page|"
    r"picture|image|"
    r"table|list|code|answer|question|case|thing|person|place|part|section|statement|book|event)s?)\b"
    r"|위의|위에|아래의|아래에|방금|앞에서|앞서|이전에 말|말씀하신|말한|해당 (?:문서|내용|글|기사)|이 (?:문서|"
    r"글|내용|문장|기사|파일|사진)"
    r"|(?:^|\s)(?:그거|그건|그것|이거|이건|이것|저거|그게|이게|걔|그 사람|그분|거기|"
    r"그곳)(?:[은는이가을를도의에서]|\s|\?|$)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those)\b", re.IGNORECASE
)
# "it" that stands for nothing: "is it possible to", "how long does it take to"; "this year"; "that" after a noun.
_EXPLETIVE = re.compile(
    r"\b(?:(?:is|was|will|would|does|did|could|can|should|may|might|has|makes?) it(?: be| been)? (?:\w+ )?"
    r"(?:possible|necessary|required|allowed|permitted|true|mandatory|legal|ok|okay|safe|better|free|easy|hard|"
    r"take|cost|"
    r"mean|matter|work|likely|common|normal|important|rain|snow)\b|it (?:takes?|costs?|is (?:possible|"
    r"necessary|required|"
    r"allowed|mandatory|true))\b|(?:this|that|these) (?:year|month|week|weekend|morning|afternoon|evening|season|"
    r"quarter|summer|winter|spring|autumn|century|decade|country|company|service|website|site|app|shop|store)\b)",
    re.IGNORECASE,
)
_ASKS_EN = re.compile(
    r"^(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|am|do|does|did|can|could|may|might|must|"
    r"shall|should|will|would|has|have|had|at what|in what|in which|on what|on which|by when|by what|"
    r"until when|for how|from "
    r"when|from what|to what|to whom|with what|with whom|under what|what's|who's|where's|when's|how's|isn't|aren't|"
    r"don't|doesn't|can't|won't|tell me|show me|give me|list|name|explain|describe|define|let me know|"
    r"i (?:want|would like|'d like|need) to know|i'm (?:wondering|looking for)|i wonder)\b",
    re.IGNORECASE,
)
_ASKS_KO = re.compile(
    r"(?:까|까요|나요|가요|은가|는가|은지|는지|을까|니|냐|죠|지요|습니까|ㅂ니까|인가요|대요|데요|예요|에요|"
    r"어요|해요|돼요|되요)\s*[.?!~]*$"
    r"|얼마|몇|언제|어디|누구|누가|무엇|뭐|뭔|왜|어떻게|어떤|어느|무슨|며칠|얼만|궁금|여부|"
    r"(?:알려|가르쳐|설명해|말해|말씀해|안내해)\s?(?:줘|주세요|주십시오|주실|주시|달라|드립)|방법|문의"
)
_URL = re.compile(r"https?://\S+|www\.\S+")
_QUESTION_MARKS = re.compile(r"[?？]+")
_SENTENCES = re.compile(r"[.!?？。]+(?:\s|$)")


def standing(text: str, keep: tuple[str, ...] = ()) -> tuple[str, str]:
    """A question in its own words, personal data masked, and ""; or "" and the name of the reason for dropping it.

    `keep`: globs of addresses and numbers that may be known. Greetings and thanks around a question are cut off.
    """
    if len(text) > _MOST_READ:
        return "", "too_long"
    text = clean(text).strip()
    if _CODE.search(text):
        return "", "code"
    if "\ufffd" in text:
        return "", "broken_text"
    text = " ".join(text.split())
    if _SMALL_TALK.match(text):
        return "", "small_talk"
    text = _POLITE_TAIL.sub("", _POLITE.sub("", text)).strip()
    fault = _fault(text)
    if fault:
        return "", fault
    masked = mask(text, keep, everybody=True)
    if PLACEHOLDER.search(masked) and len(_content(PLACEHOLDER.sub(" ", masked))) < LEAST_CONTENT:
        return "", "only_personal_data"
    return masked, ""


def _fault(text: str) -> str:
    if not normalise(text):
        return "empty"
    if _SMALL_TALK.match(text):
        return "small_talk"
    if len(text) > LONGEST or len(text.split()) > MOST_WORDS:
        return "too_long"
    if _ORDER.search(text):
        return "order"
    if _URL.search(text):
        return "link"
    if len(_QUESTION_MARKS.findall(text)) > 1:
        return "several_questions"
    last = _last_sentence(text)
    if not (text.rstrip("\"'”’) ").endswith(("?", "？")) or _asks(last) or _asks(text)):
        return "not_a_question"
    if _BACK_START.search(text) or _BACK.search(text) or _points_back(text):
        return "refers_back"
    return "too_short" if _too_short(text) else ""


def _asks(text: str) -> bool:
    return bool(_ASKS_KO.search(text) if has_hangul(text) else _ASKS_EN.match(text))


def _last_sentence(text: str) -> str:
    parts = [part for part in _SENTENCES.split(text) if part and part.strip()]
    return parts[-1].strip() if parts else text


def _points_back(text: str) -> bool:
    """Whether a pronoun stands before anything that it could mean."""
    plain = _EXPLETIVE.sub(" ", text)
    for match in _PRONOUN.finditer(plain):
        if (
            match[0].lower() == "that"
            and re.match(r"\s+(?!\W|$)", plain[match.end() :])
            and _content(plain[: match.start()])
        ):
            continue  # "the fee that applies to …"
        if len(_content(plain[: match.start()])) < LEAST_CONTENT:
            return True
    return False


def _too_short(text: str) -> bool:
    if has_hangul(text):
        return len(re.sub(r"\W", "", text)) < 5 or not _content(text)
    return len(tokens(text)) < 3 or not _content(text)


def _content(text: str) -> frozenset[str]:
    """The words that carry content: no words of asking, no pronouns."""
    return frozenset(word for word in signature(text).words if not _PRONOUN.fullmatch(word))
