"""Two decisions on one version at the same moment."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from articles import moderation
from articles.models import Article, Event
from articles.moderation.refusals import Refused, Stale
from tests.factories import make_article
from tests.moderation.every_verb import reason


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_wins_and_one_is_refused(make_user):
    """Two moderators hold the same page open: one publishes, the other rejects, at the same moment; 200 times."""
    people = [make_user("Moderators", username=name) for name in ("anne", "bert")]
    for _ in range(200):
        race(make_article(), people)


def race(article, people):
    verbs = [
        lambda row, by: moderation.publish(row, by=by, version=1),
        lambda row, by: moderation.reject(row, by=by, version=1, why=reason()),
    ]
    start, results = Barrier(2), []

    def decide(verb, by):
        row = Article.objects.get(pk=article.pk)
        start.wait(10)
        try:
            results.append(verb(row, by).verb)
        except Refused as refusal:
            results.append(type(refusal))
        finally:
            connection.close()

    threads = [Thread(target=decide, args=pair) for pair in zip(verbs, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    event = Event.objects.get(article=article)
    article.refresh_from_db()
    assert Stale in results
    assert event.verb in results
    assert (article.version, article.reviewed_by) == (2, event.by)
    assert article.state == {"publish": "published", "reject": "rejected"}[event.verb]
