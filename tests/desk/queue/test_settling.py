"""A field of which a person and the source disagree is settled beside both values."""

import pytest

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, Topic
from tests.desk.disputed import make_disputed
from tests.desk.queue.waiting import make_waiting
from tests.factories import make_article, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

QUEUE = "/desk/queue/"
BOTH = {"ours": {"title": "Ours", "heat": 40}, "theirs": {"title": "Theirs", "heat": "55"}}


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def disputed(tmp_path, editor) -> Article:
    return make_disputed(tmp_path, editor, **BOTH)[0]


def settle(client, article, verb, *names, **data):
    sent = {"version": article.version, "next": f"{QUEUE}?item={article.pk}", "names": names} | data
    return client.post(f"/desk/articles/{article.pk}/{verb}/", sent)


def facts(article) -> tuple:
    article.refresh_from_db()
    return article.title, article.heat, article.conflicts, article.queue


@pytest.mark.parametrize(
    ("verb", "names", "expected"),
    [
        ("keep", [], ("Ours", 40, [], "")),
        ("take", [], ("Theirs", 55, [], "")),
        ("keep", ["title"], ("Ours", 40, ["heat"], "conflict")),
        ("take", ["title"], ("Theirs", 40, ["heat"], "conflict")),
        ("take", ["heat"], ("Ours", 55, ["title"], "conflict")),
    ],
)
def test_what_is_settled_is_one_step_and_is_undone_as_one(as_editor, disputed, verb, names, expected):
    before, version, events = facts(disputed), disputed.version, Event.objects.count()

    settle(as_editor, disputed, verb, *names)

    assert facts(disputed) == expected
    assert (disputed.version, Event.objects.count()) == (version + 1, events + 1)
    as_editor.post(f"/desk/events/{Event.objects.latest('pk').pk}/undo/")
    assert facts(disputed) == before


def test_after_the_last_conflict_the_next_article_is_shown(as_editor, tmp_path, editor):
    first, second = make_disputed(tmp_path, editor, 2, **BOTH)
    moderation.claim(first, by=editor)

    one = settle(as_editor, first, "keep", "title", part="1")
    first.refresh_from_db()
    other = settle(as_editor, first, "keep", "heat", part="1")

    assert (one["X-Item"], one.get("X-Settled")) == (str(first.pk), None)
    assert (other["X-Item"], other["X-Settled"]) == (str(second.pk), "settled")
    first.refresh_from_db()
    assert first.claimed_by is None


def test_an_article_that_waits_for_a_decision_too_stays_open(as_editor, tmp_path, editor):
    (article,) = make_disputed(tmp_path, editor, reviewed=False)

    answer = settle(as_editor, article, "take")

    assert answer.url == f"{QUEUE}?item={article.pk}"
    article.refresh_from_db()
    assert (article.heat, article.queue) == (55, "pending")


def test_lists_and_links_are_taken_with_the_rest_in_one_step(as_editor, tmp_path, editor):
    (article,) = make_disputed(
        tmp_path,
        editor,
        ours={"topics": [make_topic("Ours")], "related": [{"url": "https://ours.example/"}], "images": []},
        theirs={
            "topics": "[Harbour]",
            "related": "[{webUrl: 'https://theirs.example/'}]",
            "images": "[{url: 'https://p.example/1.jpg'}]",
        },
    )
    disputed, events = set(article.conflicts), Event.objects.count()

    settle(as_editor, article, "take")

    article.refresh_from_db()
    assert disputed >= {"topics"}
    assert (article.conflicts, Event.objects.count()) == ([], events + 1)
    assert [topic.name for topic in article.ordered_topics] == ["Harbour"]


def test_a_refusal_creates_nothing_of_what_the_source_names(as_editor, tmp_path, editor, make_user):
    (article,) = make_disputed(tmp_path, editor, ours={"topics": [make_topic("Ours")]}, theirs={"topics": "[Harbour]"})
    Topic.objects.filter(name="Harbour").delete()
    moderation.claim(article, by=make_user("Editors", username="anne"))

    answer = settle(as_editor, article, "take")

    assert answer.status_code == 409
    assert not Topic.objects.filter(name="Harbour").exists()


def test_what_the_source_takes_back_is_no_conflict_of_a_field(as_editor):
    article = make_waiting(published=True, conflicts=["removed", "published"])

    answers = [settle(as_editor, article, verb, part="1") for verb in ("keep", "take")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "has no conflict with its source" in answers[0].text
    assert facts(article)[2] == ["removed", "published"]


def test_without_a_document_ours_can_be_kept_only(as_editor):
    article = make_waiting(title="Ours", conflicts=["title"])

    page = as_editor.get(f"{QUEUE}?item={article.pk}&part=item")
    taken, kept = (settle(as_editor, article, verb).status_code for verb in ("take", "keep"))

    (conflict,) = page.context["item"].conflicts
    assert (conflict.difference.before, conflict.can_take) == ([("Ours", False)], False)
    assert (taken, kept) == (422, 302)
    assert facts(article)[2] == []


@pytest.mark.parametrize(("verb", "wanted"), [("keep", "keep ours"), ("take", "take the source’s")])
def test_whoever_is_too_late_sees_both_values(as_editor, disputed, make_user, verb, wanted):
    anne = make_user("Editors", username="anne")
    moderation.edit(Article.objects.get(), by=anne, version=disputed.version, title="Anne’s")

    answer = settle(as_editor, disputed, verb, "title", part="1")

    assert answer.status_code == 409
    values = [(f.label, f.seen_value, f.current_value, f.wanted) for f in answer.context["fields"]]
    assert ("title", "Ours", "Anne’s", wanted) in values
    assert [event.by for event in answer.context["since"]] == [anne]
    assert facts(disputed)[:3] == ("Anne’s", 40, ["heat"])


def test_the_form_for_another_try_is_about_the_same_field(as_editor, disputed, make_user):
    moderation.note(disputed, by=make_user("Editors", username="anne"), version=disputed.version, notes="Hm")
    disputed.version -= 1

    page = settle(as_editor, disputed, "keep", "title", part="1").text

    again = page[page.index('class="again"') :]
    assert '<input type="hidden" name="names" value="title"' in again
    assert "Keep ours all the same" in again


@pytest.mark.parametrize("names", [["nonsense"], ["removed"], ["title", "secured"]])
def test_fields_that_no_source_gives_are_refused(as_editor, disputed, names):
    before = facts(disputed)

    answers = [settle(as_editor, disputed, verb, *names).status_code for verb in ("keep", "take")]

    assert (answers, facts(disputed)) == ([422, 422], before)


def test_moderators_see_both_values_and_are_offered_no_button(client, moderator, disputed):
    client.force_login(moderator)

    page = client.get(f"{QUEUE}?item={disputed.pk}")

    assert [conflict.difference.name for conflict in page.context["item"].conflicts] == ["title", "heat"]
    assert "An editor settles this" in page.text
    assert "data-digit=" not in page.text
    assert [settle(client, disputed, verb).status_code for verb in ("keep", "take")] == [403, 403]


def test_what_the_source_and_colleagues_say_stands_above_what_decides(as_editor, disputed, make_user):
    moderation.note(disputed, by=make_user("Editors", username="anne"), version=disputed.version, notes="Wait for noon")

    page = as_editor.get(f"{QUEUE}?item={disputed.pk}&part=item").text
    places = [
        page.index(part)
        for part in ('id="item-source"', "Wait for noon", 'id="item-history"', 'id="step"', 'id="item-colleagues"')
    ]

    assert page.index('id="item-source"') < page.index('id="item-history"') < page.index("Wait for noon")
    assert max(places[:3]) < min(places[3:])


def test_an_item_without_a_conflict_has_no_form_for_one(as_editor):
    page = as_editor.get(f"{QUEUE}?item={make_article().pk}&part=item").text

    assert 'id="settle"' not in page


@pytest.mark.parametrize("verb", ["keep", "take"])
def test_what_the_source_says_anew_is_looked_at_before_it_is_settled(as_editor, tmp_path, editor, verb):
    (article,) = make_disputed(tmp_path, editor, ours={"title": "Ours"}, theirs={"title": "Theirs"})
    seen = as_editor.get(f"{QUEUE}?item={article.pk}&part=item").context["item"].source
    anew = document(title="Theirs, anew", heat="10", quality="5", webUrl="https://news.example/0")
    import_documents([write(tmp_path, {"disputed/000.md": anew})])

    refused = settle(as_editor, article, verb, part="1", source=seen)
    again = refused.context["item"].source
    settled = settle(as_editor, article, verb, part="1", source=again)

    # The same version would do: of the article itself nothing has changed.
    assert (refused.status_code, settled.status_code) == (422, 200)
    assert "The source has changed what it says" in refused.text
    (conflict,) = refused.context["item"].conflicts
    assert "anew" in " ".join(text for text, _ in conflict.difference.after)
    assert facts(article)[0] == {"keep": "Ours", "take": "Theirs, anew"}[verb]
