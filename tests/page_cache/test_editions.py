"""Which changes make a new edition, and until when one lasts."""

from datetime import timedelta
from time import sleep

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from articles import editions, moderation
from articles.images import copies
from articles.images.decoding import Decoded
from articles.importing.runs.run import import_documents
from articles.models import Article, Reason
from articles.moderation import Why
from newsroom import page_cache
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

PICTURE = "https://pictures.example/1.jpg"
NO_IMAGES = {"image_links-TOTAL_FORMS": 0, "image_links-INITIAL_FORMS": 0}


@pytest.mark.parametrize("path", ["/", "/latest/", "/providers/news.example/", "/articles/gone/"])
def test_what_is_withdrawn_is_gone_at_once(path, client, moderator, committed):
    make_article(published=True, title="Stays")
    article = make_article(published=True, title="Canary", slug="gone")
    assert "Canary" in client.get(path).content.decode()

    with committed():
        why = Why(Reason.objects.get(slug="other"))
        moderation.withdraw(article, by=moderator, version=1, why=why)

    answer = client.get(path)
    assert (answer.status_code == 410) if "gone" in path else "Canary" not in answer.content.decode()


@pytest.mark.parametrize(("is_linked", "is_new"), [(True, True), (False, False)])
def test_a_rejection_makes_a_new_edition_where_others_link_to_the_article(is_linked, is_new, moderator, committed):
    hidden = make_article()
    make_article(published=True, related=[{"url": hidden.web_url, "target": hidden if is_linked else None}])
    edition = editions.current()

    with committed():
        moderation.reject(hidden, by=moderator, version=1, why=Why(Reason.objects.first()))

    assert (editions.current() != edition) == is_new


def test_a_note_or_a_score_of_what_is_hidden_makes_no_new_edition(moderator, committed):
    article, hidden = make_article(published=True), make_article()
    edition = editions.current()

    with committed():
        moderation.note(article, by=moderator, version=1, notes="Ask them.")
        moderation.score(hidden, by=moderator, version=1, heat=5)

    assert editions.current() == edition


def test_an_import_of_something_to_read_makes_a_new_edition(tmp_path, committed):
    edition = editions.current()

    with committed():
        import_documents([write(tmp_path, {"a.md": document(published="false")})])
    after_hidden = editions.current()
    with committed():
        import_documents([write(tmp_path, {"b.md": document(published="true", webUrl="https://news.example/b")})])

    assert after_hidden == edition
    assert editions.current() != edition


@pytest.mark.parametrize(
    ("page", "make", "typed"),
    [
        ("providers_provider", make_provider, {"name": "New", "domain": "new.example", "trust": 0} | NO_IMAGES),
        ("articles_topic", make_topic, {"name": "New", "slug": "another"} | NO_IMAGES),
        ("articles_image", make_image, {"url": "https://pictures.example/new.jpg", "title": "New"}),
        ("articles_reason", lambda: Reason.objects.get(slug="other"), {"label": "New", "slug": "other", "position": 1}),
    ],
)
def test_what_readers_see_beside_articles_makes_a_new_edition_when_it_is_saved(
    client, make_user, committed, page, make, typed
):
    row, edition = make(), editions.current()
    client.force_login(make_user("superuser"))

    with committed():
        answer = client.post(reverse(f"admin:{page}_change", args=[row.pk]), {**typed, "version": 1})

    assert answer.status_code == 302
    assert editions.current() != edition


def test_new_words_for_a_picture_make_a_new_edition(client, editor, committed):
    image = make_image()
    article = make_article(published=True, images=[image])
    client.force_login(editor)
    edition = editions.current()
    sent = {"images-sent": 1, "images-1-pk": image.pk, "images-1-title": "New"}

    with committed():
        answer = client.post(f"/desk/articles/{article.pk}/", sent | {"version": 1})

    assert (answer.status_code, article.image_links.get().title) == (302, "New")
    assert editions.current() != edition


@pytest.mark.parametrize(("result", "is_new"), [(Decoded(8, 8, {8: b"WebP"}), True), ("It is damaged.", False)])
def test_a_copy_of_a_picture_makes_a_new_edition(result, is_new, settings, tmp_path, monkeypatch, committed):
    settings.MEDIA_ROOT = tmp_path
    make_article(published=True, images=[make_image()])
    monkeypatch.setattr(copies, "_try", lambda image, rules: result)
    edition = editions.current()

    with committed():
        assert len(list(copies.make_copies())) == 1

    assert (editions.current() != edition) == is_new


def test_new_ranks_make_a_new_edition():
    edition = editions.current()

    call_command("rank_articles")

    assert editions.current() != edition


@pytest.mark.parametrize(
    "said",
    [
        {"images": f"[{{url: '{PICTURE}', isCached: true}}]"},
        {"provider": f"{{name: News, domain: news.example, images: [{{url: '{PICTURE}'}}]}}"},
    ],
)
def test_a_hidden_article_that_tells_more_of_what_readers_see_makes_a_new_edition(said, tmp_path, committed):
    make_article(published=True, images=[make_image(url=PICTURE)])
    edition = editions.current()

    with committed():
        import_documents([write(tmp_path, {"a.md": document(published="false", **said)})])

    assert Article.objects.filter(published=False).count() == 1
    assert editions.current() != edition


def test_a_decision_stands_where_nobody_can_be_told_of_it(moderator, committed, monkeypatch):
    article = make_article()
    monkeypatch.setattr(editions, "caches", {})

    with committed():
        moderation.publish(article, by=moderator, version=1)

    assert article.state == "published"


def test_a_page_that_was_made_while_an_article_expired_is_not_kept(client, monkeypatch):
    make_article(published=True, title="Canary", expires_at=timezone.now() + timedelta(seconds=0.5))

    def slowly(get_response, request, whole=page_cache._unconditional_response):
        answer = whole(get_response, request)
        sleep(0.6)
        return answer

    monkeypatch.setattr(page_cache, "_unconditional_response", slowly)
    client.get("/")

    assert "Canary" not in client.get("/").text


def test_a_page_is_kept_no_longer_than_until_an_article_starts_or_expires():
    now = timezone.now()
    edition = editions.current()
    assert 59 < editions.seconds_left(edition) <= 60

    make_article(published=True, expires_at=now + timedelta(seconds=20))
    make_article(publish_at=now + timedelta(seconds=5))
    caches["editions"].clear()

    assert 15 < editions.seconds_left(edition) <= 20
