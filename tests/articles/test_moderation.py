import pytest

from articles import moderation
from articles.models import Reason
from articles.refusals import Impossible, Stale
from tests.factories import make_article


def test_publish_puts_name_and_time_on_the_article(moderator):
    article = make_article()

    event = moderation.publish(article, by=moderator, version=1)

    assert (article.state, article.version, article.reviewed_by) == ("published", 2, moderator)
    assert event.after["reviewed_by"] == "moderators"


def test_a_stale_version_is_refused_and_writes_nothing(moderator):
    article = make_article()
    moderation.publish(article, by=moderator, version=1)

    with pytest.raises(Stale) as refusal:
        moderation.withdraw(article, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))

    article.refresh_from_db()
    assert (article.state, article.version) == ("published", 2)
    assert [event.verb for event in refusal.value.since] == ["publish"]


def test_reject_says_why_a_published_article_cannot_be_rejected(moderator):
    article = make_article(published=True)

    with pytest.raises(Impossible) as refusal:
        moderation.reject(article, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))

    assert str(refusal.value) == f"“{article}” is live, not reviewed: only a pending article can be rejected."
