"""Topics: their tree, their numbers, their lists, and which of them readers know."""

import re
from datetime import timedelta
from itertools import chain

import pytest
from django.db import connection

from articles.models import Article, TopicOldSlug
from articles.public.queries import of_topics
from tests.factories import make_article, make_topic
from tests.public.lists import DAY, make_articles, titles, walk

pytestmark = pytest.mark.django_db


def test_topics_are_a_tree_with_the_number_of_visible_articles(client):
    root = make_topic("Root")
    child = make_topic("Child", parent=root)
    make_topic("Empty", parent=root)
    make_article(published=True, topics=[child])
    make_article(topics=[child, root])

    page = client.get("/topics/").text

    assert re.findall(r'<a href="(/topics/[^"]+)">', page) == ["/topics/root/", "/topics/child/"]
    assert re.findall(r'class="count">(\d+)', page) == ["1"]


def test_topics_that_are_each_others_parent_are_still_shown(client):
    one, two = make_topic("One"), make_topic("Two")
    one.parent, two.parent = two, one
    one.save()
    two.save()
    make_article(published=True, topics=[one])

    page = client.get("/topics/").text

    assert set(re.findall(r'<a href="(/topics/[^"]+)">', page)) == {"/topics/one/", "/topics/two/"}
    assert client.get("/topics/two/").status_code == 200


def test_a_topic_above_one_with_visible_articles_is_there_and_leads_to_it(client):
    root = make_topic("Root")
    child = make_topic("Child", parent=make_topic("Middle", parent=root))
    make_article(published=True, topics=[child])
    make_article(title="kept back", topics=[root])

    page = client.get("/topics/root/")

    assert (page.status_code, len(titles(page.text))) == (200, 1)
    assert '<a href="/topics/middle/">Middle</a>' in page.text


def test_a_topic_lists_what_is_in_it_and_in_those_below_each_once(client):
    root = make_topic("Root")
    middle = make_topic("Middle", parent=root)
    leaf = make_topic("Leaf", parent=middle)
    for n, topics in enumerate([[leaf], [root, leaf], [middle], [root], [make_topic("Other")]]):
        make_article(published=True, title=f"T{n}", topics=topics, published_at=DAY + timedelta(minutes=n))

    pages = {slug: titles(client.get(f"/topics/{slug}/").text) for slug in ("root", "middle", "leaf")}

    assert pages == {"root": ["T3", "T2", "T1", "T0"], "middle": ["T2", "T1", "T0"], "leaf": ["T1", "T0"]}


@pytest.mark.parametrize("many", [3, 5_000])
def test_topics_of_many_and_of_few_articles_are_listed_alike(client, monkeypatch, many):
    monkeypatch.setattr("articles.public.queries.MANY_ARTICLES", many)
    root = make_topic("Root")
    topics = [root, make_topic("Child", parent=root)]
    make_articles(40, topics=topics)
    make_article(published=True, topics=[make_topic("Other")])
    make_article(topics=topics)

    assert list(chain(*walk(client, "/topics/root/"))) == [f"T{n:02}" for n in reversed(range(40))]


def test_a_large_topic_walks_the_index_of_dates_and_a_small_one_looks_its_articles_up():
    topic = make_topic()
    make_articles(5, topics=[topic])
    for _ in range(400):
        make_article(published=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    small = of_topics(Article.objects.visible(), [topic.pk], many=False).latest_first()[:26].explain()
    large = of_topics(Article.objects.visible(), [topic.pk], many=True).latest_first()[:26].explain()

    assert bool(re.search("article_by_date|article_latest", small)) is False
    if connection.vendor == "sqlite":  # PostgreSQL's planner takes both as one question, and knows how many there are
        assert bool(re.search("article_by_date|article_latest", large)) is True
        assert "TEMP B-TREE" not in large


def test_a_topic_of_hidden_articles_only_answers_like_one_that_never_was(client):
    make_article(topics=[make_topic("Hidden")])

    hidden, never = client.get("/topics/hidden/"), client.get("/topics/never-was/")

    assert (hidden.status_code, hidden.content, hidden.headers) == (404, never.content, never.headers)


def test_old_slug_of_a_topic_redirects_only_if_the_topic_is_visible(client):
    shown, hidden = make_topic("Shown"), make_topic("Hidden")
    make_article(published=True, topics=[shown])
    TopicOldSlug.objects.create(topic=shown, slug="old-shown")
    TopicOldSlug.objects.create(topic=hidden, slug="old-hidden")

    answer, no_answer = client.get("/topics/old-shown/"), client.get("/topics/old-hidden/")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/topics/shown/")
    assert (no_answer.status_code, no_answer.content) == (404, client.get("/topics/never-was/").content)
