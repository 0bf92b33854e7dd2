"""What has expired is published nowhere: readers would not see it, and whoever publishes it would not know."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, ImportFile
from tests.admin.article_form.page import address, fields_of
from tests.admin.article_list.rows import row, save
from tests.desk.article.page import page_of
from tests.desk.bulk.preview import CONFIRM, look, picks
from tests.factories import make_article
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def in_queue(client, article):
    return client.post(f"/desk/articles/{article.pk}/publish/", {"version": 1, "next": "/desk/queue/"})


def on_page(client, article):
    return client.post(page_of(article), {"version": 1, "decide": "publish"})


def in_preview(client, article):
    return look(client, "publish", article)


def in_bulk(client, article):
    form = {"action": "publish", "selected": picks(article), "picks": picks(article)}
    return client.post(CONFIRM, form)


def in_list_of_admin(client, article):
    return save(client, row(article, published=True))


def in_form_of_admin(client, article):
    form = fields_of(client.get(address(article)))
    return client.post(address(article), form | {"_decide": "publish"})


@pytest.mark.parametrize("was_seen", [True, False])
@pytest.mark.parametrize("publish", [in_queue, on_page, in_preview, in_bulk, in_list_of_admin, in_form_of_admin])
def test_what_has_expired_is_published_nowhere(desk, editor, publish, was_seen):
    ended = timezone.now() - HOUR
    seen = {"reviewed_by": editor, "first_published_at": ended - HOUR} if was_seen else {}
    article = make_article(title="A tram", expires_at=ended, **seen)

    answer = publish(desk, article)

    assert answer.status_code in (200, 422)
    page = answer.content.decode()
    # A form says it at its field.
    assert ("ould be over before readers see it: it expired at" in page) or ("It expired before readers would" in page)
    article.refresh_from_db()
    assert (article.published, article.version) == (False, 1)


def test_a_withdrawn_article_that_has_expired_offers_no_publication_in_the_queue(desk, editor):
    ended = timezone.now() - HOUR
    article = make_article(expires_at=ended, reviewed_by=editor, first_published_at=ended - HOUR)

    page = desk.get(f"/desk/queue/?state=withdrawn&item={article.pk}")

    refusals = {verb.name: refusal for verb, refusal in page.context["item"].buttons}
    assert "it expired at" in refusals["publish"]


def test_a_document_does_not_publish_what_has_expired(tmp_path, editor):
    import_documents([write(tmp_path, {"a.md": document(published="false")})])
    article = Article.objects.get()
    moderation.schedule(article, by=editor, version=1, expires_at=timezone.now() - HOUR)

    import_documents([write(tmp_path, {"a.md": document(published="true")})])

    article.refresh_from_db()
    assert (article.state, article.published, article.first_published_at) == ("pending", False, None)
    assert Event.objects.filter(verb="import").count() == 0
    file = ImportFile.objects.latest("pk")
    assert file.verdict == "kept"
    assert "the date until which readers would see it is past" in str(file.messages)
    # A person changes the date, and decides.
    moderation.schedule(article, by=editor, version=2, expires_at=None)
    assert moderation.publish(article, by=editor, version=3).verb == "publish"
