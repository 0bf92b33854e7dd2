"""What of ours is like an article: by link, by text, by what people said, near in time or long ago."""

from datetime import timedelta

import pytest

from articles.models import Article, KeyWords
from articles.stories.forming import form
from articles.stories.like import MOST, have_already
from tests.factories import make_article
from tests.stories.some import SUBJECTS, story, tell

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def likes(article: Article):
    return have_already(Article.objects.get(pk=article.pk), KeyWords.objects.get(pk=article.pk).words)


def test_the_story_comes_first_with_the_words_that_both_share(django_assert_num_queries):
    first, *others = story(0)
    form()
    article, words = Article.objects.get(pk=first.pk), KeyWords.objects.get(pk=first.pk).words

    with django_assert_num_queries(1):
        found = have_already(article, words)

    assert {like.article.pk for like in found} == {other.pk for other in others}
    assert all(like.is_in_story and like.waits and like.why == "similar" for like in found)
    assert {"crane", "ferry"} <= {word.lower() for word in found[0].words}


def test_what_was_told_long_ago_or_is_told_again_later_is_offered_and_no_story():
    title, excerpt = SUBJECTS[0]
    now = tell(0)
    later = tell(0, title=f"A year after: {title}", published_at=now.published_at + timedelta(days=365))
    tell(1)
    form()

    assert [(like.article.pk, like.why, like.is_in_story) for like in likes(now)] == [(later.pk, "later", False)]
    assert [(like.article.pk, like.why, like.is_in_story) for like in likes(later)] == [(now.pk, "earlier", False)]
    assert excerpt


def test_a_word_that_all_the_site_is_about_is_no_reason():
    for number in range(30):
        make_article(title=f"Ferry news number {number}", excerpt="The ferry.")
    article = tell(0, published_at=tell(1).published_at + timedelta(days=400))
    form()

    assert likes(article) == []


def test_the_same_link_and_the_mark_of_a_person_are_named_as_the_reason():
    article = tell(2)
    twin = make_article(title="Something else", twin_key=article.twin_key)
    marked = make_article(title="Another thing", duplicate_of=article)
    form()

    assert {like.article.pk: str(like.why) for like in likes(article)} == {
        twin.pk: "same link",
        marked.pk: "marked as a duplicate",
    }


def test_all_of_a_story_is_shown_and_of_others_a_few():
    first, *_ = story(0, reports=9)
    for way in range(9):
        tell(
            0,
            way,
            title=f"{way} years before: a crane on a ferry",
            published_at=first.published_at - timedelta(days=900),
        )
    form()

    found = likes(first)

    assert [like.is_in_story for like in found] == [True] * 8
    alone = tell(3)
    for way in range(9):
        tell(3, way, published_at=alone.published_at - timedelta(days=400 + 30 * way))
    form()
    assert len(likes(alone)) == MOST
