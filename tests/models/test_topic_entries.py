"""The table of the published articles of each topic, which the database keeps in step, whoever writes."""

from datetime import timedelta
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from articles import moderation
from articles.models import Article, ArticleTopic, ImportRun, Topic, TopicEntry
from tests.factories import make_article, make_topic
from tests.public.search import index as search

pytestmark = pytest.mark.django_db


def entries():
    return set(TopicEntry.objects.values_list("topic", "published_at", "article"))


def what_they_should_be():
    return set(Article.objects.filter(published=True, topics__isnull=False).values_list("topics", "published_at", "pk"))


def assert_in_step(count):
    assert entries() == what_they_should_be()
    assert len(entries()) == count


def test_they_follow_the_flag_the_date_the_links_and_the_article():
    first, second = make_topic(), make_topic()
    article = make_article(published=True, topics=[first, second])
    make_article(topics=[first])
    assert_in_step(2)

    Article.objects.filter(pk=article.pk).update(published_at=timezone.now() - timedelta(days=9))
    assert_in_step(2)

    ArticleTopic.objects.filter(article=article, topic=second).delete()
    assert_in_step(1)

    ArticleTopic.objects.filter(article=article).update(topic=second)
    assert_in_step(1)

    Article.objects.filter(pk=article.pk).update(published=False)
    assert_in_step(0)

    Article.objects.update(published=True, first_published_at=timezone.now())
    assert_in_step(2)

    article.delete()
    assert_in_step(1)


def test_links_may_be_written_before_their_article():
    """As the import does, in one transaction."""
    topic, article = make_topic(), make_article(published=True)
    row = {field.attname: getattr(article, field.attname) for field in Article._meta.concrete_fields}
    del row["state"], row["queue"]
    article.delete()

    ArticleTopic.objects.create(article_id=row["id"], topic=topic)
    Article.objects.bulk_create([Article(**row)])

    assert_in_step(1)


def test_they_follow_an_import_the_next_and_its_undo(corpus):
    run(corpus / "2020-12-07")
    before = entries()
    assert before == what_they_should_be() != set()

    run(corpus / "2021-01-08" / "_news")
    assert entries() == what_they_should_be() > before

    call_command("undo_import", str(ImportRun.objects.latest("pk").pk), verbosity=0)
    assert entries() == what_they_should_be() == before


def run(folder):
    with pytest.raises(SystemExit):
        call_command("import_articles", str(folder), verbosity=0)


def test_they_follow_decisions_and_their_undoing(editor):
    article = make_article(topics=[make_topic()])
    event = moderation.publish(article, by=editor, version=article.version)
    assert_in_step(1)

    moderation.undo(event, by=editor)
    assert_in_step(0)


def publish():
    Article.objects.update(published=True, first_published_at=timezone.now())


def hide():
    Article.objects.update(published=False)


def date():
    Article.objects.update(published_at=timezone.now())


def link():
    ArticleTopic.objects.create(article=Article.objects.get(), topic=Topic.objects.get(slug="new"))


def relink():
    ArticleTopic.objects.update(topic=Topic.objects.get(slug="new"))


def unlink():
    ArticleTopic.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [publish, hide, date])
@pytest.mark.parametrize("change", [link, relink, unlink])
@pytest.mark.parametrize("links_first", [True, False])
def test_they_follow_two_who_write_at_once(write, change, links_first):
    make_topic("New", slug="new")
    make_article(published=write is not publish, topics=[make_topic()])
    first, second = (change, write) if links_first else (write, change)

    def other():
        try:
            second()
        finally:
            connection.close()

    thread = Thread(target=other)
    with transaction.atomic():
        first()
        thread.start()
        # Until it is through, or waits for this transaction to end.
        thread.join(0.3)
    thread.join(30)

    assert entries() == what_they_should_be()
    search.assert_in_step(Article.objects.filter(published=True).count())
    assert Article.objects.get().published is (write is not hide)
    assert ArticleTopic.objects.count() == {link: 2, relink: 1, unlink: 0}[change]


def test_an_entry_is_found_by_the_key_of_the_table():
    topic = make_topic()
    make_article(published=True, topics=[topic])
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

    plan = TopicEntry.objects.filter(topic=topic).explain()

    assert ("articles_topicentry_pkey" if connection.vendor == "postgresql" else "USING PRIMARY KEY") in plan
