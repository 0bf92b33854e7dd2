"""What the source says is shown beside ours, and taken or turned down."""

import pytest
from django.contrib.auth.models import User

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, Topic
from tests.desk.article.page import page_of, sent_of, untouched
from tests.factories import make_article
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(tmp_path) -> Article:
    import_documents([write(tmp_path, {"a.md": document(title="The source’s title")})])
    return Article.objects.get()


def test_a_field_that_differs_shows_what_the_source_says_and_takes_it(desk, other, imported):
    moderation.edit(imported, by=other, version=1, title="Ours", excerpt="Ours")
    page = desk.get(page_of(imported))
    assert {name: text for name, text in page.context["source_values"].items() if name in ("title", "slug")} == {
        "title": "The source’s title"
    }

    answer = desk.post(page_of(imported, "adopt/"), {"version": 2, "field": "title"})

    assert answer.status_code == 302
    imported.refresh_from_db()
    assert (imported.title, imported.excerpt) == ("The source’s title", "Ours")


def test_taking_the_sources_value_keeps_what_else_was_typed(desk, other, imported):
    moderation.edit(imported, by=other, version=1, title="Ours")
    sent = untouched(desk, imported) | {"excerpt": "Half typed", "field": "title"}

    answer = desk.post(page_of(imported, "adopt/"), sent)

    assert answer.status_code == 200
    again = sent_of(answer)
    assert (again["title"], again["excerpt"], again["version"]) == ("The source’s title", "Half typed", "2")
    assert Article.objects.get().excerpt != "Half typed"
    assert desk.post(page_of(imported), again).status_code == 302
    imported.refresh_from_db()
    assert (imported.title, imported.excerpt) == ("The source’s title", "Half typed")


def test_a_conflict_with_the_source_is_settled_by_keeping_ours(desk, other, imported, tmp_path):
    moderation.edit(imported, by=other, version=1, title="Ours")
    import_documents([write(tmp_path, {"a.md": document(title="Theirs, anew")})])
    imported.refresh_from_db()
    assert (imported.conflicts, imported.queue) == (["title"], "conflict")
    assert desk.get(page_of(imported)).context["unsettled"] == [("title", "title", "Theirs, anew")]

    answer = desk.post(page_of(imported, "adopt/"), {"version": imported.version, "keep": "title"})

    assert answer.status_code == 302
    imported.refresh_from_db()
    assert (imported.title, imported.conflicts, imported.queue) == ("Ours", [], "pending")
    assert Event.objects.latest("pk").after == {"conflicts": []}


def test_what_is_refused_takes_nothing_from_the_source(desk, other, tmp_path):
    import_documents([write(tmp_path, {"a.md": document(topics="[Harbour]")})])
    article = Article.objects.get()
    moderation.edit(article, by=other, version=1, topics=[])
    Topic.objects.all().delete()
    moderation.claim(article, by=other)

    answer = desk.post(page_of(article, "adopt/"), {"version": 2, "field": "topics"})

    assert answer.status_code == 409
    assert not Topic.objects.exists()


def test_an_article_is_given_to_those_only_who_could_take_it(desk, make_user, moderator):
    away = make_user("Moderators", username="away")
    User.objects.filter(pk=away.pk).update(is_staff=False)

    choices = dict(desk.get(page_of(make_article())).context["colleagues"]["assigned_to"].field.choices)
    assert (moderator.username in choices, away.username in choices) == (True, False)


def test_the_flag_is_taken_from_no_source(desk, imported):
    answer = desk.post(page_of(imported, "adopt/"), {"version": 1, "field": ["published", "secured"]})

    assert answer.status_code == 422
    assert not Event.objects.filter(by__isnull=False).exists()


def test_what_the_source_and_colleagues_did_stands_above_what_decides(desk, other, imported, tmp_path):
    moderation.edit(imported, by=other, version=1, title="Ours")
    import_documents([write(tmp_path, {"a.md": document(title="Theirs, anew")})])

    page = desk.get(page_of(imported)).text
    parts = [
        page.index(part) for part in ('id="source_conflict"', 'class="state-bar"', 'id="last_title"', "scores_title")
    ]

    assert parts == sorted(parts)
