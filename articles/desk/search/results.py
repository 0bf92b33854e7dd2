"""All that the search of the staff finds: articles first, then what else has such a name or number."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from articles.desk.search.addresses import addressed, number_in
from articles.desk.search.remembered import Hit, TypedWord, remembered, typed
from articles.models import Article, ImportRun, Tombstone, Topic
from articles.words import folded
from providers.models import Provider

LONGEST = 300  # of what is typed: a title has 500 characters, and a link of 2,000 is cut for no other
LONGEST_LINK = 2_000
MOST_OF_A_GROUP = 5
MOST_PROVIDERS = 50
SHORTEST_NAME = 3


class FoundArticle(NamedTuple):
    article: Article
    why: str


@dataclass
class Results:
    typed: str
    articles: list[FoundArticle] = field(default_factory=list)
    providers: list[Provider] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    runs: list[ImportRun] = field(default_factory=list)
    deleted: list[Tombstone] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.articles or self.providers or self.topics or self.runs or self.deleted)


def search(text: str, most: int, host: str) -> Results:
    """Finds at most so many articles, in any state, and at most five of each of the others."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST_LINK]
    if not folded(text):
        return Results(text)
    whys = dict(addressed(text, host))
    providers = _providers(text)
    if len(text) <= LONGEST and not ("://" in text or text.startswith("/")):
        for hit in remembered(_naming_providers(typed(text), providers), most):
            whys.setdefault(hit.key, _why(hit))
    number = number_in(text)
    return Results(
        text,
        _articles(whys, most),
        [row for row in providers if _is_named(text, row.name, row.domain)][:MOST_OF_A_GROUP],
        list(Topic.objects.filter(Q(name__written=text) | Q(slug=text.lower()))[:MOST_OF_A_GROUP]),
        list(ImportRun.objects.filter(pk=number)) if number else [],
        list(Tombstone.objects.filter(_each_word("title", text))[:MOST_OF_A_GROUP]),
    )


def _articles(whys: dict[int, str], most: int) -> list[FoundArticle]:
    rows = Article.objects.select_related("provider").without_payload().in_bulk(list(whys)[:most])
    return [FoundArticle(rows[key], why) for key, why in whys.items() if key in rows]


def _why(hit: Hit) -> str:
    parts = [f"“{typed}” taken as “{token}”" for typed, token in hit.instead if token.isascii()]
    if hit.missing:
        parts.append("without " + ", ".join(f"“{word}”" for word in hit.missing))
    return "; ".join(parts)


def _each_word(name: str, text: str) -> Q:
    return Q.create([(f"{name}__written", word) for word in folded(text).split()])


def _providers(text: str) -> list[Provider]:
    """Those that the text names, or one of its words."""
    words = [word for word in folded(text).split() if len(word) >= SHORTEST_NAME]
    names = [Q(name__written=text) | Q(domain__icontains=text)]
    names += [Q(name__begins=word) | Q(domain__istartswith=word) for word in words[:8]]
    return list(Provider.objects.in_use().filter(reduce(or_, names)).order_by("name")[:MOST_PROVIDERS])


def _is_named(text: str, *names: str) -> bool:
    return any(folded(text) in folded(name) for name in names)


def _naming_providers(words: list[TypedWord], providers: list[Provider]) -> list[TypedWord]:
    """Adds to each word the providers whose name has it; two words of one name are both of it."""
    named = {row.pk: {*folded(row.name).split(), *folded(row.domain).split()} for row in providers}
    return [replace(word, providers=frozenset(key for key, of in named.items() if word.text in of)) for word in words]
