"""Many articles are decided on at once: the preview, the refusals, the limit, the undo, the queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import moderation
from articles.models import Article, Event, Tombstone
from articles.moderation import VERBS, bulk
from articles.moderation.refusals import Impossible, NotAllowed
from tests.factories import make_article, make_topic
from tests.moderation.bulk_verbs import facts, made

VERSIONS = ("pk", "version")


def test_each_article_keeps_its_own_place(editor):
    rows = [make_article(heat=heat, quality=heat, priority=0) for heat in (0, 3, 3, 40)]

    bulk.carry_out(Article.objects.all(), made("score", heat_by=-2, quality_by=1), by=editor)

    for row, heat in zip(rows, (-1, 1, 1, 38), strict=True):
        alone = make_article(heat=9, quality=9, published_at=row.published_at, created_at=row.created_at)
        row.refresh_from_db()
        moderation.score(alone, by=editor, version=1, heat=heat, quality=row.quality)
        assert (row.heat, row.rank, row.priority) == (heat, alone.rank, alone.priority)


def test_rows_that_cannot_be_are_refused_one_by_one(moderator, editor):
    doable, stale, published, claimed, gone = (
        make_article(),
        make_article(),
        make_article(published=True, reviewed_by=editor),
        make_article(),
        make_article(),
    )
    pairs = list(Article.objects.order_by("pk").values_list(*VERSIONS))
    moderation.score(stale, by=editor, version=1, heat=9)
    moderation.claim(claimed, by=editor)
    Article.objects.filter(pk=gone.pk).delete()

    outcome = bulk.carry_out(pairs, made("publish"), by=moderator)

    assert outcome.done == 1
    assert [(pk, title) for pk, title, _ in outcome.refused] == [
        (stale.pk, stale.title),
        (published.pk, published.title),
        (claimed.pk, claimed.title),
        (gone.pk, ""),
    ]
    reasons = [reason for _, _, reason in outcome.refused]
    assert "has been changed" in reasons[0]
    assert "is published already" in reasons[1]
    assert "editors is working on it" in reasons[2]
    assert reasons[3] == "The article has been deleted."
    assert [event.article for event in Event.objects.filter(batch=outcome.batch)] == [doable]


def test_many_are_deleted_as_one_is(editor):
    moderation.delete(make_article(path="news/again.md"), by=editor, version=1)
    paths = ["news/again.md", "news/1.md", None, None]
    articles = [make_article(title=f"Number {n}", path=path, published=n == 1) for n, path in enumerate(paths)]
    stale, topics = make_article(version=2), [make_topic(), make_topic()]
    moderation.edit(articles[0], by=editor, version=1, topics=topics)
    pairs = [(articles[0].pk, 2), *((article.pk, 1) for article in [*articles[1:], stale])]

    outcome = bulk.carry_out(pairs, made("delete"), by=editor)

    assert (outcome.done, [pk for pk, _, _ in outcome.refused]) == (4, [stale.pk])
    assert list(Article.objects.all()) == [stale]
    stones = sorted(Tombstone.objects.values_list("title", "path", "deleted_by"))
    assert stones == [(f"Number {n}", path, editor.pk) for n, path in enumerate(paths)]
    events = Event.objects.filter(batch=outcome.batch)
    assert {(e.verb, e.channel, e.by, str(e.after)) for e in events} == {("delete", "bulk", editor, "{}")}
    assert {e.article_id: (e.version, e.before["topics"]) for e in events} == {
        article.pk: (3, [topic.slug for topic in topics]) if n == 0 else (2, []) for n, article in enumerate(articles)
    }


def test_a_row_that_is_like_that_already_is_said_to_be(moderator):
    article = make_article(heat=3)

    outcome = bulk.carry_out([(article.pk, 1)], made("score", heat=3), by=moderator)

    assert (outcome.done, outcome.refused) == (0, [(article.pk, article.title, "It is like that already.")])


def test_preview_tells_what_would_be_done_and_writes_nothing(moderator, editor):
    doable = make_article(flag="Is this true?")
    exceptions = [make_article(published=True, reviewed_by=editor), make_article(expires_at=timezone.now())]
    claimed = make_article()
    moderation.claim(claimed, by=editor)
    before = [facts(article) for article in Article.objects.all()]

    preview = bulk.preview(Article.objects.order_by("pk"), made("publish"), by=moderator)

    assert (preview.count, preview.doable, preview.pairs) == (4, 1, [(doable.pk, 1)])
    assert [article for article, _ in preview.exceptions] == [*exceptions, claimed]
    assert ["published already" in preview.exceptions[0][1], "would be over" in preview.exceptions[1][1]] == [True] * 2
    assert not preview.exceptions[1][0].published
    assert [facts(article) for article in Article.objects.all()] == before


def test_what_was_previewed_and_then_changed_is_left_alone(moderator, editor):
    article = make_article()
    pairs = bulk.preview(Article.objects.all(), VERBS["reject"](), by=moderator).pairs
    moderation.edit(article, by=editor, version=1, title="Corrected")

    outcome = bulk.carry_out(pairs, made("reject"), by=moderator)

    assert (outcome.done, len(outcome.refused)) == (0, 1)
    assert Article.objects.get().state == "pending"


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_no_rejection_without_a_reason(verb, moderator):
    make_article(published=verb == "withdraw")

    with pytest.raises(Impossible) as refusal:
        bulk.carry_out(Article.objects.all(), VERBS[verb](), by=moderator)

    assert set(refusal.value.errors) == {"reason"}
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("role", "verb", "options"),
    [
        ("Importers", "publish", {}),
        ("", "reject", {}),
        ("Moderators", "topics", {"add": []}),
        ("Moderators", "topics", {"remove": []}),
        ("Moderators", "delete", {}),
        ("Importers", "assign", {"to": None}),
    ],
)
def test_a_role_does_to_many_what_it_may_do_to_one(role, verb, options, make_user):
    user, verb = make_user(role), made(verb, **options)
    make_article()

    for attempt in (bulk.preview, bulk.carry_out):
        with pytest.raises(NotAllowed):
            attempt(Article.objects.all(), verb, by=user)

    assert not Event.objects.exists()


def test_there_is_a_limit(moderator, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    for _ in range(3):
        make_article()

    for attempt in (bulk.preview, bulk.carry_out):
        with pytest.raises(Impossible, match="narrow the list"):
            attempt(Article.objects.all(), made("publish"), by=moderator)

    assert not Event.objects.exists()


def test_one_undo_takes_the_whole_batch_back_but_what_others_changed(moderator, editor):
    articles = [make_article(heat=heat, flag="Why?" * (heat % 2)) for heat in range(6)]
    before = [facts(article) for article in articles]
    outcome = bulk.carry_out(Article.objects.all(), made("reject"), by=moderator)
    moderation.reopen(Article.objects.get(pk=articles[0].pk), by=editor, version=2)

    undone = moderation.undo_batch(outcome.batch, by=moderator)

    assert (undone.done, [pk for pk, _, _ in undone.refused]) == (5, [articles[0].pk])
    after = [facts(article) for article in articles]
    assert [state | {"version": 1} for state in after[1:]] == before[1:]
    assert after[0]["queue"] == "pending"


MANY = [
    ("publish", lambda: {}),
    ("reject", lambda: {}),
    ("score", lambda: {"heat_by": 1, "quality_by": -3}),
    ("topics", lambda: {"add": [make_topic(), make_topic()]}),
    ("assign", lambda: {"to": None}),
]


@pytest.mark.parametrize(("verb", "options"), MANY)
def test_many_articles_are_as_few_queries_as_some(verb, options, make_user):
    """Preview, decision and undo; with all that differs between articles."""
    editor = make_user("Editors")
    editor.has_perm("articles.change_article")
    topics, counts = [make_topic(), make_topic()], []
    for number in (10, 200):
        for index in range(number):
            make_article(
                heat=index % 40,
                quality=index % 7,
                flag="Why?" * (index % 2),
                conflicts=["heat", "topics"][: index % 3],
                topics=topics[: index % 3],
                assigned_to=editor,
                version=1 + index % 4,
                publish_at=timezone.now() + timedelta(hours=index) if index % 5 == 0 else None,
            )
        action = made(verb, **options())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            pairs = bulk.preview(Article.objects.order_by("-pk")[:number], action, by=editor).pairs
            outcome = bulk.carry_out(pairs, action, by=editor)
            undone = moderation.undo_batch(outcome.batch, by=editor)
        assert (len(pairs), outcome.done, undone.done) == (number,) * 3
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 40
