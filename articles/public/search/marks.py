"""Marks the words of a search in a text.

The marks are approximate, and do not decide what is found: two words count as equal if they differ only in a common
English ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from articles.words import UNSPACED, folded, outline

# Words of an HTML text; tags and character references match without a group, and are skipped.
_WORD = re.compile(r"<[^>]*>|&#?\w+;|((?:[^\W_]|[^\x00-\x7f])+)")
_ENDING = re.compile("(?<=[a-z]{3})(?:ations?|ings?|edly|ed|ies|es|s|ly|e|y)$")


def mark(text: str, words: Iterable[str]) -> SafeString:
    """HTML of the text with <mark> around these words; adjacent words share one. Text that is not safe is escaped."""
    bare = {word for phrase in words for word in folded(phrase).split()}
    text, end = conditional_escape(text), 0
    html: list[str] = []
    for start, stop in _spans(text, bare) if bare else ():
        between = text[end:start]
        if html and between.isspace():
            html[-1] = html[-1].removesuffix("</mark>") + f"{between}{text[start:stop]}</mark>"
        else:
            html += [between, f"<mark>{text[start:stop]}</mark>"]
        end = stop
    return mark_safe("".join(html) + text[end:])  # noqa: S308 - it was escaped, or is HTML


def _spans(text: str, words: set[str]) -> Iterator[tuple[int, int]]:
    """Where the words are, in their order; in a script without blanks, where a part of a run is one of them."""
    stems, unspaced = set(map(stem, words)), [word for word in words if UNSPACED.search(word)]
    part = re.compile("|".join(map(re.escape, sorted(unspaced, key=len, reverse=True))))
    for found in _WORD.finditer(text):
        for start, stop in _words_of(found):
            if stem(text[start:stop]) in stems:
                yield start, stop
            elif unspaced:
                yield from ((start + one.start(), start + one.end()) for one in part.finditer(text[start:stop].lower()))


def _words_of(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    if not found[1]:
        return
    if found[1].isascii():
        yield found.span()
        return
    for word in re.finditer(r"\S+", outline(found[1])):
        yield found.start() + word.start(), found.start() + word.end()


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    bare = word.lower() if word.isascii() else folded(word)
    short = _ENDING.sub("", bare)
    # "running" leaves "runn".
    return short[:-1] if short != bare and len(short) > 3 and short[-1] == short[-2] else short
