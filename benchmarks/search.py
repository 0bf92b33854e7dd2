"""The search at a million articles, as readers ask: words common and rare, two and three, phrases, filters, titles.

BENCH_SEARCH_ARTICLES says how many articles (1,000,000). A figure is the time from what was typed to the articles of
the first page, with all that their cards show; rendering is no part of it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from benchmarks.figures import Figure
from benchmarks.imports import _environment, _manage, _postgres
from tests.__main__ import problem_with_postgres

ARTICLES = int(os.environ.get("BENCH_SEARCH_ARTICLES", "1000000"))
BATCH = 5000
YEARS = 6
PER_KIND = 20
SYLLABLES = [a + b for a in "b d f g k l m n p r s t v z ch sh br tr".split() for b in "a e i o u ai ou".split()]


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        yield from _on_database("SQLite", f"sqlite:///{folder}/search.sqlite3", limit=10)
    if problem := problem_with_postgres():
        print(f"PostgreSQL: skipped, none answers at TEST_POSTGRES_URL ({problem})")
        return
    with _postgres() as url:
        yield from _on_database("PostgreSQL", url, limit=60)


def _on_database(name: str, url: str, *, limit: float) -> Iterator[Figure]:
    _manage(url, "migrate", "-v0")
    command = [sys.executable, "-m", "benchmarks.search"]
    done = subprocess.run(command, env=_environment(url), check=True, stdout=subprocess.PIPE, text=True)
    median, p95 = map(float, done.stdout.split())
    yield Figure(f"{name}: search among {ARTICLES:,}, median", median, "ms")
    yield Figure(f"{name}: search among {ARTICLES:,}, 95 of 100 within", p95, "ms", limit)


def vocabulary(random: Random) -> tuple[list[str], list[float]]:
    """Words that are as unevenly common as those of a language, and the weights to draw them by."""
    words = list(dict.fromkeys("".join(random.choices(SYLLABLES, k=random.randint(1, 4))) for _ in range(60_000)))
    return words, list(accumulate(1 / (rank + 2) for rank in range(len(words))))


def fill(random: Random, words: list[str], weights: list[float]) -> None:
    from django.db import connection, transaction

    from articles.importing.rows import insert, many_writes, next_ids
    from articles.models import Article, ArticleTopic, Topic
    from providers.models import Provider

    def text(least: int, most: int) -> str:
        return " ".join(random.choices(words, cum_weights=weights, k=random.randint(least, most)))

    providers = Provider.objects.bulk_create(
        Provider(domain=f"provider{n}.example", name=words[3000 + n].title()) for n in range(2000)
    )
    topics = Topic.objects.bulk_create(Topic(name=words[2000 + n].title(), slug=f"topic-{n}") for n in range(60))
    names = (
        "id", "path", "slug", "title", "excerpt", "body", "web_url", "original_url", "amp_url", "cdn_amp_url", "type",
        "published_at", "category", "quality", "heat", "canonical_url", "provider", "rank", "priority", "published",
        "first_published_at", "extra", "secured", "source", "source_digest", "conflicts", "version", "created_at",
        "changed_at",
    )  # fmt: skip
    start, step = datetime(2015, 1, 1, tzinfo=UTC), timedelta(days=365 * YEARS) / ARTICLES
    with many_writes():
        for done in range(0, ARTICLES, BATCH):
            rows, links = [], []
            with transaction.atomic():
                for number, pk in enumerate(next_ids(Article, min(BATCH, ARTICLES - done)), done):
                    day, url = start + step * number, f"https://provider.example/{pk}"
                    provider = providers[min(int(random.paretovariate(0.8)), 2000) - 1].pk
                    rows.append(
                        [
                            pk, f"_news/{pk}.md", f"a-{pk}", text(6, 14), text(25, 45), "", url, "", "", "",
                            "video" if number % 20 == 0 else "article", day, "news", 5, 5, url, provider, float(number),
                            0.0, True, day, {}, "", bytes(700), bytes(16), [], 1, day, day,
                        ]
                    )  # fmt: skip
                    links += [[pk, topic.pk, place] for place, topic in enumerate(random.sample(topics, 2))]
                insert(ArticleTopic, ("article", "topic", "position"), links)
                insert(Article, names, rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def queries(random: Random, words: list[str]) -> list[str]:
    """What is asked: half of it single words and pairs, as readers do; common ones as often as rare ones."""
    from articles.models import Article

    pks = [random.randint(1, ARTICLES) for _ in range(PER_KIND * 3)]
    texts = list(Article.objects.filter(pk__in=pks).values_list("title", "excerpt"))
    common = [words[random.randrange(100)] for _ in range(PER_KIND * 6)]
    usual = [words[random.randrange(100, 3000)] for _ in range(PER_KIND * 4)]
    rare = [words[random.randrange(3000, len(words))] for _ in range(PER_KIND)]
    kinds: list[list[str]] = [
        common[:PER_KIND],
        usual[:PER_KIND],
        rare,
        [f"{a} {b}" for a, b in zip(common[PER_KIND:], usual[PER_KIND:], strict=False)][:PER_KIND],
        [f"{a} {b}" for a, b in zip(usual[PER_KIND * 2 :], usual[PER_KIND * 3 :], strict=False)],
        [" ".join(random.sample(title.split(), 2)) for title, _ in texts[:PER_KIND]],
        [" ".join(random.sample(excerpt.split(), 3)) for _, excerpt in texts[:PER_KIND]],
        ['"' + " ".join(excerpt.split()[5:8]) + '"' for _, excerpt in texts[PER_KIND : 2 * PER_KIND]],
        [f"{word} -{random.choice(usual)}" for word in common[2 * PER_KIND : 3 * PER_KIND]],
        [f"{word} after:2016-01-01 before:2016-02-01" for word in common[3 * PER_KIND : 4 * PER_KIND]],
        [f"{word} type:video" for word in common[4 * PER_KIND : 5 * PER_KIND]],
    ]
    return [text for kind in kinds for text in kind]


def main() -> None:
    import django

    django.setup()
    from articles.paging import SIZE
    from articles.search import find, load, parse

    random = Random(5)  # noqa: S311 - test data
    words, weights = vocabulary(random)
    fill(random, words, weights)
    asked = queries(random, words)
    for text in asked[::PER_KIND]:
        load(find(parse(text)))
    times = []
    for text in asked:
        started = time.perf_counter()
        load(find(parse(text))[:SIZE])
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    print(times[len(times) // 2], times[int(len(times) * 0.95)])


if __name__ == "__main__":
    main()
