"""The statistics of a database that has grown."""

import pytest
from django.core.management import call_command
from django.db import connection

from articles.models import Event
from articles.processes import upkeep
from tests.conftest import SEEDS
from tests.factories import make_article


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_after_an_import_sqlite_knows_how_its_indexes_are_filled():
    with pytest.raises(SystemExit):
        call_command("import_articles", SEEDS, verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
        analysed = {table for (table,) in cursor.fetchall()}
    assert {"articles_article", "articles_image", "articles_articleimage", "articles_topic"} <= analysed


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_sqlite_finds_who_undid_an_event_by_the_index_though_hardly_any_was_undone(moderator):
    article = make_article()
    Event.objects.bulk_create(
        Event(article=article, title="A", by=moderator, channel="desk", verb="note", version=n) for n in range(3000)
    )

    upkeep.analyse()

    events = Event.objects.filter(article=article.pk + 1).select_related("undone_by")
    assert "AUTOMATIC" not in events[:8].explain()  # no index of all events is made for the question
