"""The index of what readers may see, which the database keeps by itself (migration 0011), and what is found in it.

A key of the index holds the day of the article and its primary key: the newest come last, and they alone are read
where a word is in hundreds of thousands (docs/decisions/0010).
"""

# ruff: noqa: S608 - the texts of statements are our own

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction

from articles.models import Article, Type
from articles.search.query import Query, Term

BEST = 250
ID_BITS = 30
ID_MASK = (1 << ID_BITS) - 1

# How many days of youth it is worth that all the words stand in the title, and that they stand there in this order.
IN_TITLE = 90
AS_TITLE = 360

# No space parts the words of these scripts: what was typed is taken for the beginning of a run.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Found(NamedTuple):
    """One article that matches, and what it is counted under."""

    score: int
    key: int
    provider: int
    type: str

    @property
    def article(self) -> int:
        return self.key & ID_MASK


def find(query: Query) -> list[Found]:
    """The visible articles that match, the best first, at most BEST: one query.

    An article is as good as it is young, in days, and better where its title has the words. What cannot be among the
    best is not looked at, so a word that is everywhere costs no more than another.
    """
    best: dict[int, Found] = {}
    with connection.cursor() as cursor:
        cursor.execute(*_statement(query))
        for key, start, provider, type_ in cursor.fetchall():
            score = (key >> ID_BITS) + start
            if key not in best or best[key].score < score:
                best[key] = Found(score, key, provider, type_)
    return sorted(best.values(), reverse=True)[:BEST]


def load(found: Sequence[Found]) -> list[Article]:
    """These articles in this order, with all that cards show: three queries."""
    rows = Article.objects.visible().for_cards().in_bulk([one.article for one in found])
    # One that was withdrawn a moment ago is left out.
    return [rows[one.article] for one in found if one.article in rows]


def rebuild() -> int:
    """Make the index anew, from the same view that its triggers read; how many articles are in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM articles_search")
            cursor.execute(
                "INSERT INTO articles_search (key, vector, title) SELECT key, vector, title FROM articles_searchtext"
            )
        else:
            columns = "title, excerpt, body, provider, topics, filters"
            cursor.execute("INSERT INTO articles_search (articles_search) VALUES ('delete-all')")
            cursor.execute(
                f"INSERT INTO articles_search (rowid, {columns})"
                f" SELECT key, {columns} FROM articles_searchtext ORDER BY key"
            )
        cursor.execute("SELECT count(*) FROM articles_article WHERE published")
        return int(cursor.fetchone()[0])


def _statement(query: Query) -> tuple[str, list[object]]:
    # The rule of what readers may see stands in `visible()`, and is taken from there.
    visible, seen = Article.objects.visible().order_by().values("id", "provider_id", "type").query.sql_with_params()
    source = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    since = _key(query.since) if query.since else 0
    until = _key(query.until) if query.until else 1 << 62
    ways, params = [], []
    for start, terms in _ways(query):
        # With its start an older one could not be better than the last of `newest`.
        floor = f"(SELECT min(key) - {start << ID_BITS} FROM newest)" if start else since
        match, values = source(terms, query)
        ways.append(
            f"SELECT s.key, {start} AS start, v.provider_id, v.type FROM {match.format(floor=floor)}"
            f" CROSS JOIN ({visible}) v WHERE s.key >= {since} AND v.id = s.key & {ID_MASK}"
            f" ORDER BY s.key DESC LIMIT {BEST}"
        )
        params += [*values, until, *seen]
    newest, *others = ways
    rest = "".join(f" UNION ALL SELECT * FROM ({way}) w{number}" for number, way in enumerate(others))
    return f"WITH newest AS MATERIALIZED ({newest}) SELECT * FROM newest{rest}", params


def _key(day: date) -> int:
    return day.toordinal() << ID_BITS


def _ways(query: Query) -> Iterator[tuple[int, tuple[Term, ...]]]:
    """The start that an article has, and what it must match for that."""
    yield 0, query.terms
    if query.free:
        yield (
            IN_TITLE,
            tuple(Term(t.words, "title") if t.words in query.free and not t.within else t for t in query.terms),
        )
    if len(query.free) > 1:
        yield AS_TITLE, (Term(" ".join(query.free), "title"), *(t for t in query.terms if t.within))


# SQLite: FTS5 reads its lists of keys backwards, and stops at the limit


def _on_sqlite(terms: tuple[Term, ...], query: Query) -> tuple[str, list[object]]:
    wanted = [_fts5(term) for term in terms] or [" OR ".join(_fts5(Term(t, "type", exact=True)) for t in Type.values)]
    match = " AND ".join(f"({part})" for part in wanted)
    if query.without:
        match = f"({match}) NOT ({' OR '.join(map(_fts5, query.without))})"
    source = (
        "(SELECT rowid AS key FROM articles_search"
        " WHERE articles_search MATCH %s AND rowid >= {floor} AND rowid < %s ORDER BY rowid DESC) s"
    )
    return source, [match]


def _fts5(term: Term) -> str:
    if term.exact:
        return f'{{filters}} : "\ue000{term.within}{term.words.encode().hex()}\ue000"'
    column = {"topic": "{topics} : ", "provider": "{provider} : ", "title": "{title} : "}.get(term.within, "")
    return f'{column}"{term.words}"{" *" if _UNSPACED.search(term.words) else ""}'


# PostgreSQL


def _on_postgresql(terms: tuple[Term, ...], query: Query) -> tuple[str, list[object]]:
    conditions, params = [], []
    # One condition on each index: the planner knows how often it holds.
    for column, all_within in (("title", ("title",)), ("vector", ("", "topic", "provider", "type"))):
        signed = [("", term) for term in terms if term.within in all_within]
        signed += [("!! ", term) for term in query.without if column == "vector"]
        if signed:
            match = " && ".join(sign + _TSQUERY[term.exact] for sign, term in signed)
            conditions.append(f"{column} @@ ({match}) AND ")
            params += [value for _, term in signed for value in _tsquery(term)]
    # `+ 0`: for a first key that is not known yet the planner would take the range of keys for tiny.
    return f"(SELECT key FROM articles_search WHERE {''.join(conditions)}key + 0 >= {{floor}} AND key < %s) s", params


_TSQUERY = {True: "%s::tsquery", False: "articles_search_phrase(%s, %s)"}


def _tsquery(term: Term) -> list[str]:
    if term.exact:
        quoted = term.words.replace("\\", "\\\\").replace("'", "''")
        return [f"'={term.within}:{quoted}'"]
    labels = {"title": "A", "topic": "B", "provider": "C"}.get(term.within, "ABCD")
    return [term.words, ("*" if _UNSPACED.search(term.words) else "") + labels]
