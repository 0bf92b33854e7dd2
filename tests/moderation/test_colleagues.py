"""What colleagues write for each other: notes, flags, assignments, duplicates, pins."""

import pytest

from articles import moderation
from articles.moderation.refusals import Impossible
from tests.factories import make_article
from tests.moderation.facts import facts


def test_a_note_is_written_and_taken_away(moderator):
    article = make_article()

    first = moderation.note(article, by=moderator, version=1, notes="Ask the author.")
    same = moderation.note(article, by=moderator, version=2, notes="Ask the author.")
    last = moderation.note(article, by=moderator, version=2, notes="")

    assert (first.before, first.after) == ({"notes": ""}, {"notes": "Ask the author."})
    assert same is None
    assert (last.after, article.version) == ({"notes": ""}, 3)


def test_a_flag_calls_an_article_back_that_was_decided_and_may_be_taken_back(moderator):
    article = make_article(published=True, reviewed_by=moderator)

    moderation.flag(article, by=moderator, version=1, why=" Is this true? ")
    assert (article.flag, article.queue, article.state) == ("Is this true?", "flagged", "published")

    moderation.flag(article, by=moderator, version=2, why="")
    assert (article.flag, article.queue) == ("", "")


@pytest.mark.parametrize(("verb", "field"), [("note", "notes"), ("flag", "why")])
def test_what_colleagues_write_can_be_read(verb, field, moderator):
    article = make_article()
    before = facts(article)

    with pytest.raises(Impossible):
        getattr(moderation, verb)(article, by=moderator, version=1, **{field: "a\x00b"})

    assert facts(article) == before


def test_a_flag_is_short(moderator):
    with pytest.raises(Impossible) as refusal:
        moderation.flag(make_article(), by=moderator, version=1, why="x" * 501)

    assert set(refusal.value.errors) == {"flag"}


def test_assign_asks_one_colleague_or_nobody(moderator, editor):
    article = make_article()

    event = moderation.assign(article, by=moderator, version=1, to=editor)
    assert (event.before, event.after) == ({"assigned_to": None}, {"assigned_to": "editors"})

    moderation.assign(article, by=editor, version=2, to=None)
    assert article.assigned_to is None


def test_nobody_is_asked_who_may_not_decide(moderator, importer):
    with pytest.raises(Impossible) as refusal:
        moderation.assign(make_article(), by=moderator, version=1, to=importer)

    assert set(refusal.value.errors) == {"to"}


def test_an_article_is_no_duplicate_of_itself_nor_of_its_duplicate(editor):
    article = make_article()
    duplicate = make_article(duplicate_of=article)

    for of in (article, duplicate):
        with pytest.raises(Impossible):
            moderation.mark_duplicate(article, by=editor, version=1, of=of)

    event = moderation.mark_duplicate(duplicate, by=editor, version=1, of=None)
    assert (event.before, event.after) == ({"duplicate_of": article.pk}, {"duplicate_of": None})


def test_only_what_is_published_is_pinned_and_once(editor):
    article = make_article(published=True)

    moderation.pin(article, by=editor, version=1, pinned=True)
    since = article.pinned_at

    assert moderation.pin(article, by=editor, version=2, pinned=True) is None
    assert article.pinned_at == since
    moderation.pin(article, by=editor, version=2, pinned=False)
    assert article.pinned_at is None
    with pytest.raises(Impossible):
        moderation.pin(make_article(), by=editor, version=1, pinned=True)
