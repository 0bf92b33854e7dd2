"""The statistics of a database that has grown."""

import pytest
from django.core.management import call_command
from django.db import connection

from tests.conftest import SEEDS


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_after_an_import_sqlite_knows_how_its_indexes_are_filled():
    with pytest.raises(SystemExit):
        call_command("import_articles", SEEDS, verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
        analysed = {table for (table,) in cursor.fetchall()}
    assert {"articles_article", "articles_image", "articles_articleimage", "articles_topic"} <= analysed
