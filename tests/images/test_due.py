"""Which images are due: found without reading all articles, outside of any transaction, each once."""

import pytest
from django.db import connection
from django.utils import timezone

from articles.images import copies
from articles.models import Image, TopicImage
from providers.models import ProviderImage
from tests.factories import make_article, make_image, make_provider, make_topic
from tests.images.copying import run, shown


def due(below: int | None = None) -> list[Image]:
    return list(copies.due(timezone.now(), below))


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_without_statistics_each_image_is_followed_to_its_own_articles_only():
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sqlite_stat1")  # of a test before this one that ran the upkeep
        cursor.execute("ANALYZE sqlite_schema")  # reads the statistics again: none

    plan = copies.due(timezone.now())[: copies.BATCH_SIZE].explain()

    steps = [line for line in plan.splitlines() if " SCAN " in line or " SEARCH " in line]
    # The first step of each of the three subqueries, and no list of all articles.
    assert [line.split()[4] for line in steps if "image_id=?" in line] == ["U0"] * 3
    assert "article_by_state" not in plan
    assert "LIST SUBQUERY" not in plan


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_images_are_searched_fetched_and_decoded(server):
    for number in range(copies.BATCH_SIZE + 1):
        shown(server, f"/photo.jpg#{number}")
    inside = []

    def watch(execute, sql, params, many, context):
        if connection.in_atomic_block:
            inside.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        said = run(server)

    assert said == f"{copies.BATCH_SIZE + 1} copies made, 0 failed\n"
    assert inside == []


@pytest.mark.django_db
def test_an_image_of_a_topic_or_provider_is_due_only_with_an_article_that_may_be_seen():
    images = {name: make_image(url=f"https://pictures.example/{name}") for name in ("empty", "used")}
    for name, image in images.items():
        topic = make_topic(f"Topic {name}")
        TopicImage.objects.create(topic=topic, image=image)
        if name == "used":
            make_article(topics=[topic])
    provider = make_provider(domain="nobody.example")
    ProviderImage.objects.create(provider=provider, image=make_image(url="https://pictures.example/logo"))

    assert due() == [images["used"]]


@pytest.mark.django_db
def test_who_works_through_them_meets_each_once():
    images = [make_image(url=f"https://pictures.example/{number}") for number in range(5)]
    make_article(images=images)

    assert due() == images[::-1]
    assert due(below=images[2].pk) == images[1::-1]


@pytest.mark.django_db
def test_of_two_workers_one_claims_an_image():
    make_article(images=[make_image()])
    (mine,), (theirs,) = due(), due()

    assert [copies._claim(mine), copies._claim(theirs)] == [True, False]
