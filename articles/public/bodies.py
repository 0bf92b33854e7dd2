"""Sanitized HTML of an article's body, and the video player that its document names.

Bodies from upstream are Markdown, or HTML copied from a forum or a mail. Raw HTML inside Markdown is escaped. The
result is reduced to ALLOWED_ELEMENTS, none of which runs scripts or loads anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe

from articles.public.markdown import MARKDOWN

ALLOWED_ELEMENTS = set(
    "div details summary p br hr h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code em strong b i u s sub sup abbr a "
    "table caption thead tbody tr th td figure figcaption".split()
)
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
# Removed together with their text, which is no text of the article.
DROPPED = {
    "script",
    "style",
    "head",
    "title",
    "template",
    "iframe",
    "object",
    "noscript",
    "svg",
    "math",
    "textarea",
}
# Other elements that begin a line: without them, the words around would run together.
_BLOCKS = set(
    "address article aside center dialog dir fieldset footer form header hgroup legend main menu nav option search "
    "section".split()
)
MAX_BODY_LENGTH = 200_000  # characters; the rest is cut off, since rendering it takes long

_BLOCK_TAG = re.compile(rf"<(/?)(?:{'|'.join(sorted(_BLOCKS))})(?=[\s>])")
_IS_HTML = re.compile(
    r"(?:[\s\ufeff]++|<!--.*?-->|<\?[^>]*+>)*+<(?:!doctype|[a-z][a-z0-9]*)[\s/>]", re.IGNORECASE | re.DOTALL
)
_IS_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


def html_of(body: str) -> SafeString:
    """The sanitized HTML of the body, or "" if no text is left. Its headings start at h3, below those of the page."""
    text = body[:MAX_BODY_LENGTH].replace("\x00", "")
    if not text.strip():
        return SafeString("")
    html = text if _IS_HTML.match(text) else MARKDOWN.render(text.lstrip("\ufeff"))
    html = re.sub(r"(</?h)[12](?=[\s>])", r"\g<1>3", html, flags=re.IGNORECASE)
    clean = nh3.clean(
        html,
        tags=ALLOWED_ELEMENTS | _BLOCKS,
        clean_content_tags=DROPPED,
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=_attribute,
        link_rel="noopener nofollow external",
    )
    clean = _BLOCK_TAG.sub(r"<\1div", clean)
    return mark_safe(clean.strip()) if re.sub(r"<[^>]*>|&nbsp;|\s", "", clean) else SafeString("")  # noqa: S308 - nh3's


def _attribute(element: str, name: str, value: str) -> str | None:
    # A relative link was meant for the provider's site, and would lead to ours.
    return None if name == "href" and not _IS_LINK.match(value) else value


@dataclass(frozen=True)
class Player:
    """A video at a known host. Its addresses are built from the video's ID, never copied from the document."""

    host: str
    src: str
    link: str


def player_of(featured: object) -> Player | None:
    """The player for `featuredContent`, an iframe or an address of YouTube or Vimeo; None for anything else."""
    if not isinstance(featured, str) or len(featured) > 5_000:
        return None
    address = featured.strip()
    if "<" in address:
        finder = _Iframes()
        finder.feed(address)
        if not finder.sources:
            return None
        address = finder.sources[0]
    try:
        url = urlsplit(address if "//" in address else f"https://{address}")
        host = (url.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    parts = [part for part in url.path.split("/") if part]
    if url.scheme not in ("http", "https", ""):
        return None
    if host in ("youtube.com", "youtube-nocookie.com", "youtu.be"):
        name = parts[-1] if parts else ""
        if host != "youtu.be" and parts[:1] == ["watch"]:
            name = parse_qs(url.query).get("v", [""])[0]
        elif host != "youtu.be" and (len(parts) != 2 or parts[0] not in ("embed", "shorts", "v")):
            return None
        if re.fullmatch(r"[\w-]{6,20}", name, re.ASCII):
            src = f"https://www.youtube-nocookie.com/embed/{name}"
            return Player("YouTube", src, f"https://www.youtube.com/watch?v={name}")
    if host in ("vimeo.com", "player.vimeo.com") and parts and re.fullmatch(r"[0-9]{4,12}", parts[-1]):
        return Player("Vimeo", f"https://player.vimeo.com/video/{parts[-1]}?dnt=1", f"https://vimeo.com/{parts[-1]}")
    return None


class _Iframes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.sources += [value for name, value in attrs if name == "src" and value]
