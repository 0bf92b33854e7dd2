"""Says which words of a text count, and when two ways to write one are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from articles import words

# An excerpt is a paragraph, and a title a line. What is longer is cut, so that no text costs more than others.
MOST_CHARACTERS = 600
# How many spellings are remembered: the words of some years of news, and no more than 10 MB.
MOST_KEPT = 50_000

# What any English text holds, whatever it tells. On a large site their frequency would say so; on one of five
# documents only this list does.
COMMON = frozenset(
    """
    a about after all also an and any are as at back be been before being but by can could did do does down for from
    get had has have he her here his how i if in into is it its itself just like made make many may more most much my
    new no not now of off on one only or other our out over own said say says she should so some such than that the
    their them then there these they this those through to today too under up us use was way we were what when where
    which while who why will with would you your d ll m re s t ve
    """.split()
)

_WORD = re.compile(r"[^\W_]+")
# Latin letters, and the quotes, dashes and signs of newspapers: no marks, nothing invisible.
_PLAIN = re.compile("[\x00-\xac\xae-\u02af\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2122]*")
_RUN = re.compile(f"{words.UNSPACED.pattern}+|[^{words.UNSPACED.pattern[1:-1]}]+")


class _Spellings(dict[str, tuple[str, ...]]):
    """The terms of each word, worked out when it is first met."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        parts = [word.lower()] if word.isascii() else words.folded(word).split()
        terms = tuple(term for part in parts if part not in COMMON for term in _parts(part))
        if len(self) < MOST_KEPT:
            self[word] = terms
        return terms


_SPELLINGS = _Spellings()


def terms(text: str) -> list[str]:
    """The words of the text that count, in order, in the form in which they are compared.

    Case, accents, width and an English plural make no difference. A script without blanks gives pairs of characters.
    """
    return list(chain.from_iterable(map(_SPELLINGS.__getitem__, _written(text))))


def spellings(text: str) -> Iterator[tuple[str, str]]:
    """The same words, each with the way that it is written here."""
    for word in _written(text):
        for term in _SPELLINGS[word]:
            yield term, word if term.isascii() or not words.UNSPACED.match(term) else term


def _written(text: str) -> list[str]:
    text = words.decoded(text[:MOST_CHARACTERS])
    # Marks are no part of words to a regular expression; `written` knows them, and takes longer.
    return _WORD.findall(text) if _PLAIN.fullmatch(text) else words.written(text).split()


def _parts(word: str) -> Iterator[str]:
    if word.isascii():
        yield _singular(word[: words.LONGEST_WORD])
        return
    for run in _RUN.findall(word):
        if words.UNSPACED.match(run) and len(run) > 1:
            yield from (run[place : place + 2] for place in range(len(run) - 1))
        else:
            yield run[: words.LONGEST_WORD]


def _singular(word: str) -> str:
    """The word without the `s` of an English plural; `ss`, `us` and `is` end singulars."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
