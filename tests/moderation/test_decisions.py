"""What publish, withdraw, reject, reopen and score write into the article and its log."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from articles import moderation
from articles.models import Article, Channel
from articles.moderation import Context
from articles.moderation.refusals import Impossible
from tests.factories import make_article
from tests.moderation.facts import facts

HOUR = timedelta(hours=1)


def test_publish_puts_name_and_time_on_the_article(moderator):
    article = make_article()

    event = moderation.publish(article, by=moderator, version=1)

    assert (article.state, article.version, article.reviewed_by) == ("published", 2, moderator)
    assert article.first_published_at == article.reviewed_at
    assert event.before == {
        "published": False,
        "first_published_at": None,
        "reviewed_by": None,
        "reviewed_at": None,
    }
    assert event.after == {
        "published": True,
        "first_published_at": article.reviewed_at.isoformat(),
        "reviewed_by": "moderators",
        "reviewed_at": article.reviewed_at.isoformat(),
    }


def test_publish_confirms_a_live_article_and_keeps_when_readers_first_saw_it(moderator):
    first = timezone.now() - HOUR
    article = make_article(published=True, first_published_at=first)

    event = moderation.publish(article, by=moderator, version=1)

    assert (article.state, article.first_published_at) == ("published", first)
    assert set(event.after) == {"reviewed_by", "reviewed_at"}


def test_withdraw_takes_the_article_from_readers_and_keeps_the_reason(moderator, why):
    article = make_article(published=True)

    event = moderation.withdraw(article, by=moderator, version=1, why=why)

    assert (article.state, article.published) == ("withdrawn", False)
    assert not Article.objects.visible().exists()
    assert (event.reason.slug, event.note) == ("wrong", "The study says the opposite.")
    assert event.before["published"] is True
    assert event.after["published"] is False


def test_withdraw_before_the_start_leaves_an_article_that_was_never_public(moderator, why):
    article = make_article(publish_at=timezone.now() + HOUR)
    moderation.publish(article, by=moderator, version=1)

    moderation.withdraw(article, by=moderator, version=2, why=why)

    assert (article.state, article.first_published_at) == ("rejected", None)


def test_reject_decides_on_a_pending_article(moderator, why):
    article = make_article()

    event = moderation.reject(article, by=moderator, version=1, why=why)

    assert (article.state, article.reviewed_by) == ("rejected", moderator)
    assert (event.verb, event.reason, event.note) == ("reject", why.reason, why.note)
    assert set(event.after) == {"reviewed_by", "reviewed_at"}


@pytest.mark.parametrize(("published", "state"), [(True, "live"), (False, "pending")])
def test_reopen_takes_the_review_back_and_nothing_else(published, state, moderator):
    article = make_article(published=published, reviewed_by=moderator)

    event = moderation.reopen(article, by=moderator, version=1)

    assert (article.state, article.published, article.reviewed_by) == (state, published, None)
    assert set(event.after) == {"reviewed_by", "reviewed_at"}


def test_reopen_keeps_that_a_withdrawn_article_was_public(moderator, why):
    article = make_article(published=True)
    moderation.withdraw(article, by=moderator, version=1, why=why)

    moderation.reopen(article, by=moderator, version=2)
    moderation.reject(article, by=moderator, version=3, why=why)

    assert article.state == "withdrawn"


def test_score_sets_both_and_moves_the_article_on_the_front_page(moderator):
    article = make_article(quality=3, heat=1)
    rank = article.rank

    event = moderation.score(article, by=moderator, version=1, quality=5, heat=4)

    assert (event.before, event.after) == ({"quality": 3, "heat": 1}, {"quality": 5, "heat": 4})
    assert article.rank == pytest.approx(rank + 2)


def test_score_logs_only_what_is_different(moderator):
    article = make_article(quality=3, heat=1)

    assert moderation.score(article, by=moderator, version=1, quality=3, heat=1) is None
    assert article.version == 1
    assert moderation.score(article, by=moderator, version=1, quality=3, heat=-1).after == {"heat": -1}


@pytest.mark.parametrize("scores", [{"quality": -1}, {"heat": -2}])
def test_a_score_below_its_range_is_refused(scores, moderator):
    article = make_article()
    before = facts(article)

    with pytest.raises(Impossible):
        moderation.score(article, by=moderator, version=1, **scores)

    assert facts(article) == before


def test_an_event_tells_its_channel_and_batch(moderator):
    batch = uuid4()

    event = moderation.publish(make_article(), by=moderator, version=1, at=Context(Channel.BULK, batch))

    event.refresh_from_db()
    assert (event.channel, event.batch) == ("bulk", batch)


def test_a_decision_is_few_queries(moderator, django_assert_num_queries):
    article = make_article()
    moderator.has_perm("articles.moderate_article")

    # Savepoint twice; the row, the update, the event, and the article as it is now.
    with django_assert_num_queries(6):
        moderation.publish(article, by=moderator, version=1)
