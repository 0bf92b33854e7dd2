import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.public.article_page import any_article_page, visible_article_page
from tests.factories import make_article, make_image, make_provider, make_related, make_topic

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 20])
def test_an_article_page_is_read_in_five_queries_whatever_its_links(count, django_assert_num_queries):
    article = make_article(published=True, topics=[make_topic()], images=[make_image()])
    for number in range(count):
        target = make_article(published=True)
        make_related(article, url=f"https://a.example/{number}", provider=make_provider(), target=target)

    with django_assert_num_queries(5):
        page = visible_article_page(article.slug)

    assert [bool(link.provider and link.local_slug) for link in page.related] == [True] * count


def test_an_article_page_holds_the_article_and_what_belongs_to_it():
    topics, images = [make_topic(), make_topic()], [make_image(), make_image()]
    article = make_article(published=True, topics=topics, images=images, extra={"featuredContent": "x"}, body="Text")

    page = visible_article_page(article.slug)

    assert (page.title, page.body, page.url, page.extra) == (article.title, "Text", article.url, article.extra)
    assert (page.provider.name, page.provider.domain) == (article.provider.name, article.provider.domain)
    assert [topic.name for topic in page.ordered_topics] == [topic.name for topic in topics]
    assert (page.ordered_images, page.lead_image) == (images, images[0])
    assert page.published_at == article.published_at


def test_nothing_of_the_payload_is_asked_for():
    article = make_article(published=True, secured="x", source=b"x")

    with CaptureQueriesContext(connection) as queries:
        visible_article_page(article.slug)

    asked = " ".join(query["sql"] for query in queries)
    assert [name for name in ("secured", "source", "source_digest") if f'"{name}"' in asked] == []


def test_only_staff_read_the_page_of_a_hidden_article():
    article = make_article(title="Hidden")

    assert visible_article_page(article.slug) is None
    assert any_article_page(article.pk).title == "Hidden"


def test_a_related_link_is_local_only_where_readers_may_see_its_target():
    seen, unseen = make_article(published=True), make_article()
    article = make_article(related=[{"target": seen}, {"target": unseen}, {}, {"target": seen, "hidden": True}])

    page = any_article_page(article.pk)

    assert [link.local_slug for link in page.related] == [seen.slug, None, None]
