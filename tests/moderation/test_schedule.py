"""When readers may see an article: its start, its end, and when they first saw it."""

from datetime import timedelta
from datetime import timezone as time_zone

import pytest
from django.utils import timezone

from articles import moderation
from articles.models import Article, Reason
from articles.moderation import Why
from articles.moderation.refusals import Impossible
from tests.factories import make_article

HOUR = timedelta(hours=1)


def test_publish_of_a_scheduled_article_counts_as_public_from_its_start(moderator):
    start = timezone.now() + HOUR
    article = make_article(publish_at=start)

    moderation.publish(article, by=moderator, version=1)

    assert article.first_published_at == start
    assert not Article.objects.visible().exists()
    assert Article.objects.visible(start).exists()


def test_publish_of_an_article_that_is_over_is_refused(moderator):
    article = make_article(expires_at=timezone.now() - HOUR)

    with pytest.raises(Impossible) as refusal:
        moderation.publish(article, by=moderator, version=1)

    assert set(refusal.value.errors) == {"expires_at"}


def test_schedule_moves_a_start_that_has_not_come(editor):
    now = timezone.now()
    article = make_article(published=True, publish_at=now + HOUR)

    moderation.schedule(article, by=editor, version=1, publish_at=now + 2 * HOUR, expires_at=None)
    assert article.first_published_at == now + 2 * HOUR

    moderation.schedule(article, by=editor, version=2, publish_at=None, expires_at=None)
    assert now < article.first_published_at <= timezone.now()


def test_schedule_keeps_when_readers_first_saw_the_article(editor):
    first = timezone.now() - HOUR
    article = make_article(published=True, first_published_at=first)

    moderation.schedule(article, by=editor, version=1, publish_at=timezone.now() + HOUR, expires_at=None)

    assert article.first_published_at == first


def test_schedule_may_end_what_readers_see_now(editor):
    article = make_article(published=True)

    event = moderation.schedule(article, by=editor, version=1, publish_at=None, expires_at=timezone.now())

    assert set(event.after) == {"expires_at"}
    assert not Article.objects.visible().exists()


def test_schedule_that_ends_before_it_begins_is_refused(editor):
    now = timezone.now()
    article = make_article()

    with pytest.raises(Impossible):
        moderation.schedule(article, by=editor, version=1, publish_at=now + HOUR, expires_at=now)


def test_the_same_moment_in_another_time_zone_is_no_change(editor):
    article = make_article()
    same = article.published_at.astimezone(time_zone(timedelta(hours=2)))

    assert moderation.edit(article, by=editor, version=1, published_at=same) is None


def test_what_has_expired_is_not_published_again(editor):
    start = timezone.now() - 2 * HOUR
    article = make_article(published=True, publish_at=start, reviewed_by=editor)
    moderation.withdraw(article, by=editor, version=1, why=Why(Reason.objects.first()))
    moderation.schedule(article, by=editor, version=2, publish_at=None, expires_at=timezone.now() - HOUR)

    with pytest.raises(
        Impossible, match=r"would be over before readers see it: it expired at .* Change that date first"
    ):
        moderation.publish(article, by=editor, version=3)
    moderation.schedule(article, by=editor, version=3, publish_at=None, expires_at=None)
    moderation.publish(article, by=editor, version=4)

    assert article.state == "published"
