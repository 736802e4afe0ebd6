"""The words by which notices of rights are known, in English, Korean, German, French and Spanish."""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_WORK = (
    "document|report|publication|work|book|booklet|brochure|manual|handbook|guide|material|content|text|page|site|"
    "website|web\\s?site|file|paper|article|presentation|newsletter|whitepaper|white\\s+paper|study|edition|"
    "translation|dataset|data\\s?set|database|documentation|project|repository|wiki|course|catalogue|catalog|"
    "magazine|issue|template|policy|policies|information|post|blog"
)
ABOUT = _any(
    rf"\b(?:this|these|the\s+present)\s+(?:[\w’'-]+\s+){{0,3}}?(?:{_WORK})s?\b",
    r"\b(?:no|any|all|every)\s+parts?\s+(?:of|from)\s+(?:this|these|the)\b",
    r"\b(?:text|content|contents|material|materials|data)\s+(?:is|are|on|of|in|from)\s+(?:this|these|available|licensed)\b",
    r"\bexcept\s+(?:where|as)\s+(?:otherwise\s+)?(?:noted|stated|indicated)",
    r"\bunless\s+otherwise\s+(?:noted|stated|indicated|specified)",
    rf"\bthe\s+(?:contents?|text)\s+of\s+(?:this|the)\s+(?:{_WORK})",
    r"(?:이|본|해당)\s?(?:저작물|문서|자료|보고서|글|페이지|사이트|웹사이트|콘텐츠|출판물|책|간행물|가이드|매뉴얼|기사|번역)",
    r"\bdies(?:es|er|e|em|en)\s+(?:Werk|Dokument|Bericht|Publikation|Buch|Handbuch|Text|Seite|Website|Inhalt|Inhalte|Datei|"
    r"Artikel|Broschüre|Veröffentlichung)\w*",
    r"\b(?:cette|ce|cet)\s+(?:œuvre|oeuvre|document|rapport|publication|ouvrage|livre|manuel|texte|page|site|article|contenu)",
    r"\b(?:esta|este)\s+(?:obra|documento|informe|publicación|libro|manual|texto|página|sitio|artículo|contenido)",
)
"""The document itself as what is spoken of."""

COPYRIGHT = _any(
    r"\s*(?:[-*•>|#]\s*)?(?:©|\(c\)|ⓒ|copyright\b|copr\.|urheberrecht|저작권자?\s*(?:©|ⓒ|\(c\)|:|20\d\d))"
)
"""How a copyright line begins."""

RESERVED = _any(
    r"\ball\s+rights?\s+(?:are\s+)?(?:strictly\s+|hereby\s+)?reserved(?=\s*(?:$|[.,;:!)\]|·—–\n-]|worldwide|by\b|under\b|unless|©|\(c\)))",
    r"\balle\s+rechte\s+(?:sind\s+)?vorbehalten",
    r"\btous\s+(?:les\s+)?droits\s+(?:sont\s+)?réservés",
    r"\btodos\s+los\s+derechos\s+(?:están\s+)?reservados|\breservados\s+todos\s+los\s+derechos",
    r"모든\s?(?:저작권|권리)[은는이가를]?\s?(?:보유|유보)",
    r"\btutti\s+i\s+diritti\s+(?:sono\s+)?riservati|\btodos\s+os\s+direitos\s+reservados",
)

TALKS = _any(r"\b(?:means?|called|phrase|words?|says?|said|states?|writes?|notice|whether|that)\b")
"""Words by which a sentence talks about a notice."""

_COPY = (
    "copied|copy|reproduced|reproduction|duplicated|redistributed|distributed|republished|transmitted|disseminated|"
    "disclosed|published|modified|used|stored|reprinted|translated|scanned"
)
COPY_BAN = _any(
    rf"\b(?:may|must|shall|can|should)\s?not\s+(?:\w+\s+){{0,2}}?be\s+(?:\w+\s+){{0,2}}?(?:{_COPY})\b",
    rf"\bno\s+parts?\s+(?:of|from)\s+(?:this|these|the)\b.{{0,120}}?\b(?:may|must|shall|can)\s+be\b.{{0,60}}?\b(?:{_COPY})\b",
    r"\b(?:copying|reproduction|redistribution|distribution|duplication|republication)\b.{0,160}?\b(?:prohibited|forbidden|"
    r"not\s+(?:permitted|allowed))",
    r"\b(?:do|may|must)\s+not\s+(?:copy|reproduce|redistribute|republish|distribute)\b",
    r"\b(?:nachdruck|vervielfältigung|weitergabe|verbreitung)\b.{0,160}?\b(?:verboten|untersagt|nicht\s+(?:gestattet|erlaubt|"
    r"zulässig)|nur\s+mit)",
    r"\breproduction\b.{0,80}?\binterdite|\breproduire\b.{0,60}?\binterdit",
    r"\b(?:prohibida|queda\s+prohibida|se\s+prohíbe)\b.{0,40}?\b(?:reproducción|copia|distribución)|"
    r"\b(?:reproducción|copia|distribución)\b.{0,60}?\bprohibida",
    r"(?:복제|전재|배포|복사|전송|도용)[^.\n]{0,30}?(?:금지|금합니다|금함|할\s?수\s?없|불허|불가)",
)
HEADLESS_BAN = _any(
    r"\W{0,3}(?:unauthori[sz]ed\s+)?(?:copying|reproduction|redistribution)\b(?:(?![.]).){0,120}?(?:strictly\s+)?(?:prohibited|forbidden)\b",
    r"\W{0,3}(?:nachdruck|vervielfältigung)\b[^.]{0,120}?(?:verboten|untersagt|nicht\s+gestattet)",
    r"\W{0,3}(?:toute\s+)?reproduction\b[^.]{0,60}?interdite",
    r"\W{0,3}(?:prohibida|queda\s+prohibida)\s+(?:la\s+|su\s+)?(?:reproducción|copia|distribución)",
    r"\W{0,3}(?:저작권자[^.\n]{0,20})?무단\s?(?:전재|복제|배포|도용|복사|전재[·ㆍ,및\s-]*재배포)[^.\n]{0,30}?(?:금지|금합니다|금함|불허|불가)",
)
"""Prohibitions that name no work, and stand alone."""

_LEARN = (
    r"(?:machine[\s-]learning|artificial\s+intelligence|\bAI\b|\bLLMs?\b|language\s+models?|neural\s+networks?|"
    r"generative\s+models?|\bML\b|\bmodels?\b)"
)
NO_TRAINING = _any(
    rf"\b(?:not|never|no\s+part|without|prohibit\w*|forbid\w*|forbidden|refuse\w*|reserve\w*|except)\b.{{0,200}}?"
    rf"\b(?:train(?:ing)?|teach|fine-?tun\w+|develop\w*)\b.{{0,80}}?{_LEARN}",
    rf"\b(?:train(?:ing)?|fine-?tun\w+)\b.{{0,60}}?{_LEARN}.{{0,120}}?\b(?:prohibited|forbidden|not\s+(?:permitted|allowed)|refused|"
    r"reserved)",
    r"\b(?:no|not\s+for)\s+(?:the\s+)?(?:AI|ML|machine[\s-]learning|LLM)(?:\s+(?:or|and|/)\s+\w+)?\s*(?:[-\s]?training|use|ingestion|scraping)?"
    r"(?:\s+(?:or|of|and)\s+\w+){0,2}(?:\s+(?:is\s+)?(?:allowed|permitted))?\s*[.!]?\s*$",
    r"(?:AI|인공지능|머신\s?러닝|기계\s?학습|언어\s?모델)[^.\n]{0,30}?(?:학습|훈련|이용|활용)[^.\n]{0,40}?"
    r"(?:금지|금합니다|금함|할\s?수\s?없|불허|허용하지|허용되지|허락하지)",
    r"\b(?:training|trainieren|anlernen)\b.{0,80}?\b(?:KI|künstliche\w*\s+intelligenz|sprachmodell\w*|maschinell\w*)\b.{0,80}?"
    r"\b(?:untersagt|verboten|nicht\s+(?:gestattet|erlaubt)|vorbehalten)",
    r"\b(?:nicht|kein\w*)\b.{0,80}?\b(?:KI|künstliche\w*\s+intelligenz|sprachmodell\w*|maschinell\w*\s+lern\w*)\b.{0,60}?"
    r"\b(?:training|trainier\w+|verwendet|genutzt|lernen)",
)
_MINING = r"(?:text[\s-]*(?:and|&|und|et|y)[\s-]*data[\s-]*mining|\bTDM\b|fouille\s+de\s+textes|minería\s+de\s+textos)"
NO_TDM = _any(
    rf"{_MINING}.{{0,200}}?(?:reserved|prohibited|forbidden|not\s+(?:permitted|allowed)|opt(?:s|ed)?[\s-]out|vorbehalten|untersagt|"
    r"réserv|reservad|interdit|nicht\s+gestattet)",
    rf"\b(?:reserv\w+|prohibit\w*|\bno\b|not\b|vorbehalt\w*|kein\w*|exclu\w*)\b.{{0,200}}?{_MINING}",
    r"(?:vorbehalt|nutzungsvorbehalt|reserv)\w*.{0,80}?(?:§\s?44\s?b|artic(?:le|ulo)\s+4\s?\(\s?3|art\.\s?4\s?\(\s?3)",
)

PROPRIETARY_LINE = _any(
    r"\W{0,3}(?:[\w.&’' -]{1,60}?\s*[-–—:|]\s*)?(?:company\s+)?"
    r"(?:proprietary\s+(?:and|&)\s+confidential|confidential\s+(?:and|&)\s+proprietary)\b"
)

PUBLIC = _any(
    r"\b(?:is|are|in)\s+(?:hereby\s+)?(?:placed\s+)?(?:in|into|dedicated\s+to)\s+(?:the\s+)?public\s+domain",
    r"\b(?:work|works|product)\s+of\s+the\s+(?:United\s+States|U\.?S\.?)\s*(?:federal\s+)?(?:government)?",
    r"\bfree\s+of\s+known\s+copyright\s+restrictions",
    r"\b(?:not\s+subject\s+to|free\s+of|no\s+known)\s+copyright",
    r"\bgemeinfrei|\bdomaine\s+public|\bdominio\s+público|퍼블릭\s?도메인",
)

GRANT = _any(
    r"\b(?:re-?)?(?:licen[sc]ed|released|available|distributed|published|provided|shared|offered|made\s+available|issued|covered)\s+"
    r"(?:\w+\s+){0,2}?(?:under|with|by|subject\s+to|according\s+to)\b",
    r"\b(?:is|are)\s+(?:\w+\s+){0,2}?under\s+(?:a|an|the)?\b",
    r"\bunder\s+the\s+(?:terms|conditions)\s+of\b|\bsubject\s+to\s+the\s+terms\s+of\b",
    r"\b(?:lizenziert|veröffentlicht|verfügbar|bereitgestellt|steht|stehen)\s+(?:\w+\s+){0,2}?unter\b",
    r"\b(?:sous|bajo)\s+(?:une?\s+|la\s+|una\s+)?licen[cs][ei]a?\b|\bmise?\s+à\s+disposition\s+selon\b",
    r"(?:라이선스|라이센스|공공누리|이용\s?허락)",
    r"(?:©|\(c\)|ⓒ).{0,80}?(?=\bCC[\s-]BY|\bCC0|creative\s?commons)",
)
LABEL = _any(
    r"\W{0,3}(?:license|licence|lizenz|licencia|라이선스|라이센스|이용\s?조건|rights|nutzungsrechte)\s*[:：]\s*"
)
SPDX = re.compile(
    r"SPDX-License-Identifier:\s*(?P<id>[A-Za-z0-9.+-]+(?:\s+(?:OR|AND|WITH)\s+[A-Za-z0-9.+()-]+)*)"
)

HYPOTHETICAL = _any(
    r"\W{0,3}(?:if|when|whenever|unless\s+you|suppose|assume|imagine|for\s+example|e\.g\.|wenn|falls|si\b|만약|예를\s?들)"
)
NEGATION = _any(
    r"\b(?:is|are|was|were|be)\s+(?:not|never|no\s+longer)\b|\bisn['’]t\b|\baren['’]t\b|\bnicht\b|\bkeine?r?\b",
    r"(?:하지|되지)\s?않|아닙니다|없습니다",
)
OTHER_WORK = _any(
    r"\b(?:image|photo\w*|picture|figure|icon|icons|logo|font|fonts|illustration|cover|video|audio|music|map|source\s+code|"
    r"code|(?<!free\s)software|library|libraries|package|packages|dependenc\w+|contribution|contributions|plugin|tool|emoji|사진|이미지|아이콘|소프트웨어)s?\b"
)
"""What else a licence may be given for."""

_TRIGGERS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (tuple(keys.split("|")), re.compile(pattern, re.IGNORECASE))
    for keys, pattern in (
        ("reserved", r"rights?\s+(?:are\s+)?(?:\w+\s+)?reserved"),
        ("vorbeh", r"rechte\s+(?:sind\s+)?vorbehalten|nutzungsvorbehalt"),
        ("réserv", r"droits\s+(?:sont\s+)?réservés"),
        ("reservad|riservat", r"(?:derechos|diritti|direitos)\s+(?:\w+\s+)?r[ei]serva[dt][oi]s?|reservados\s+todos"),
        ("모든", r"모든\s?(?:저작권|권리)"),
        ("무단", r"무단\s?\w"),
        ("공공누리|저작물|라이선스|라이센스", r"공공누리|저작물[은는이]|라이[선센]스"),
        ("spdx-license", r"SPDX-License-Identifier"),
        ("not", r"\b(?:may|must|shall|can|should)\s?not\s+(?:\w+\s+){0,2}be\b"),
        ("not", r"\bnot\s+(?:copy|reproduce|redistribute|republish)\b"),
        ("no part", r"\bno\s+parts?\s+(?:of|from)\s+th"),
        ("copying|reprod", r"\b(?:copying|reproduction)\b"),
        ("redistrib|duplication|republication", r"\b(?:redistribution|duplication|republication)\b"),
        ("nachdruck|vervielf|weitergabe", r"\bnachdruck\b|vervielfältigung|weitergabe"),
        ("interdit|prohibid|prohíbe", r"interdite?\b|prohibid[ao]|prohíbe"),
        ("train", r"\btrain(?:ing)?\b(?=.{0,80}(?:machine|model|intelligence|\bAI\b|\bLLM|neural|\bKI\b))"),
        ("mining|tdm|minería|fouille", r"data[\s-]*mining|\bTDM\b|minería\s+de|fouille\s+de"),
        ("ai|ml|llm|machine", r"\b(?:no|not\s+for)\s+(?:the\s+)?(?:AI|ML|LLM|machine)\b"),
        ("ki|sprachmodell|maschinell", r"\bKI\b|sprachmodell|maschinell\w*\s+lern"),
        ("학습|훈련", r"(?:AI|인공지능|머신\s?러닝|기계\s?학습|언어\s?모델).{0,30}(?:학습|훈련)"),
        ("proprietary", r"proprietary"),
        (
            "public|gemeinfrei|copyright|퍼블릭|público",
            r"public\s+domain|gemeinfrei|domaine\s+public|dominio\s+público|copyright\s+restrictions|퍼블릭\s?도메인|subject\s+to\s+copyright",
        ),
        ("of the u", r"(?:work|works)\s+of\s+the\s+(?:United|U\.?S)"),
        ("commons|커먼즈|cc", r"creative[\s-]?commons|크리에이티브\s?커먼즈|\bCC[\s-]?(?:BY|0|Zero)\b"),
        ("licen|lizenz", r"\blicen[sc]e[sd]?\b|\blizenz|\blicencia"),
    )
)  # fmt: skip


def triggers(text: str) -> list[tuple[int, int]]:
    """Spans where it is worth looking closer, in order. A pattern is tried only where one of its keys stands."""
    lowered = text.lower()
    found = [
        match.span()
        for keys, pattern in _TRIGGERS
        if any(key in lowered for key in keys)
        for match in pattern.finditer(text)
    ]
    return sorted(found)
