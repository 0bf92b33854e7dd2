"""Public pages are kept for one edition: from one change of what readers see to the next."""

import gzip
from datetime import timedelta
from time import sleep

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
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


@pytest.fixture(autouse=True)
def pages(settings):
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"},
    }
    caches["pages"].clear()
    caches["editions"].clear()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What is done in it is as good as committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def queries_of(path: str, **headers) -> int:
    with CaptureQueriesContext(connection) as queries:
        Client(headers=headers).get(path)
    return len(queries)


def test_a_kept_page_costs_no_query_and_has_the_same_bytes_and_headers(client):
    make_article(published=True)

    first, second = client.get("/"), client.get("/")

    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())
    assert queries_of("/") == 0


def test_a_page_is_kept_by_address_and_host(client, settings):
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    make_article(published=True)
    client.get("/", headers={"host": "a.example"})

    assert queries_of("/", host="a.example") == 0
    assert queries_of("/", host="b.example") > 0
    assert queries_of("/latest/?type=video", host="a.example") > 0
    assert queries_of("/latest/", host="a.example") > 0


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
        answer = client.post(reverse(f"admin:{page}_change", args=[row.pk]), typed)

    assert answer.status_code == 302
    assert editions.current() != edition


def test_new_words_for_a_picture_make_a_new_edition(client, editor, committed):
    image = make_image(title="Old")
    article = make_article(published=True, images=[image])
    client.force_login(editor)
    edition = editions.current()
    sent = {"images-sent": 1, "images-1-pk": image.pk, "images-1-seen_title": "Old", "images-1-title": "New"}

    with committed():
        answer = client.post(f"/desk/articles/{article.pk}/images/", sent | {"version": 1})

    image.refresh_from_db()
    assert (answer.status_code, image.title) == (302, "New")
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
        {"images": f"[{{url: '{PICTURE}', attribution: Anne}}]"},
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


def test_staff_get_no_kept_page_and_leave_none(client, moderator):
    make_article(published=True)
    client.force_login(moderator)

    answer = client.get("/")

    assert answer["Cache-Control"] == "private, no-cache"
    assert queries_of("/") > 0
    client.get("/latest/")
    Client().get("/latest/")
    article = Article.objects.get()
    Article.objects.filter(pk=article.pk).update(title="Changed behind the back")
    assert "Changed behind the back" in client.get("/latest/").content.decode()


def test_who_has_the_page_is_told_so(client):
    make_article(published=True)
    first = client.get("/")

    for _ in ("not kept", "kept"):
        answer = client.get("/", headers={"if-none-match": first["ETag"]})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["ETag"] == first["ETag"]
        assert answer["Content-Security-Policy"] == first["Content-Security-Policy"]
    caches["pages"].clear()
    assert client.get("/", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get("/").content == first.content


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip, br", True),
        ("br;q=1.0, GZIP;q=0.8, *;q=0.1", True),
        ("gzip;q=0.001", True),
        ("x-gzip", True),
        ("*", True),
        ("identity, gzip", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("identity;q=1, gzip;q=0.5", False),
        ("not-gzip", False),
        ("gzip;q=much", False),
    ],
)
def test_the_first_answer_and_a_kept_one_are_packed_for_who_takes_that(client, accepted, takes):
    make_article(published=True)
    plain = client.get("/").content
    caches["pages"].clear()

    for _ in ("first", "kept"):
        answer = client.get("/", headers={"accept-encoding": accepted})
        assert (answer.get("Content-Encoding"), answer["Vary"]) == ("gzip" if takes else None, "Accept-Encoding")
        assert int(answer["Content-Length"]) == len(answer.content)
        assert (gzip.decompress(answer.content) if takes else answer.content) == plain


@pytest.mark.parametrize(
    "path", ["/search/?q=power", "/latest/?utm_source=feed", "/never-was/", "/sitemap-articles-0.xml"]
)
def test_what_is_not_kept_is_packed_too(client, path):
    make_article(pk=1, published=True)
    plain = client.get(path)

    answer = client.get(path, headers={"accept-encoding": "gzip"})

    bodies = [got.getvalue() for got in (answer, plain)]
    assert (answer["Content-Encoding"], plain["Vary"], answer["Vary"]) == ("gzip", "Accept-Encoding", "Accept-Encoding")
    assert gzip.decompress(bodies[0]) == bodies[1]
    assert answer.get("ETag") == plain.get("ETag")


def test_pages_with_a_secret_are_not_packed(client, moderator):
    client.force_login(moderator)

    for path in ("/desk/", "/admin/", "/"):
        assert "Content-Encoding" not in client.get(path, headers={"accept-encoding": "gzip"})


def test_a_page_that_is_not_there_is_not_kept(client):
    assert client.get("/articles/new/").status_code == 404

    make_article(published=True, slug="new")

    assert client.get("/articles/new/").status_code == 200


def test_an_unknown_host_is_refused_before_anything_is_looked_up(client):
    make_article(published=True)
    client.get("/")

    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_static_file_is_not_sent_again_to_whom_has_it(client):
    first = client.get("/static/site.css")
    first.getvalue()

    answer = client.get("/static/site.css", headers={"if-modified-since": first["Last-Modified"]})

    assert (answer.status_code, answer.getvalue()) == (304, b"")
    assert answer["Content-Security-Policy"] == first["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/feed.rss", "/search/?q=power", "/sitemap-articles-0.xml"])
def test_no_cache_may_give_to_others_that_a_condition_does_not_hold(client, settings, path):
    settings.CDN_SECONDS = 30
    make_article(pk=1, published=True)

    for _ in ("first", "kept"):
        answer = client.get(path, headers={"if-match": '"another"'})
        assert (answer.status_code, answer["Cache-Control"]) == (412, "no-cache")
    assert client.get(path).status_code == 200


def test_plain_http_is_redirected_and_never_answered_from_the_cache(client, settings):
    make_article(published=True)
    client.get("/")
    settings.SECURE_SSL_REDIRECT = True

    assert Client().get("/").status_code == 301


def test_a_cdn_may_keep_a_page_as_long_as_the_operator_says(client, settings):
    make_article(published=True)
    assert client.get("/")["Cache-Control"] == "public, no-cache"

    settings.CDN_SECONDS = 30
    caches["pages"].clear()

    assert client.get("/")["Cache-Control"] == "public, max-age=0, s-maxage=30"


def test_an_address_with_words_of_a_readers_own_is_not_kept(client):
    make_article(published=True)

    client.get("/?utm_source=feed")

    assert queries_of("/?utm_source=feed") > 0


def test_a_cache_that_is_away_costs_time_and_no_page(client, settings):
    make_article(published=True)
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "pages": away, "editions": away}

    assert client.get("/").status_code == 200
