"""Checks texts for characters that are not allowed, and turns texts with character references into plain text."""

from __future__ import annotations

import re
from html import unescape
from unicodedata import normalize

# C0 and C1 controls except tab and line ends, marks that change the direction of text, surrogates and
# noncharacters. One of them makes a feed invalid, and PostgreSQL refuses NUL.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

# What shows nothing: the default ignorable code points of Unicode, and the blank of Braille.
_INVISIBLE_RANGES = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_INVISIBLE_RANGES}]+")
_MARGIN = re.compile(rf"[\s{_INVISIBLE_RANGES}]*")


def problem_with(text: str) -> str:
    """Why the text is not allowed, or ''."""
    if found := CONTROL.search(text):
        return f"holds the control character U+{ord(found[0]):04X}"
    return ""


def with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_visible(text: str) -> bool:
    """Whether a reader sees anything of the text: blanks, invisible characters and references to them show nothing."""
    # Nearly every text begins with a letter that needs no closer look.
    return (text[:1].isascii() and text[:1].isalnum()) or bool(_INVISIBLE.sub("", unescape(text)).strip())


def trimmed(text: str) -> str:
    """The text without blanks and invisible characters around it."""
    for _ in range(2):
        # Once from the front, once from the back.
        text = _MARGIN.sub("", text, count=1)[::-1]
    return text


def name_of(text: str) -> str:
    """The name in a text: composed (NFC), with single blanks, and without blanks and invisible characters around it."""
    if text.isascii() and text.isprintable() and text[:1] != " " and text[-1:] != " " and "  " not in text:
        return text
    return " ".join(trimmed(normalize("NFC", text)).split())


def fold(name: str) -> str:
    """The key by which names are compared, found and sorted: composed, trimmed, without case and invisible characters.

    Names with one key are one name. `fold(fold(name))` is `fold(name)`.
    """
    if name.isascii():
        return " ".join(name.lower().split())
    bare = _INVISIBLE.sub("", normalize("NFD", name))
    return " ".join(normalize("NFC", normalize("NFD", bare.casefold())).split())


def plain(text: str) -> str:
    """The text without character references such as `&#8217;`, on one line. It is not safe HTML: escape it."""
    return " ".join(unescape(text or "").split())


def shortened(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis, at most `most` characters long; cut between words if possible."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    words = cut if text[most - 1].isspace() else cut.rpartition(" ")[0]
    return (words if len(words) > most // 2 else cut).rstrip(" ,;:–—-") + "…"


def for_feed(text: str) -> str:
    """The plain text without characters that XML refuses, which a document may contain as references like `&#11;`."""
    return CONTROL.sub("", plain(text))


def link_for_feed(url: str) -> str:
    """The same for a URL, in which `&#11;` is no character reference."""
    return CONTROL.sub("", url)
