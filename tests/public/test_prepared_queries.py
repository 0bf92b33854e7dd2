from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.public.prepared_queries import prepared
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def test_rows_are_those_of_the_values_of_each_call():
    now = timezone.now()
    first, second, third = (make_article(published_at=now - timedelta(hours=n), heat=n) for n in range(3))

    @prepared
    def hot(pks, since, heat):
        found = Article.objects.filter(pk__in=pks, published_at__gte=since, heat__gte=heat)
        return found.order_by("pk").values_list("pk", "published_at")

    day = now - timedelta(days=1)
    assert hot(pks=[first.pk, third.pk], since=day, heat=0) == [(a.pk, a.published_at) for a in (first, third)]
    assert hot(pks=[first.pk, second.pk, third.pk], since=day, heat=1) == [
        (a.pk, a.published_at) for a in (second, third)
    ]
    assert hot(pks=[first.pk, second.pk], since=now, heat=0) == [(first.pk, first.published_at)]


def test_a_query_is_built_once_for_each_length_of_a_list():
    article, built = make_article(), []

    @prepared
    def titles(pks):
        built.append(pks.count)
        return Article.objects.filter(pk__in=pks).values_list("title")

    for pks in ([article.pk], [0], [0, article.pk], [article.pk]):
        titles(pks=pks)

    # Twice each: the second time shows that both are the same.
    assert built == [1, 1, 2, 2]


def test_a_query_that_reads_the_clock_by_itself_is_refused():
    @prepared
    def frozen(slug):
        return Article.objects.visible().filter(slug=slug).values_list("pk")

    with pytest.raises(ValueError, match="frozen is not the same each time"):
        frozen(slug="x")
