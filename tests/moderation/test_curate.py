"""The verb `curate`: related links ordered, added, hidden, retitled and refused."""

import pytest

from articles import moderation
from articles.models import Article
from articles.moderation.refusals import Impossible
from tests.factories import make_article, make_related
from tests.moderation.facts import facts


def items(article: Article) -> list[dict]:
    return [{"pk": link.pk} for link in article.related.all()]


def shown(article: Article) -> list[tuple]:
    return [(link.url, link.title, link.origin, link.hidden) for link in article.related.all()]


@pytest.fixture
def linked(db) -> Article:
    """An article with two related links from its document."""
    return make_article(
        related=[{"url": "https://a.example/", "title": "A"}, {"url": "https://b.example/", "title": "B"}]
    )


def test_curate_orders_adds_hides_and_retitles(linked, editor):
    a, b = items(linked)

    event = moderation.curate(
        linked,
        by=editor,
        version=1,
        related=[
            {"url": "https://c.example/", "title": "C"},
            {**b, "title": "Better"},
            {**a, "hidden": True},
        ],
    )

    assert shown(linked) == [
        ("https://c.example/", "C", "editor", False),
        ("https://b.example/", "Better", "imported", False),
        ("https://a.example/", "A", "imported", True),
    ]
    changed = {url: set(values or ()) for url, values in event.after["related"].items()}
    assert changed == {
        "https://a.example/": {"hidden", "position"},
        "https://b.example/": {"title", "position", "placed"},
        "https://c.example/": {"title", "origin", "position", "placed"},
    }
    assert event.before["related"]["https://c.example/"] is None
    assert event.before["related"]["https://b.example/"]["title"] == "B"


def test_curate_hides_a_link_of_the_document_and_deletes_one_of_an_editor(linked, editor):
    make_related(linked, url="https://c.example/", title="C", origin="editor", position=2)
    a, _b, _c = items(linked)

    moderation.curate(linked, by=editor, version=1, related=[a])

    assert shown(linked) == [
        ("https://a.example/", "A", "imported", False),
        ("https://b.example/", "B", "imported", True),
    ]


def test_curate_without_a_difference_writes_nothing(linked, editor):
    before = facts(linked)

    event = moderation.curate(linked, by=editor, version=1, related=items(linked))

    assert event is None
    assert facts(linked) == before


def test_two_related_links_can_swap_their_urls(linked, editor):
    a, b = items(linked)

    moderation.curate(
        linked,
        by=editor,
        version=1,
        related=[{**a, "url": "https://b.example/"}, {**b, "url": "https://a.example/"}],
    )

    assert [row[:2] for row in shown(linked)] == [("https://b.example/", "A"), ("https://a.example/", "B")]


def test_a_related_link_to_an_article_of_ours_is_local(linked, editor):
    ours = make_article(web_url="https://news.example/ours")

    moderation.curate(
        linked,
        by=editor,
        version=1,
        related=[{"url": "https://news.example/ours?utm_source=feed"}, {"url": linked.web_url}],
    )

    assert [link.target for link in linked.related.filter(origin="editor")] == [ours, None]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "javascript:alert(1)"}, "url"),
        ({"title": "No link"}, "url"),
        ({"url": "https://b.example/"}, "url"),
        ({"url": "https://c.example/", "quality": -1}, "__all__"),
        ({"url": "https://c.example/", "type": "odd"}, "type"),
        ({"url": "https://c.example/", "title": "x" * 501}, "title"),
        ({"url": "https://c.example/", "excerpt": "a\x00b"}, "excerpt"),
        ({"url": "https://c.example/", "amp_url": "data:text/html,x"}, "amp_url"),
    ],
)
def test_curate_refuses_a_link_that_cannot_be(wrong, field, linked, editor):
    before = facts(linked)

    with pytest.raises(Impossible) as refusal:
        moderation.curate(linked, by=editor, version=1, related=[*items(linked), wrong])

    assert set(refusal.value.errors) == {field}
    assert facts(linked) == before


def test_curate_refuses_a_link_of_another_article(linked, editor):
    foreign = make_related(make_article())

    with pytest.raises(Impossible):
        moderation.curate(linked, by=editor, version=1, related=[{"pk": foreign.pk}])
