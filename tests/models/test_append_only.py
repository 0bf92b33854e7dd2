import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from articles import editions, moderation
from articles.models import Event
from articles.models.append_only import MESSAGE
from tests.database_objects import database_objects
from tests.factories import make_article


@pytest.fixture
def event(moderator) -> Event:
    return moderation.publish(make_article(), by=moderator, version=1)


def rename(event):
    Event.objects.filter(pk=event.pk).update(title="Another")


def save_again(event):
    event.save()


def delete(event):
    event.delete()


def delete_all(event):
    connection.cursor().execute("DELETE FROM articles_event")


@pytest.mark.parametrize("attack", [rename, save_again, delete, delete_all])
def test_an_event_is_never_changed_or_removed(attack, event):
    before = Event.objects.values().get()

    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        attack(event)

    assert Event.objects.values().get() == before


@pytest.mark.only_on("postgresql")
def test_the_log_cannot_be_emptied_at_once(event):
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        connection.cursor().execute("TRUNCATE articles_event CASCADE")

    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_log_with_all_else_and_the_next_one_is_kept(make_user):
    moderation.publish(make_article(), by=make_user("superuser"), version=1)
    edition = editions.current()

    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)

    assert Event.objects.count() == 0
    assert editions.current() != edition
    event = moderation.publish(make_article(), by=make_user("superuser"), version=1)
    with pytest.raises(IntegrityError, match=MESSAGE):
        event.delete()


@pytest.mark.django_db(transaction=True)
def test_flush_puts_back_the_protection_that_the_migration_made():
    before = database_objects()

    call_command("flush", interactive=False, verbosity=0)

    assert database_objects() == before


def test_the_log_outlives_the_article(editor):
    article = make_article()
    moderation.publish(article, by=editor, version=1)

    moderation.delete(article, by=editor, version=2)

    assert [event.verb for event in Event.objects.order_by("pk")] == ["publish", "delete"]
