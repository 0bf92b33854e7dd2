"""The related links in the log: an event holds what differs, and every earlier list comes back from it."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import moderation
from articles.history.labels import logged_changes
from articles.history.related import UNSAID, links_delta, told, with_part
from articles.history.since import ChangesSince, changes_since
from articles.models import Article
from tests.factories import make_article, make_related


@st.composite
def lists(draw):
    """The links of an article in their order, as the log has them."""
    urls = draw(st.lists(st.sampled_from([f"https://a.example/{n}" for n in range(6)]), unique=True))
    places = sorted(draw(st.sets(st.integers(1, 9000), min_size=len(urls), max_size=len(urls))))
    return [
        UNSAID
        | {
            "url": url,
            "position": place,
            "title": draw(st.sampled_from(["", "A", "B"])),
            "hidden": draw(st.booleans()),
            "origin": draw(st.sampled_from(["imported", "editor"])),
            "quality": draw(st.integers(0, 2)),
        }
        for url, place in zip(urls, places, strict=True)
    ]


@given(lists(), lists())
def test_either_list_follows_from_the_other_and_the_difference(one, other):
    before, after = links_delta(one, other)

    assert with_part(one, after) == other
    assert with_part(other, before) == one
    assert with_part(one, before) == one


@given(lists(), lists())
def test_a_difference_holds_the_links_that_differ_and_no_others(one, other):
    before, after = links_delta(one, other)

    old, new = ({link["url"]: link for link in links} for links in (one, other))
    assert set(before) == set(after) == {url for url in old | new if old.get(url) != new.get(url)}
    assert bool(told(before, after)) == (one != other)


def curated(article: Article, random: Random) -> list[dict]:
    """Another list of its links: some dropped, hidden, retitled or moved, and one added."""
    items = [{"pk": link.pk} for link in article.related.all() if random.random() < 0.8]
    random.shuffle(items)
    for item in items:
        if random.random() < 0.3:
            item |= random.choice([{"hidden": True}, {"hidden": False}, {"title": f"Title {random.random()}"}])
    return [*items, {"url": f"https://new.example/{random.random()}", "title": "New"}]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_every_earlier_list_is_read_back_from_the_log(seed, editor):
    random, article = Random(seed), make_article()  # noqa: S311
    for number in range(4):
        make_related(article, title=f"Link {number}", position=number * 1024)
    lists_seen = {1: ChangesSince(article).current_value("related")}

    for _ in range(8):
        moderation.curate(article, by=editor, version=article.version, related=curated(article, random))
        lists_seen[article.version] = ChangesSince(article).current_value("related")

    read = {version: changes_since(article, version).seen_value("related") for version in lists_seen}
    assert read == lists_seen


@pytest.mark.django_db
def test_a_change_of_a_list_is_told_link_by_link_and_by_numbers_where_it_is_long(editor):
    article = make_article(related=[{"url": f"https://a.example/{number}"} for number in range(9)])
    first, second, *others = [{"pk": link.pk} for link in article.related.all()]

    event = moderation.curate(
        article, by=editor, version=1, related=[{**first, "hidden": True}, {**second, "title": "Mine"}, *others]
    )
    long = moderation.curate(
        article, by=editor, version=2, related=[{**item, "hidden": True} for item in (first, second, *others)]
    )

    assert [change.after for change in logged_changes(event)] == ["hid “https://a.example/0”, changed “Mine”"]
    assert [change.after for change in logged_changes(long)] == ["hid 8"]


@pytest.mark.django_db
def test_of_a_long_change_each_kind_is_counted_and_what_stands_alone_is_named(editor):
    article = make_article(related=[{"url": f"https://a.example/{number}"} for number in range(179)])
    *others, last = [{"pk": link.pk} for link in article.related.all()]
    new = {"url": "https://new.example/", "title": "T" * 400}

    event = moderation.curate(
        article, by=editor, version=1, related=[last, new, *({**item, "hidden": True} for item in others)]
    )

    assert [change.after for change in logged_changes(event)] == [
        f"added “{'T' * 100}…”, hid 178, moved “https://a.example/178”"[:160]
    ]


@pytest.mark.django_db
def test_an_event_of_one_link_holds_that_link_whatever_the_list(editor):
    article = make_article()
    for number in range(1, 51):
        make_related(article, position=number * 1024)
    items = [{"pk": link.pk} for link in article.related.all()]
    new = {"url": "https://new.example/"}

    event = moderation.curate(article, by=editor, version=1, related=[*items[:20], new, *items[20:]])

    assert event.before == {"related": {"https://new.example/": None}}
    assert set(event.after["related"]) == {"https://new.example/"}
