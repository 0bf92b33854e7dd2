"""What stands around the bytes: every answer is safe to show, readers share theirs, and staff keep their own."""

import json
import re

import pytest
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.test import Client, RequestFactory

from articles.public.views import pages as public
from tests.access.routes import LINES
from tests.safe_answers import what_is_wrong_with

pytestmark = pytest.mark.django_db

PUBLIC = [name for name, line in LINES.items() if line.row in ("public", "article", "feed", "picture")]
NEVER = "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.fixture(autouse=True)
def kept_pages(settings):
    settings.CONTACT = "mailto:someone@news.example"
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "headers"}
    }
    caches["pages"].clear()


def whole(answer) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


def test_every_answer_of_every_route_is_safe(visitors):
    """By GET and POST test_every_route.py asks as everyone; here by other methods, and for what is kept."""
    for name in LINES:
        for role in ("anonymous", "importer", "superuser"):
            where = visitors.address(name, role)
            for method in ("GET", "HEAD", "OPTIONS") if name in PUBLIC else ("HEAD", "OPTIONS"):
                visitors.ask(role, method, where)

    assert visitors.unsafe == {}


def boom(*args, **kwargs):
    raise RuntimeError("zqxsecret")


def test_errors_redirects_files_and_refusals_are_safe_too(site, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(public.Topics, "get", boom)
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    large = {"CONTENT_LENGTH": str(settings.LARGEST_BODY + 1)}
    etag = client.get("/latest/")["ETag"]
    answers = {
        "200": client.get("/"),
        "200 kept": client.get("/"),
        "200 packed": client.get("/", headers={"accept-encoding": "gzip"}),
        "304": client.get("/latest/", headers={"if-none-match": etag}),
        "301": client.get("/latest"),
        "302": client.get("/favicon.ico"),
        "302 to login": client.get("/desk/"),
        "400": client.get("/latest/?type=wrong"),
        "400 host": client.get("/", headers={"host": "evil.example"}),
        "400 host, of the staff": client.get("/desk/", headers={"host": "evil.example"}),
        "400 host, of a picture": client.get("/media/x.png", headers={"host": "evil.example"}),
        "400 host, of the style": client.get("/static/site.css", headers={"host": "evil.example:80:80"}),
        "403": client.post("/desk/login/", {}),
        "404": client.get("/never-was/"),
        "404 file": client.get("/static/never-was.css"),
        "404 picture": client.get("/media/images/never-was.png"),
        "405": Client().post("/latest/"),
        "410": client.get(f"/articles/{site['withdrawn_slug']}/"),
        "413": client.post("/desk/login/", {}, **large),
        "413 public": client.post("/", {}, **large),
        "500": client.get("/topics/"),
        "200 style": client.get("/static/site.css"),
        "200 icon": client.get("/static/favicon.svg"),
    }

    wrong = {name: what_is_wrong_with(answer) for name, answer in answers.items() if what_is_wrong_with(answer)}
    statuses = [name for name, answer in answers.items() if not name.startswith(str(answer.status_code))]
    for answer in answers.values():
        whole(answer)
    assert (wrong, statuses) == ({}, [])


PAGES_OF_ERRORS = {
    400: lambda client, site: client.get("/", headers={"host": "evil.example"}),
    403: lambda client, site: client.post("/desk/login/", {}),
    404: lambda client, site: client.get("/articles/zqxaddress/?q=zqxquery"),
    410: lambda client, site: client.get(f"/articles/{site['withdrawn_slug']}/"),
    413: lambda client, site: client.post("/", {}, CONTENT_LENGTH="999999999"),
    500: lambda client, site: client.get("/topics/?q=zqxquery"),
}


@pytest.mark.parametrize("status", PAGES_OF_ERRORS)
def test_the_page_of_an_error_has_the_sites_design_and_says_nothing_of_the_inside(status, site, monkeypatch):
    monkeypatch.setattr(public.Topics, "get", boom)
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)

    answer = PAGES_OF_ERRORS[status](client, site)

    page = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert (page.count("<h1"), page.count('class="masthead"'), page.count("site.css")) == (1, 1, 1)
    assert re.findall(r"zqx\w+|Traceback|/work|\.py\b|Django|evil\.example|csrf", page) == []
    assert answer["Cache-Control"] == {403: "private, no-store", 410: "public, no-cache", 413: "private, no-cache"}.get(
        status, "no-cache"
    )


def test_where_there_is_https_every_answer_asks_for_it(site, settings, monkeypatch):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    monkeypatch.setattr(public.Topics, "get", boom)
    client = Client(raise_request_exception=False)
    paths = ["/", "/", "/desk/", "/latest", "/never-was/", "/topics/", "/feed.rss", "/static/site.css", "/health/"]

    secure = [client.get(path, secure=True) for path in paths]
    secure += [client.get(path, secure=True, headers={"host": "evil.example"}) for path in paths]
    plain = [client.get(path) for path in paths]

    assert {answer.get("Strict-Transport-Security") for answer in secure} == {
        "max-age=31536000; includeSubDomains; preload"
    }
    assert {(answer.status_code, answer["Location"][:8]) for answer in plain} == {(301, "https://")}
    assert [what_is_wrong_with(answer) for answer in plain if what_is_wrong_with(answer)] == []
    for answer in secure:
        whole(answer)


# Readers and staff


def cookie_of_a_message(text: str) -> str:
    storage = CookieStorage(RequestFactory().get("/"))
    return storage._encode([Message(25, text)])


def test_no_message_no_token_and_no_cookie_is_on_a_public_page(visitors):
    """Whatever cookies a person brings along: the bytes are those of everyone."""
    everyone = Client()
    others = {"nobody": Client(), "staff": Client()}
    others["staff"].force_login(visitors.site["people"]["editor"])
    others["nobody"].cookies["sessionid"] = "x" * 32
    for client in others.values():
        client.cookies["csrftoken"] = "t" * 32
        client.cookies["messages"] = cookie_of_a_message("zqxmessage")
    wrong = []
    for name in PUBLIC:
        where = visitors.address(name, "anonymous")
        for _ in ("not kept", "kept"):
            answer = everyone.get(where)
            body = whole(answer)
            for client in others.values():
                other = client.get(where)
                if whole(other) != body or other.cookies or answer.cookies or "Cookie" in other.get("Vary", ""):
                    wrong.append(name)
        wrong += [name for word in (b"zqxmessage", b"csrf") if word in body]

    assert wrong == []


def test_a_cookie_that_means_nothing_is_not_taken_away_by_a_public_page(site):
    client = Client()
    client.cookies["sessionid"] = "x"

    answer = client.get("/")

    assert (answer.status_code, dict(answer.cookies), answer["Cache-Control"]) == (200, {}, "private, no-cache")


def test_staff_are_never_given_what_is_kept_and_never_leave_any(visitors):
    staff = Client()
    staff.force_login(visitors.site["people"]["superuser"])

    controls = {}
    for name, line in LINES.items():
        where = visitors.address(name, "superuser")
        answer = staff.get(where)
        whole(answer)
        if where.startswith(("/desk", "/admin")) or line.row == "push":
            controls[name] = {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        elif line.row != "picture" and name != "health":
            controls[name] = answer["Cache-Control"] == "private, no-cache"

    assert [name for name, right in controls.items() if not right] == []
    assert len(caches["pages"]._cache) == 0


# Caches on the way


@pytest.fixture
def public_answers(visitors):
    """Name → how to ask for a public address again."""

    def asking(where):
        return lambda method="get", **headers: getattr(Client(headers=headers), method)(where)

    return {name: asking(visitors.address(name, "anonymous")) for name in PUBLIC}


def test_a_head_has_the_headers_of_its_get_and_no_body(public_answers):
    wrong = []
    for name, ask in public_answers.items():
        for _ in ("not kept", "kept"):
            head, get = ask("head"), ask()
            body = whole(get)
            differ = {name for name, _ in set(head.items()) ^ set(get.items())}
            if body == b"" or whole(head) or head.status_code != get.status_code or differ:
                wrong.append((name, head.status_code, differ))

    assert wrong == []


def test_who_has_the_bytes_is_told_so_and_keeps_the_rules(public_answers):
    wrong = []
    for name, ask in public_answers.items():
        for _ in ("not kept", "kept"):
            get = ask()
            whole(get)
            if get.status_code != 200:
                continue
            again = ask(if_none_match=get["ETag"])
            same = ("ETag", "Cache-Control", "Vary", "Last-Modified", "Content-Security-Policy")
            if (again.status_code, whole(again)) != (304, b"") or [h for h in same if again.get(h) != get.get(h)]:
                wrong.append((name, again.status_code, dict(again.items()), dict(get.items())))
            other = ask(if_none_match='"another"')
            if other.status_code != 200 or whole(other) != whole(ask()):
                wrong.append((name, "another"))

    assert wrong == []


def test_each_kind_of_answer_says_who_may_keep_it(public_answers, site):
    controls = {}
    for name, ask in public_answers.items():
        answer = ask()
        whole(answer)
        controls[name] = answer.get("Cache-Control")
        assert answer.get("Vary", "Accept-Encoding") == "Accept-Encoding", name
    of_pictures = controls.pop("picture")
    controls.pop("favicon", None)  # it leads elsewhere

    assert set(controls.values()) == {"public, no-cache"}
    assert of_pictures == "public, max-age=300"
    client = Client()
    others = {
        path: client.get(path).get("Cache-Control")
        for path in (
            "/never-was/",
            "/media/images/never-was.png",
            "/latest/?type=wrong",
            "/desk/",
            "/admin/",
            "/health/",
        )
    }
    assert others == {
        "/never-was/": "no-cache",
        "/media/images/never-was.png": "no-cache",
        "/latest/?type=wrong": "no-cache",
        "/desk/": "private, no-store",
        "/admin/": NEVER,
        "/health/": NEVER,
    }


def test_a_static_file_is_kept_for_ever_under_the_name_of_its_content(settings, tmp_path):
    manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": manifest}
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH, settings.WHITENOISE_USE_FINDERS = tmp_path, False, False
    hashed = "site.0123456789ab.css"
    for name in ("site.css", hashed):
        (tmp_path / name).write_text("body {}")
    (tmp_path / "staticfiles.json").write_text(json.dumps({"version": "1.1", "paths": {"site.css": hashed}}))

    answers = [Client().get(f"/static/{name}") for name in (hashed, "site.css")]

    assert [whole(answer) for answer in answers] == [b"body {}"] * 2
    controls = [answer["Cache-Control"] for answer in answers]
    assert controls == ["max-age=315360000, public, immutable", "max-age=60, public"]
    assert [what_is_wrong_with(answer) for answer in answers] == [[], []]
