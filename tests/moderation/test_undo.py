"""One decision is taken back, or the undo is refused with its reason."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, ArticleImage, Event, Reason
from articles.moderation import Why
from articles.moderation.refusals import Claimed, Impossible, NotAllowed, Overtaken, Refused, UndoneAlready
from articles.moderation.undo import with_undoable
from tests.factories import make_article, make_provider, make_topic
from tests.importing.documents_by_hand import document, write
from tests.moderation.full_article import full_article, whole

HOUR = timedelta(hours=1)


def why() -> Why:
    return Why(Reason.objects.get(slug="wrong"), "The study says the opposite.")


def links_now(article: Article) -> list[dict]:
    return [{"pk": link.pk} for link in article.related.all()]


DONE = {
    "publish": lambda row, **seen: moderation.publish(row, **seen),
    "reject": lambda row, **seen: moderation.reject(row, why=why(), **seen),
    "score": lambda row, **seen: moderation.score(row, quality=9, heat=-1, **seen),
    "schedule": lambda row, **seen: moderation.schedule(row, publish_at=timezone.now() + HOUR, expires_at=None, **seen),
    "text": lambda row, **seen: moderation.edit(
        row,
        title="New",
        slug="new-slug",
        web_url="https://news.example/new",
        published_at=timezone.now(),
        provider=make_provider(),
        body="Text",
        **seen,
    ),
    "topics": lambda row, **seen: moderation.edit(
        row, topics=[make_topic("Cats"), row.ordered_topics[1]], images=row.ordered_images[::-1], **seen
    ),
    "captions": lambda row, **seen: moderation.edit(
        row, images=[ArticleImage(image=image, title="An owl") for image in row.ordered_images[:1]], **seen
    ),
    "hidden": lambda row, **seen: moderation.curate(row, related=links_now(row)[1:2], **seen),
    "order": lambda row, **seen: moderation.curate(
        row, related=[{"url": "https://new.example/"}, *links_now(row)[::-1]], **seen
    ),
    "addresses": lambda row, **seen: moderation.curate(
        row,
        related=[
            item | {"url": f"https://new.example/{number}", "hidden": False}
            for number, item in enumerate(links_now(row))
        ],
        **seen,
    ),
    "note": lambda row, **seen: moderation.note(row, notes="New", **seen),
    "flag": lambda row, **seen: moderation.flag(row, why="", **seen),
    "assign": lambda row, **seen: moderation.assign(row, to=seen["by"], **seen),
    "duplicate": lambda row, **seen: moderation.mark_duplicate(row, of=None, **seen),
}


@pytest.mark.parametrize("verb", DONE)
def test_undo_brings_back_all_that_the_event_changed(verb, editor):
    article = full_article()
    before = whole(article)
    event = DONE[verb](article, by=editor, version=1)
    assert whole(article) != before
    assert moderation.is_undoable(event)

    undo = moderation.undo(event, by=editor)

    assert whole(article) == before
    assert (undo.verb, undo.undoes, undo.by, undo.version) == ("undo", event, editor, 3)
    assert (undo.before, undo.after) == (event.after, event.before)
    assert not moderation.is_undoable(event)
    assert not moderation.is_undoable(undo)


@pytest.mark.parametrize("verb", ["publish", "withdraw", "reopen", "pin", "unpin"])
def test_undo_of_what_happens_to_a_live_article(verb, editor):
    article = make_article(
        published=True,
        reviewed_by=None if verb == "publish" else editor,
        pinned_at=timezone.now() if verb == "unpin" else None,
        publish_at=timezone.now() + HOUR,
    )
    before = whole(article)
    event = {
        "publish": moderation.publish,
        "withdraw": lambda row, **seen: moderation.withdraw(row, why=why(), **seen),
        "reopen": moderation.reopen,
        "pin": lambda row, **seen: moderation.pin(row, pinned=True, **seen),
        "unpin": lambda row, **seen: moderation.pin(row, pinned=False, **seen),
    }[verb](article, by=editor, version=1)
    assert whole(article) != before

    moderation.undo(event, by=editor)

    assert whole(article) == before


def test_a_slug_that_was_given_back_redirects_from_the_other(editor):
    article = make_article(slug="first")
    event = moderation.edit(article, by=editor, version=1, slug="second")

    moderation.undo(event, by=editor)

    assert Article.objects.get().slug == "first"
    assert list(article.old_slugs.values_list("slug", flat=True)) == ["second"]


def test_undo_is_refused_once_somebody_has_changed_the_article(moderator, editor):
    article = make_article(title="A title")
    event = moderation.publish(article, by=moderator, version=1)
    moderation.score(article, by=editor, version=2, heat=9)
    before = whole(article)

    said = r"^“A title” was changed since by editors \(scored, \d\d:\d\d\): not undone\.$"
    with pytest.raises(Overtaken, match=said) as refusal:
        moderation.undo(event, by=moderator)

    assert (refusal.value.status, refusal.value.cause.verb) == (409, "score")
    assert whole(article) == before
    assert not moderation.is_undoable(event)


def test_what_the_person_did_since_is_told_as_such(moderator):
    article = make_article(title="A title")
    event = moderation.publish(article, by=moderator, version=1)
    moderation.note(article, by=moderator, version=2, notes="Mine")

    with pytest.raises(Overtaken, match=r"changed since by you \(noted, "):
        moderation.undo(event, by=moderator)


def test_what_happened_on_an_earlier_day_is_told_with_the_day(moderator, editor):
    article = make_article()
    event = moderation.publish(article, by=moderator, version=1)
    at = timezone.make_aware(datetime(2021, 7, 1, 9, 5))  # noqa: DTZ001 - as the wall clock says
    Event.objects.create(article=article, title="t", by=editor, channel="desk", verb="score", version=3, at=at)

    with pytest.raises(Overtaken, match=r"by editors \(scored, 1 July 2021, 09:05\)"):
        moderation.undo(event, by=moderator)


def test_undo_is_refused_once_a_document_has_changed_the_article(tmp_path, editor):
    import_documents([write(tmp_path, {"a.md": document(heat="1")})])
    event = moderation.edit(Article.objects.get(), by=editor, version=1, title="Mine")
    import_documents([write(tmp_path, {"a.md": document(heat="2")})])

    with pytest.raises(Overtaken, match=r"changed since by import \d+ \(\d\d:\d\d\): not undone"):
        moderation.undo(event, by=editor)


def test_a_conflict_that_came_since_stays_after_an_undo(tmp_path, editor):
    """An import that keeps the person's value writes no event: the article is as that person left it."""
    import_documents([write(tmp_path, {"a.md": document(heat="1")})])
    event = moderation.score(Article.objects.get(), by=editor, version=1, heat=5)
    import_documents([write(tmp_path, {"a.md": document(heat="2")})])
    assert Article.objects.get().conflicts == ["heat"]

    moderation.undo(event, by=editor)

    article = Article.objects.get()
    assert (article.heat, article.conflicts) == (1, ["heat"])


def test_what_was_undone_itself_does_not_stand_in_the_way(editor):
    article = make_article()
    before = whole(article)
    first = moderation.score(article, by=editor, version=1, heat=9)
    second = moderation.publish(article, by=editor, version=2)
    assert [moderation.is_undoable(event) for event in (first, second)] == [False, True]

    moderation.undo(second, by=editor)
    assert moderation.is_undoable(first)
    moderation.undo(first, by=editor)

    assert whole(article) == before


def test_an_event_is_undone_once(moderator, editor):
    event = moderation.publish(make_article(), by=moderator, version=1)
    moderation.undo(event, by=editor)

    with pytest.raises(UndoneAlready, match=r"was undone already, by editors \(\d\d:\d\d\)"):
        moderation.undo(event, by=moderator)
    # Also where a colleague has opened it since.
    moderation.claim(Article.objects.get(), by=moderator)
    with pytest.raises(UndoneAlready, match="was undone already, by you"):
        moderation.undo(event, by=editor)


def test_an_undo_an_import_and_a_deletion_are_not_undone(tmp_path, editor):
    import_documents([write(tmp_path, {"a.md": document(heat="1")})])
    import_documents([write(tmp_path, {"a.md": document(heat="2")})])
    imported, article = Event.objects.get(), Article.objects.get()
    undo = moderation.undo(moderation.publish(article, by=editor, version=2), by=editor)
    article.refresh_from_db()
    deletion = moderation.delete(article, by=editor, version=4)

    for event in (imported, undo, deletion):
        assert not moderation.is_undoable(event)
        with pytest.raises(Refused):
            moderation.undo(event, by=editor)


def test_nothing_is_undone_on_an_article_that_is_gone(editor):
    article = make_article()
    event = moderation.publish(article, by=editor, version=1)
    moderation.delete(article, by=editor, version=2)

    with pytest.raises(Overtaken, match=r"by you \(deleted, "):
        moderation.undo(event, by=editor)


def test_undo_needs_the_permission_of_what_it_undoes(moderator, editor, importer):
    edited = moderation.edit(make_article(), by=editor, version=1, title="New")
    published = moderation.publish(make_article(), by=editor, version=1)

    with pytest.raises(NotAllowed):
        moderation.undo(edited, by=moderator)
    with pytest.raises(NotAllowed):
        moderation.undo(published, by=importer)

    assert moderation.undo(published, by=moderator).by == moderator


def test_undo_waits_for_a_colleague_who_has_the_article_open(moderator, editor):
    article = make_article()
    event = moderation.publish(article, by=editor, version=1)
    moderation.claim(article, by=moderator)

    with pytest.raises(Claimed):
        moderation.undo(event, by=editor)


def test_undo_follows_a_topic_to_its_new_slug(editor):
    topic = make_topic("Apes")
    article = make_article(topics=[topic])
    event = moderation.edit(article, by=editor, version=1, topics=[])
    topic.old_slugs.create(slug="apes")
    type(topic).objects.filter(pk=topic.pk).update(slug="great-apes")

    moderation.undo(event, by=editor)

    assert Article.objects.get().ordered_topics == [topic]


def test_undo_says_what_is_no_longer_there(editor):
    topic = make_topic("Apes")
    event = moderation.edit(make_article(topics=[topic]), by=editor, version=1, topics=[])
    topic.delete()

    with pytest.raises(Impossible, match="no longer there: apes"):
        moderation.undo(event, by=editor)


def test_undo_refuses_what_was_changed_past_the_log(editor):
    article = make_article(title="Old")
    event = moderation.edit(article, by=editor, version=1, title="New")
    Article.objects.filter(pk=article.pk).update(title="By SQL")

    with pytest.raises(Impossible, match="is not as that left it: title"):
        moderation.undo(event, by=editor)


def test_lists_know_what_can_be_undone_in_one_query(editor, django_assert_num_queries):
    article = make_article()
    moderation.score(article, by=editor, version=1, heat=9)
    moderation.publish(article, by=editor, version=2)

    with django_assert_num_queries(1):
        events = {event.verb: event.undoable for event in with_undoable(Event.objects.all())}

    assert events == {"score": False, "publish": True}
