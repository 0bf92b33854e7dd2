"""How often one address, and all together, may ask what costs much."""

import threading

import pytest
from django.core.cache import caches
from django.test import Client

from newsroom import hashing, limits, page_cache
from newsroom.limits import Limit
from tests.factories import make_article, make_provider

pytestmark = pytest.mark.django_db
LOGIN = "/desk/login/"


def statuses(client: Client, addresses) -> list[int]:
    return [client.get(address).status_code for address in addresses]


@pytest.mark.parametrize("path", ["/search/?q=w{}", "/search/feed.rss?q=w{}", "/latest/?after=w{}", "/api/news/?x={}"])
def test_one_address_asks_for_so_much_and_others_go_on(client, monkeypatch, path):
    for name in ("SEARCHES", "PARAMETERS"):
        monkeypatch.setattr(limits, name, getattr(limits, name)._replace(by_address=3, window=3600))

    asked = statuses(client, [path.format(number) for number in range(6)])

    assert 429 not in asked[:3]
    assert asked[3:] == [429] * 3
    refused = client.get(path.format(9))
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert Client(REMOTE_ADDR="198.51.100.7").get(path.format(1)).status_code == asked[0]
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("how", ["a made-up session", "HEAD"])
def test_no_way_around_kept_pages_is_free(client, monkeypatch, how):
    monkeypatch.setattr(limits, "PARAMETERS", limits.PARAMETERS._replace(by_address=3, window=3600))
    if how == "HEAD":
        asked = [client.head("/").status_code for _ in range(5)]
    else:
        client.cookies["sessionid"] = "x" * 32
        asked = statuses(client, ["/"] * 5)

    assert asked == [200] * 3 + [429] * 2


def test_all_together_ask_for_so_much(monkeypatch):
    monkeypatch.setattr(limits, "SEARCHES", Limit("search", 100, 4, 3600))

    asked = [Client(REMOTE_ADDR=f"198.51.100.{number}").get("/search/?q=x").status_code for number in range(6)]

    assert asked == [200] * 4 + [429] * 2


def test_all_addresses_of_one_client_of_ipv6_are_one(monkeypatch):
    monkeypatch.setattr(limits, "SEARCHES", Limit("search", 2, 100, 3600))

    asked = [Client(REMOTE_ADDR=f"2001:db8::{number}").get("/search/?q=x").status_code for number in range(1, 5)]

    assert asked == [200, 200, 429, 429]
    assert Client(REMOTE_ADDR="2001:db8:0:1::1").get("/search/?q=x").status_code == 200


def test_names_sprayed_from_one_address_are_refused_in_the_end(client, editor):
    tried = [client.post(LOGIN, {"username": f"name{n}", "password": "wrong"}).status_code for n in range(35)]

    assert tried == [200] * limits.FAILURES.by_address + [429] * (35 - limits.FAILURES.by_address)
    right = {"username": "editors", "password": "password"}
    assert client.post(LOGIN, right).status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.7").post(LOGIN, right).status_code == 302


def test_right_passwords_are_not_counted(client, editor):
    for _ in range(limits.FAILURES.by_address + 5):
        assert client.post(LOGIN, {"username": "editors", "password": "password"}).status_code == 302
        client.post("/desk/logout/")


def test_strangers_cannot_fill_the_table_of_sessions(client, monkeypatch):
    monkeypatch.setattr(limits, "TYPED", limits.TYPED._replace(by_address=3))

    kept = [
        Client().post("/desk/articles/1/note/", {"notes": "x" * 1000}).url.endswith("/desk/typed/") for _ in range(6)
    ]

    assert kept == [True] * 3 + [False] * 3


# The pool that hashes


def test_while_one_password_is_hashed_one_more_waits_and_the_others_are_told(settings, client, editor):
    settings.PASSWORD_HASHERS = ["newsroom.hashing.OneAtATime"]
    with hashing._hashing:
        waiting = threading.Thread(target=hashing.OneAtATime().encode, args=("x", "salt", 1))
        waiting.start()
        assert hashing._places.acquire(blocking=False)

        answer = client.post(LOGIN, {"username": "editors", "password": "password"})

        hashing._places.release()
    waiting.join()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "send it again" in answer.content.decode()


# Kept pages


@pytest.fixture
def pages(settings):
    locmem = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "bounded"}
    settings.CACHES = {**settings.CACHES, "pages": locmem}
    caches["pages"].clear()
    return caches["pages"]


def test_invented_parameters_leave_no_kept_page(client, pages):
    make_article(published=True)
    client.get("/latest/")
    before = len(pages._cache)

    for query in ["utm=1", "type=a&type=b", "type=video&utm=1", "type=%76ideo", "type=video&", "&type=video", "type"]:
        client.get(f"/latest/?{query}")
    client.get("/latest/", headers={"host": "testserver:8443"})

    assert len(pages._cache) == before


def test_of_pages_with_parameters_so_many_are_kept_in_a_minute(client, pages, monkeypatch):
    monkeypatch.setattr(page_cache, "KEPT_IN_A_MINUTE", 5)
    monkeypatch.setattr(page_cache, "time", lambda: 60.0)
    for number in range(12):
        make_article(published=True, provider=make_provider(domain=f"x{number}.example"))
    client.get("/latest/")
    before = len(pages._cache)

    for number in range(12):
        assert client.get(f"/latest/?provider=x{number}.example").status_code == 200

    assert len(pages._cache) - before == 5 + 1  # and the number itself
