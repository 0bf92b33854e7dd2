"""The article page knows the list of the queue that it was opened from, and keeps it."""

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlencode

import pytest

from articles import moderation
from tests.desk.article.page import page_of, sent_of
from tests.factories import make_article

pytestmark = pytest.mark.django_db

LIST = "reason=pending&order=oldest&words=storm"


@pytest.fixture
def storms(db):
    return [make_article(title=f"Storm {n}", published_at=datetime(2021, 1, n, tzinfo=UTC)) for n in (1, 2, 3)]


def opened(article, query=LIST):
    return page_of(article) + "?" + urlencode({"list": f"{query}&item={article.pk}"})


def test_the_place_survives_save_and_decision_and_leads_on_from_there(desk, editor, storms):
    first, second, third = storms
    page = desk.get(opened(second))

    saved = desk.post(page.context["here"], sent_of(page) | {"title": "Another", "decide": "publish"}, follow=True)

    assert saved.redirect_chain == [(page.context["here"], 302)]
    assert saved.context["back"] == f"/desk/queue/?reason=pending&words=storm&order=oldest&item={second.pk}"
    assert saved.context["next_in_list"].startswith(page_of(third))
    assert saved.context["previous_in_list"].startswith(page_of(first))


def test_a_conflict_keeps_the_place(desk, other, storms):
    page = desk.get(opened(storms[0]))
    moderation.edit(storms[0], by=other, version=1, title="Theirs")

    answer = desk.post(page.context["here"], sent_of(page) | {"title": "Mine"})

    assert (answer.status_code, answer.context["here"]) == (409, page.context["here"])


@pytest.mark.parametrize(
    "query",
    ["", "reason=nonsense", "next=https://evil.example/", "words=" + "x" * 2000, "order=%00", "state=published&x=1"],
)
def test_what_is_no_list_of_ours_is_no_place(desk, storms, query):
    answer = desk.get(page_of(storms[0]) + "?" + urlencode({"list": query}))

    assert (answer.status_code, answer.context.get("place")) == (200, None)


def test_a_cursor_that_cannot_be_read_is_left_aside(desk, storms):
    answer = desk.get(opened(storms[0], LIST + "&at=nonsense_1&after=nonsense"))

    assert answer.context["next_in_list"].startswith(page_of(storms[1]))


def test_the_queue_opens_the_page_with_its_list(desk, storms):
    text = desk.get(f"/desk/queue/?{LIST}&item={storms[1].pk}").text

    address = unescape(re.search(r'data-edit="([^"]+)"', text)[1])
    assert desk.get(address).context["previous_in_list"].startswith(page_of(storms[0]))
