"""The search among few and many articles, as readers ask: words common and rare, two and three, phrases, filters.

Each of the questions is asked three times, one round after
the other, and its time is the middle one: the machine may have other work. `search` is the time from what was typed
to the keys of the best; `page` that of the whole answer, as the server makes it.

`python -m benchmarks.search fill 1000000` and `… ask` do the two halves on the database of DATABASE_URL.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from benchmarks.figures import Figure
from benchmarks.imports import _environment, manage, postgres
from benchmarks.sizes import FEW, SEARCH_ARTICLES, SEARCH_PER_KIND, SEARCH_ROUNDS, left_out
from tests.__main__ import problem_with_postgres

LIMITS = {FEW: 10, SEARCH_ARTICLES: 60}  # ms, on either database
QUERIES = 6
BATCH = 5000
YEARS = 6
SYLLABLES = [a + b for a in "b d f g k l m n p r s t v z ch sh br tr".split() for b in "a e i o u ai ou".split()]


def figures() -> Iterator[Figure]:
    manage("sqlite://:memory:", "collectstatic", "--no-input", "-v0")
    for size, limit in LIMITS.items():
        with tempfile.TemporaryDirectory() as folder:
            yield from _on_database("SQLite", f"sqlite:///{folder}/search.sqlite3", size, limit)
    if problem := problem_with_postgres():
        left_out(f"PostgreSQL: skipped, none answers at TEST_POSTGRES_URL ({problem})")
        return
    for size, limit in LIMITS.items():
        with postgres() as url:
            yield from _on_database("PostgreSQL", url, size, limit)


def _on_database(name: str, url: str, size: int, limit: float) -> Iterator[Figure]:
    manage(url, "migrate", "-v0")
    _run(url, "fill", str(size))
    asked = json.loads(_run(url, "ask"))
    for what, times in (("search", asked["search"]), ("search page", asked["page"])):
        yield Figure(f"{name}: {what} among {size:,}, median", statistics.median(times), "ms")
        # The bar is on what a reader waits for, which is the page.
        yield Figure(f"{name}: {what} among {size:,}, 95 of 100 within", _p95(times), "ms", limit)
    slowest = max(asked["kinds"], key=asked["kinds"].get)
    yield Figure(f"{name}: … {slowest}, the slowest kind, median", asked["kinds"][slowest], "ms")
    yield Figure(f"{name}: queries of a search page", asked["queries"], "queries", QUERIES)


def _run(url: str, *arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.search", *arguments]
    return subprocess.run(command, env=_environment(url), check=True, stdout=subprocess.PIPE, text=True).stdout


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def vocabulary(random: Random) -> tuple[list[str], list[float]]:
    """Words that are as unevenly common as those of a language, and the weights to draw them by."""
    words = list(dict.fromkeys("".join(random.choices(SYLLABLES, k=random.randint(1, 4))) for _ in range(60_000)))
    return words, list(accumulate(1 / (rank + 2) for rank in range(len(words))))


def fill(size: int) -> None:
    from django.db import connection, transaction

    from articles.importing.saving.rows import insert_rows, many_writes, next_ids
    from articles.models import Article, ArticleImage, ArticleTopic, Image, Topic
    from providers.models import Provider

    random = Random(5)  # noqa: S311 - test data
    words, weights = vocabulary(random)

    def text(least: int, most: int) -> str:
        return " ".join(random.choices(words, cum_weights=weights, k=random.randint(least, most)))

    providers = Provider.objects.bulk_create(
        Provider(domain=f"provider{n}.example", name=words[3000 + n].title()) for n in range(2000)
    )
    topics = Topic.objects.bulk_create(Topic(name=words[2000 + n].title(), slug=f"topic-{n}") for n in range(60))
    images = Image.objects.bulk_create(
        Image(url=f"https://pictures.example/{n}.jpg", width=1200, height=800) for n in range(1000)
    )
    names = (
        "id", "path", "slug", "title", "excerpt", "body", "web_url", "original_url", "amp_url", "cdn_amp_url", "type",
        "published_at", "category", "quality", "heat", "canonical_url", "provider", "rank", "priority", "published",
        "first_published_at", "extra", "secured", "source", "source_digest", "conflicts", "version", "created_at",
        "changed_at", "changed_for_readers_at", "twin_key", "removed", "related_closed",
    )  # fmt: skip
    start, step = datetime(2015, 1, 1, tzinfo=UTC), timedelta(days=365 * YEARS) / size
    with many_writes():
        for done in range(0, size, BATCH):
            rows, links, shown = [], [], []
            with transaction.atomic():
                for number, pk in enumerate(next_ids(Article, min(BATCH, size - done)), done):
                    day, url = start + step * number, f"https://provider.example/{pk}"
                    provider = providers[min(int(random.paretovariate(0.8)), 2000) - 1].pk
                    rows.append(
                        [
                            pk, f"_news/{pk}.md", f"a-{pk}", text(6, 14), text(25, 45), "", url, "", "", "",
                            "video" if number % 20 == 0 else "article", day, "news", 5, 5, url, provider, float(number),
                            0.0, True, day, {}, "", bytes(700), bytes(16), [], 1, day, day, day, pk,
                            False, False,
                        ]
                    )  # fmt: skip
                    links += [[pk, topic.pk, place] for place, topic in enumerate(random.sample(topics, 2))]
                    shown.append([pk, images[number % len(images)].pk, 0])
                insert_rows(ArticleTopic, ("article", "topic", "position"), links)
                insert_rows(Article, names, rows)
                insert_rows(ArticleImage, ("article", "image", "position"), shown)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def questions() -> dict[str, list[str]]:
    """What is asked, by kind: half of it single words and pairs, as readers do; common ones as often as rare ones."""
    from articles.models import Article

    random = Random(6)  # noqa: S311 - test data
    words, _ = vocabulary(Random(5))  # noqa: S311 - that of `fill`
    pks = Article.objects.order_by("pk").values_list("pk", flat=True)
    some = random.sample(list(pks), SEARCH_PER_KIND * 3)
    texts = list(Article.objects.filter(pk__in=some).order_by("pk").values_list("title", "excerpt"))

    def word(first: int, last: int) -> str:
        return words[random.randrange(first, last)]

    def common() -> str:
        return word(0, 100)

    def usual() -> str:
        return word(100, 3000)

    of_titles, of_texts, for_phrases = (texts[n * SEARCH_PER_KIND : (n + 1) * SEARCH_PER_KIND] for n in range(3))
    return {
        "common words": [common() for _ in range(SEARCH_PER_KIND)],
        "usual words": [usual() for _ in range(SEARCH_PER_KIND)],
        "rare words": [word(3000, len(words)) for _ in range(SEARCH_PER_KIND)],
        "a common and a usual word": [f"{common()} {usual()}" for _ in range(SEARCH_PER_KIND)],
        "two usual words": [f"{usual()} {usual()}" for _ in range(SEARCH_PER_KIND)],
        "two words of a title": [" ".join(random.sample(title.split(), 2)) for title, _ in of_titles],
        "three words of a text": [" ".join(random.sample(excerpt.split(), 3)) for _, excerpt in of_texts],
        "phrases": ['"' + " ".join(excerpt.split()[5:8]) + '"' for _, excerpt in for_phrases],
        "without a word": [f"{common()} -{usual()}" for _ in range(SEARCH_PER_KIND)],
        "of a month": [f"{common()} after:2016-01-01 before:2016-02-01" for _ in range(SEARCH_PER_KIND)],
        "of a type": [f"{common()} type:video" for _ in range(SEARCH_PER_KIND)],
    }


def ask() -> dict[str, object]:
    """Milliseconds of each question and of its page, the median of each kind of question, and the most queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from articles.public.search import find, parse

    kinds = questions()
    texts = [text for asked in kinds.values() for text in asked]
    client = Client(headers={"host": "localhost"})

    def page(text: str) -> None:
        answer = client.get("/search/", {"q": text})
        if answer.status_code != 200:
            raise RuntimeError(f"{text} answers {answer.status_code}")

    def times(what: Callable[[str], object]) -> list[float]:
        return [
            statistics.median(each)
            for each in zip(*([_ms(what, t) for t in texts] for _ in range(SEARCH_ROUNDS)), strict=True)
        ]

    for asked in kinds.values():
        page(asked[0])
    searches, pages, most = times(lambda text: find(parse(text))), times(page), 0
    for text in texts:
        with CaptureQueriesContext(connection) as captured:
            page(text)
        most = max(most, len(captured))
    by_kind = {
        kind: statistics.median(searches[n * SEARCH_PER_KIND : (n + 1) * SEARCH_PER_KIND])
        for n, kind in enumerate(kinds)
    }
    return {"search": searches, "page": pages, "kinds": by_kind, "queries": most}


def _ms(what: Callable[[str], object], text: str) -> float:
    started = time.perf_counter()
    what(text)
    return (time.perf_counter() - started) * 1000


def main(what: str, size: str = "0") -> None:
    import django

    django.setup()
    if what == "fill":
        fill(int(size))
    else:
        print(json.dumps(ask()))


if __name__ == "__main__":
    main(*sys.argv[1:])
