from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import moderation
from articles.models import Article, Reason
from articles.moderation import Why
from tests.factories import make_article, make_image, make_topic

pytestmark = pytest.mark.django_db

CORRECTIONS = "/corrections/"


@pytest.fixture
def withdraw(moderator):
    """Publish an article, and withdraw it for a reason."""

    def withdraw(title="Withdrawn", reason="wrong", note="", **fields):
        article = make_article(title=title, published=True, **fields)
        why = Why(Reason.objects.get(slug=reason), note)
        moderation.withdraw(article, by=moderator, version=article.version, why=why)
        return article

    return withdraw


def listed(client, query="") -> list[tuple[str, str]]:
    """The titles and reasons of the page."""
    return [(article.title, article.reason) for article in client.get(CORRECTIONS + query).context["page"].articles]


def test_withdrawals_are_listed_newest_first_with_their_reason(client, withdraw):
    withdraw("First", "wrong")
    withdraw("Second", "rights")

    assert listed(client) == [("Second", "Rights or legal"), ("First", "Wrong or misleading")]


def test_the_page_names_nobody_and_holds_no_note(client, withdraw):
    withdraw(note="Bert mixed up the towns")

    page = client.get(CORRECTIONS).content.decode()

    assert "Wrong or misleading" in page
    assert [secret for secret in ("moderators", "mixed up") if secret in page] == []


def test_what_was_never_public_is_not_listed(client, moderator):
    soon = make_article(title="Scheduled", published=True, publish_at=timezone.now() + timedelta(days=1))
    never = make_article(title="Rejected")
    why = Why(Reason.objects.first())
    moderation.withdraw(soon, by=moderator, version=1, why=why)
    moderation.reject(never, by=moderator, version=1, why=why)
    make_article(title="Pending")
    make_article(title="Live", published=True)

    assert listed(client) == []


def test_what_is_reopened_or_published_again_leaves_the_list(client, moderator, withdraw):
    reopened, again = withdraw("Reopened"), withdraw("Published again")
    withdraw("Stays")

    moderation.reopen(reopened, by=moderator, version=reopened.version)
    moderation.publish(again, by=moderator, version=again.version)

    assert listed(client) == [("Stays", "Wrong or misleading")]


def test_what_is_withdrawn_again_has_the_newest_reason(client, moderator, withdraw):
    article = withdraw(reason="wrong")
    moderation.publish(article, by=moderator, version=article.version)
    moderation.withdraw(article, by=moderator, version=article.version, why=Why(Reason.objects.get(slug="advertising")))

    assert listed(client) == [("Withdrawn", "Advertising")]


def test_a_title_leads_to_the_notice(client, withdraw):
    article = withdraw()

    assert f'<a href="{article.get_absolute_url()}">Withdrawn</a>' in client.get(CORRECTIONS).content.decode()
    assert client.get(article.get_absolute_url()).status_code == 410


def test_the_list_goes_on_where_it_stopped(client, moderator):
    now = timezone.now()
    for n in range(60):
        make_article(
            title=f"{n:02}",
            first_published_at=now - timedelta(days=9),
            reviewed_by=moderator,
            reviewed_at=now - timedelta(hours=n),
        )

    first = client.get(CORRECTIONS)
    second = client.get(CORRECTIONS + first.context["page"].older)

    titles = [article.title for page in (first, second) for article in page.context["page"].articles]
    assert titles == [f"{n:02}" for n in range(60)]
    assert f'rel="prev" href="{CORRECTIONS}"' not in second.content.decode()
    assert client.get(CORRECTIONS + second.context["page"].newer, follow=True).context["page"].is_first
    assert client.get(CORRECTIONS + "?after=nonsense").status_code == 404


def test_every_page_leads_there_and_it_says_its_own_address(client):
    assert '<a href="/corrections/">Corrections</a>' in client.get("/").content.decode()
    assert '<link rel="canonical" href="http://testserver/corrections/">' in client.get(CORRECTIONS).content.decode()


def test_it_takes_the_same_queries_for_one_withdrawal_and_for_fifty(client, moderator):
    def grow(number):
        for _ in range(number):
            make_article(
                first_published_at=timezone.now() - timedelta(days=1),
                reviewed_by=moderator,
                topics=[make_topic()],
                images=[make_image()],
            )

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(CORRECTIONS)
        return len(captured)

    grow(1)
    few = queries()
    grow(49)

    assert (queries(), few) == (1, 1)
    assert Article.objects.withdrawn().count() == 50
