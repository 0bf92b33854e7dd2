from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article
from articles.models.keys import key_of
from articles.public.queries import visible_providers, visible_topics, with_visible_count
from articles.public.topic_tree import visible_counts
from providers.models import Provider
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db


def test_latest_first_is_a_total_order():
    moment = timezone.now()
    older = make_article(published_at=moment - timedelta(hours=1))
    first, second = make_article(published_at=moment), make_article(published_at=moment)

    assert list(Article.objects.latest_first()) == [second, first, older]


@pytest.mark.parametrize("count", [1, 50])
def test_cards_are_read_in_three_queries_whatever_their_number(count, django_assert_num_queries):
    topics, images = [make_topic(), make_topic()], [make_image(), make_image()]
    for _ in range(count):
        make_article(topics=topics, images=images, provider=make_provider())

    with django_assert_num_queries(3):
        for article in Article.objects.for_cards():
            assert article.provider.name
            assert (article.ordered_topics, article.ordered_images, article.lead_image) == (topics, images, images[0])


@pytest.mark.parametrize("hidden", ["secured", "source", "source_digest"])
def test_no_list_reads_the_payload(hidden):
    make_article(secured="x", source=b"x")

    assert hidden in Article.objects.for_cards().get().get_deferred_fields()


def test_readers_know_only_topics_and_providers_with_something_to_read():
    known, unknown = make_topic(), make_topic()
    make_article(published=True, topics=[known], provider=make_provider(domain="known.example"))
    make_article(topics=[unknown], provider=make_provider(domain="unknown.example"))
    make_article(published=True, publish_at=timezone.now() + timedelta(hours=1), topics=[unknown])

    assert list(visible_topics()) == [known]
    assert [p.domain for p in visible_providers()] == ["known.example"]


def test_what_is_published_is_visible_or_out_of_its_schedule():
    now = timezone.now()
    hour = timedelta(hours=1)
    schedules = [(None, None), (now, None), (None, now), (now - hour, now), (now, now + hour), (now + hour, None)]
    published = [make_article(published=True, publish_at=start, expires_at=end) for start, end in schedules]
    make_article(publish_at=now + hour)

    out = set(Article.objects.out_of_schedule(now))
    assert out == {published[2], published[3], published[5]}
    assert set(Article.objects.visible(now)) == set(published) - out


def test_the_counts_are_those_of_what_readers_see():
    topic, other = make_topic(), make_topic()
    provider = make_provider()
    make_article(published=True, topics=[topic], provider=provider)
    make_article(published=True, topics=[topic, other], provider=provider)
    make_article(topics=[topic], provider=provider)

    make_article(published=True, topics=[topic], expires_at=timezone.now() - timedelta(hours=1), provider=provider)
    make_article(published=True, topics=[other], publish_at=timezone.now() + timedelta(hours=1), provider=provider)

    assert visible_counts(timezone.now()) == {topic.pk: 2, other.pk: 1}
    assert [p.visible_count for p in with_visible_count(Provider.objects.all())] == [2]


INDEXES = {
    "article_front": lambda: Article.objects.filter(published=True).ranked(),
    "article_latest": lambda: Article.objects.filter(published=True).latest_first(),
    "article_visible_by_key": lambda: Article.objects.filter(published=True, pk__gte=50_000, pk__lt=99_999).order_by(
        "pk"
    ),
    "article_by_provider": lambda: Article.objects.filter(provider_id=1).latest_first(),
    "article_by_arrival": lambda: Article.objects.filter(provider_id=1).order_by("-created_at"),
    "article_latest_by_provider": lambda: Article.objects.filter(published=True, provider_id=1).latest_first(),
    "article_by_state": lambda: Article.objects.filter(state="pending").latest_first(),
    "article_by_date": lambda: Article.objects.latest_first(),
    "article_by_twin": lambda: Article.objects.order_by().filter(twin_key=key_of("a.example/")),
    "article_hottest": lambda: Article.objects.filter(published=True, category="learning").order_by("-heat", "path"),
    "article_queue": lambda: Article.objects.in_queue().by_priority(),
    "article_queue_by_reason": lambda: Article.objects.in_queue().filter(queue="flagged").by_priority(),
    "article_queue_by_date": lambda: Article.objects.in_queue().latest_first(),
    "article_by_publish_at": lambda: Article.objects.order_by().filter(publish_at__gt=timezone.now()),
    "article_by_expires_at": lambda: Article.objects.order_by().filter(expires_at__gt=timezone.now()),
    "article_pinned": lambda: Article.objects.filter(pinned_at__isnull=False).order_by("-pinned_at"),
    "article_taken_back": lambda: Article.objects.order_by().filter(removed=True, state="pending"),
    "article_by_reviewed_by": lambda: Article.objects.order_by().filter(reviewed_by=1),
    "article_by_ruled_by": lambda: Article.objects.order_by().filter(ruled_by=1),
    "article_by_claimed_by": lambda: Article.objects.order_by().filter(claimed_by=1),
    "article_by_assigned_to": lambda: Article.objects.order_by().filter(assigned_to=1),
    "article_by_duplicate_of": lambda: Article.objects.order_by().filter(duplicate_of=1),
}


@pytest.mark.parametrize("index", INDEXES)
def test_a_list_is_read_by_its_index(index):
    """On few rows PostgreSQL reads the whole table, and is told not to: the index must serve the query at all."""
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        if index == "article_queue_by_date":
            # Where most articles wait, the index of all is as good.
            connection.cursor().execute("DROP INDEX article_by_date")

    plan = INDEXES[index]().only("pk")[:30].explain()

    assert index in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_every_index_of_articles_is_used_above():
    assert {index.name for index in Article._meta.indexes} == set(INDEXES)
