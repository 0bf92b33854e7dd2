"""Validates links, and normalizes them for comparison."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

import can_ada

from articles import texts

MAX_BYTES = 2000
NO_LINK = "is not an http(s) link"
_LINK = re.compile(
    r"https?://[^\s\x00-\x20\x7f/?#@\\<>\"%^`{|}]+(?:[/?#][^\s\x00-\x20\x7f<>\"\\^`{|}]*)?", re.IGNORECASE
)
# Matches nearly all valid links, by one match instead of several checks: an ASCII host, no port.
_PLAIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:[/?#][!#-;=?-\[\]_a-z~]*)?", re.IGNORECASE | re.ASCII)
_CLEAN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:[/?#][!#-;=?-\[\]_a-z~]*)?")
# What browsers leave in a path, a query or a fragment, and other programs do not take as part of a link.
_LEFT_OPEN = str.maketrans({char: quote(char) for char in '"<>\\^`{|}'})
# What an article without a link is known by: its document. It is no link: never shown, never opened.
DOCUMENT = "document:"
_ROUTES = ("/", "!")  # how a fragment begins that names a page, not a place in it
_ESCAPED = re.compile("%([0-9A-Fa-f]{2})")
_NEEDS_NO_ESCAPE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# Matches links that are canonical already: lower-case scheme and host, no port, no query, no fragment.
_CANONICAL = re.compile(r"https?://[a-z0-9.-]*[a-z0-9-]/[^\s?#]*")
# Matches links of which `twin_key` only drops the beginning and the end.
_PLAIN_TWIN = re.compile(
    r"https?://(?:www\.)?(?P<host>(?!www\.)[a-z0-9.-]*[a-z0-9-])(?P<path>/[!$&'()*+,./0-9:;=@A-Z_a-z~-]*)"
)
_TRACKING = re.compile(
    r"(?:utm_\w+|gclid|gclsrc|dclid|fbclid|msclkid|yclid|twclid|ttclid|igshid|mc_cid|mc_eid|mkt_tok|vero_id|_hsenc|_hsmi"
    r"|oly_anon_id|oly_enc_id|wt\.mc_id|ocid|cmpid|spm)",
    re.IGNORECASE,
)


def problem_with(url: str) -> str:
    """Why the URL is no valid link, or ''. Links are absolute, http or https, and without a user name."""
    if len(url) <= MAX_BYTES and _PLAIN.fullmatch(url):
        return ""
    if not url:
        return "is empty"
    if len(url) > MAX_BYTES or len(url.encode(errors="replace")) > MAX_BYTES:
        return f"is longer than {MAX_BYTES} bytes"
    if texts.problem_with(url) or not _LINK.fullmatch(url):
        return NO_LINK
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return NO_LINK
    return "" if parts.hostname and port != 0 else NO_LINK


def repaired(url: str) -> str:
    """The link as a browser opens it (WHATWG URL), or '' if no browser opens it as http or https.

    A link that is clean already stays as it is. Blanks around it and line ends inside it are dropped, backslashes are
    slashes, missing slashes are added, a name and a password are dropped, scheme and host are written in lower case and
    ASCII, and what is no part of a link otherwise is percent-encoded.
    """
    if len(url) <= MAX_BYTES and _CLEAN.fullmatch(url):
        return url
    try:
        parsed = can_ada.parse(texts.trimmed(url))
    except (ValueError, TypeError):  # TypeError: lone surrogates
        return ""
    if parsed.protocol not in ("http:", "https:") or not parsed.hostname:
        return ""
    parsed.username = parsed.password = ""
    link = str(parsed.href).translate(_LEFT_OPEN)
    return "" if problem_with(link) else link


def canonical(url: str) -> str:
    """The normal form of a link; two spellings of one link have the same.

    Scheme and host in lower case; default port, tracking parameters and the fragment dropped, unless the fragment
    routes (`#/`, `#!`) and so names another page; an empty path is `/`. Everything else is kept: order of parameters,
    trailing slash, percent-encoding.
    """
    if _CANONICAL.fullmatch(url):
        return url
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = parts.netloc.rpartition("@")[2].lower()
    host = host.removesuffix(":443" if scheme == "https" else ":80").rstrip(".")
    query = "&".join(pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0]))
    fragment = parts.fragment if parts.fragment.startswith(_ROUTES) else ""
    return urlunsplit((scheme, host, parts.path or "/", query, fragment))


def identity(url: str, path: str | None) -> str:
    """The canonical URL of an article: of its link, or its document if it has none (a collection of other articles)."""
    return canonical(url) if url else f"{DOCUMENT}{path or ''}"


def host_of(url: str) -> str:
    """The host of a link, without `www.`; '' if it has none."""
    return (urlsplit(url).hostname or "").removeprefix("www.").rstrip(".")


def twin_key(url: str) -> str:
    """A key that links to one page probably share.

    It is blind to http or https, `www.`, a slash at the end, and the form of percent-encoding.
    """
    if url.startswith(DOCUMENT):
        return url
    if plain := _PLAIN_TWIN.fullmatch(url):
        return f"{plain['host']}{plain['path'].rstrip('/')}"
    parts = urlsplit(canonical(repaired(url) or url))
    host = parts.netloc.removeprefix("www.")
    return host + _one_encoding(urlunsplit(("", "", parts.path.rstrip("/"), parts.query, parts.fragment.rstrip("/"))))


def _one_encoding(text: str) -> str:
    text = quote(text, safe="".join(map(chr, range(0x21, 0x7F))))
    return _ESCAPED.sub(lambda escape: _unescaped(int(escape[1], 16), escape[0]), text)


def _unescaped(code: int, escape: str) -> str:
    return chr(code) if chr(code) in _NEEDS_NO_ESCAPE else escape.upper()
