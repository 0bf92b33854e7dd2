"""Marks the words of a search in a text.

The marks are approximate, and do not decide what is found: two words count as equal if they differ only in a common
English ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import normalize

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

# Words of an HTML text; tags and character references match without a group, and are skipped.
_WORD = re.compile(r"<[^>]*>|&#?\w+;|([^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*)")
_ENDING = re.compile("(?<=[a-z]{3})(?:ations?|ings?|edly|ed|ies|es|s|ly|e|y)$")
_ACCENTS = re.compile("[\u0300-\u036f]")


def mark(text: str, words: Iterable[str]) -> SafeString:
    """HTML of the text with <mark> around these words; adjacent words share one. Text that is not safe is escaped."""
    stems = {stem(word) for phrase in words for word in phrase.split()}
    text, end = conditional_escape(text), 0
    html: list[str] = []
    for word in _WORD.finditer(text) if stems else ():
        if not word[1] or stem(word[1]) not in stems:
            continue
        between = text[end : word.start()]
        if html and between.isspace():
            html[-1] = html[-1].removesuffix("</mark>") + f"{between}{word[1]}</mark>"
        else:
            html += [between, f"<mark>{word[1]}</mark>"]
        end = word.end()
    return mark_safe("".join(html) + text[end:])  # noqa: S308 - it was escaped, or is HTML


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    bare = _ACCENTS.sub("", normalize("NFKD", word.casefold()))
    short = _ENDING.sub("", bare)
    # "running" leaves "runn".
    return short[:-1] if short != bare and len(short) > 3 and short[-1] == short[-2] else short
