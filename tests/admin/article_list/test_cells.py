"""Cells of the list: what is saved, what a colleague's change refuses, and when a reason is asked for."""

import html5lib
import pytest
from django.urls import reverse

from articles import moderation
from articles.models import Event
from tests.admin.article_list.rows import facts, row, save
from tests.factories import make_article

CELLS = reverse("admin:articles_article_cells")


def test_list_saves_flag_quality_and_heat_of_several_rows(desk):
    first, second, third = make_article(), make_article(quality=3), make_article()

    response = save(desk, row(first, published=True), row(second, quality=9, heat=40), row(third))

    assert response.status_code == 302
    assert [facts(a) for a in (first, second, third)] == [(True, 0, -1, 2), (False, 9, 40, 2), (False, 0, -1, 1)]
    assert {(e.verb, e.by.username, e.channel) for e in Event.objects.all()} == {
        ("publish", "moderators", "admin"),
        ("score", "moderators", "admin"),
    }
    assert Event.objects.values("batch").distinct().count() == 1


def test_list_refuses_a_row_that_a_colleague_changed_and_keeps_what_was_typed(desk, other):
    article = make_article(quality=3)
    seen = row(article, quality=9)
    moderation.score(article, by=other, version=1, quality=5)

    response = save(desk, seen)

    assert response.status_code == 409
    assert facts(article) == (False, 5, -1, 2)
    (shown,) = response.context["rows"]
    assert [(cell.label, cell.seen_value, cell.current_value) for cell in shown.cells] == [("Quality", "3", "5")]
    assert f'name="row-{article.pk}-quality" value="9"' in response.text
    assert "colleague" in response.text


def test_a_stale_row_can_be_sent_again_on_the_version_that_is_shown(desk, other):
    article = make_article(quality=3)
    seen = row(article, quality=9)
    moderation.score(article, by=other, version=1, quality=5, heat=50)
    page = save(desk, seen)

    response = desk.post(CELLS, fields_of(page))

    assert response.status_code == 302
    assert facts(article) == (False, 9, 50, 3)


def fields_of(page) -> dict[str, str]:
    """What a browser would send from the form of a page, untouched."""
    document = html5lib.parse(page.text, namespaceHTMLElements=False)
    form = next(f for f in document.iter("form") if "decisions" in f.get("class", ""))
    sent = {}
    for field in form.iter("input"):
        if field.get("type") in ("submit", None) or (field.get("type") == "checkbox" and field.get("checked") is None):
            continue
        sent[field.get("name")] = field.get("value", "on" if field.get("type") == "checkbox" else "")
    for field in form.iter("select"):
        sent[field.get("name")] = next(
            (o.get("value") for o in field.iter("option") if o.get("selected") is not None), ""
        )
    for field in form.iter("textarea"):
        sent[field.get("name")] = (field.text or "").removeprefix("\n")
    return sent


def test_an_untouched_cell_never_overwrites_a_colleagues_value(desk, other):
    article = make_article(quality=3)
    seen = row(article)
    moderation.score(article, by=other, version=1, quality=5)

    response = save(desk, seen)

    assert response.status_code == 302
    assert facts(article) == (False, 5, -1, 2)


def test_list_saves_the_good_rows_and_asks_about_the_stale_one(desk, other):
    good, stale = make_article(), make_article()
    sent = row(good, heat=7), row(stale, heat=8)
    moderation.score(stale, by=other, version=1, heat=20)

    response = save(desk, *sent)

    assert response.status_code == 409
    assert (facts(good), facts(stale)) == ((False, 0, 7, 2), (False, 0, 20, 2))
    assert [str(message) for message in response.context["messages"]] == ["1 article saved."]
    assert [row.pk for row in response.context["rows"]] == [stale.pk]


def test_withdrawing_in_the_list_asks_for_the_reason_and_keeps_what_was_typed(desk):
    article = make_article(published=True, quality=3)

    page = save(desk, row(article, published=False, quality=4))

    assert page.status_code == 200
    assert facts(article) == (True, 3, -1, 1)
    sent = fields_of(page) | {"all-reason": "wrong", "all-note": "The numbers are made up."}
    assert desk.post(CELLS, sent).status_code == 302
    assert facts(article) == (False, 4, -1, 3)
    event = Event.objects.get(verb="withdraw")
    assert (event.reason.slug, event.note) == ("wrong", "The numbers are made up.")


def test_the_page_that_asks_for_a_reason_insists_on_it(desk):
    article = make_article(published=True)
    page = save(desk, row(article, published=False))

    response = desk.post(CELLS, fields_of(page) | {"all-note": "Because."})

    assert response.status_code == 422
    assert facts(article) == (True, 0, -1, 1)
    assert "Because." in response.text


def test_a_row_on_which_the_reason_was_awaited_is_refused_when_it_changed_meanwhile(desk, other):
    article = make_article(published=True)
    page = save(desk, row(article, published=False))
    moderation.score(article, by=other, version=1, heat=9)

    response = desk.post(CELLS, fields_of(page) | {"all-reason": "wrong"})

    assert response.status_code == 409
    assert facts(article) == (True, 0, 9, 2)
    assert '<option value="wrong" selected>' in response.text


def test_list_refuses_a_row_without_a_version(desk):
    article = make_article()

    sent = row(article, heat=5)
    del sent[f"row-{article.pk}-version"]
    response = save(desk, sent)

    assert response.status_code == 422
    assert facts(article) == (False, 0, -1, 1)


@pytest.mark.parametrize("typed", ["-5", "many", "", "99999999999"])
def test_list_refuses_a_score_that_is_none_and_shows_it_again(desk, typed):
    article = make_article()

    response = save(desk, row(article, quality=typed))

    assert response.status_code == 422
    assert facts(article) == (False, 0, -1, 1)
    assert f'value="{typed}"' in response.text or typed == ""


def test_a_row_of_a_deleted_article_is_told_apart(desk, other):
    article = make_article()
    sent = row(article, heat=5)
    moderation.delete(article, by=other, version=1)

    response = save(desk, sent)

    assert response.status_code == 409
    assert "The article has been deleted." in response.text


def test_the_flag_and_the_scores_of_a_row_are_edited_in_the_list(client, moderator):
    article = make_article(title="Tram", flag="A colleague's words")
    client.force_login(moderator)

    page = client.get("/admin/articles/article/").content.decode()

    for name in ("published", "quality", "heat"):
        assert f'name="row-{article.pk}-{name}"' in page
