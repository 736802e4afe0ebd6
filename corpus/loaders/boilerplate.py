"""What of an HTML page is not its text: scripts, navigation, banners, footers, hidden elements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement, PreformattedString

# markup and controls, dropped without a word …
_SILENT_WORDS = (
    "script style noscript template svg math canvas iframe object embed audio video select button input "
    "option datalist head title link meta map area picture source img"
)
_SILENT = frozenset(_SILENT_WORDS.split())
# … and parts that hold text, of which a note is left
_TOLD = frozenset(("nav", "aside", "dialog"))
_SHELL = frozenset(("header", "footer"))
_KEPT = frozenset(("html", "body", "main", "article"))
_ROLES_WORDS = "navigation banner contentinfo complementary search dialog alertdialog menu menubar alert"
_ROLES = frozenset(_ROLES_WORDS.split())
# a class or id with one of these words is dropped whatever it holds …
_NOISE = re.compile(
    r"(?:^|[-_ ])(?:cookies?|consent|gdpr|breadcrumbs?|skip(?:link|nav|to)?|pagination|newsletter|popup|"
    r"advert(?:s|isement)?|sr-only|visually-hidden|screen-reader(?:-text)?)(?:$|[-_ ])",
    re.IGNORECASE,
)
# … and one of these only if most of its text is links
_LINKY = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|sidebar|toc|footer|header|social|share|sharing|related|topics?)"
    r"(?:$|[-_ ])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|"
    r"font-size\s*:\s*(?:0(?:\.\d+)?|[01]px|[01]pt)\w*\s*(?:;|$|!)|"
    r"opacity\s*:\s*0?\.?0+\s*(?:;|$|!)|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{4,}px",
    re.IGNORECASE,
)
_QUIETLY = "markup"
_MAIN_SHARE = 0.3
_MOST_LOOKS = (
    20  # how many elements around one another may be looked at whole: that costs all that is below each
)


def strip_boilerplate(soup: BeautifulSoup, note: Callable[[str], None]) -> Tag:
    """Remove from the tree what is not text; return the element that holds the page's main part.

    `note` is told what was left out, when it held text.
    """
    body = soup.find("body")
    root: Tag = body if isinstance(body, Tag) else soup
    dropped: Counter[str] = Counter()
    # No `find` and no `Tag.decomposed` in this loop: each looks through all that is below, so that a deeply
    # nested page would take time in the square of its depth.
    stack: list[tuple[PageElement, bool, int]] = [(child, False, 0) for child in root.contents]
    while stack:
        node, inside, looks = stack.pop()
        if isinstance(node, PreformattedString):
            node.extract()
        if not isinstance(node, Tag):
            continue
        why = ""
        if node.name not in _KEPT:
            why = _why(node, inside, looks < _MOST_LOOKS)
            looks += node.name in _SHELL or node.name == "form" or bool(node.attrs)
        if why:
            if why != _QUIETLY and node.get_text(strip=True):
                dropped[why] += 1
            node.decompose()
        else:
            inside = inside or node.name in ("main", "article")
            stack.extend((child, inside, looks) for child in node.contents)
    main = _main(root)
    if main is not root and len(main.get_text("", strip=True)) < len(root.get_text("", strip=True)):
        dropped["text outside the main part"] = 1
    for why, count in sorted(dropped.items()):
        note(f"left out: {why}" + (f" ({count} times)" if count > 1 else ""))
    return main


def _why(tag: Tag, inside: bool, may_look: bool) -> str:
    """Why an element is left out, or "". `inside` says that it is in the page's main part."""
    attrs = tag.attrs
    if tag.name in _SILENT:
        return _QUIETLY
    if tag.name in _TOLD:
        return f"<{tag.name}>"
    if tag.name == "form":
        # forms around a whole page (old ASP.NET sites) are text, others are controls
        return "" if may_look and tag.find(["p", "h1", "h2", "table"]) is not None else "a form"
    if tag.name in _SHELL:
        return "" if inside or (may_look and tag.find("h1") is not None) else f"<{tag.name}>"
    if not attrs:
        return ""
    if "hidden" in attrs or str(attrs.get("aria-hidden", "")).lower() == "true":
        return "hidden text"
    if _HIDDEN.search(str(attrs.get("style", ""))):
        return "hidden text"
    role = str(attrs.get("role", "")).lower()
    if role in _ROLES:
        return f"role {role}"
    names = f"{_words(attrs.get('class'))} {attrs.get('id', '')}"
    if may_look and names.strip():
        if _NOISE.search(names) and tag.find(["main", "article", "h1"]) is None:
            return "banners and navigation"
        if _LINKY.search(names) and _link_share(tag) > 0.6:
            return "banners and navigation"
    return ""


def _words(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _link_share(tag: Tag) -> float:
    total = len(tag.get_text(strip=True))
    return sum(len(link.get_text(strip=True)) for link in tag.find_all("a")) / total if total else 1.0


def _main(root: Tag) -> Tag:
    """The one `<main>`, `role=main` or `<article>` if it holds a good part of the text, else the whole."""
    whole = len(root.get_text(" ", strip=True))
    for found in (root.find_all("main"), root.select("[role=main]"), root.find_all("article")):
        tags = [tag for tag in found if isinstance(tag, Tag)]
        if len(tags) == 1 and len(tags[0].get_text(" ", strip=True)) >= _MAIN_SHARE * whole > 0:
            return tags[0]
    return root
