"""Lists of the admin take as many queries for fifty rows as for one."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import moderation
from articles.models import ImportFile, ImportRun
from tests.admin.addresses import url
from tests.factories import make_article, make_image, make_topic


@pytest.mark.parametrize(
    ("model", "make"),
    [
        ("topic", lambda: make_topic(parent=make_topic())),
        ("image", lambda: make_article(images=[make_image()])),
        ("event", lambda: moderation.score(make_article(), by=_somebody(), version=1, heat=5)),
        ("importrun", lambda: ImportRun.objects.create(by=_somebody())),
        ("importfile", lambda: ImportFile.objects.create(run=ImportRun.objects.create(), path="x", verdict="created")),
        ("tombstone", lambda: moderation.delete(make_article(), by=_somebody(), version=1)),
    ],
)
def test_lists_take_as_many_queries_for_fifty_rows_as_for_one(client, make_user, model, make):
    client.force_login(make_user("superuser", username="boss"))
    counts = []
    for rows in (2, 48):
        for _ in range(rows):
            make()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(model, "changelist"), follow=True).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def _somebody():
    return User.objects.get(username="boss")
