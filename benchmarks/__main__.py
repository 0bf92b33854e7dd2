"""`make bench`: every figure beside its limit, in one run, on a database of its own. A figure over its limit fails."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from time import perf_counter

import django

DOCUMENTS = 2000


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.value > self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"limit {self.limit:,.0f}{'  OVER' if self.is_over else ''}"
        return f"{self.name:<52} {self.value:>10,.0f} {self.unit:<14} {limit}".rstrip()


def import_speed() -> Iterator[Figure]:
    """Documents a second: read and checked only, then imported into an empty database, then again unchanged."""
    from django.core.management import call_command

    from articles.importing import documents, records
    from articles.models import Article
    from benchmarks.documents import write_documents

    with tempfile.TemporaryDirectory() as folder:
        write_documents(Path(folder), DOCUMENTS)
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*.md")}

        def read():
            for path, raw in files.items():
                records.record_from(documents.parse(raw), path)

        def take():
            with suppress(SystemExit):
                call_command("import_articles", folder, verbosity=0, stdout=StringIO(), stderr=StringIO())

        yield Figure("documents read and checked", DOCUMENTS / seconds(read), "a second")
        yield Figure("documents imported, new", DOCUMENTS / seconds(take), "a second")
        if Article.objects.count() != DOCUMENTS:
            raise RuntimeError(f"{Article.objects.count()} articles out of {DOCUMENTS} documents")
        yield Figure("documents imported again, unchanged", DOCUMENTS / seconds(take), "a second")


def queries_of_pages() -> Iterator[Figure]:
    """Queries of each list page with one article and with fifty: the second number is the first one's limit."""
    from django.contrib.auth.models import User
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.factories import make_article, make_image, make_topic

    admin, reader = Client(), Client()
    pages = [
        (reader, "/"),
        (reader, "/latest/"),
        (reader, "/topics/"),
        (reader, "/topics/power/"),
        (reader, "/providers/"),
        (reader, "/providers/news.example/"),
        (admin, "/admin/articles/article/"),
    ]
    counts: dict[str, list[int]] = {path: [] for _, path in pages}
    for rows in (1, 50):
        with transaction.atomic():
            admin.force_login(User.objects.create_superuser(f"admin{rows}"))
            topic, image = make_topic("Power"), make_image()
            for _ in range(rows):
                make_article(published=True, topics=[topic], images=[image])
            for client, path in pages:
                client.get(path)  # what is kept in memory from the first request on is no part of the figure
                with CaptureQueriesContext(connection) as queries:
                    answer = client.get(path)
                if answer.status_code != 200:
                    raise RuntimeError(f"{path} answers {answer.status_code}")
                counts[path].append(len(queries))
            transaction.set_rollback(True)
    for path, (one, fifty) in counts.items():
        yield Figure(f"queries of {path} with 50 articles", fifty, "queries", one)


def seconds(work) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    names = setup_databases(verbosity=0, interactive=False)
    over = 0
    try:
        for measure in (queries_of_pages, import_speed):
            for figure in measure():
                print(figure, flush=True)
                over += figure.is_over
    finally:
        teardown_databases(names, verbosity=0)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
