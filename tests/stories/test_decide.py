"""What people say of stories: it holds whatever is formed anew, and is undone in one step."""

import pytest

from articles import moderation
from articles.models import Article, Event, StoryMember
from articles.moderation import stories as decide
from articles.moderation.refusals import Impossible, Stale, VersionMissing
from articles.stories.forming import form, rebuild
from tests.stories.some import partition, story, tell
from tests.stories.test_forming import links

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def crane():
    articles = story(0)
    form()
    return articles


def again(*articles: Article) -> list[Article]:
    for article in articles:
        article.refresh_from_db()
    return list(articles)


def test_publish_one_and_cover_the_others_and_undo_all_of_it(crane, moderator):
    first, *copies = crane

    event, outcome = decide.publish_and_cover(first.pk, {copy.pk: 1 for copy in copies}, by=moderator, version=1)

    assert (event.verb, outcome.done, outcome.refused) == ("publish", 2, [])
    assert [article.state for article in again(*crane)] == ["published", "covered", "covered"]
    assert [article.queue for article in crane] == ["", "", ""]
    assert set(Event.objects.values_list("batch", flat=True)) == {outcome.batch}
    assert first.together == sorted(copy.pk for copy in copies)

    undone = moderation.undo_batch(outcome.batch, by=moderator)

    assert (undone.done, undone.refused) == (3, [])
    assert [(a.state, a.cleared_as, a.together, a.reviewed_by) for a in again(*crane)] == [
        ("pending", "", [], None)
    ] * 3


def test_what_a_colleague_changed_meanwhile_is_not_covered(crane, moderator, editor):
    first, second, third = crane
    moderation.score(second, by=editor, version=1, quality=5)

    _, outcome = decide.publish_and_cover(first.pk, {second.pk: 1, third.pk: 1}, by=moderator, version=1)

    assert [article.state for article in again(*crane)] == ["published", "pending", "covered"]
    assert [pk for pk, *_ in outcome.refused] == [second.pk]
    assert second.pk not in first.together


@pytest.mark.parametrize(("version", "refusal"), [(None, VersionMissing), (7, Stale)])
def test_nothing_is_covered_by_what_was_not_seen(version, refusal, crane, moderator):
    first, *copies = crane

    with pytest.raises(refusal):
        decide.publish_and_cover(first.pk, {copy.pk: 1 for copy in copies}, by=moderator, version=version)

    assert [article.state for article in again(*crane)] == ["pending"] * 3


def test_only_what_waits_is_covered_and_only_by_what_is_published(crane, moderator):
    first, second, third = crane
    moderation.publish(second, by=moderator, version=1)

    outcome = decide.cover({second.pk: 2, third.pk: 1}, first.pk, by=moderator)

    assert (outcome.done, len(outcome.refused)) == (0, 2)
    assert [article.state for article in again(*crane)] == ["pending", "published", "pending"]


def test_many_are_covered_each_by_the_published_one_of_its_story(crane, moderator):
    comet = story(1)
    alone = tell(2)
    form()
    moderation.publish(crane[1], by=moderator, version=1)
    moderation.publish(comet[0], by=moderator, version=1)
    waiting = [crane[0], crane[2], comet[1], comet[2], alone]

    outcome = decide.cover_each({article.pk: 1 for article in waiting}, by=moderator, at=moderation.Context())

    assert (outcome.done, [pk for pk, *_ in outcome.refused]) == (4, [alone.pk])
    assert [article.state for article in again(*waiting)] == ["covered"] * 4 + ["pending"]


def test_what_is_covered_stays_in_the_story_whatever_is_formed_anew(crane, moderator):
    first, second, third = crane
    decide.publish_and_cover(first.pk, {second.pk: 1}, by=moderator, version=1)
    # By its text it is another one.
    Article.objects.filter(pk=second.pk).update(title="Bakers want better flour", excerpt="Flour is too coarse.")

    rebuild()

    assert partition() == {links([first, second, third])}


def test_articles_that_are_nothing_like_each_other_are_grouped_with_their_stories(crane, moderator):
    comet = story(1)
    form()

    outcome = decide.group({crane[0].pk: 1, comet[0].pk: 1}, by=moderator)

    assert partition() == {links([*crane, *comet])}
    rebuild()
    assert partition() == {links([*crane, *comet])}
    moderation.undo_batch(outcome.batch, by=moderator)
    assert partition() == {links(crane), links(comet)}


def test_one_is_split_from_its_story_for_good(crane, moderator):
    first, second, third = crane

    outcome = decide.split(second.pk, by=moderator, version=1)

    assert partition() == {links([first, third])}
    fourth = tell(0, 3)
    form()
    assert partition() == {links([first, third, fourth])}
    moderation.undo_batch(outcome.batch, by=moderator)
    assert partition() == {links([*crane, fourth])}


def test_two_are_never_one_story_even_if_people_tied_them_before(crane, moderator):
    first, second, third = crane
    decide.group({article.pk: 1 for article in crane}, by=moderator)

    decide.never(first.pk, second.pk, by=moderator, version=2)

    assert partition() == {links([first, third])}
    rebuild()
    assert partition() == {links([first, third])}
    again(*crane)
    assert (first.together, first.apart) == ([third.pk], [second.pk])
    assert (second.together, second.apart) == ([], [first.pk])
    assert third.together == [first.pk]


def test_the_later_word_of_two_holds(crane, moderator):
    first, second, _ = crane
    decide.never(first.pk, second.pk, by=moderator, version=1)

    decide.group({first.pk: 2, second.pk: 2}, by=moderator)

    assert links([first, second]) <= next(iter(partition()))


def test_a_group_does_not_break_what_people_said_of_others(crane, moderator):
    comet = story(1, 2)
    form()
    decide.never(crane[1].pk, comet[1].pk, by=moderator, version=1)

    with pytest.raises(Impossible, match="two stories"):
        decide.group({crane[0].pk: 1, comet[0].pk: 1}, by=moderator)

    assert partition() == {links(crane), links(comet)}


def test_a_verdict_outlives_the_deletion_of_another_article_of_the_story(crane, moderator, editor):
    comet = story(1, 2)
    form()
    decide.group({crane[0].pk: 1, comet[0].pk: 1}, by=moderator)
    moderation.delete(crane[0], by=editor, version=crane[0].version + 1)
    form()

    assert partition() == {links([*crane[1:], *comet])}


def test_who_leads_is_said_of_one_in_a_story(crane, moderator):
    event = decide.lead(crane[1].pk, leads=True, by=moderator, version=1)

    assert again(crane[1])[0].lead_at is not None
    moderation.undo(event, by=moderator)
    assert again(crane[1])[0].lead_at is None
    with pytest.raises(Impossible, match="in no story"):
        decide.lead(tell(3).pk, leads=True, by=moderator, version=1)


def test_a_duplicate_is_decided_and_comes_back(crane, moderator):
    first, second, _ = crane

    moderation.mark_duplicate(second, by=moderator, version=1, of=first)
    assert (second.state, second.queue, second.duplicate_of) == ("duplicate", "", first)

    moderation.mark_duplicate(second, by=moderator, version=2, of=None)
    assert (second.state, second.queue, second.duplicate_of) == ("pending", "pending", None)


def test_a_story_is_no_way_around_moderation(crane, importer):
    with pytest.raises(moderation.refusals.NotAllowed):
        decide.publish_and_cover(crane[0].pk, {crane[1].pk: 1}, by=importer, version=1)
    assert not Event.objects.exists()
    assert StoryMember.objects.count() == 3
