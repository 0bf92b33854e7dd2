"""What its source has taken back (`removed: true`): where readers saw it, they are told; where not, it never was."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import undo_run
from articles.models import Article, Event, ImportRun, Reason
from articles.moderation import Why
from articles.public.queries import with_reason
from tests.factories import make_article, make_related
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

LIVE, BACK = {"published": "true"}, {"published": "true", "removed": "true"}


@pytest.fixture
def say(tmp_path):
    """Imports what the document says now; returns its article."""

    def say(**fields) -> Article:
        import_documents([write(tmp_path, {"a.md": document(**{"title": "The tram"} | fields)})])
        return Article.objects.get(path="a.md")

    return say


def listed(client) -> list[tuple[str, str]]:
    return [(article.title, article.reason) for article in client.get("/corrections/").context["page"].articles]


def test_a_live_article_leaves_the_site_with_a_notice(client, say):
    article = say(**LIVE)
    assert client.get(article.get_absolute_url()).status_code == 200

    say(**BACK)

    notice = client.get(article.get_absolute_url())
    event = Event.objects.filter(run__isnull=False).get()
    assert notice.status_code == 410
    assert "Its source has taken this article back" in notice.text
    assert "We took this article down" not in notice.text
    assert f'<time datetime="{event.at.isoformat(timespec="microseconds")}">' in notice.text
    assert listed(client) == [("The tram", "Taken back by the source")]
    assert "The tram" not in client.get("/").text + client.get("/latest/").text
    assert "".join(client.get("/sitemap-pages.xml").getvalue().decode()).count("/providers/news.example/") == 0


def test_the_moment_of_the_notice_stays_when_the_document_goes_on_changing(client, say):
    say(**LIVE)
    article = say(**BACK)
    moment = client.get("/corrections/").context["page"].articles[0].gone_at

    say(**BACK, title="Another title", heat="77")

    assert listed(client) == [("Another title", "Taken back by the source")]
    assert client.get("/corrections/").context["page"].articles[0].gone_at == moment
    assert client.get(article.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("documents", [[BACK], [{"published": "false"}, BACK], [{}, {"removed": "true"}]])
def test_what_was_never_public_was_never_there(client, say, documents):
    for fields in documents:
        article = say(**fields)

    assert client.get(article.get_absolute_url()).status_code == 404
    assert listed(client) == []


def test_what_was_to_appear_later_never_was_there_even_then(client, say):
    article = say(published="false")
    Article.objects.update(publish_at=timezone.now() + timedelta(hours=1))
    say(**LIVE)
    say(**BACK)
    assert Article.objects.get().first_published_at is None

    Article.objects.update(publish_at=timezone.now() - timedelta(hours=1))

    assert client.get(article.get_absolute_url()).status_code == 404
    assert listed(client) == []


def test_it_is_a_related_link_of_no_article(client, say):
    article = say(**LIVE)
    other = make_article(published=True)
    make_related(other, url=article.web_url, target=article, title="About the tram")
    assert "About the tram" in client.get(other.get_absolute_url()).text

    say(**BACK)

    assert "About the tram" not in client.get(other.get_absolute_url()).text


def test_what_the_source_gives_again_is_there_again(client, say):
    article = say(**LIVE)
    say(**BACK)

    say(**LIVE)

    assert client.get(article.get_absolute_url()).status_code == 200
    assert listed(client) == []


def test_of_what_a_person_published_readers_see_no_change_until_someone_decides(client, say, moderator, editor):
    article = say(**LIVE)
    moderation.publish(article, by=moderator, version=1)

    article = say(**BACK)

    assert client.get(article.get_absolute_url()).status_code == 200
    assert listed(client) == []
    assert article.queue == "removed"
    desk = Client()
    desk.force_login(editor)
    # The reason is chosen already: on the page of the article, and in the queue for the window of reasons.
    page = " ".join(desk.get(f"/desk/articles/{article.pk}/").text.split())
    assert '<option value="taken-back" selected> Taken back by the source</option>' in page
    assert 'data-reason="taken-back"' in desk.get(f"/desk/queue/?item={article.pk}").text

    moderation.withdraw(article, by=moderator, version=article.version, why=Why(Reason.objects.get(slug="taken-back")))

    notice = client.get(article.get_absolute_url())
    assert notice.status_code == 410
    assert "We took this article down" in notice.text
    assert listed(client) == [("The tram", "Taken back by the source")]


def test_what_a_person_publishes_in_spite_of_it_is_no_correction(client, say, moderator):
    article = say(**LIVE)
    article = say(**BACK)

    moderation.publish(article, by=moderator, version=article.version)

    assert client.get(article.get_absolute_url()).status_code == 200
    assert listed(client) == []


def test_undoing_the_run_that_took_it_back_shows_it_again(client, say):
    article = say(**LIVE)
    say(**BACK)

    undo_run(ImportRun.objects.order_by("-pk")[0])

    assert client.get(article.get_absolute_url()).status_code == 200
    assert listed(client) == []


def test_the_list_reads_no_pending_articles_to_find_those_taken_back():
    for _ in range(300):
        make_article()
    make_article(removed=True, first_published_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    plan = with_reason(Article.objects.withdrawn()).order_by("-gone_at", "-pk").explain()

    assert "article_taken_back" in plan


def test_staff_read_on_its_page_why_it_is_not_on_the_site(say, editor):
    article = say(**LIVE)
    say(**BACK)
    desk = Client()
    desk.force_login(editor)

    page = " ".join(desk.get(f"/desk/articles/{article.pk}/").text.split())

    assert "nobody had decided on it. It is off the site, and its address tells readers so." in page
