"""What machines look for at fixed addresses."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.test_settings import KEY, run

pytestmark = pytest.mark.django_db
FIXED = ["/robots.txt", "/.well-known/security.txt", "/site.webmanifest"]


@pytest.fixture(autouse=True)
def contact(settings):
    settings.CONTACT = "mailto:security@news.example"


def test_robots_are_kept_from_the_staffs_pages_and_led_to_the_sitemaps(client):
    answer = client.get("/robots.txt")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /desk/",
        "",
        "Sitemap: http://testserver/sitemap.xml",
        "Sitemap: http://testserver/sitemap-news.xml",
    ]


def test_security_txt_says_whom_to_tell_for_less_than_a_year(client):
    answer = client.get("/.well-known/security.txt")

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    expires = datetime.fromisoformat(fields.pop("Expires"))
    assert timedelta(days=170) < expires - timezone.now() < timedelta(days=365)
    assert fields == {
        "Contact": "mailto:security@news.example",
        "Preferred-Languages": "en",
        "Canonical": "http://testserver/.well-known/security.txt",
    }


def test_without_a_contact_there_is_no_security_txt(client, settings):
    settings.CONTACT = ""

    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("value", "contact"),
    [
        ("", ""),
        ("a@b.example", "mailto:a@b.example"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("https://b.example/report", "https://b.example/report"),
        ("tel:+49-1-2", "tel:+49-1-2"),
    ],
)
def test_the_contact_becomes_an_address(value, contact):
    show = ["-c", "from newsroom import settings; print(settings.CONTACT)"]

    assert run(*show, SECRET_KEY=KEY, NEWSROOM_CONTACT=value).stdout == f"{contact}\n"


@pytest.mark.parametrize("value", ["me", "http://b.example", "a@b.example\nExpires: never", "mailto:", "a b@c.example"])
def test_a_contact_that_is_none_stops_the_start(value):
    start = run("manage.py", "check", SECRET_KEY=KEY, NEWSROOM_CONTACT=value)

    assert start.stderr.startswith("Newsroom cannot start: NEWSROOM_CONTACT must be")


def test_the_manifest_names_the_site_and_its_icon(client, settings):
    settings.SITE_NAME = "The Paper"
    answer = client.get("/site.webmanifest")

    said = answer.json()

    assert answer["Content-Type"] == "application/manifest+json"
    assert (said["name"], said["start_url"], said["lang"]) == ("The Paper", "/", "en")
    assert re.fullmatch(r"/static/favicon(\.\w+)?\.svg", said["icons"][0]["src"])


def test_pages_name_the_manifest(client):
    assert '<link rel="manifest" href="/site.webmanifest">' in client.get("/").text


def test_who_asks_for_the_icon_without_reading_a_page_is_led_to_it(client):
    answer = client.get("/favicon.ico")

    assert answer.status_code == 302
    assert re.fullmatch(r"/static/favicon(\.\w+)?\.svg", answer["Location"])


@pytest.mark.parametrize("path", [*FIXED, "/favicon.ico"])
def test_they_are_for_reading_and_the_same_for_everyone(client, admin_client, path):
    stranger, staff = client.get(path), admin_client.get(path)

    assert client.post(path).status_code == 405
    assert client.head(path).status_code == stranger.status_code
    assert (stranger.content, stranger.get("ETag")) == (staff.content, staff.get("ETag"))
    assert (stranger.cookies, "Cookie" in stranger.headers.get("Vary", "")) == ({}, False)


@pytest.mark.parametrize("path", FIXED)
def test_who_has_it_gets_304(client, path):
    etag = client.get(path)["ETag"]

    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
