"""Checks texts for characters that are not allowed, and turns texts with character references into plain text."""

from __future__ import annotations

import re
from html import unescape

# C0 and C1 controls except tab and line ends, a CR without LF, marks that change the direction of text, surrogates and
# noncharacters. One of them makes a feed invalid, and PostgreSQL refuses NUL.
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]|\r(?!\n)"
)


def problem_with(text: str) -> str:
    """Why the text is not allowed, or ''."""
    if found := CONTROL.search(text):
        return f"holds the control character U+{ord(found[0]):04X}"
    return ""


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
