"""What the form of one article saves and what it refuses."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from articles import moderation
from articles.models import Article, Event, Reason
from tests.admin.article_form.page import address, fields_of
from tests.factories import make_article, make_image, make_provider, make_topic


def test_form_that_was_not_touched_writes_nothing(desk):
    article = make_article(
        title="  Blanks and <tags> ",
        body="\nFirst\n\n  indented  \nlast\n\n",
        excerpt="Line\nand line ",
        topics=[make_topic(), make_topic()],
        images=[make_image(), make_image()],
        related=[{"title": " A ", "excerpt": "x\ny"}, {}],
        published=True,
    )

    response = desk.post(address(article), fields_of(desk.get(address(article))))

    assert response.status_code == 302
    assert not Event.objects.exists()
    assert Article.objects.get().version == 1


def test_form_writes_through_every_verb_in_one_batch(desk):
    article, provider = make_article(title="Old"), make_provider(name="Acme")
    sent = fields_of(desk.get(address(article)))

    response = desk.post(
        address(article),
        sent
        | {"title": "New", "provider": provider.pk, "quality": "7", "published": "on"}
        | {"publish_at_0": "2021-01-01", "publish_at_1": "10:00:00", "_save": "Save"},
    )

    assert response.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.provider, article.quality, article.state) == ("New", provider, 7, "published")
    assert sorted(Event.objects.values_list("verb", flat=True)) == ["edit", "publish", "schedule", "score"]
    assert Event.objects.values("batch", "channel").distinct().count() == 1


def test_topics_and_images_keep_the_order_that_was_given(desk):
    topics, images = [make_topic(name) for name in ("A", "B", "C")], [make_image(), make_image()]
    article = make_article(topics=topics, images=images)
    sent = fields_of(desk.get(address(article)))

    response = desk.post(
        address(article),
        sent | {"topic_links-2-position": "1", "topic_links-1-DELETE": "on", "image_links-0-position": "2"},
    )

    assert response.status_code == 302
    article = Article.objects.get()
    assert [str(topic) for topic in article.ordered_topics] == ["C", "A"]
    assert article.ordered_images == images[::-1]


def test_related_links_are_curated_at_the_desk(desk):
    article = make_article(related=[{"title": f"Link {n}"} for n in range(7)])
    moderation.curate(article, by=User.objects.get(), version=1, related_closed=True)

    page = desk.get(address(article)).text
    response = desk.post(address(article), fields_of(desk.get(address(article))) | {"related-0-title": "Mine"})

    assert [f"Link {n}" in page for n in range(7)] == [True] * 5 + [False] * 2
    assert f'href="{reverse("desk_article", args=[article.pk])}#related">All 7 related links' in page
    assert "Closed: links that documents add from now on arrive hidden." in page
    assert response.status_code == 302
    assert [link.title for link in article.related.all()] == [f"Link {n}" for n in range(7)]
    assert Event.objects.count() == 1


def test_the_form_is_as_large_with_179_links_as_with_five(desk, django_assert_max_num_queries):
    few, many = (make_article(related=[{"title": f"Link {n}"} for n in range(count)]) for count in (5, 179))
    pages = []
    for article in (few, many):
        with django_assert_max_num_queries(30):
            pages.append(desk.get(address(article)))

    inputs = [page.text.count("<input") for page in pages]
    assert inputs[0] == inputs[1]
    assert len(pages[1].content) - len(pages[0].content) < 500


def test_what_moderation_refuses_stands_beside_the_field(desk):
    make_article(slug="taken")
    article = make_article(title="Mine")
    sent = fields_of(desk.get(address(article)))

    response = desk.post(address(article), sent | {"slug": "taken", "quality": "9", "title": "Typed"})

    assert response.status_code == 422
    assert list(response.context["adminform"].form.errors) == ["slug"]
    assert 'value="Typed"' in response.text
    article.refresh_from_db()
    assert (article.title, article.version) == ("Mine", 1)


def test_withdrawing_on_the_form_needs_a_reason_and_keeps_what_was_typed(desk):
    article = make_article(published=True)
    sent = fields_of(desk.get(address(article))) | {"title": "Typed", "note": "Why not"}
    del sent["published"]

    refused = desk.post(address(article), sent)
    reason = Reason.objects.get(slug="wrong")
    response = desk.post(address(article), fields_of(refused) | {"reason": reason.pk})

    assert (refused.status_code, response.status_code) == (422, 302)
    assert refused.context["adminform"].form.errors == {"reason": ["Choose a reason."]}
    article.refresh_from_db()
    assert (article.title, article.state) == ("Typed", "withdrawn")
    assert Event.objects.get(verb="withdraw").note == "Why not"


@pytest.mark.parametrize(
    ("decide", "published", "state"),
    [("publish", False, "published"), ("publish", True, "published"), ("reject", False, "rejected")],
)
def test_buttons_save_what_was_typed_and_decide(desk, decide, published, state):
    article = make_article(published=published)
    reason = Reason.objects.first()
    sent = fields_of(desk.get(address(article))) | {"title": "Typed", "reason": reason.pk, "_decide": decide}

    response = desk.post(address(article), sent)

    assert response.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.state, article.version) == ("Typed", state, 3)


@pytest.mark.parametrize(("year", "meant"), [("0026", "2026"), ("0001", "2001")])
def test_a_year_that_was_typed_with_two_digits_is_asked_about(desk, settings, year, meant):
    settings.TIME_ZONE = "Europe/Berlin"
    article = make_article()
    sent = fields_of(desk.get(address(article))) | {"publish_at_0": f"{year}-01-01", "publish_at_1": "00:00:00"}

    answer = desk.post(address(article), sent)

    assert answer.status_code == 200
    assert f"{year}? Type all four digits of the year: {meant}." in answer.text
    assert f'value="{year}-01-01"' in answer.text
    assert not Event.objects.exists()


def test_an_old_date_that_nobody_touched_is_no_fault(desk):
    article = make_article(published_at=datetime(1970, 1, 1, tzinfo=UTC))

    answer = desk.post(address(article), fields_of(desk.get(address(article))) | {"title": "Another title"})

    article.refresh_from_db()
    assert (answer.status_code, article.title, article.published_at.year) == (302, "Another title", 1970)
