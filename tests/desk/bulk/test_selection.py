"""What is selected: row by row, all that match a filter, no more than one request can do."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Event
from tests.desk.bulk.preview import BULK, CONFIRM, confirm, look, picks
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def test_all_that_match_the_filter_are_decided_on_across_pages(as_moderator):
    for n in range(60):
        make_article(type="video" if n % 2 else "article")

    page = as_moderator.post(BULK, {"action": "publish", "all": "1", "filter": "type=video", "next": "/desk/queue/"})
    confirm(as_moderator, page)

    assert page.context["number"] == 30
    assert set(Article.objects.filter(state="published").values_list("type", flat=True)) == {"video"}
    assert Article.objects.filter(state="published").count() == 30


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"all": "1", "filter": "type=nonsense"}, "A choice of the filter is not possible"),
        ({"all": "1", "filter": "quality_from=x"}, "A choice of the filter is not possible"),
        ({"all": "1", "filter": "type=podcast"}, "No article matches"),
        ({}, "No article was selected."),
        ({"selected": ["1"]}, "which versions"),
        ({"selected": ["1:x", "2:1"]}, "which versions"),
    ],
)
def test_a_selection_that_is_none_is_refused(as_moderator, data, says):
    make_article()

    answer = as_moderator.post(BULK, {"action": "publish"} | data)

    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_no_more_are_taken_than_one_request_can_do(as_moderator, monkeypatch):
    monkeypatch.setattr("articles.desk.bulk.selection.MOST_AT_ONCE", 2)
    for _ in range(3):
        make_article()

    everything = as_moderator.post(BULK, {"action": "publish", "all": "1"})
    by_hand = as_moderator.post(BULK, {"action": "publish", "selected": picks(*Article.objects.all())})

    assert [everything.status_code, by_hand.status_code] == [422, 422]
    assert "These are more than 2 articles" in everything.content.decode()


def test_the_form_of_five_thousand_fits_into_a_request(as_moderator):
    text = " ".join(f"{10**6 + n}:1" for n in range(5000))

    answer = as_moderator.post(CONFIRM, {"action": "publish", "selected": text, "picks": text})

    assert (answer.status_code, len(answer.context["refused"])) == (200, 5000)


def test_a_thousand_take_as_many_queries_as_ten(as_moderator, moderator):
    provider = make_article().provider

    def decide(number):
        Article.objects.bulk_create(
            Article(
                title=f"Article {n}",
                slug=f"of-{number}-{n}",
                path=f"{number}/{n}.md",
                web_url=f"https://a.example/{number}/{n}",
                canonical_url=f"https://a.example/{number}/{n}",
                published_at="2021-01-01T00:00Z",
                provider=provider,
            )
            for n in range(number)
        )
        chosen = Article.objects.filter(path__startswith=f"{number}/")
        counted = []
        with CaptureQueriesContext(connection) as captured:
            page = look(as_moderator, "reject", *chosen)
        counted.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            answer = confirm(as_moderator, page, reason="wrong")
        counted.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            as_moderator.get(answer.url)
        counted.append(len(captured))
        batch = re.search(r"bulk/([^/]+)/", answer.url)[1]
        with CaptureQueriesContext(connection) as captured:
            assert as_moderator.post(f"/desk/batches/{batch}/undo/").status_code == 302
        return [*counted, len(captured)]

    ten, thousand = decide(10), decide(1000)

    assert Event.objects.filter(verb="undo").count() == 1010
    # Writes go in parts, of which a thousand rows make a few.
    assert all(many <= few + 25 for few, many in zip(ten, thousand, strict=True)), (ten, thousand)


def test_what_is_left_out_of_the_preview_is_not_decided(as_moderator):
    meant, out, behind = make_article(title="Meant"), make_article(title="Out"), make_article(title="Behind")
    page = look(as_moderator, "publish", meant, out, behind)
    # `behind` is in the selection and not among those that the page shows: it has no tick to take away.
    sent = {"shown": f"{meant.pk} {out.pk}", "keep": [str(meant.pk)]}

    assert re.findall(r'name="keep" value="(\d+)"[^>]* checked', page.content.decode()) == [
        str(article.pk) for article in (meant, out, behind)
    ]
    confirm(as_moderator, page, **sent)

    assert set(Article.objects.filter(published=True)) == {meant, behind}


def test_a_form_that_is_refused_keeps_what_was_left_out(as_moderator):
    meant, out = make_article(), make_article()
    page = look(as_moderator, "reject", meant, out)

    answer = confirm(as_moderator, page, shown=f"{meant.pk} {out.pk}", keep=[str(meant.pk)])

    assert answer.status_code == 422
    assert (answer.context["out"], answer.context["number"], answer.context["doable"]) == ({out.pk}, 1, 2)


@pytest.mark.parametrize("keep", [[], ["nonsense", "9" * 40]])
def test_where_all_are_left_out_nothing_is_decided(as_moderator, keep):
    article = make_article()
    page = look(as_moderator, "publish", article)

    answer = confirm(as_moderator, page, shown=f"{article.pk} {'9' * 40} x", keep=keep)

    assert (answer.status_code, "You left out all of them" in answer.text) == (422, True)
    assert not Article.objects.filter(published=True).exists()
