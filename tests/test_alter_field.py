"""A migration as `makemigrations` writes it alters a table, and all that the database does by itself goes on."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, models
from django.db.migrations import AddConstraint, AddField, AlterField, RemoveField, RenameField
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.models import Q

from articles import moderation
from articles.models import Article, ArticleTopic, Event, RelatedLink, TopicEntry
from articles.public.search import find, parse
from tests.database_objects import database_objects
from tests.factories import make_article, make_image, make_topic

ITSELF = models.ForeignKey("articles.article", models.SET_NULL, null=True, blank=True, related_name="duplicates")
ALTERED = {
    "article": [
        AlterField("article", "title", models.CharField(max_length=600)),
        AlterField("article", "published_at", models.DateTimeField(db_index=True)),
        AlterField("article", "reviewed_at", models.DateTimeField(null=True, db_index=True)),
        AlterField("article", "duplicate_of", ITSELF),
        AddField("article", "tone", models.CharField(max_length=10, db_default="dry")),
        AddConstraint("article", models.CheckConstraint(condition=Q(heat__lt=1_000_000), name="article_not_hotter")),
    ],
    "event": [AlterField("event", "note", models.CharField(max_length=20_000, blank=True))],
    "related link": [AlterField("relatedlink", "hidden", models.BooleanField(default=False, db_index=True))],
    "linked page": [AlterField("linkedpage", "title", models.CharField(max_length=600, blank=True))],
    "topic": [
        AlterField("topic", "name", models.CharField(max_length=300, unique=True)),
        AlterField("articletopic", "position", models.PositiveIntegerField(default=0)),
    ],
}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(make_user):
    return make_user("superuser")


@pytest.fixture
def rows(person) -> dict[str, list]:
    """Articles in several states with all that belongs to them, as they are before the migration."""
    topic = make_topic("Traffic")
    article = make_article(title="A tram", topics=[topic], images=[make_image()], related=[{"title": "A bus"}])
    moderation.publish(article, by=person, version=1)
    make_article(title="A tram again", duplicate_of=article, topics=[topic])
    make_article(title="A train", published=True, flag="really?")
    return all_rows()


def all_rows() -> dict[str, list]:
    kept = (Article, ArticleTopic, RelatedLink, Event, TopicEntry)
    return {model.__name__: sorted(model.objects.values_list(), key=repr) for model in kept}


class Altered:
    """A migration after all others, done as `manage.py migrate` does it."""

    def __init__(self, *operations):
        self.migration = Migration("9999_altered", "articles")
        self.migration.operations = operations

    def apply(self) -> None:
        with connection.schema_editor(atomic=True) as editor:
            self.migration.apply(self._state(), editor)

    def unapply(self) -> None:
        with connection.schema_editor(atomic=True) as editor:
            self.migration.unapply(self._state(), editor)

    def _state(self):
        return MigrationExecutor(connection).loader.project_state()


def triggers() -> dict[str, str]:
    return {name: text for (kind, name), text in database_objects().items() if kind in ("trigger", "function", "view")}


def assert_the_database_does_its_part(person) -> None:
    article = make_article(title="A tramway", topics=[make_topic()])
    moderation.publish(article, by=person, version=1)
    event = Event.objects.filter(article=article).get()
    Article.objects.filter(pk=article.pk).update(flag="look again")
    article.refresh_from_db()

    assert (article.state, article.queue) == ("published", "flagged")
    assert TopicEntry.objects.filter(article=article).count() == 1
    assert article.pk in {found.article for found in find(parse("tramway"))}
    with pytest.raises(IntegrityError, match="append-only"):
        event.delete()
    with pytest.raises(IntegrityError, match="append-only"):
        Event.objects.update(note="another")

    Article.objects.filter(pk=article.pk).update(published=False)
    assert not TopicEntry.objects.filter(article=article).exists()
    assert find(parse("tramway")) == []
    with pytest.raises(IntegrityError):
        Article.objects.filter(pk=article.pk).update(heat=-2)


@pytest.mark.parametrize("operations", ALTERED.values(), ids=ALTERED)
def test_a_table_is_altered_and_altered_back_and_every_trigger_stays(operations, rows, person):
    before, altered = database_objects(), Altered(*operations)
    unchanged = triggers()

    altered.apply()
    try:
        assert database_objects() != before
        assert triggers() == unchanged
        assert all_rows() == rows
        assert_the_database_does_its_part(person)
        rows = all_rows()
    finally:
        altered.unapply()

    assert database_objects() == before
    assert all_rows() == rows
    assert_the_database_does_its_part(person)


def test_triggers_follow_the_new_name_of_a_column(rows, person):
    altered = Altered(RenameField("article", "title", "headline"), RenameField("article", "published", "is_published"))

    altered.apply()
    altered.unapply()

    assert all_rows() == rows
    assert_the_database_does_its_part(person)
    # SQLite has put quotes around the names: leave other tests the triggers and the view that the migrations write.
    call_command("migrate", "articles", "0003", verbosity=0)
    call_command("migrate", verbosity=0)


def test_a_column_that_triggers_need_is_not_removed_without_them(rows, person):
    before = database_objects()

    for name in ("excerpt", "provider"):
        with pytest.raises(DatabaseError, match=name):
            Altered(RemoveField("article", name)).apply()

    assert database_objects() == before
    assert all_rows() == rows
    assert_the_database_does_its_part(person)
