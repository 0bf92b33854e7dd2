"""The articles that a bulk decision leaves as they are, and why."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.text import capfirst

from articles.desk.bulk.selection import Picks
from articles.models import Event
from articles.moderation import bulk

REASONS_SHOWN = 50
SHOWN_OF_REASON = 5


@dataclass(frozen=True)
class Left:
    """An article that a decision leaves as it is."""

    title: str
    told: str
    pk: int | None = None

    @property
    def why(self) -> str:
        """Below its title the reason need not name it again."""
        named = f"“{self.title}” "
        return capfirst(self.told.removeprefix(named)) if self.told.startswith(named) else self.told


def by_reason(left) -> list[tuple[str, list[Left], int]]:
    """Each reason once, the most frequent first: some of its articles, and how many more there are."""
    reasons = defaultdict(list)
    for row in left:
        reasons[row.why].append(row)
    groups = sorted(reasons.items(), key=lambda reason: -len(reason[1]))
    return [(why, rows[:SHOWN_OF_REASON], len(rows)) for why, rows in groups[:REASONS_SHOWN]]


def left_alone(picks: Picks, articles, verb, *, by) -> dict[int, Left]:
    """The exceptions: what is gone, was changed since, or is nothing that the verb can be carried out on."""
    versions = dict(articles.values_list("pk", "version"))
    gone = {pk: Left(f"Article {pk}", "It has been deleted.") for pk in picks if pk not in versions}
    stale = [pk for pk, version in versions.items() if version != picks[pk]]
    found = bulk.preview(articles, verb, by=by)
    refused = {article.pk: Left(article.title, why, article.pk) for article, why in found.exceptions}
    return refused | gone | _changed_since(articles.filter(pk__in=stale)) if stale else refused | gone


def _changed_since(articles) -> dict[int, Left]:
    last = Event.objects.filter(article__in=articles.values("pk")).order_by("version")
    who = {
        pk: f"{name or 'an import'} ({verb})" for pk, verb, name in last.values_list("article", "verb", "by__username")
    }
    why = "It has been changed since you saw it, last by {}."
    titles = articles.values_list("pk", "title")
    return {pk: Left(title, why.format(who.get(pk, "an import")), pk) for pk, title in titles}
