"""The verbs that depend on all that is selected: what they need is read for the preview, and to carry them out."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction

from articles.forms.filters import Picks
from articles.importing.saving.take_source_values import with_source_values
from articles.models import Article
from articles.moderation import Outcome, bulk, stories
from articles.moderation.story_verbs import Cover, Group
from articles.moderation.verbs import Verb


def for_selection(verb: Verb, pks: Collection[int]) -> Verb:
    """Returns the verb with what it needs to know of these articles."""
    match verb:
        case Cover():
            found = stories.published_of(pks)
            rows = Article.objects.without_payload().in_bulk(list(found.values()))
            return Cover(published={pk: rows[published] for pk, published in found.items()})
        case Group():
            return Group(together={pk: [other for other in pks if other != pk] for pk in pks})
    return with_source_values(verb, pks)


def carry_out(verb: Verb, picks: Picks, *, by: User) -> Outcome:
    """Carries the verb out on these articles, in one batch."""
    with transaction.atomic():
        match verb:
            case Cover():
                return stories.cover_each(picks, by=by, at=bulk.IN_BULK)
            case Group():
                return stories.group(picks, by=by, at=bulk.IN_BULK)
        return bulk.carry_out(picks.items(), with_source_values(verb, picks), by=by)
