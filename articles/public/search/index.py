"""The index of what readers may see, which the database keeps by itself (migration 0011), and what is found in it.

A key of the index holds the day of the article and its primary key: the newest come last, and they alone are read
where a word is in hundreds of thousands (docs/decisions/0010).
"""

# ruff: noqa: S608 - the texts of statements are our own

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from articles.models import Article, Type
from articles.public.cards import Card, visible_cards
from articles.public.search.query import Query, Term

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


def load(found: Sequence[Found]) -> list[Card]:
    """The cards of these articles, in this order: three queries."""
    return visible_cards([one.article for one in found])


def rebuild() -> int:
    """Make the index anew, from the same view that its triggers read; how many articles are in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM articles_search")
            cursor.execute(
                "INSERT INTO articles_search (key, vector, title)"
                " SELECT key, vector, title FROM articles_searchtext ORDER BY key"
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


def _statement(query: Query) -> tuple[str, list[Any]]:
    """The newest BEST that match; then those whose titles do, as far back as one could be better than these."""
    on_postgresql = connection.vendor == "postgresql"
    since = _key(query.since) if query.since else 0
    until = _key(query.until) if query.until else 1 << 62
    # The rule of what readers may see stands in `visible()`, and is taken from there.
    visible, now = Article.objects.visible().order_by().values("id", "provider_id", "type").query.sql_with_params()
    parts, params = [f"visible AS NOT MATERIALIZED ({visible})"], [*now]
    if on_postgresql:
        parts.append(f"windows AS MATERIALIZED (SELECT * FROM articles_search_windows({since}, {until}))")
    ways = []
    for start, terms in _ways(query):
        floor = f"(SELECT min(key) - {start << ID_BITS} FROM newest)" if start else str(since)
        rows, values = (_on_postgresql if on_postgresql else _on_sqlite)(terms, query, floor, since, until)
        ways.append(f"SELECT key, {start} AS start, provider_id, type FROM ({rows}) way{start}")
        params += values
    parts.append(f"newest AS MATERIALIZED ({ways[0]})")
    return f"WITH {', '.join(parts)} {' UNION ALL '.join(['SELECT * FROM newest', *ways[1:]])}", params


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


def _on_sqlite(terms: tuple[Term, ...], query: Query, floor: str, since: int, until: int) -> tuple[str, list[object]]:
    wanted = [_fts5(term) for term in terms] or [" OR ".join(_fts5(Term(t, "type", exact=True)) for t in Type.values)]
    match = " AND ".join(f"({part})" for part in wanted)
    if query.without:
        match = f"({match}) NOT ({' OR '.join(map(_fts5, query.without))})"
    return (
        "SELECT s.key, v.provider_id, v.type FROM (SELECT rowid AS key FROM articles_search"
        f" WHERE articles_search MATCH %s AND rowid >= max({floor}, {since}) AND rowid < {until} ORDER BY rowid DESC) s"
        f" CROSS JOIN visible v WHERE v.id = s.key & {ID_MASK} ORDER BY s.key DESC LIMIT {BEST}"
    ), [match]


def _fts5(term: Term) -> str:
    if term.exact:
        return f'{{filters}} : "\ue000{term.within}{term.words.encode().hex()}\ue000"'
    column = {"topic": "{topics} : ", "provider": "{provider} : ", "title": "{title} : "}.get(term.within, "")
    return f'{column}"{term.words}"{" *" if _UNSPACED.search(term.words) else ""}'


# PostgreSQL: GIN keeps no order, so it is asked for one window of days after the other, and no more than are needed


def _on_postgresql(
    terms: tuple[Term, ...], query: Query, floor: str, since: int, until: int
) -> tuple[str, list[object]]:
    conditions: list[str] = []
    params: list[object] = []
    for column in dict.fromkeys(map(_column, terms)):
        wanted = [term for term in terms if _column(term) == column]
        conditions.append(f"{column} @@ ({' && '.join(_TSQUERY[term.exact] for term in wanted)})")
        params += [value for term in wanted for value in _tsquery(term)]
    for term in query.without:
        # Not as one with the words: GIN would read all rows for what they are not.
        conditions.append(f"NOT {_column(term)} @@ {_TSQUERY[term.exact]}")
        params += _tsquery(term)
    # `+ 0`: the planner must not take the index of keys for the way to the words.
    return (
        f"SELECT f.* FROM windows CROSS JOIN LATERAL ("
        "SELECT s.key, v.provider_id, v.type FROM (SELECT key FROM articles_search"
        f" WHERE {' AND '.join([*conditions, 'articles_search_days(key) && windows.days'])}"
        f" AND key + 0 >= greatest(windows.first, {floor}, {since}) AND key + 0 < windows.last"
        f" ORDER BY key DESC OFFSET 0) s CROSS JOIN visible v"
        f" WHERE v.id = s.key & {ID_MASK} ORDER BY s.key DESC LIMIT {BEST}) f"
        f" WHERE windows.last > {floor} LIMIT {BEST}"
    ), params


_TSQUERY = {True: "%s::tsquery", False: "articles_search_phrase(%s, %s)"}


def _column(term: Term) -> str:
    """Columns of the index, as migration 0017 has them: GIN knows no weights of words."""
    if term.exact:
        return "vector"
    parts = {"title": "title", "topic": "ts_filter(vector, '{b}')", "provider": "ts_filter(vector, '{c}')"}
    return parts.get(term.within, "vector")


def _tsquery(term: Term) -> list[str]:
    if term.exact:
        quoted = term.words.replace("\\", "\\\\").replace("'", "''")
        return [f"'={term.within}:{quoted}'"]
    return [term.words, "*" if _UNSPACED.search(term.words) else ""]
