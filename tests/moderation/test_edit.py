"""The verb `edit`: what it logs, what it refuses, and what follows a new slug, date or link."""

from datetime import timedelta

import pytest

from articles import moderation
from articles.models import ArticleOldSlug, RelatedLink
from articles.moderation.refusals import Impossible
from tests.factories import make_article, make_image, make_provider, make_related, make_topic
from tests.moderation.facts import facts

HOUR = timedelta(hours=1)


def test_edit_logs_each_field_with_its_old_and_its_new_value(editor):
    apes, bees = make_topic("Apes"), make_topic("Bees")
    old, new = make_image(), make_image()
    provider = make_provider(domain="other.example")
    article = make_article(title="Old", topics=[apes, bees], images=[old])

    event = moderation.edit(
        article, by=editor, version=1, title="New", topics=[bees, apes], images=[new, old], provider=provider
    )

    assert event.before == {
        "title": "Old",
        "topics": ["apes", "bees"],
        "images": [old.url],
        "provider": "news.example",
    }
    assert event.after == {
        "title": "New",
        "topics": ["bees", "apes"],
        "images": [new.url, old.url],
        "provider": "other.example",
    }
    assert (article.ordered_topics, article.ordered_images) == ([bees, apes], [new, old])


def test_edit_without_a_difference_writes_nothing(editor):
    article = make_article(title="Same", topics=[make_topic()])
    before = facts(article)

    event = moderation.edit(article, by=editor, version=1, title="Same", topics=article.ordered_topics)

    assert event is None
    assert facts(article) == before


def test_a_new_date_moves_the_article_on_the_front_page(editor):
    article = make_article()
    rank = article.rank

    moderation.edit(article, by=editor, version=1, published_at=article.published_at + 24 * HOUR)

    assert article.rank == pytest.approx(rank + 1)


def test_a_changed_slug_leaves_a_redirect_and_may_be_taken_back(editor):
    article = make_article(slug="first")

    moderation.edit(article, by=editor, version=1, slug="second")
    moderation.edit(article, by=editor, version=2, slug="first")

    assert list(article.old_slugs.values_list("slug", flat=True)) == ["second"]


def test_the_old_slug_of_another_article_is_refused(editor):
    ArticleOldSlug.objects.create(article=make_article(), slug="taken")
    article = make_article()

    with pytest.raises(Impossible) as refusal:
        moderation.edit(article, by=editor, version=1, slug="taken")

    assert set(refusal.value.errors) == {"slug"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 501),
        ("title", "a\x0bb"),
        ("title", "a\x00b"),
        ("body", "a\u202eb"),
        ("slug", ""),
        ("slug", ".."),
        ("slug", "page"),
        ("slug", "a b"),
        ("type", "odd"),
        ("category", "odd"),
        ("web_url", "javascript:alert(1)"),
        ("web_url", "http://["),
        ("web_url", "https://news.example/" + "ü" * 1000),
        ("amp_url", "//news.example/"),
        ("published_at", None),
        ("provider", None),
    ],
)
def test_edit_refuses_what_cannot_be_and_names_the_field(field, value, editor):
    article = make_article()
    before = facts(article)

    with pytest.raises(Impossible) as refusal:
        moderation.edit(article, by=editor, version=1, **{field: value})

    assert set(refusal.value.errors) == {field}
    assert facts(article) == before


def test_edit_refuses_an_article_without_any_link(editor):
    article = make_article()

    with pytest.raises(Impossible) as refusal:
        moderation.edit(article, by=editor, version=1, web_url="")

    assert set(refusal.value.errors) == {"web_url"}


@pytest.mark.parametrize(("field", "make"), [("topics", make_topic), ("images", make_image)])
def test_edit_refuses_a_thing_that_is_there_twice(field, make, editor):
    article, thing = make_article(), make()

    with pytest.raises(Impossible) as refusal:
        moderation.edit(article, by=editor, version=1, **{field: [thing, thing]})

    assert set(refusal.value.errors) == {field}


def test_edit_changes_no_fact_of_a_decision(editor):
    with pytest.raises(TypeError):
        moderation.edit(make_article(), by=editor, version=1, published=True)


def test_a_fault_that_came_with_the_article_does_not_stop_a_decision(moderator):
    article = make_article(amp_url="ftp://old.example/")

    moderation.publish(article, by=moderator, version=1)

    assert article.state == "published"


def test_related_links_follow_the_url_of_an_article(editor):
    article = make_article(web_url="https://news.example/old")
    to_old = make_related(make_article(), url="https://news.example/old", target=article)
    to_new = make_related(make_article(), url="https://NEWS.example/new#part")

    moderation.edit(article, by=editor, version=1, web_url="https://news.example/new?utm_source=x")

    targets = {link.pk: link.target for link in RelatedLink.objects.all()}
    assert targets == {to_old.pk: None, to_new.pk: article}
