"""Names of licences: SPDX identifiers from what people write, and what each allows.

Kinds: `open` (may be used and changed, commercially too), `non-commercial`, `no-derivatives`, `reserved`
(nothing is granted) and `no-training` (learning from it is refused by name).
"""

from __future__ import annotations

import re

ALL_RIGHTS_RESERVED = "all-rights-reserved"
NO_MACHINE_LEARNING = "no-machine-learning"
TDM_RESERVATION = "tdm-reservation"
PUBLIC_DOMAIN = "public-domain"
PROPRIETARY = "proprietary"

KINDS = ("no-training", "reserved", "no-derivatives", "non-commercial", "open")
"""Strictest first."""

_OWN_KINDS = {
    ALL_RIGHTS_RESERVED: "reserved",
    PROPRIETARY: "reserved",
    NO_MACHINE_LEARNING: "no-training",
    TDM_RESERVATION: "no-training",
    PUBLIC_DOMAIN: "open",
}
_KNOWN_WORDS = (
    "Apache-1.1 Apache-2.0 MIT MIT-0 0BSD ISC Zlib BSD-2-Clause BSD-3-Clause BSD-4-Clause Unlicense WTFPL "
    "MPL-1.1 MPL-2.0 EPL-1.0 EPL-2.0 EUPL-1.1 EUPL-1.2 BSL-1.0 Artistic-2.0 CC0-1.0 CC-PDDC PDDL-1.0 "
    "ODC-By-1.0 ODbL-1.0 GFDL-1.2 GFDL-1.3 OFL-1.1 LPPL-1.3c NLOD-2.0 etalab-2.0 CDLA-Permissive-2.0 "
    "DL-DE-BY-2.0 DL-DE-ZERO-2.0 OGL-UK-1.0 OGL-UK-2.0 OGL-UK-3.0"
)
_KNOWN = {name.lower(): name for name in _KNOWN_WORDS.split()}
_GNU = re.compile(r"(AGPL|LGPL|GPL|GFDL)-(\d(?:\.\d)?)(?:-only|-or-later|\+)?", re.IGNORECASE)
_CC = re.compile(r"CC-BY(?P<parts>(?:-(?:NC|ND|SA))*)-(?P<version>\d\.\d)(?:-[A-Z]{2,4})?", re.IGNORECASE)
_KOGL = re.compile(r"KOGL-Type-([0-4])")

# Duties that a licence lays on whoever passes on what was made of the work.
_SHARE_ALIKE = re.compile(r"-SA-|^(?:A|L)?GPL|^MPL|^EPL|^EUPL|^ODbL|^GFDL|^CDLA-Sharing", re.IGNORECASE)
_FREE = re.compile(
    r"^(?:CC0-|CC-PDDC|PDDL|0BSD|MIT-0|Unlicense|WTFPL|DL-DE-ZERO|public-domain)", re.IGNORECASE
)

_CC_PART = {
    "attribution": "BY", "by": "BY", "namensnennung": "BY", "저작자표시": "BY", "reconocimiento": "BY",
    "atribución": "BY", "noncommercial": "NC", "non-commercial": "NC", "non commercial": "NC", "nc": "NC",
    "nicht kommerziell": "NC", "nicht-kommerziell": "NC", "비영리": "NC", "nocomercial": "NC",
    "pas d'utilisation commerciale": "NC", "pas d’utilisation commerciale": "NC", "sharealike": "SA",
    "share alike": "SA", "share-alike": "SA", "sa": "SA", "동일조건변경허락": "SA", "compartirigual": "SA",
    "weitergabe unter gleichen bedingungen": "SA", "partage dans les mêmes conditions": "SA",
    "noderivatives": "ND", "noderivs": "ND", "no derivatives": "ND", "no-derivatives": "ND", "nd": "ND",
    "keine bearbeitungen": "ND", "keine bearbeitung": "ND", "변경금지": "ND", "sinobraderivada": "ND",
    "pas de modification": "ND",
}  # fmt: skip
_PARTS = "|".join(re.escape(name) for name in sorted(_CC_PART, key=len, reverse=True))
_PART = re.compile(rf"(?<![a-z])(?:{_PARTS})(?![a-z])", re.IGNORECASE)
_CC_LINE = rf"(?P<parts>(?:{_PARTS})(?:(?:\s*[-‐–/,·]\s*|\s+)(?:{_PARTS}))*)"
_VERSION = r"(?:\s*[-,(]?\s*(?:version\s*|v\.?\s*)?(?P<version>\d\.\d)\b)?"
_CC_URL = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<code>by(?:-(?:nc|nd|sa))*)(?:/(?P<version>\d\.\d))?"
    r"|publicdomain/(?P<free>zero|mark))",
    re.IGNORECASE,
)
# "CC BY-SA 4.0", "Creative Commons Attribution-ShareAlike 4.0 International"
_CC_NAME = re.compile(
    rf"(?:\bCC[\s-]+(?=(?:BY|저작자표시)\b)|(?:\bCreative[\s-]?Commons|크리에이티브\s?커먼즈)[\s:,(–-]*(?:CC[\s-]*)?(?:License|Lizenz|licencia|라이선스)?"
    rf"[\s:,(–-]*)"
    rf"{_CC_LINE}(?:\s+(?:public\s+)?(?:licen[sc]e|lizenz))?{_VERSION}",
    re.IGNORECASE,
)
_GNU_NAME = re.compile(
    r"\b(?:(?P<short>AGPL|LGPL|GPL)|(?:GNU\s+)(?P<long>Affero\s+General|Lesser\s+General|Library\s+General|General)"
    r"\s+Public\s+Licen[sc]e(?:\s*\((?:A|L)?GPL\))?|GNU\s+(?P<gnu>AGPL|LGPL|GPL))"
    r"(?:\s*[,-]?\s*(?:version\s*|v\.?\s*)?(?P<version>\d(?:\.\d)?)\b)?",
    re.IGNORECASE,
)
_GFDL_NAME = re.compile(r"\bGNU\s+Free\s+Documentation\s+Licen[sc]e|\bGFDL\b", re.IGNORECASE)
_VERSION_WORDS = re.compile(r"\bversion\s+(\d(?:\.\d)?)\b", re.IGNORECASE)
_NAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"\bCC[\s-]?(?:0|Zero)\b|Creative[\s-]?Commons[\s-]+(?:CC[\s-]?)?(?:Zero|0)\b", "CC0-1.0"),
        (r"\bApache(?:\s+Software)?[\s-]+Licen[sc]e\b|\bApache[\s-]*(?:v|version\s*)?2(?:\.0)?\b", "Apache-2.0"),
        (r"\bMIT[\s-]+(?:Licen[sc]e|Lizenz|라이선스|라이센스)|\bMIT\b(?=[\s.,;)]*$)", "MIT"),
        (r"\bBSD[\s-]+2[\s-]+Clause|\b2-clause\s+BSD|\bSimplified\s+BSD", "BSD-2-Clause"),
        (r"\bBSD[\s-]3[\s-]Clause|\b3-clause\s+BSD|\b(?:New|Modified|Revised)\s+BSD|\bBSD licen[sc]e", "BSD-3-Clause"),
        (r"\bMozilla\s+Public\s+Licen[sc]e|\bMPL[\s-]*(?:v|version\s*)?2(?:\.0)?\b", "MPL-2.0"),
        (r"\bISC\s+licen[sc]e", "ISC"),
        (r"\bUnlicense\b", "Unlicense"),
        (r"\bOpen\s+Government\s+Licen[sc]e|\bOGL\s*(?:v|version\s*)?3(?:\.0)?\b", "OGL-UK-3.0"),
        (r"\bSIL\s+Open\s+Font\s+Licen[sc]e", "OFL-1.1"),
        (r"\bOpen\s+Database\s+Licen[sc]e|\bODbL\b", "ODbL-1.0"),
        (r"\bDatenlizenz\s+Deutschland\b(?:\s*[–-])?\s*Namensnennung", "DL-DE-BY-2.0"),
        (r"\bDatenlizenz\s+Deutschland\b(?:\s*[–-])?\s*Zero", "DL-DE-ZERO-2.0"),
        (r"\bEuropean\s+Union\s+Public\s+Licen[sc]e|\bEUPL\b", "EUPL-1.2"),
    )
)  # fmt: skip
_OPEN_KOREA = re.compile(
    r"(?:공공누리|KOGL)[\s\"'“”‘’」』()]{0,4}(?:제\s?)?(?:type[\s-]?)?(?P<type>[0-4])\s?(?:유형)?",
    re.IGNORECASE,
)
_FREE_KOREA = re.compile(r"공공누리[^.\n]{0,30}제\s?(?P<type>[0-4])\s?유형")


def name_in(text: str) -> str:
    """The SPDX identifier (or 공공누리 type, as KOGL-Type-1) of the first licence that `text` names, or ""."""
    url = _CC_URL.search(text)
    if url:
        if url["free"]:
            return "CC0-1.0" if url["free"].lower() == "zero" else PUBLIC_DOMAIN
        return f"CC-{url['code'].upper()}-{url['version'] or '4.0'}"
    korean = _FREE_KOREA.search(text) or _OPEN_KOREA.search(text)
    if korean:
        return f"KOGL-Type-{korean['type']}"
    creative = _CC_NAME.search(text)
    if creative:
        # "CC BY 4.0 (non-commercial use only)": what restricts may stand a little behind the name
        words = creative["parts"] + " " + text[creative.end() : creative.end() + 40]
        found = {_CC_PART[each.lower()] for each in _PART.findall(words)}
        return "-".join(
            [
                "CC",
                "BY",
                *(part for part in ("NC", "ND", "SA") if part in found),
                creative["version"] or "4.0",
            ]
        )
    gnu = _GNU_NAME.search(text)
    if gnu:
        words = (gnu["short"] or gnu["gnu"] or gnu["long"]).upper()
        family = {"AFFERO": "AGPL", "LESSER": "LGPL", "LIBRARY": "LGPL", "GENERAL": "GPL"}.get(
            words.split()[0], words
        )
        version = gnu["version"] or _version_near(text, gnu.start(), gnu.end()) or "3.0"
        return f"{family}-{version}" + ("" if "." in version else ".0")
    free = _GFDL_NAME.search(text)
    if free:
        version = _version_near(text, free.start(), free.end())
        return f"GFDL-{version if version in ('1.1', '1.2', '1.3') else '1.3'}"
    return next((name for pattern, name in _NAMES if pattern.search(text)), "")


def _version_near(text: str, start: int, end: int) -> str:
    """The version behind a name ("the GPL as published …; either version 2") or in front ("version 2 of")."""
    found = _VERSION_WORDS.search(text, end, end + 120) or _VERSION_WORDS.search(
        text, max(0, start - 30), start
    )
    return found[1] if found else ""


def expression(text: str) -> str:
    """An SPDX expression in its usual spelling; what is no identifier known here stays as it is."""
    return " ".join(
        part if part in ("OR", "AND", "WITH") else _spelled(part)
        for part in text.replace("(", " ").replace(")", " ").split()
    )


def kind_of(licence: str) -> str:
    """What a licence allows, as one of `KINDS`. Of a choice (OR) the freest, of a sum (AND) the strictest.

    A name that is not known grants nothing that could be relied on: `reserved`.
    """
    if " OR " in licence:
        return max((kind_of(part) for part in licence.split(" OR ")), key=KINDS.index)
    if " AND " in licence:
        return min((kind_of(part) for part in licence.split(" AND ")), key=KINDS.index)
    name = licence.split(" WITH ")[0].strip()
    if name in _OWN_KINDS:
        return _OWN_KINDS[name]
    creative = _CC.fullmatch(name)
    if creative:
        parts = creative["parts"].upper()
        return "non-commercial" if "NC" in parts else "no-derivatives" if "ND" in parts else "open"
    korean = _KOGL.fullmatch(name)
    if korean:
        return {"2": "non-commercial", "3": "no-derivatives", "4": "non-commercial"}.get(korean[1], "open")
    return "open" if name.lower() in _KNOWN or _GNU.fullmatch(name) else "reserved"


def is_identifier(text: str) -> bool:
    """Whether `text` is an identifier or expression whose every part is known here."""
    parts = [part for part in expression(text).split() if part not in ("OR", "AND")]
    return bool(parts) and all(kind_of(part) != "reserved" for part in parts)


def duties(licence: str) -> tuple[str, ...]:
    """What passing on a work under this licence asks for: `attribution`, `share-alike`, both or nothing."""
    if not licence or kind_of(licence) in ("reserved", "no-training") or _FREE.match(licence):
        return ()
    return ("attribution", "share-alike") if _SHARE_ALIKE.search(licence) else ("attribution",)


def _spelled(name: str) -> str:
    if name.lower() in _KNOWN:
        return _KNOWN[name.lower()]
    if _CC.fullmatch(name):
        return name.upper()
    gnu = _GNU.fullmatch(name)
    return gnu[1].upper() + name[len(gnu[1]) :].lower() if gnu else name
