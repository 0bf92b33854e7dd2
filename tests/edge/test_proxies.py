"""No header that a client sends through a proxy, or without one, changes what another reader gets."""

import contextlib

import pytest

from tests.edge.servers import ask, found, gunicorn, haproxy, nginx

PAGES = ["/", "/latest/", "/feed.rss", "/sitemap.xml", "/topics/", "/api/news/index.json"]
# What changes the path, the host, the scheme or the client in one server, proxy or framework or another.
HOSTILE = {
    "SCRIPT_NAME": "/latest",
    "Script-Name": "/latest",
    "PATH_INFO": "/about/",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "evil",
    "Forwarded": "host=evil.example;proto=https",
    "X-Original-URL": "/about/",
    "X-Rewrite-URL": "/about/",
    "X-HTTP-Method-Override": "POST",
    "X-Host": "evil.example",
    "Accept-Language": "ar",
    "X_Forwarded_Host": "evil.example",
    "REMOTE_USER": "boss",
}
GTHREAD = ("--worker-class=gthread", "--forwarder-headers=SCRIPT_NAME,PATH_INFO", "--forwarded-allow-ips=127.0.0.1")
# As the guide starts it, and with gunicorn's own worker and defaults, which take SCRIPT_NAME from a proxy.
SERVERS = {"as documented": (), "defaults of gunicorn": GTHREAD}


@contextlib.contextmanager
def nothing(folder, server):
    yield server


FRONTS = {"no proxy": nothing, "haproxy": haproxy, "nginx": nginx}


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("front", FRONTS)
def test_a_hostile_header_changes_nobodys_page(tmp_path, database, front, server):
    if front != "no proxy" and not found(front):
        pytest.skip(f"{front} is not installed")
    origin = {"NEWSROOM_ORIGIN": "http://news.example"}
    serve = gunicorn(tmp_path, database, "--workers=1", *SERVERS[server], **origin)
    with serve as behind, FRONTS[front](tmp_path, behind) as port:
        host = {"Host": "127.0.0.1"}
        # With a parameter that no page reads, they are made and not kept.
        clean = {page: ask(port, f"{page}?x=", **host)[1] for page in PAGES}
        for page in PAGES:
            for name, value in HOSTILE.items():
                ask(port, page, **host, **{name: value})
                ask(port, f"/latest{page}", **host, **{name: value})
        got = {page: ask(port, page, **host) for page in PAGES}

    assert {page: answer[0] for page, answer in got.items()} == dict.fromkeys(PAGES, 200)
    assert b"evil" not in b"".join(body for _, body in got.values())
    assert {page for page, (_, body) in got.items() if body != clean[page]} == set()


@pytest.mark.parametrize("front", FRONTS)
def test_a_path_is_what_the_request_line_says(tmp_path, database, front):
    """A cache in front has the answer under that path."""
    if front != "no proxy" and not found(front):
        pytest.skip(f"{front} is not installed")
    with gunicorn(tmp_path, database, "--workers=1", *GTHREAD) as behind, FRONTS[front](tmp_path, behind) as port:
        status, body = ask(port, "/latest/", Host="127.0.0.1", SCRIPT_NAME="/latest")
        _, latest = ask(port, "/latest/", Host="127.0.0.1")

    assert (status, body == latest) == (200, True)


def test_no_port_and_no_spelling_of_the_host_makes_another_page(tmp_path, database):
    origin = {"NEWSROOM_ORIGIN": "http://news.example"}
    with gunicorn(tmp_path, database, "--workers=1", **origin) as port:
        hosts = ["127.0.0.1", "127.0.0.1:1", "127.0.0.1:65535", "LOCALHOST", "localhost:8443", "[::1]:9"]
        bodies = {ask(port, "/", Host=host)[1] for host in hosts}

    assert len(bodies) == 1
    assert b"http://news.example/" in bodies.pop()
