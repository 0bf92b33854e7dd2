"""All that a form says is carried out in one batch, or not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import moderation
from articles.models import Channel
from articles.moderation import Context
from articles.moderation.refusals import Refused
from tests.factories import make_article
from tests.moderation.facts import facts

HOUR = timedelta(hours=1)


def test_apply_carries_out_a_form_in_one_batch(editor):
    article = make_article(expires_at=timezone.now() - HOUR)

    events = moderation.apply(
        article,
        by=editor,
        version=1,
        at=Context(Channel.ADMIN),
        title="New",
        heat=9,
        expires_at=None,
        related=[{"url": "https://a.example/"}],
        published=True,
    )

    assert [(event.verb, event.version) for event in events] == [
        ("edit", 2),
        ("score", 3),
        ("schedule", 4),
        ("curate", 5),
        ("publish", 6),
    ]
    assert len({event.batch for event in events}) == 1
    assert (article.state, article.version, article.title, article.heat) == ("published", 6, "New", 9)


def test_apply_of_one_date_keeps_the_other(editor):
    start = timezone.now() + HOUR
    article = make_article(publish_at=start)

    moderation.apply(article, by=editor, version=1, at=Context(), expires_at=start + HOUR)

    assert (article.publish_at, article.expires_at) == (start, start + HOUR)


def test_apply_keeps_a_date_that_the_database_holds_though_a_form_has_touched_the_object(editor):
    start = timezone.now() + HOUR
    article = make_article(publish_at=start)
    article.publish_at = None

    moderation.apply(article, by=editor, version=1, at=Context(), expires_at=start + HOUR)

    assert (article.publish_at, article.expires_at) == (start, start + HOUR)


def test_apply_is_carried_out_whole_or_not_at_all(moderator):
    """A moderator may score, and may not edit; nothing of the form is written, in the database or in the object."""
    article = make_article(title="Old", heat=1, published=True)
    before = facts(article)

    with pytest.raises(Refused):
        moderation.apply(article, by=moderator, version=1, at=Context(), heat=5, published=False)

    assert facts(article) == before
    assert (article.version, article.heat) == (1, 1)


def test_apply_refuses_what_no_verb_changes(editor):
    with pytest.raises(TypeError):
        moderation.apply(make_article(), by=editor, version=1, at=Context(), secured="x")
