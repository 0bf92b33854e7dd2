"""Validates links, and normalizes them for comparison."""

import re
from urllib.parse import urlsplit, urlunsplit

from articles import texts

MAX_BYTES = 2000
_LINK = re.compile(
    r"https?://[^\s\x00-\x20\x7f/?#@\\<>\"%^`{|}]+(?:[/?#][^\s\x00-\x20\x7f<>\"\\^`{|}]*)?", re.IGNORECASE
)
# Matches nearly all valid links, by one match instead of several checks: an ASCII host, no port.
_PLAIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:[/?#][!#-;=?-\[\]_a-z~]*)?", re.IGNORECASE | re.ASCII)
# Matches links that are canonical already: lower-case scheme and host, no port, no query, no fragment.
_CANONICAL = re.compile(r"https?://[a-z0-9.-]*[a-z0-9-]/[^\s?#]*")
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
        return "is not an http(s) link"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not an http(s) link"
    return "" if parts.hostname and port != 0 else "is not an http(s) link"


def canonical(url: str) -> str:
    """The normal form of a link; two spellings of one link have the same.

    Scheme and host in lower case; default port, fragment and tracking parameters dropped; an empty path is `/`.
    Everything else is kept: order of parameters, trailing slash, percent-encoding.
    """
    if _CANONICAL.fullmatch(url):
        return url
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = parts.netloc.rpartition("@")[2].lower()
    host = host.removesuffix(":443" if scheme == "https" else ":80").rstrip(".")
    query = "&".join(pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0]))
    return urlunsplit((scheme, host, parts.path or "/", query, ""))
