"""Which answers are packed, and for whom."""

import gzip

import pytest
from django.core.cache import caches

from tests.factories import make_article

pytestmark = pytest.mark.django_db


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
