"""A Redis that is away, hung or full: readers get their pages, and the log says it once."""

import signal
import time

import pytest
from django.core.cache import caches

from articles import editions, moderation
from articles.models import Reason
from articles.moderation import Why
from newsroom import redis_cache
from tests.edge.servers import ask, found, free_port, gunicorn, redis
from tests.factories import make_article

PAGES = [
    "/",
    "/latest/",
    "/feed.rss",
    "/api/news/index.json",
    "/sitemap.xml",
    "/sitemap-articles-0.xml",
    "/search/?q=power",
]

pytestmark = pytest.mark.skipif(not found("redis-server"), reason="redis-server is not installed")


@pytest.mark.parametrize("trouble", ["stopped", "hung", "full"])
def test_readers_are_answered_whatever_happens_to_redis(tmp_path, database, trouble):
    full = ["--maxmemory", "1kb", "--maxmemory-policy", "noeviction"] if trouble == "full" else []
    with redis(tmp_path, *full) as (port, process):
        cache = {"CACHE_URL": f"redis://127.0.0.1:{port}/0"}
        with gunicorn(tmp_path, database, "--workers=1", "--threads=1", **cache) as site:
            before = [ask(site, page, Host="127.0.0.1")[0] for page in PAGES]
            if trouble == "stopped":
                process.terminate()
                process.wait()
            elif trouble == "hung":
                process.send_signal(signal.SIGSTOP)
            during = [ask(site, page, Host="127.0.0.1")[0] for page in PAGES * 3]

    assert set(before + during) == {200}
    said = [line for line in (tmp_path / "gunicorn.log").read_text().splitlines() if "Redis" in line]
    assert len(said) == 1, said


@pytest.fixture
def away(settings, monkeypatch):
    """The cache of the settings, at an address where nothing listens yet."""
    monkeypatch.setattr(redis_cache, "_lines", {})
    port = free_port()
    cache = {"BACKEND": "newsroom.redis_cache.RedisCache", "LOCATION": f"redis://127.0.0.1:{port}/0"}
    settings.CACHES = {**settings.CACHES, "default": cache, "pages": cache, "editions": cache}
    monkeypatch.setattr(redis_cache, "PAUSE", 0)
    yield port
    editions._is_untold.clear()


def test_what_every_cache_gives_is_given_without_a_server(away):
    cache = caches["pages"]

    cache.set("a", 1)
    answers = [cache.get("a"), cache.get("a", 5), cache.add("a", 1), cache.get_many(["a"]), cache.has_key("a")]

    assert answers == [None, 5, False, {}, False]
    assert (cache.delete("a"), cache.touch("a"), cache.set_many({"a": 1})) == (False, False, [])
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


@pytest.mark.django_db
def test_a_page_withdrawn_while_redis_was_away_is_gone_when_it_is_back(away, tmp_path, client, moderator, committed):
    article = make_article(published=True, slug="gone", title="Canary")
    with redis(tmp_path, port=away):
        assert client.get("/articles/gone/").status_code == 200
        kept = editions.current()
        assert client.get("/articles/gone/").status_code == 200
    with committed():
        moderation.withdraw(article, by=moderator, version=1, why=Why(Reason.objects.get(slug="other")))

    with redis(tmp_path, port=away):
        # As one that came back with all that it held, such as behind a network that was cut.
        caches["editions"].set("edition", kept, timeout=None)
        time.sleep(0.01)
        assert client.get("/articles/gone/").status_code == 410
        assert editions.current() != kept


@pytest.mark.django_db
def test_an_edition_for_which_there_is_no_room_leaves_no_older_one(away, tmp_path):
    with redis(tmp_path, port=away):
        old = editions.current()
        cache = caches["editions"]._cache.get_client()
        cache.config_set("maxmemory-policy", "noeviction")
        cache.config_set("maxmemory", "1")

        new = editions.new()

        assert (cache.get(caches["editions"].make_key("edition")), editions.current() == old, new == old) == (
            None,
            False,
            False,
        )
