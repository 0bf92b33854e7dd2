"""Two people write one text: what merges, what is refused, and that nothing typed is lost."""

import pytest

from articles import moderation
from articles.desk.article import loading
from articles.models import Article, Event
from tests.desk.article.page import clashes, form_of, page_of, said, sent_of, untouched
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def test_changes_of_different_fields_merge(desk, other):
    article = make_article(title="Old", excerpt="Old")
    sent = untouched(desk, article)
    moderation.edit(article, by=other, version=1, title="Theirs")
    moderation.score(article, by=other, version=2, heat=9)

    answer = desk.post(page_of(article), sent | {"excerpt": "Mine"})

    assert answer.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.excerpt, article.heat, article.version) == ("Theirs", "Mine", 9, 4)
    assert said(answer) == ["Saved: excerpt. Meanwhile colleague changed heat, title; both stand."]


def test_a_change_of_the_same_field_is_refused_with_all_three_values(desk, other):
    article = make_article(title="Old", excerpt="Old", amp_url="")
    sent = untouched(desk, article)
    moderation.edit(article, by=other, version=1, title="Theirs", amp_url="https://amp.example/")

    answer = desk.post(page_of(article), sent | {"title": "Mine", "excerpt": "Mine too"})

    assert answer.status_code == 409
    assert clashes(answer) == [("title", "Old", "Theirs", "Mine")]
    assert [event.by for event in answer.context["conflict"].since] == [other]
    again = sent_of(answer)
    assert (again["version"], again["title"], again["excerpt"]) == ("2", "Mine", "Mine too")
    assert again["amp_url"] == "https://amp.example/"
    assert Article.objects.get().title == "Theirs"


@pytest.mark.parametrize(("choice", "title"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_page_of_the_conflict_saves_what_is_chosen(desk, other, choice, title):
    article = make_article(title="Old", excerpt="Old")
    sent = untouched(desk, article)
    moderation.edit(article, by=other, version=1, title="Theirs")
    again = form_of(desk.post(page_of(article), sent | {"title": "Mine", "excerpt": "Mine"}), "article-form")

    answer = desk.post(page_of(article), again | {"use-title": choice})

    assert answer.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.excerpt) == (title, "Mine")


def test_a_double_click_is_harmless(desk):
    article = make_article(title="Old")
    sent = untouched(desk, article) | {"title": "New"}

    first, second = (desk.post(page_of(article), sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert said(second)[-1] == "This is saved already: the article says just that."
    assert Event.objects.count() == 1


def writing_after_each_read(monkeypatch, module: str, write):
    """Somebody else writes between our reading of an article and our writing of it."""
    find = loading.find_article

    def read_and_be_overtaken(pk):
        article = find(pk)
        if article is not None:
            write(Article.objects.get(pk=pk))
        return article

    monkeypatch.setattr(f"articles.desk.article.{module}.find_article", read_and_be_overtaken)


def test_nothing_typed_is_lost_when_colleagues_are_quicker_again_and_again(desk, other, monkeypatch):
    article = make_article(excerpt="Old", heat=0)
    sent = untouched(desk, article)
    writing_after_each_read(
        monkeypatch, "save", lambda a: moderation.score(a, by=other, version=a.version, heat=a.heat + 1)
    )

    answer = desk.post(page_of(article), sent | {"excerpt": "Mine"})

    assert answer.status_code == 409
    assert "has been changed since you opened it" in answer.context["refused"]
    assert sent_of(answer)["excerpt"] == "Mine"
    assert Article.objects.get().excerpt == "Old"


@pytest.mark.parametrize(("part", "module"), [("", "save"), ("pin/", "actions")])
def test_an_article_that_is_deleted_while_we_write_is_told_to_be_gone(desk, other, monkeypatch, part, module):
    article = make_article()
    sent = untouched(desk, article)
    writing_after_each_read(monkeypatch, module, lambda a: moderation.delete(a, by=other, version=a.version))

    answer = desk.post(page_of(article, part), sent | {"excerpt": "Mine", "pinned": "1"})

    assert answer.status_code == 409
    assert answer.context["event"].by == other
    assert ("excerpt", "Mine") in answer.context["typed"]


def test_a_form_without_a_version_is_refused_and_shown_again(desk):
    article = make_article(title="Old")
    sent = untouched(desk, article) | {"title": "New"}
    del sent["version"]

    answer = desk.post(page_of(article), sent)

    assert answer.status_code == 422
    assert clashes(answer) == [("title", "not known", "Old", "New")]
    assert sent_of(answer)["title"] == "New"
