"""Parses what a reader typed into a query. Every text is valid: what is no operator is a word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from articles import texts
from articles.models import Type
from articles.words import APOSTROPHES, written

MAX_QUERY_LENGTH = 200
MAX_TERMS = 10

# An apostrophe separates words, since documents write it in several ways, such as `&#8217;`.
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PIECE = re.compile(r'(?P<minus>-?)(?:(?P<name>[a-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))', re.IGNORECASE)
# Unicode's noncharacters, which HTML cannot contain: U+FDD0 to U+FDEF, and the last two of each plane.
_NO_CHARACTER = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that an article must contain, adjacent and in this order, in the part `within` ("": in any part)."""

    words: str
    within: str = ""  # "topic", "provider"
    # The last of the words may be the beginning of a longer one.
    begins: bool = False
    # `words` is then the exact value of "type", "topic" (a slug) or "provider" (a domain).
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    # Days in UTC; `since` is included, `until` is not.
    since: date | None = None
    until: date | None = None

    @property
    def says_something(self) -> bool:
        return bool(self.terms or self.since or self.until)

    @property
    def free(self) -> tuple[str, ...]:
        """The words that may be in any part: they are marked in results, and score higher in a title."""
        return tuple(term.words for term in self.terms if not term.within and not term.exact)

    def typing(self) -> Query:
        """The query while it is typed: each word may go on."""
        return replace(self, terms=tuple(term if term.exact else replace(term, begins=True) for term in self.terms))


@dataclass(slots=True)
class _Parts:
    terms: list[Term] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    since: date | None = None
    until: date | None = None


def parse(text: str) -> Query:
    """The query for a text with words, "phrases", -excluded words, and topic: provider: type: before: after:."""
    parts = _Parts()
    for piece in _PIECE.finditer(cleaned(text).translate(_QUOTES)):
        if len(parts.terms) + len(parts.without) >= MAX_TERMS:
            break
        _take(parts, piece)
    return Query(tuple(dict.fromkeys(parts.terms)), tuple(dict.fromkeys(parts.without)), parts.since, parts.until)


def cleaned(text: str) -> str:
    """The text on one line, at most MAX_QUERY_LENGTH long, without characters that HTML or PostgreSQL refuses."""
    return " ".join(_NO_CHARACTER.sub(" ", texts.CONTROL.sub(" ", text[:MAX_QUERY_LENGTH])).split())


def _take(parts: _Parts, piece: re.Match[str]) -> None:
    name, value = (piece["name"] or "").lower(), piece["quoted"] if piece["bare"] is None else piece["bare"]
    into = parts.without if piece["minus"] else parts.terms
    match name:
        case "before" | "after" if not piece["minus"] and (day := _day(value)):
            setattr(parts, "until" if name == "before" else "since", day)
        case "type" if value.lower() in Type.values:
            into.append(Term(value.lower(), within="type", exact=True))
        case "topic" | "provider" if words := written(value):
            into.append(Term(words, within=name))
        case _:
            whole = f"{piece['name']} {value}" if name else value
            # Outside quotes an apostrophe separates two terms; in a phrase, two words of one term.
            for words in map(written, [whole] if piece["bare"] is None else _APOSTROPHES.split(whole)):
                if words:
                    into.append(Term(words))


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
