"""Who else reported what an article tells: the line on its card, for all cards of a list in one query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from articles.models.querysets import Moment
from articles.public.prepared_queries import prepared
from articles.stories.readers import reports_beside

NAMED = 2  # providers; others are counted


class AlsoReported(NamedTuple):
    """Other providers with a report of the same story, each by its domain, and the address of the story's page."""

    url: str
    names: tuple[str, ...]
    more: int = 0

    def __str__(self) -> str:
        return ", ".join(self.names) + (f" +{self.more}" if self.more else "")


class _Report(NamedTuple):
    article: int  # beside which it stands
    pk: int
    slug: str
    published: bool
    domain: str
    provider: str


def story_url(lead: str) -> str:
    """The address of a story's page, by the slug of its lead."""
    return reverse("story", args=[lead])


def also_reported(pks: list[int]) -> dict[int, AlsoReported]:
    """Who else reported what these visible articles tell, for those of which somebody did. One query."""
    by_article: dict[int, list[_Report]] = {}
    for row in _beside(pks=pks, now=timezone.now()) if pks else ():
        by_article.setdefault(row[0], []).append(_Report(*row))
    found = ((pk, _others(pk, reports)) for pk, reports in by_article.items())
    return {pk: others for pk, others in found if others}


def _others(pk: int, reports: list[_Report]) -> AlsoReported | None:
    own = {report.domain for report in reports if report.pk == pk}
    # An article that has left its readers since the list was read is in no story of theirs.
    if not own:
        return None
    names = {report.domain: report.provider for report in reports if report.domain not in own}
    if not names:
        return None
    # The visible ones come first, and their lead before the others.
    return AlsoReported(story_url(reports[0].slug), *_named(names.values()))


def _named(names: Iterable[str]) -> tuple[tuple[str, ...], int]:
    every = list(names)
    # Two domains may have one name: it is said once.
    named = tuple(dict.fromkeys(every))[:NAMED]
    return named, len(every) - len(named)


@prepared
def _beside(pks: Any, now: Moment) -> QuerySet:
    found = reports_beside(pks, now)
    return found.values_list("beside", "pk", "slug", "published", "provider__domain", "provider__name")
