"""A run of an import: what it keeps, what it refuses, and what it never says."""

import json

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from articles.importing.runs import lock
from articles.importing.runs.lock import Held, import_lock
from articles.models import (
    Article,
    Event,
    Image,
    ImportFile,
    ImportRun,
    Topic,
)
from providers.models import Provider
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run, verdicts

pytestmark = pytest.mark.django_db


def test_a_rejected_file_leaves_nothing_behind(tmp_path):
    write(
        tmp_path,
        {
            "bad.md": document(
                title=None,
                provider="{domain: lost.example}",
                topics="[Lost]",
                images="[{url: 'https://lost.example/1.jpg'}]",
            ),
            "good.md": document(),
        },
    )

    report, _items = run(tmp_path)

    assert report.counts == {"rejected": 1, "created": 1}
    assert (Provider.objects.count(), Topic.objects.count(), Image.objects.count()) == (1, 0, 0)


def test_what_the_database_refuses_stops_no_other_document(tmp_path):
    # No form of ours makes such a row: the constraint of the database is what speaks.
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX one_title ON articles_article (title)")
    write(tmp_path, {f"{n}.md": document(title=f"Title {n % 3}", webUrl=f"https://a.example/{n}") for n in range(5)})

    report, items = run(tmp_path)

    assert report.counts == {"created": 3, "rejected": 2}
    assert items["3.md"].messages[0].text.startswith("the database refuses it")
    assert Article.objects.count() == 3


def test_a_dry_run_gives_the_same_verdicts_and_changes_nothing(tmp_path, seeds):
    write(tmp_path, {"good.md": document(), "bad.md": "no front matter", "again.md": document(title="Same link")})

    dry = verdicts(tmp_path, dry_run=True)

    assert (Article.objects.count(), ImportRun.objects.count(), Provider.objects.count()) == (0, 0, 0)
    assert dry == verdicts(tmp_path)


def test_queries_do_not_grow_with_the_batch(tmp_path):
    def queries(folder: str, count: int) -> int:
        files = {
            f"{folder}/{n}.md": document(
                webUrl=f"https://a.example/{folder}/{n}",
                topics=f"[{folder} {n}, B]",
                provider=f"{{domain: {folder}{n}.example}}",
                images=f"[{{url: 'https://p.example/{folder}/{n}.jpg'}}]",
                related=f"[{{webUrl: 'https://r.example/{folder}/{n}', provider: {{domain: r{n}.example}}}}]",
            )
            for n in range(count)
        }
        write(tmp_path, files)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run(tmp_path / folder)
        return len(captured)

    queries("warm", 1)

    assert queries("few", 2) == queries("many", 40)


def test_a_run_is_kept_with_what_it_did(tmp_path, importer):
    write(tmp_path, {"a.md": document(), "b.md": "nothing"})

    report, _ = run(tmp_path, by=importer)

    kept = ImportRun.objects.get(pk=report.run)
    assert (kept.status, kept.by, kept.counts) == ("done", importer, {"created": 1, "rejected": 1})
    assert list(kept.files.values_list("path", "verdict")) == [("a.md", "created"), ("b.md", "rejected")]
    assert kept.files.last().messages == [
        {"level": "error", "line": 1, "field": "", "text": "does not open with a line ---"}
    ]


def test_a_second_run_is_refused_while_one_is_at_work(tmp_path, django_db_blocker):
    other = connections.create_connection("default")
    if other.vendor == "postgresql":
        other.connect()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock.LOCK_KEY])
        with pytest.raises(Held):
            run(tmp_path)
        # PostgreSQL takes its time to end a closed connection, and to let go of its locks.
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock.LOCK_KEY])
        other.close()
    else:
        with import_lock(), pytest.raises(Held):
            run(tmp_path)


def test_secured_is_in_no_message_change_or_event(tmp_path):
    secret = "c2VjcmV0;AAAAAAAAAAAAAAAAAAAAAA=="
    write(tmp_path, {"a.md": document(secured=f'"{secret}"')})
    run(tmp_path)
    write(tmp_path, {"a.md": document(secured=f'"X{secret}"', title="New")})

    _, items = run(tmp_path)

    assert Article.objects.get().secured == f"X{secret}"
    assert items["a.md"].verdict == "updated"
    told = [*Event.objects.values_list("before", "after"), *ImportFile.objects.values_list("messages", "changes")]
    assert secret[:8] not in json.dumps(told)
