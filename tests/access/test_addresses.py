"""Rows of the access matrix about what is in a page's address, not about the page."""

import pytest

from tests.access.visitors import ROLES, agrees, expected_of, said

pytestmark = pytest.mark.django_db


def test_addresses_of_readers_answer_as_the_matrix_says(visitors):
    site = visitors.site
    addresses = {
        "old slug": ["/articles/as-it-was-called/"],
        "no story": [f"/stories/{site[name]}/" for name in ("slug", "visible_slug", "withdrawn_slug")],
        "moved story": ["/stories/told-too/", "/stories/as-it-was-told/", "/stories/covered-once/"],
        "duplicate": ["/articles/told-twice/"],
        "covered": ["/articles/covered-once/"],
        "withdrawn": [f"/articles/{site['withdrawn_slug']}/"],
        "hidden": [f"/articles/{site['slug']}/", "/articles/nobody-wrote-this/"],
        "hidden vocabulary": [
            f"/topics/{site['hidden_topic']}/",
            f"/providers/{site['hidden_domain']}/",
            f"/topics/{site['hidden_topic']}/feed.rss",
            f"/providers/{site['hidden_domain']}/feed.json",
            f"/api/news/{site['hidden_topic']}/index.json",
        ],
        "picture": [f"/media/{site['picture']}"],
        "hidden picture": [f"/media/{site['hidden_picture']}"],
        "import of another": [f"/desk/imports/{site['uploads']['anonymous']}/"],
    }

    wrong = [
        (row, address, role, expected_of(row, role), got)
        for row, of_row in addresses.items()
        for address in of_row
        for role in ROLES
        if not agrees(expected_of(row, role), got := said(visitors.ask(role, "GET", address)))
    ]

    assert not wrong, "\n".join(map(str, wrong))


def test_a_hidden_article_looks_like_one_that_never_was(visitors):
    def page(role, slug):
        answer = visitors.ask(role, "GET", f"/articles/{slug}/")
        return answer.body, sorted(answer.items())

    for role in ROLES:
        assert page(role, visitors.site["slug"]) == page(role, "nobody-wrote-this"), role


def test_a_hidden_picture_is_kept_by_nobody(visitors):
    address = f"/media/{visitors.site['hidden_picture']}"

    controls = [visitors.ask(role, "GET", address)["Cache-Control"] for role in ("moderator", "editor", "superuser")]

    assert controls == ["private, no-store"] * 3
