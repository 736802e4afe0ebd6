"""Personal data in text: e-mail addresses, telephone, card, bank and national id numbers, passwords and keys.

A mailbox of a function ("info@", "orders@") and a number that a firm publishes for everybody (freephone, hotline,
reception) are knowledge, not personal data: they stay. So does what the client lists as known. Checksums come
from python-stdnum, telephone numbers from phonenumbers; a number without a valid checksum counts only where the
words before it say what it is, since people mistype numbers that are still theirs.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,24}(?![\w@-])")
_ROLES_WORDS = (
    "abuse accounting accounts admin administration admissions agreements alert alerts all alumni "
    "applications apply asia audit auth benefits billing board booking bookings bot building careers catering "
    "central cert check citizenscience city claims clinic college committee communications compliance contact "
    "council county customer customercare customerservice customs daemon data deliveries demo department dept "
    "design desk dev devops dispatch division donate donations dpo east editor emergency eng engineering "
    "enquiries europe events everyone example export facilities facility feedback field fieldoffice finance "
    "fleet fraud frontdesk general global grants group groups hello help helpdesk hostmaster hr import "
    "incident incidents info information inquiries international investor investors ir it jobs korea lab labs "
    "leadership learning legal library list lists listserv logistics mail mailer marketing media member "
    "members membership national network newsletter noc noreply north notifications notify number offboarding "
    "office onboarding operations ops orders outreach parents parking partner partners partnersolutions parts "
    "payroll people peopleops personnel permits pharmacy platform platforms policies policy postmaster press privacy "
    "procurement product products program programme programs project projects publications purchasing quality "
    "reception records recruiting recruitment region registrar registry relations rentals repair repairs "
    "request requests research reservations returns robot root safety sales sandbox school security service "
    "services shipping shop soc solutions south spare speaker speakers staff staffing state store students "
    "studio subscriptions subsidy support survey sysadmin system talent tax team tech tenant test training "
    "transit travel treasury uk unit university us vendor vendors volunteers ward warehouse warranty web "
    "webmaster welcome west workshop"
)
_ROLES = frozenset(_ROLES_WORDS.split())
_FREE_MAIL = re.compile(
    r"^(?:gmail|googlemail|hotmail|outlook|live|yahoo|icloud|me|aol|gmx|web|proton|protonmail|naver|hanmail|daum|kakao|"
    r"qq|163|mail|t-online|orange|free|libero)\.[a-z.]+$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")
_NAME = re.compile(r"\b[A-ZÀ-Þ][a-zß-ÿ]+(?:-[A-Za-zß-ÿ]+)?\b")
_PHONE = re.compile(
    r"(?<![\w.$€£¥₩/-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?)?\d{1,5}(?:[ .-]\d{2,5}){1,4}(?!\w|[.-]\d|%)"
    r"|(?<![\w.$€£¥₩/-])(?:\+\d{8,14}|0\d{8,11})(?!\w|[.-]\d)"
)
_PHONE_CUE = re.compile(
    r"\b(?:call|phone|telephone|tel|mobile|cell|dial|fax|facsimile|text|sms|whatsapp|ring|number|ph|handy|telefon|teléfono|"
    r"téléphone)\b|☎|전화|휴대|핸드폰|연락처|팩스|電話",
    re.IGNORECASE,
)
_PUBLIC_CUE = re.compile(
    r"\b(?:toll ?- ?free|freephone|hot ?line|help ?line|help ?desk|reception|switchboard|"
    r"customer (?:service|care|support)|"
    r"support|service|office|shop|store|branch|desk|emergency|line|department|agency|center|centre|clinic|"
    r"front desk|"
    r"tty|tdd|operator|headquarters|main (?:phone |telephone )?number|unit|hospital|hotel|airline|"
    r"appointment|company|team)\b|대표|고객|센터|문의|안내|콜센터|상담|예약|매장|본점|지점",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"^(?:\+?1[ .-]?)?\(?8(?:00|33|44|55|66|77|88)\)?[ .-]|^0800|^0808|^0300|^080-|^1[56]\d{2}-\d{4}$|^\+?49 ?800"
)
_MOBILE = re.compile(
    r"^01[016-9][ .-]?\d{3,4}[ .-]?\d{4}$|^(?:\+82[ -]?10)|^07\d|^\+44[ ]?7|^01[567]\d[ /-]|^\+49[ ]?1[567]"
)
_MOBILE_CUE = re.compile(r"\b(?:mobile|cell|handy|móvil|private|home)\b|휴대|핸드폰|개인", re.IGNORECASE)
_CARD = re.compile(r"(?<![\w-])(?:\d[ -]?){12,18}\d(?![\w-])")
_CARD_CUE = re.compile(r"\b(?:card|visa|mastercard|amex|credit|debit)\b|카드", re.IGNORECASE)
_RRN = re.compile(r"(?<![\d-])(\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\s?[-–]\s?[0-9]\d{6}(?![\d-])")
_SSN = re.compile(r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])")
_SSN_CUE = re.compile(r"\bSSN\b|social security (?:number|no\b|#)", re.IGNORECASE)
_NINO = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")
_ID_CUED = re.compile(
    r"\b(?:passport|driver'?s licen[cs]e|driving licen[cs]e|licen[cs]e|national insurance|identity card|id card|"
    r"tax id)(?: (?:number|no\.?|#))?(?: is)?\s*[:#]?\s*(?P<id>[A-Z]{0,3}\d[A-Z0-9-]{5,14})\b"
    r"|(?:여권|운전면허|외국인등록)\s?번호\s*[:：]?\s*(?P<ko>[A-Z]?\d[\dA-Z-]{6,14})",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"\b(?:api[-_ ]?key|access[-_ ]?key|secret(?:[-_ ]?key)?|auth[-_ ]?token|token|password|passwd|pwd|passphrase|"
    r"client[-_ ]?secret)\b[\"']?\s*(?:[:=]|is\b)\s*[\"'“]?(?P<secret>[^\s\"'”,;<>]{6,})"
    r"|(?:비밀번호|암호)\s*[:=：]\s*(?P<ko>[^\s,;]{4,})"
    r"|(?P<token>(?<!\w)(?:sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[A-Z0-9]{16}|xox[abpr]-[\w-]{10,}|"
    r"AIza[\w-]{30,})(?!\w))"
    r"|(?P<block>-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----)",
    re.IGNORECASE,
)
_NOT_SECRET = re.compile(
    r"^(?:required|must|should|your|the|an?|not|never|never|optional|expired?|changed?|reset|<.*|\[.*|\{.*|\*+|x+|\.+)$|^[A-Za-z]+$",
    re.IGNORECASE,
)
_BEFORE = 40
_BESIDE = 60
PLACEHOLDER = re.compile(r"\[(?:EMAIL|PHONE|CARD|IBAN|NATIONAL_ID|SECRET)\]")
"""What stands in stored text for personal data."""


@dataclass(frozen=True)
class Found:
    """Personal data at `text[start:end]`; `placeholder` stands for it from then on."""

    start: int
    end: int
    placeholder: str


def find_personal(text: str, keep: Sequence[str] = (), *, everybody: bool = False) -> list[Found]:
    """Personal data in reading order, without overlaps.

    Args:
        keep: globs of addresses and numbers that may be known.
        everybody: also the mailboxes of functions and the numbers that a firm publishes.
    """
    taken: list[Found] = []
    for found in _candidates(text, everybody):
        if any(found.start < one.end and one.start < found.end for one in taken):
            continue
        value = text[found.start : found.end]
        if not any(fnmatch.fnmatchcase(value.lower(), pattern.lower()) for pattern in keep):
            taken.append(found)
        else:
            taken.append(Found(found.start, found.end, ""))  # known: and no other kind of data either
    return sorted((one for one in taken if one.placeholder), key=lambda one: one.start)


def mask(text: str, keep: Sequence[str] = (), *, everybody: bool = False) -> str:
    """`text` with typed placeholders for personal data; see `find_personal`."""
    out: list[str] = []
    at = 0
    for found in find_personal(text, keep, everybody=everybody):
        out += (text[at : found.start], found.placeholder)
        at = found.end
    return "".join([*out, text[at:]])


def _candidates(text: str, everybody: bool) -> Iterator[Found]:
    """From the surest kind to the vaguest, so that a card number isn't taken for a telephone."""
    if "@" in text:
        for match in EMAIL.finditer(text):
            start, end = match.span()
            beside = f"{text[max(0, start - _BESIDE) : start]} {text[end : end + _BESIDE]}"
            if everybody or _is_personal(match[0], beside):
                yield Found(start, end, "[EMAIL]")
    yield from _secrets(text)
    if not any(char.isdigit() for char in text):
        return
    yield from _ids(text)
    yield from _banking(text)
    yield from _phones(text, everybody)


def _is_personal(address: str, around: str) -> bool:
    """Whether a mailbox is a person's: "first.last@", a name that stands beside it, or one at a free provider.

    `around` is the text beside it. "orders@", "finance.team@" and "jointts@" with nobody beside them are functions'.
    """
    local, _, domain = address.partition("@")
    if _FREE_MAIL.match(domain):
        return True
    parts = _WORD.findall(local.lower())
    if not parts or any(part in _ROLES for part in parts):
        return False
    if re.fullmatch(r"[a-z]+(?:[._][a-z]+){1,2}\d{0,3}", local.lower()) and max(map(len, parts)) >= 3:
        return True
    names = [word.lower().replace("-", "") for word in _NAME.findall(around)]
    whole = "".join(parts)
    return any(
        len(name) >= 3 and (name in parts or whole == name or _initialled(whole, name, names))
        for name in names
    )


def _initialled(local: str, surname: str, names: list[str]) -> bool:
    """ "mlindqvist" beside "Mara Lindqvist", "marak" beside "Mara Kim"."""
    return any(
        local in (f"{other[0]}{surname}", f"{surname}{other[0]}", f"{other}{surname}", f"{surname}{other}")
        for other in names
        if other != surname
    )


def _secrets(text: str) -> Iterator[Found]:
    for match in _SECRET.finditer(text):
        kind = match.lastgroup or ""
        value = match[kind]
        if kind in ("secret", "ko") and (_NOT_SECRET.match(value) or value.isalpha()):
            continue
        if kind == "secret" and not re.search(r"\d", value) and not re.search(r"[-_!@#$%^&*]", value):
            continue
        yield Found(match.start(kind), match.end(kind), "[SECRET]")


def _ids(text: str) -> Iterator[Found]:
    for match in _RRN.finditer(text):
        yield Found(match.start(), match.end(), "[NATIONAL_ID]")
    for match in _SSN.finditer(text):
        if _SSN_CUE.search(_before(text, match.start())) or _is_ssn(match[0]):
            yield Found(match.start(), match.end(), "[NATIONAL_ID]")
    for match in _NINO.finditer(text):
        yield Found(match.start(), match.end(), "[NATIONAL_ID]")
    for match in _ID_CUED.finditer(text):
        kind = match.lastgroup or "id"
        yield Found(match.start(kind), match.end(kind), "[NATIONAL_ID]")


def _is_ssn(value: str) -> bool:
    from stdnum.us import ssn

    return "-" in value and ssn.is_valid(value)


def _banking(text: str) -> Iterator[Found]:
    from stdnum import iban, luhn

    for match in _IBAN.finditer(text):
        value = match[0]
        if iban.is_valid(value) or re.search(r"\biban\b", _before(text, match.start()), re.IGNORECASE):
            yield Found(match.start(), match.end(), "[IBAN]")
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        cued = _CARD_CUE.search(_before(text, match.start()))
        if luhn.is_valid(digits) and (cued or digits[0] in "3456" and len(digits) in (15, 16)) or cued:
            yield Found(match.start(), match.end(), "[CARD]")


def _phones(text: str, everybody: bool) -> Iterator[Found]:
    for match in _PHONE.finditer(text):
        value = match[0]
        digits = re.sub(r"\D", "", value)
        if (
            not 7 <= len(digits) <= 15
            or re.fullmatch(r"\d{4}[ .-]\d{4}", value)
            and value[:2] in ("19", "20")
        ):
            continue
        start, stop = _line(text, match.start(), match.end())
        line = text[start:stop]
        before = _before(text, match.start())
        told = _PHONE_CUE.search(before) or _FREE.match(value) or _MOBILE.match(value)
        if not (told or _possible(value)) or _is_date(value):
            continue
        personal = everybody or _MOBILE.match(value) or _MOBILE_CUE.search(before)
        if not personal and (_FREE.match(value) or _PUBLIC_CUE.search(line) and not _has_person(line)):
            continue
        yield Found(match.start(), match.end(), "[PHONE]")


def _possible(value: str) -> bool:
    """Whether a number without a word that says so is a telephone number all the same."""
    import phonenumbers

    if value.startswith("+"):
        regions = [None]
    elif re.fullmatch(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}", value):
        regions = ["US"]
    elif value.startswith("0") and re.search(r"[ .-]", value):
        regions = ["KR", "GB", "DE"]
    else:
        return False
    for region in regions:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(value, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _is_date(value: str) -> bool:
    return bool(
        re.fullmatch(r"(?:19|20)\d\d[ .-]\d{1,2}[ .-]\d{1,2}|\d{1,2}[ .-]\d{1,2}[ .-](?:19|20)\d\d", value)
    )


def _has_person(line: str) -> bool:
    """A name beside the number: "Mara Lindqvist, support, …" or a personal address in the same line."""
    if any(_is_personal(match[0], line.replace(match[0], " ")) for match in EMAIL.finditer(line)):
        return True
    return bool(
        re.search(
            r"\b(?:Mr|Mrs|Ms|Dr|Herr|Frau)\.? [A-Z]|[가-힣]{2,4}\s?(?:씨|님|대리|과장|팀장|부장)\b", line
        )
    )


def _before(text: str, at: int) -> str:
    start, _ = _line(text, at, at)
    return text[max(start, at - _BEFORE) : at]


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    stop = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, stop if stop >= 0 else len(text)
