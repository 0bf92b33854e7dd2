"""What a reader typed → what to look for. Any text is a query: what cannot be understood is a word like others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from unicodedata import normalize

from articles import texts
from articles.models import Type

LONGEST = 200
MOST_TERMS = 10

# An apostrophe parts words: documents write it in three ways, one of them `&#8217;`.
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PIECE = re.compile(r'(?P<minus>-?)(?:(?P<name>[a-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))', re.IGNORECASE)
# HTML has no way to write these, which Unicode keeps for nobody: U+FDD0 to U+FDEF, the last two of each plane.
_NO_CHARACTER = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that an article must have, next to each other and in this order; `within` names where, or says anywhere."""

    words: str
    within: str = ""  # "topic", "provider"
    # A value that must be exactly this: of "type", "topic" (its slug), "provider" (its domain).
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    # Days, in UTC: on or after the first, before the second.
    since: date | None = None
    until: date | None = None

    @property
    def says_something(self) -> bool:
        return bool(self.terms or self.since or self.until)

    @property
    def free(self) -> tuple[str, ...]:
        """The words that may be anywhere: those that are marked, and that count for more in a title."""
        return tuple(term.words for term in self.terms if not term.within and not term.exact)


@dataclass(slots=True)
class _Parts:
    terms: list[Term] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    since: date | None = None
    until: date | None = None


def parse(text: str) -> Query:
    """Words, "phrases", -not, topic:, provider:, type:, before: and after:, of any text at all."""
    parts = _Parts()
    for piece in _PIECE.finditer(cleaned(text).translate(_QUOTES)):
        if len(parts.terms) + len(parts.without) >= MOST_TERMS:
            break
        _take(parts, piece)
    return Query(tuple(dict.fromkeys(parts.terms)), tuple(dict.fromkeys(parts.without)), parts.since, parts.until)


def cleaned(text: str) -> str:
    """The text as it can be shown and looked for: one line, not too long, without what no page can hold."""
    return " ".join(_NO_CHARACTER.sub(" ", texts.CONTROL.sub(" ", text[:LONGEST])).split())


def _take(parts: _Parts, piece: re.Match[str]) -> None:
    name, value = (piece["name"] or "").lower(), piece["quoted"] if piece["bare"] is None else piece["bare"]
    into = parts.without if piece["minus"] else parts.terms
    match name:
        case "before" | "after" if not piece["minus"] and (day := _day(value)):
            setattr(parts, "until" if name == "before" else "since", day)
        case "type" if value.lower() in Type.values:
            into.append(Term(value.lower(), within="type", exact=True))
        case "topic" | "provider" if words := _words(value):
            into.append(Term(words, within=name))
        case _:
            whole = f"{piece['name']} {value}" if name else value
            # Outside quotes an apostrophe parts two words; inside, what follows it is the next one.
            for words in map(_words, [whole] if piece["bare"] is None else _APOSTROPHES.split(whole)):
                if words:
                    into.append(Term(words))


def _words(text: str) -> str:
    """The words, parted by one space, or ''."""
    return " ".join("".join(c if c.isalnum() else " " for c in normalize("NFC", text)).split())


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
