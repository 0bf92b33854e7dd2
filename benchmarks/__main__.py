"""`make bench`: every figure beside its limit, in one run, on a database of its own. A figure over its limit fails.

Arguments (`make bench ONLY="site search"`) name what of it is measured; benchmarks/sizes.py says how much. With
BENCH_SMOKE=1 a figure over its limit fails nothing; a part that crashes, or cannot be measured here, does.
"""

import os
import sys
from collections.abc import Iterator

import django

from benchmarks import browser, desk, growth, imports, pictures, pushes, rules, search, site, stories, trust
from benchmarks.figures import Figure
from benchmarks.sizes import SMOKE

MOST = 6  # queries of a public page


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
        (reader, "/articles/bench/"),
        (reader, "/archive/"),
        (reader, "/search/?q=power"),
        (admin, "/admin/articles/article/"),
    ]
    counts: dict[str, list[int]] = {path: [] for _, path in pages}
    for rows in (1, 50):
        with transaction.atomic():
            admin.force_login(User.objects.create_superuser(f"admin{rows}"))
            topic, image = make_topic("Power"), make_image()
            for n in range(rows):
                make_article(published=True, topics=[topic], images=[image], slug=f"bench{n or ''}")
            for client, path in pages:
                client.get(path)  # what is kept in memory from the first request on is no part of the figure
                with CaptureQueriesContext(connection) as queries:
                    answer = client.get(path)
                if answer.status_code != 200:
                    raise RuntimeError(f"{path} answers {answer.status_code}")
                counts[path].append(len(queries))
            transaction.set_rollback(True)
    for path, (one, fifty) in counts.items():
        limit = one if path.startswith("/admin/") else min(one, MOST)
        yield Figure(f"queries of {path} with 50 articles", fifty, "queries", limit)


MEASURES = {
    "queries": queries_of_pages,
    "imports": imports.figures,
    "growth": growth.figures,
    "pushes": pushes.figures,
    "desk": desk.figures,
    "pictures": pictures.figures,
    "site": site.figures,
    "search": search.figures,
    "browser": browser.figures,
    "stories": stories.figures,
    "trust": trust.figures,
    "rules": rules.figures,
}


def main(names: list[str]) -> int:
    if unknown := set(names) - set(MEASURES):
        print(f"There is no {', '.join(sorted(unknown))}: choose from {', '.join(MEASURES)}.", file=sys.stderr)
        return 2
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    over = 0
    try:
        for name in names or MEASURES:
            for figure in MEASURES[name]():
                print(figure, flush=True)
                over += figure.is_over
    finally:
        teardown_databases(databases, verbosity=0)
    return 1 if over and not SMOKE else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
