"""How long the worker that copies pictures keeps others from writing, among few and many articles.

The database has no statistics, as one that has just grown; each article has its own picture, on a host that is none.

`python -m benchmarks.pictures` measures on the database of DATABASE_URL, which `benchmarks.rows` has filled.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django

from benchmarks.figures import Figure
from benchmarks.imports import _environment
from benchmarks.sizes import DOCUMENTS, FEW

LIMIT = 200  # ms, for which a login may wait
PICTURES = 24
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "


def figures() -> Iterator[Figure]:
    for size in (FEW, DOCUMENTS):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/pictures.sqlite3"
            _python(url, "manage.py", "migrate", "-v0")
            _python(url, "-m", "benchmarks.rows", str(size))
            locked, read = json.loads(_python(url, "-m", "benchmarks.pictures", str(size)))
        yield Figure(f"pictures: the lock held among {size:,}, at most", locked, "ms", LIMIT)
        yield Figure(f"pictures: the search for due ones among {size:,}, at most", read, "ms")


def _python(url: str, *arguments: str) -> str:
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=root, env=_environment(url), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def measure(size: int) -> tuple[float, float]:
    """Returns the longest time from the first write to the commit, and the longest of a reading query, in ms."""
    from django.db import connection

    from articles.images import copies

    _add_pictures(size)
    held, read = [0.0], [0.0]

    def watch(execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            # Within a transaction SQLite is locked while it reads, too.
            locks = connection.in_atomic_block or not sql.startswith("SELECT")
            (held if locks else read).append((time.perf_counter() - started) * 1000)

    with connection.execute_wrapper(watch):
        list(copies.make_copies(limit=PICTURES))
    return max(held), max(read)


def _add_pictures(size: int) -> None:
    from django.db import connection, transaction

    from articles.models import Article, Image

    Image.objects.update(fetch_at=None)
    image = Image.objects.order_by("-pk").values_list("pk", flat=True)[0]
    article = Article.objects.order_by("pk").values_list("pk", flat=True)[0]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO articles_image (id, url, url_key, title, attribution, is_cached, file, fetch_at) {NUMBERS}"  # noqa: S608
            "SELECT n + %s, 'https://pictures.invalid/' || n, n - 2000000000, '', '', 0, '', '2021-01-01' FROM numbers",
            [size, image],
        )
        cursor.execute(
            f"INSERT INTO articles_articleimage (article_id, image_id, position) {NUMBERS}"  # noqa: S608
            "SELECT %s + n - 1, %s + n, 1 FROM numbers",
            [size, article, image],
        )
        cursor.execute("DROP TABLE IF EXISTS sqlite_stat1")


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
