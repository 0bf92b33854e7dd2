"""Which characters a text may hold, and how a text reads without markup."""

from __future__ import annotations

import re
from html import unescape

# C0 and C1 controls but tab and line ends, a CR that ends no line, the marks that reverse what a person reads,
# surrogates. One of them makes a feed invalid, and PostgreSQL refuses NUL.
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]|\r(?!\n)"
)


def problem_with(text: str) -> str:
    """Why no page or feed can show this text, or ''."""
    if found := CONTROL.search(text):
        return f"holds the control character U+{ord(found[0]):04X}"
    return ""


def plain(text: str) -> str:
    """Text as people read it: documents write `&#8217;` for an apostrophe. The template escapes it again."""
    return " ".join(unescape(text or "").split())


def shortened(text: str, most: int) -> str:
    """No more characters than that, an ellipsis in the place of what is left out; whole words, if they are words."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    words = cut if text[most - 1].isspace() else cut.rpartition(" ")[0]
    return (words if len(words) > most // 2 else cut).rstrip(" ,;:–—-") + "…"


def for_feed(text: str) -> str:
    """Text that any feed can hold: documents hide characters behind `&#11;` that XML refuses."""
    return CONTROL.sub("", plain(text))


def link_for_feed(url: str) -> str:
    """The same for an address, where `&#11;` is what it says."""
    return CONTROL.sub("", url)
