"""The articles that a bulk decision leaves as they are, and why."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import capfirst

from articles.desk.bulk.of_selection import for_selection
from articles.desk.bulk.selection import Picks
from articles.models import Event
from articles.moderation import bulk
from articles.moderation.content_verbs import TakeSource
from articles.moderation.refusals import Impossible
from articles.moderation.verbs import Verb

REASONS_SHOWN = 50
SHOWN_OF_REASON = 5


@dataclass(frozen=True)
class LeftAlone:
    """An article that a decision leaves as it is."""

    title: str
    refusal: str
    pk: int | None = None

    @property
    def why(self) -> str:
        """The refusal without the title, below which it stands."""
        named = f"“{self.title}” "
        return capfirst(self.refusal.removeprefix(named)) if self.refusal.startswith(named) else self.refusal


def by_reason(left) -> list[tuple[str, list[LeftAlone], int]]:
    """Returns each reason once, the most frequent first, with some of its articles and how many it has."""
    reasons = defaultdict(list)
    for row in left:
        reasons[row.why].append(row)
    groups = sorted(reasons.items(), key=lambda reason: -len(reason[1]))
    return [(why, rows[:SHOWN_OF_REASON], len(rows)) for why, rows in groups[:REASONS_SHOWN]]


def left_alone(picks: Picks, articles, verb, *, by) -> dict[int, LeftAlone]:
    """Returns the articles that are gone, were changed since, or on which the verb cannot be carried out."""
    versions = dict(articles.values_list("pk", "version"))
    gone = {pk: LeftAlone(f"Article {pk}", "It has been deleted.") for pk in picks if pk not in versions}
    stale = [pk for pk, version in versions.items() if version != picks[pk]]
    try:
        found = _previewed(articles, verb, by)
    except Impossible as refusal:
        # The verb itself cannot be carried out on this selection.
        titles = articles.values_list("pk", "title")
        return {pk: LeftAlone(title, str(refusal), pk) for pk, title in titles}
    refused = {article.pk: LeftAlone(article.title, why, article.pk) for article, why in found.exceptions}
    return refused | gone | _changed_since(articles.filter(pk__in=stale)) if stale else refused | gone


def _previewed(articles, verb: Verb, by: User) -> bulk.Preview:
    # What the documents bring, such as a topic, is created and rolled back.
    with transaction.atomic():
        found = bulk.preview(articles, for_selection(verb, list(articles.values_list("pk", flat=True))), by=by)
        transaction.set_rollback(isinstance(verb, TakeSource))
    return found


def _changed_since(articles) -> dict[int, LeftAlone]:
    last = Event.objects.filter(article__in=articles.values("pk")).order_by("version")
    who = {
        pk: f"{name or 'an import'} ({verb})" for pk, verb, name in last.values_list("article", "verb", "by__username")
    }
    why = "It has been changed since you saw it, last by {}."
    titles = articles.values_list("pk", "title")
    return {pk: LeftAlone(title, why.format(who.get(pk, "an import")), pk) for pk, title in titles}
