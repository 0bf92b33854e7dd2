"""Other spellings of a word that a person half remembers: its other forms, and what one slip makes of it."""

from collections.abc import Collection, Iterator
from string import ascii_lowercase

from articles.models.titles import Word

SHORTEST_STEM = 4
SHORTEST_MISTYPED = 4
ENDINGS = {"ies": ("y",), "ing": ("", "e"), "ed": ("", "e"), "es": ("", "e"), "s": ("",)}


def forms(text: str) -> Iterator[Word]:
    """The word, the words that begin so, and the same in singular, plural and tenses, as English makes them."""
    yield Word(text, begins=len(text) > 1)
    if not text.isalpha() or text.endswith("ss"):
        return
    for ending, instead in ENDINGS.items():
        stem = text.removesuffix(ending)
        if stem != text and len(stem) >= SHORTEST_STEM - 1:
            yield from (Word(stem + other, begins=len(stem + other) > SHORTEST_STEM) for other in instead)
    if text.endswith(("e", "y")) and len(text) > SHORTEST_STEM:
        yield Word(text[:-1] + ("i" if text.endswith("y") else ""), begins=True)


def slips(text: str) -> set[str]:
    """All words that are one wrong, missing, superfluous or exchanged letter away."""
    if len(text) < SHORTEST_MISTYPED or not text.isalnum() or not text.isascii():
        return set()
    cuts = [(text[:place], text[place:]) for place in range(len(text) + 1)]
    made: set[str] = {left + right[1:] for left, right in cuts if right}
    made |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    made |= {left + letter + right[1:] for left, right in cuts if right for letter in ascii_lowercase}
    made |= {left + letter + right for left, right in cuts for letter in ascii_lowercase}
    # What begins with the word itself was found by it.
    return {other for other in made if not other.startswith(text) and not text.startswith(other)}


def meant(text: str, made: Collection[str], tokens: Collection[str]) -> set[str]:
    """Those of the `slips` of a word that one of the tokens is, or begins with."""
    lengths = range(len(text) - 1, len(text) + 2)
    return {token[:length] for token in tokens for length in lengths if token[:length] in made}
