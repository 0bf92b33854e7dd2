"""Searches the full-text index, which triggers of the database keep up to date (migration 0005).

A key of the index is made of the day of the article and its primary key, so the newest articles have the highest keys.
For a word in hundreds of thousands of articles only the newest are read (docs/decisions/0010).
"""

# ruff: noqa: S608 - the texts of statements are our own

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, Type
from articles.public.cards import Card, visible_cards
from articles.public.search.query import Query, Term
from articles.stories.readers import lead_of
from articles.words import phrase

MAX_RESULTS = 250
ID_BITS = 30
ID_MASK = (1 << ID_BITS) - 1

# A title with all the words counts like being this many days younger; a title with the words in this order, more.
IN_TITLE = 90
AS_TITLE = 360


class Found(NamedTuple):
    """An article that matches, with the provider and type by which the results can be filtered."""

    score: int
    key: int
    provider: int
    type: str
    # The lead of its story; None if it tells none. Two that match are of one story if these are the same.
    lead: int | None = None
    matches: int = 1  # of its story, for all of which it stands

    @property
    def article(self) -> int:
        return self.key & ID_MASK

    def with_another(self) -> Found:
        return self._replace(matches=self.matches + 1)


def find(query: Query) -> list[Found]:
    """The visible articles that match, the best first, one of each story, at most MAX_RESULTS. One query.

    The score of an article is its day, plus IN_TITLE or AS_TITLE if its title has the words. Articles that cannot be
    among the best are not read, so a frequent word costs no more than a rare one.
    """
    best: dict[int, Found] = {}
    with connection.cursor() as cursor:
        cursor.execute(*_statement(query))
        for key, start, provider, type_, lead in cursor.fetchall():
            score = (key >> ID_BITS) + start
            if key not in best or best[key].score < score:
                best[key] = Found(score, key, provider, type_, lead)
    return _one_of_each_story(sorted(best.values(), key=_by_score, reverse=True)[:MAX_RESULTS])


def _by_score(found: Found) -> tuple[int, int]:
    return found.score, found.key


def _one_of_each_story(found: list[Found]) -> list[Found]:
    """The matches where a story has the place of its best match: the lead stands there, if it matches at all."""
    by_article, places = {one.article: one for one in found}, dict[int, Found]()
    for one in found:
        stands = one.lead or one.article
        places[stands] = places[stands].with_another() if stands in places else by_article.get(stands, one)
    return list(places.values())


def load(found: Sequence[Found]) -> list[Card]:
    """The cards of these articles, in this order. Three queries."""
    return visible_cards([one.article for one in found])


def rebuild() -> int:
    """Builds the index anew from the view that its triggers read, and returns the number of articles in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM articles_search")
            cursor.execute(
                "INSERT INTO articles_search (key, vector, title)"
                " SELECT key, vector, title FROM articles_searchtext ORDER BY key"
            )
        else:
            columns = "title, text, provider, topics, filters"
            cursor.execute("INSERT INTO articles_search (articles_search) VALUES ('delete-all')")
            cursor.execute(
                f"INSERT INTO articles_search (rowid, {columns})"
                f" SELECT key, {columns} FROM articles_searchtext ORDER BY key"
            )
        cursor.execute("SELECT count(*) FROM articles_article WHERE published")
        return int(cursor.fetchone()[0])


def _statement(query: Query) -> tuple[str, list[Any]]:
    """The SQL for the newest MAX_RESULTS matches, and for matches in titles that are older but may score higher."""
    on_postgresql = connection.vendor == "postgresql"
    since = _key(query.since) if query.since else 0
    until = _key(query.until) if query.until else 1 << 62
    # Uses `visible()`, so that the rule of what readers may see is written once.
    moment = timezone.now()
    visible = Article.objects.visible(moment).order_by().values("id", "provider_id", "type")
    leads = Article.objects.order_by().annotate(lead=lead_of(moment)).values("id", "lead")
    parts: list[str] = []
    params: list[Any] = []
    for name, asked in (("visible", visible.query), ("leads", leads.query)):
        sql, given = asked.sql_with_params()
        parts.append(f"{name} AS NOT MATERIALIZED ({sql})")
        params += given
    if on_postgresql:
        parts.append(f"windows AS MATERIALIZED (SELECT * FROM articles_search_windows({since}, {until}))")
    ways = []
    for start, terms in _ways(query):
        floor = f"(SELECT min(key) - {start << ID_BITS} FROM newest)" if start else str(since)
        rows, values = (_on_postgresql if on_postgresql else _on_sqlite)(terms, query, floor, since, until)
        ways.append(f"SELECT key, {start} AS start, provider_id, type FROM ({rows}) way{start}")
        params += values
    parts.append(f"newest AS MATERIALIZED ({ways[0]})")
    found = " UNION ALL ".join(["SELECT * FROM newest", *ways[1:]])
    # Asked of what was found only: a match knows its story by a look into the index of members.
    lead = f"(SELECT lead FROM leads WHERE id = found.key & {ID_MASK})"
    return f"WITH {', '.join(parts)} SELECT found.*, {lead} FROM ({found}) found", params


def _key(day: date) -> int:
    return day.toordinal() << ID_BITS


def _ways(query: Query) -> Iterator[tuple[int, tuple[Term, ...]]]:
    """Pairs of a bonus in days, and the terms that an article must match to get it."""
    yield 0, query.terms
    if query.free:
        yield (
            IN_TITLE,
            tuple(replace(t, within="title") if t.words in query.free and not t.within else t for t in query.terms),
        )
    if len(query.free) > 1:
        yield AS_TITLE, (Term(" ".join(query.free), "title"), *(t for t in query.terms if t.within))


# SQLite: FTS5 reads the keys of a word from the highest down, and stops at the limit.


def _on_sqlite(terms: tuple[Term, ...], query: Query, floor: str, since: int, until: int) -> tuple[str, list[object]]:
    wanted = [_fts5(term) for term in terms] or [" OR ".join(_fts5(Term(t, "type", exact=True)) for t in Type.values)]
    match = " AND ".join(f"({part})" for part in wanted)
    if query.without:
        match = f"({match}) NOT ({' OR '.join(map(_fts5, query.without))})"
    return (
        "SELECT s.key, v.provider_id, v.type FROM (SELECT rowid AS key FROM articles_search"
        f" WHERE articles_search MATCH %s AND rowid >= max({floor}, {since}) AND rowid < {until} ORDER BY rowid DESC) s"
        f" CROSS JOIN visible v WHERE v.id = s.key & {ID_MASK} ORDER BY s.key DESC LIMIT {MAX_RESULTS}"
    ), [match]


def _fts5(term: Term) -> str:
    if term.exact:
        return f'{{filters}} : "\ue000{term.within}{term.words.encode().hex()}\ue000"'
    column = {"topic": "{topics} : ", "provider": "{provider} : ", "title": "{title} : "}.get(term.within, "")
    words, is_open = phrase(term.words)
    return f'{column}"{words}"{" *" if is_open or term.begins else ""}'


# PostgreSQL: GIN keeps no order, so the query reads one window of days after the other until it has enough.


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
        # A condition of its own: combined with the words, it would make GIN read all rows.
        conditions.append(f"NOT {_column(term)} @@ {_TSQUERY[term.exact]}")
        params += _tsquery(term)
    # `+ 0` keeps the planner from using the index of keys instead of the index of words.
    return (
        f"SELECT f.* FROM windows CROSS JOIN LATERAL ("
        "SELECT s.key, v.provider_id, v.type FROM (SELECT key FROM articles_search"
        f" WHERE {' AND '.join([*conditions, 'articles_search_days(key) && windows.days'])}"
        f" AND key + 0 >= greatest(windows.first, {floor}, {since}) AND key + 0 < windows.last"
        f" ORDER BY key DESC OFFSET 0) s CROSS JOIN visible v"
        f" WHERE v.id = s.key & {ID_MASK} ORDER BY s.key DESC LIMIT {MAX_RESULTS}) f"
        f" WHERE windows.last > {floor} LIMIT {MAX_RESULTS}"
    ), params


_TSQUERY = {True: "%s::tsquery", False: "articles_search_phrase(%s, %s)"}


def _column(term: Term) -> str:
    """The column of the index for a term (migration 0005): the title has its own, since GIN ignores weights."""
    if term.exact:
        return "vector"
    parts = {"title": "title", "topic": "ts_filter(vector, '{b}')", "provider": "ts_filter(vector, '{c}')"}
    return parts.get(term.within, "vector")


def _tsquery(term: Term) -> list[str]:
    if term.exact:
        quoted = term.words.replace("\\", "\\\\").replace("'", "''")
        return [f"'={term.within}:{quoted}'"]
    words, is_open = phrase(term.words)
    return [words, ":*" if is_open or term.begins else ""]
