"""Conflicts with the source are settled on many articles at once, and taken back at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, Topic
from articles.moderation import bulk
from articles.moderation.content_verbs import TakeSource
from tests.desk.bulk.preview import confirm, left, look
from tests.desk.disputed import make_disputed
from tests.factories import make_article, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def heats() -> set[tuple[int, str]]:
    return set(Article.objects.filter(path__startswith="disputed/").values_list("heat", "queue"))


@pytest.mark.parametrize(("action", "heat"), [("keep", 40), ("take", 55)])
def test_fifty_conflicts_of_scores_are_settled_by_four_requests_and_undone_by_one(
    as_editor, editor, tmp_path, action, heat
):
    make_disputed(tmp_path, editor, 50)
    assert heats() == {(40, "conflict")}

    page = as_editor.post("/desk/bulk/", {"action": action, "all": "1", "filter": "reason=conflict"})
    done = confirm(as_editor, page)

    assert heats() == {(heat, "")}
    (batch,) = set(Event.objects.filter(channel="bulk").values_list("batch", flat=True))
    assert Event.objects.filter(batch=batch).count() == 50
    assert as_editor.get(done.url).context["undoable"]
    as_editor.post(f"/desk/batches/{batch}/undo/")
    assert heats() == {(40, "conflict")}


@pytest.mark.parametrize(
    ("action", "told"),
    [("keep", "40 stays, not 55"), ("take", "40 → becomes 55")],
)
def test_the_preview_shows_both_values_and_writes_nothing(as_editor, editor, tmp_path, action, told):
    article, *_ = make_disputed(tmp_path, editor, 2)
    before = list(Article.objects.order_by("pk").values())

    page = look(as_editor, action, article)

    (shown,) = page.context["first"]
    (difference,) = shown.differences
    assert (difference.label, difference.before, difference.after) == ("heat", [("40", True)], [("55", True)])
    assert told in " ".join(strip_tags(page.text).split())
    assert list(Article.objects.order_by("pk").values()) == before


def test_what_has_no_conflict_is_left_alone_and_named(as_editor, editor, tmp_path):
    (disputed,) = make_disputed(tmp_path, editor)
    plain, undocumented = make_article(title="Plain"), make_article(title="Undocumented", conflicts=["title"])
    taken_back = make_article(title="Taken back", published=True, conflicts=["removed"])

    kept, taken = (
        left(look(as_editor, action, disputed, plain, undocumented, taken_back)) for action in ("keep", "take")
    )

    none = "Has no conflict with its source."
    assert kept == {"Plain": none, "Taken back": none}
    assert taken == kept | {"Undocumented": "Has no conflict that its document could settle."}


def test_a_preview_creates_no_topic_that_a_document_names(as_editor, editor, tmp_path):
    (article,) = make_disputed(tmp_path, editor, ours={"topics": [make_topic("Ours")]}, theirs={"topics": "[Harbour]"})
    Topic.objects.filter(name="Harbour").delete()

    page = look(as_editor, "take", article)
    before = Topic.objects.filter(name="Harbour").exists()
    confirm(as_editor, page)

    assert (page.context["doable"], before) == (1, False)
    assert [topic.name for topic in article.ordered_topics] == ["Harbour"]


def test_what_a_colleague_settled_after_the_preview_is_refused_and_shown(as_editor, editor, tmp_path, make_user):
    first, second = make_disputed(tmp_path, editor, 2)
    page = look(as_editor, "take", first, second)
    anne = make_user("Editors", username="anne")
    moderation.keep(second, by=anne, version=second.version, names=["heat"])

    answer = confirm(as_editor, page)

    assert [(row.title, row.why) for row in answer.context["refused"]] == [
        ("Harbour 001", "Has been changed since you opened it.")
    ]
    assert heats() == {(55, ""), (40, "")}


def test_moderators_are_not_offered_it(client, moderator, editor, tmp_path):
    (article,) = make_disputed(tmp_path, editor)
    client.force_login(moderator)

    page = client.get("/desk/queue/").text

    assert 'value="keep"' not in page
    assert 'value="take"' not in page
    assert [look(client, action, article).status_code for action in ("keep", "take")] == [403, 403]


def test_the_queries_do_not_grow_with_the_articles(as_editor, editor, tmp_path):
    articles = make_disputed(tmp_path, editor, 12)
    numbers = []
    for some in (articles[:2], articles[2:]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            confirm(as_editor, look(as_editor, "take", *some))
        numbers.append(len(queries))

    assert numbers[0] == numbers[1]


def test_the_verb_is_not_carried_out_without_the_values_of_the_documents(editor):
    article = make_article(conflicts=["title"])

    with pytest.raises(TypeError):
        bulk.carry_out([(article.pk, 1)], TakeSource(), by=editor)


def test_what_a_source_says_anew_after_the_preview_is_shown_first(as_editor, editor, tmp_path):
    articles = make_disputed(tmp_path, editor, 2)
    page = look(as_editor, "take", *articles)
    anew = document(title="Harbour 000", heat="66", quality="5", webUrl="https://news.example/0")
    import_documents([write(tmp_path, {"disputed/000.md": anew})])

    again = confirm(as_editor, page, sources=page.context["sources"])
    before = heats()
    confirm(as_editor, again, sources=again.context["sources"])

    assert again.status_code == 422
    assert "The source has changed what it says of some of them" in again.text
    assert (before, heats()) == ({(40, "conflict")}, {(66, ""), (55, "")})
