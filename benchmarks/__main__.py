"""`make bench`: every figure beside its limit, in one run, on a database of its own. A figure over its limit fails."""

import os
import sys
from collections.abc import Iterator

import django

from benchmarks import browser, desk, imports, search, site
from benchmarks.figures import Figure


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


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    names = setup_databases(verbosity=0, interactive=False)
    over = 0
    try:
        for measure in (queries_of_pages, imports.figures, desk.figures, site.figures, search.figures, browser.figures):
            for figure in measure():
                print(figure, flush=True)
                over += figure.is_over
    finally:
        teardown_databases(names, verbosity=0)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
