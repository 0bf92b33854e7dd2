"""What a verb does to an article's place in the queue: its flag, its conflicts, its points."""

import pytest

from articles import moderation
from articles.models import Article
from articles.priority import priority_of
from tests.factories import make_article
from tests.moderation.every_verb import VERBS, article_in


@pytest.mark.parametrize("verb", ["publish", "reject", "withdraw"])
def test_a_decision_settles_the_flag(verb, moderator):
    do, state = VERBS[verb]
    article = article_in(state, moderator)
    moderation.flag(article, by=moderator, version=1, why="Is this true?")
    assert article.queue == "flagged"

    event = do(article, by=moderator, version=2)

    assert (article.flag, article.queue) == ("", "")
    assert (event.before["flag"], event.after["flag"]) == ("Is this true?", "")


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_what_is_turned_down_stays_a_possible_duplicate(verb, editor):
    do, state = VERBS[verb]
    article, original = article_in(state, editor), make_article()
    Article.objects.filter(pk=article.pk).update(duplicate_of=original)
    article.refresh_from_db()
    assert article.queue == "duplicate"

    do(article, by=editor, version=1)

    assert (article.duplicate_of, article.queue) == (original, "")


def test_every_write_keeps_the_place_in_the_queue(moderator):
    article = make_article(heat=1)

    moderation.score(article, by=moderator, version=1, heat=31, quality=60)

    assert article.priority == pytest.approx(priority_of(article))


def test_an_edit_settles_the_conflict_of_its_field_and_says_so(editor):
    article = make_article(title="Old", conflicts=["title", "heat"])

    event = moderation.edit(article, by=editor, version=1, title="New")

    assert article.conflicts == ["heat"]
    assert event.before == {"title": "Old", "conflicts": ["title", "heat"]}


def test_a_decision_leaves_conflicts(moderator):
    article = make_article(conflicts=["title"])

    event = moderation.publish(article, by=moderator, version=1)

    assert (article.conflicts, article.queue) == (["title"], "conflict")
    assert "conflicts" not in event.after
