"""Which pages are kept, for whom, and what is sent to whoever has them."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from tests.factories import make_article

pytestmark = pytest.mark.django_db


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
    away = {"BACKEND": "newsroom.redis_cache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "pages": away, "editions": away}

    assert client.get("/").status_code == 200
