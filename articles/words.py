"""Says what a word is, for the search of readers and of staff, on both databases.

Migration 0005 says the same to PostgreSQL in functions of its own; SQLite calls these (newsroom/sqlite).
`tests/public/search/test_words.py` compares the two, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.entities import name2codepoint
from unicodedata import category, normalize

LONGEST_WORD = 60
MOST_KEPT = 50_000

# Of a text of N characters, at most the first N * 3/20 words are indexed, as long as they take no more than N * 3
# characters: so the index of any text fits into a tsvector (1 MB, 16,383 places of words).
BODY, TITLE, NAME = 100_000, 4_000, 1_000

APOSTROPHES = "'’‘‛′＇ʹʺʻʼʽʾʿˈˊˋˮ`´"
ZERO_WIDTH_SPACE = "\u200b"

# Fillers and selectors that Unicode counts as letters or marks, although nothing is seen of them.
_FILLERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# Marks above or below a letter that the same word may be written without: accents, Arabic and Hebrew vowels.
_ACCENTS = (
    (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5),
    (0x05C7, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC),
    (0x06DF, 0x06E8), (0x06EA, 0x06ED), (0x08D3, 0x08E1), (0x08E3, 0x08FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
)  # fmt: skip
_LETTERS = {
    "ı": "i", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ς": "σ",
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th",
}  # fmt: skip
_FOLDS: dict[int, str | None] = {ord(letter): fold for letter, fold in _LETTERS.items()}
_FOLDS |= {code: None for first, last in _ACCENTS for code in range(first, last + 1)}

FIRST_UNSPACED = "\u0e00"
# Scripts that are written without a blank between words, or, as Korean, with endings that belong to no word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u1b00-\u1b7f\u2e80-\u2fdf\u3005-\u3007"
    "\u3021-\u302f\u3031-\u3035\u3038-\u303c\u3041-\u30ff\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\ua980-\ua9ff\uaa60-\uaadf\uac00-\ud7ff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
UNSPACED = re.compile(f"[{_UNSPACED}]")
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_ALL_UNSPACED = re.compile(f"[{_UNSPACED}]+")

# The references with the names of HTML 4; one letter is none, as in “R&D;”.
_REFERENCE = re.compile("&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,7}));")
_NAMED = {**{name: chr(code) for name, code in name2codepoint.items()}, "apos": "'"}
# Ends in no letter that is part of an English ending, so that no word of other scripts is stemmed.
_DIGITS = str.maketrans("abcdef", "bfhjkq")


class _Table(dict[int, str]):
    """For `str.translate`: what becomes of each character, worked out when it is first met."""

    def __init__(self, of: Callable[[str], str]):
        self.of = of

    def __missing__(self, code: int) -> str:
        result = self.of(chr(code))
        if len(self) < MOST_KEPT:
            self[code] = result
        return result


def _part(character: str) -> str:
    """A blank for what parts words, nothing for what cannot be seen, and all else as it is."""
    return "" if _is_invisible(character) else character if _is_of_words(character) else " "


def _plain(character: str) -> str:
    """The character without case, width and accents."""
    plain = normalize("NFKD", _part(character)).lower().translate(_FOLDS)
    return "".join(map(_part, normalize("NFKC", plain)))


def _is_invisible(character: str) -> bool:
    return category(character) == "Cf" or bool(_FILLERS.match(character))


def _is_of_words(character: str) -> bool:
    """Letters, marks and digits are; and signs that stand for letters of an unspaced script, such as `㍿`."""
    kind = category(character)
    if kind == "So":
        plain = normalize("NFKD", character)
        return plain != character and bool(_ALL_UNSPACED.fullmatch(plain))
    return kind[0] in "LMN" and character not in APOSTROPHES


_PARTS, _PLAIN = _Table(_part), _Table(_plain)
_ENCODED = _Table(lambda character: character.encode().hex().translate(_DIGITS))


def written(text: str) -> str:
    """The words of the text as they are written, with one blank between, or '' if there is none to search for."""
    text = decoded(text)
    return " ".join(normalize("NFC", text).translate(_PARTS).split()) if _folded(text) else ""


def folded(text: str) -> str:
    """The words of the text in one form for all ways to write them, with one blank between.

    Case, accents, width, apostrophes, soft hyphens and other invisible characters make no difference.
    """
    return _folded(decoded(text))


def outline(text: str) -> str:
    """The text with a blank for each character that parts words, and so as long as the text is."""
    return "".join(_PARTS[ord(character)] or character for character in text)


def index_words(text: str | None, most: int) -> str:
    """What the index holds of the beginning of a text: its words, each in letters and digits of ASCII.

    A run of an unspaced script is held as all its pairs of neighbours, and its last character: so each piece of it
    can be found. Where a zero width space parts words, the text is held with and without it.
    """
    text = decoded((text or "")[:most])
    if ZERO_WIDTH_SPACE in text:
        text = f"{text.replace(ZERO_WIDTH_SPACE, '')} {text.replace(ZERO_WIDTH_SPACE, ' ')}"
    whole = _folded(text)
    words = whole.split()[: most * 3 // 20]
    if whole.isascii():
        words = [word[:LONGEST_WORD] for word in words]
    else:
        words = [token for word in words for token in _tokens(word)][: most * 3 // 20]
    joined = " ".join(words)
    return joined if len(joined) <= most * 3 else joined[: most * 3].rpartition(" ")[0]


def phrase(text: str) -> tuple[str, bool]:
    """The words to search the index for, next to each other; and whether the last is the beginning of a word."""
    runs = [run for word in folded(text).split() for run in _RUN.findall(word)]
    words = [token for run in runs[:-1] for token in _tokens(run)]
    last = runs[-1] if runs else ""
    if UNSPACED.match(last):
        return " ".join([*words, *(_pairs(last)[:-1] or [_encoded(last)])]), len(last) == 1
    return " ".join([*words, *_tokens(last)]), False


def decoded(text: str) -> str:
    """The text without references such as `&#8217;`."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    if name:
        return _NAMED.get(name, reference[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else " "


def _folded(text: str) -> str:
    text = text.translate(_PLAIN)
    if not text.isascii():
        # Letters and marks that stand next to each other may be one character.
        text = normalize("NFKC", text).translate(_PARTS)
    return " ".join(text.split())


def _tokens(word: str) -> Iterator[str]:
    for run in _RUN.findall(word) if max(word, default="") >= FIRST_UNSPACED else [word]:
        if UNSPACED.match(run):
            yield from _pairs(run)
        else:
            short = run[:LONGEST_WORD]
            yield short if short.isascii() else _encoded(short)


def _pairs(run: str) -> list[str]:
    return [_encoded(run[place : place + 2]) for place in range(len(run))]


def _encoded(word: str) -> str:
    return "u" + word.translate(_ENCODED)
