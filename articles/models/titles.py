"""The index of the words of all titles, whatever the state of the article (migration 0005, docs/decisions/0021).

What is searched for is a Match: ways to match, of which one suffices; each way is groups, of which each is needed;
a group is words, of which one suffices. `Word("dam", True)` stands for all words that begin so.

find([[{Word("dam", True)}, {Word("energy"), Word("power")}]], 25)   # one query, the newest first
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from articles.words import TITLE, folded, index_words, phrase

# Articles that are looked up by their keys, instead of asking each of a list.
FEW = 2_000
NEAR = 10_000  # of the newest articles


class Word(NamedTuple):
    """A word as the index holds it (articles/words.py), or the beginning of one."""

    text: str
    begins: bool = False

    def fits(self, token: str) -> bool:
        return token.startswith(self.text) if self.begins else token == self.text


type Group = Collection[Word]
type Way = Sequence[Group]
type Match = Sequence[Way]


def words_of(text: str) -> list[list[Word]]:
    """The words that were typed, each as what the index holds of it: of most one word, of Chinese its pairs."""
    return [list(_parts(word)) for word in folded(text[:TITLE]).split()]


def _parts(word: str) -> Iterator[Word]:
    tokens, is_open = phrase(word)
    *first, last = tokens.split()
    yield from (Word(token) for token in first)
    yield Word(last, is_open or len(first) == 0)


def tokens_of(title: str) -> list[str]:
    """The words of a title as the index holds them."""
    return index_words(title, TITLE).split()


def find(match: Match, most: int) -> list[int]:
    """The keys of the newest articles whose titles match, at most so many. One query; on PostgreSQL up to three."""
    # What needs one of no words matches nothing.
    ways = [way for way in match if way and all(way)]
    if not ways:
        return []
    if connection.vendor == "postgresql":
        return _newest(_either(ways, " | ", " & ", _lexeme), most)
    return _keys(f"{_ON_SQLITE} ORDER BY rowid DESC LIMIT %s", [_either(ways, " OR ", " AND ", _token), most])


_ON_SQLITE = "SELECT rowid FROM articles_titles WHERE articles_titles MATCH %s"
# `+ 0` keeps the planner from going through the articles by their keys, which is slow where few match.
_ON_POSTGRESQL = "SELECT id FROM articles_article WHERE articles_title_words(title) @@ %s::tsquery"
_NEWEST = " ORDER BY id + 0 DESC LIMIT %s"


def _newest(words: str, most: int) -> list[int]:
    """Asks the newest articles first: of words that very many have, PostgreSQL would read all to sort them."""
    [last] = _keys("SELECT coalesce(max(id), 0) FROM articles_article", [])
    if last > NEAR:
        found = _keys(f"{_ON_POSTGRESQL} AND id > %s{_NEWEST}", [words, last - NEAR, most])
        if len(found) == most:
            return found
    return _keys(_ON_POSTGRESQL + _NEWEST, [words, most])


def _keys(statement: str, values: Sequence[str | int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for (key,) in cursor.fetchall()]


def _either(ways: Match, either: str, both: str, write) -> str:
    return either.join(
        "(" + both.join("(" + either.join(map(write, sorted(group))) + ")" for group in way) + ")" for way in ways
    )


def _token(word: Word) -> str:
    return f'"{word.text}"{" *" if word.begins else ""}'


def _lexeme(word: Word) -> str:
    return f"'{word.text}'{':*' if word.begins else ''}"


def matching[Row: QuerySet](articles: Row, match: Match, most: int) -> Row:
    """The articles of the queryset whose titles match, of some `most` that do: for words that few titles have."""
    ways = [way for way in match if way and all(way)]
    if not ways:
        return articles.none()
    if connection.vendor == "postgresql":
        keys = RawSQL(f"{_ON_POSTGRESQL} LIMIT %s", [_either(ways, " | ", " & ", _lexeme), most])  # noqa: S611 - ours
    else:
        keys = RawSQL(f"{_ON_SQLITE} LIMIT %s", [_either(ways, " OR ", " AND ", _token), most])  # noqa: S611 - ours
    return articles.filter(pk__in=keys)


def find_few(text: str) -> list[int] | None:
    """The keys of all articles whose titles have each of the words or one that begins so; None if they are many.

    Then a list in the order of an index finds its first rows soon. Also None for signs that are no words.
    """
    way = [{part} for parts in words_of(text) for part in parts]
    if not way:
        return None
    if connection.vendor == "postgresql":
        keys = _keys(f"{_ON_POSTGRESQL} LIMIT %s", [_either([way], " | ", " & ", _lexeme), FEW + 1])
    else:
        keys = find([way], FEW + 1)
    return keys if len(keys) <= FEW else None


def rebuild() -> int:
    """Builds the index anew, and returns the number of articles in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("REINDEX INDEX articles_titles")
        else:
            cursor.execute("INSERT INTO articles_titles (articles_titles) VALUES ('delete-all')")
            cursor.execute(
                "INSERT INTO articles_titles (rowid, title)"  # noqa: S608 - a number of our own
                f" SELECT id, articles_search_words(title, {TITLE}) FROM articles_article ORDER BY id"
            )
        cursor.execute("SELECT count(*) FROM articles_article")
        return int(cursor.fetchone()[0])
