"""What of an HTML page is not its text: scripts, navigation, banners, footers, hidden elements."""

from __future__ import annotations

import re
from collections.abc import Callable

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

_NEVER = [
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "canvas",
    "iframe",
    "object",
    "embed",
    "audio",
    "video",
    "select",
    "button",
    "input",
    "form",
    "datalist",
    "dialog",
    "head",
    "title",
    "link",
    "meta",
    "map",
    "area",
    "picture",
    "source",
    "img",
    "nav",
    "aside",
]
_SHELL = ("header", "footer")
_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "alert",
    ]
)
# a class or id with one of these words is dropped whatever it holds …
_NOISE = re.compile(
    r"(?:^|[-_ ])(?:cookies?|consent|gdpr|breadcrumbs?|skip(?:link|nav|to)?|pagination|newsletter|popup|"
    r"advert(?:s|isement)?|sr-only|visually-hidden|screen-reader(?:-text)?)(?:$|[-_ ])",
    re.IGNORECASE,
)
# … and one of these only if most of its text is links
_LINKY = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|sidebar|toc|footer|header|social|share|sharing|related|topics?)(?:$|[-_ ])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*[01](?:\.\d+)?(?:px|pt|em|rem|%)?\s*(?:;|$|!)|"
    r"opacity\s*:\s*0?\.?0+\s*(?:;|$|!)|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{4,}px",
    re.IGNORECASE,
)
_MAIN_SHARE = 0.3


def strip_boilerplate(soup: BeautifulSoup, note: Callable[[str], None]) -> Tag:
    """Remove from the tree what is not text; return the element that holds the page's main part.

    `note` is told what was left out, when it held text.
    """
    for comment in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        comment.extract()
    body = soup.find("body")
    root: Tag = body if isinstance(body, Tag) else soup
    dropped: dict[str, int] = {}

    def drop(tag: Tag, why: str) -> None:
        if tag.get_text(strip=True):
            dropped[why] = dropped.get(why, 0) + 1
        tag.decompose()

    for tag in root.find_all(_NEVER):
        if not tag.decomposed:
            visible = tag.name in ("nav", "aside", "form", "dialog", "button")
            drop(tag, f"<{tag.name}>") if visible and tag.name != "form" else _drop_form(tag, drop)
    for tag in root.find_all(True):
        if tag.decomposed or tag.name in ("body", "main", "article", "html"):
            continue
        why = _why(tag)
        if why:
            drop(tag, why)
    main = _main(root)
    if main is not root:
        rest = len(root.get_text(" ", strip=True)) - len(main.get_text(" ", strip=True))
        if rest > 0:
            dropped["text outside the main part"] = 1
    for why, count in sorted(dropped.items()):
        note(f"left out: {why}" + (f" ({count} times)" if count > 1 else ""))
    return main


def _drop_form(tag: Tag, drop: Callable[[Tag, str], None]) -> None:
    """Forms that wrap the whole page (old ASP.NET sites) keep their text; others are controls."""
    if tag.name == "form" and tag.find(["p", "h1", "h2", "table"]) is not None:
        tag.unwrap()
    else:
        drop(tag, "a form") if tag.name == "form" else tag.decompose()


def _why(tag: Tag) -> str:
    """Why an element is left out, or ""."""
    attrs = tag.attrs
    if tag.name in _SHELL:
        inside = tag.find_parent(["main", "article"]) is not None
        return "" if inside or tag.find("h1") is not None else f"<{tag.name}>"
    if not attrs:
        return ""
    if "hidden" in attrs or str(attrs.get("aria-hidden", "")).lower() == "true":
        return "hidden text"
    style = attrs.get("style")
    if style and _HIDDEN.search(str(style)):
        return "hidden text"
    if str(attrs.get("role", "")).lower() in _ROLES:
        return f"role {str(attrs.get('role')).lower()}"
    names = f"{_words(attrs.get('class'))} {attrs.get('id', '')}"
    if names.strip():
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
    """The one `<main>` (or `<article>`, or `role=main`) if it holds a good part of the text, else the whole."""
    whole = len(root.get_text(" ", strip=True))
    for found in (root.find_all("main"), root.find_all(attrs={"role": "main"}), root.find_all("article")):
        tags = [tag for tag in found if isinstance(tag, Tag)]
        if len(tags) == 1 and len(tags[0].get_text(" ", strip=True)) >= _MAIN_SHARE * whole > 0:
            return tags[0]
    return root
