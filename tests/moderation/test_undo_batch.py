"""All decisions of one batch are taken back at once."""

from uuid import uuid4

from articles import moderation
from articles.models import Article, Event
from articles.moderation import Context
from tests.factories import make_article
from tests.moderation.full_article import full_article, whole


def test_undo_of_a_form_takes_back_each_of_its_steps(editor):
    article = full_article()
    before = whole(article)
    batch = uuid4()
    moderation.apply(
        article, by=editor, version=1, at=Context(batch=batch), title="New", heat=50, related=[], published=True
    )

    outcome = moderation.undo_batch(batch, by=editor)

    assert (outcome.done, outcome.refused) == (1, [])
    assert whole(article) == before
    undoing = Event.objects.filter(batch=outcome.batch)
    assert [event.undoes.verb for event in undoing.order_by("version")] == ["publish", "curate", "score", "edit"]
    assert outcome.batch != batch


def test_undo_of_a_batch_leaves_alone_what_others_changed(moderator, editor):
    articles = [make_article() for _ in range(3)]
    at = Context(batch=uuid4())
    for article in articles:
        moderation.publish(article, by=moderator, version=1, at=at)
    moderation.score(articles[1], by=editor, version=2, heat=9)

    outcome = moderation.undo_batch(at.batch, by=moderator)

    assert [Article.objects.get(pk=article.pk).state for article in articles] == ["pending", "published", "pending"]
    [(pk, title, reason)] = outcome.refused
    assert (outcome.done, pk, title) == (2, articles[1].pk, articles[1].title)
    assert "was changed since by editors (scored, " in reason


def test_what_of_a_batch_was_undone_before_stands_in_nobodys_way(editor):
    article, other = make_article(), make_article()
    at = Context(batch=uuid4())
    moderation.score(article, by=editor, version=1, heat=9, at=at)
    last = moderation.publish(article, by=editor, version=2, at=at)
    moderation.publish(other, by=editor, version=1, at=at)
    moderation.undo(last, by=editor)

    outcome = moderation.undo_batch(at.batch, by=editor)

    article.refresh_from_db()
    assert (outcome.done, outcome.refused, article.heat) == (2, [], -1)
    again = moderation.undo_batch(at.batch, by=editor)
    assert (again.done, again.refused) == (0, [])


def test_undo_of_a_batch_that_is_none_does_nothing(moderator):
    assert moderation.undo_batch(uuid4(), by=moderator).done == 0
