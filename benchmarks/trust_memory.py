"""Memory of the processes of the server over a long day: each kind of request, most of them never asked before.

Clients ask without a pause; whoever is logged in asks the desk and the admin. A process is measured when all are done.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random

from benchmarks import trust_clients
from benchmarks.figures import Figure
from benchmarks.imports import _megabytes
from benchmarks.rows import TOPICS, WORDS
from benchmarks.sizes import TRUST_ARTICLES, TRUST_REQUESTS
from benchmarks.trust_clients import Answer, Client, errors
from benchmarks.trust_site import PORT, Pages, served

CLIENTS = 8
PARTS = 10  # after the first of which a process has what it needs
MOST = 1.1
# Kinds whose answer may be that there is nothing, and that this was too much in a minute.
NOTHING, LIMITED = ("nothing", "any article"), ("search", "feed", "invented")


def figures(url: str, pages: Pages, pool: ProcessPoolExecutor) -> Iterator[Figure]:
    random, answers, megabytes = Random(4), list[Answer](), list[dict[int, float]]()  # noqa: S311 - test data
    with served(url) as server:
        editor = Client(PORT, "10.2.0.1", [])
        editor.log_in("editor-0")
        for _ in range(PARTS):
            each = TRUST_REQUESTS // PARTS // CLIENTS
            asked = [[_request(random, pages) for _ in range(each)] for _ in range(CLIENTS)]
            answers += pool.submit(trust_clients.ask_all, PORT, asked, editor.cookies).result()
            megabytes.append({worker: _megabytes(worker) for worker in server.workers})
    first = megabytes[0]
    if any(part.keys() != first.keys() for part in megabytes):
        raise RuntimeError(f"a process of the server ended: {megabytes}")
    grown = {worker: max(part[worker] for part in megabytes) / first[worker] for worker in first}
    worst = max(grown, key=grown.__getitem__)
    limited = sum(one.status == 429 and one.kind in LIMITED for one in answers)
    yield from errors("trust: memory", [one for one in answers if not _is_expected(one)])
    yield Figure("trust: memory: refused, too many in a minute", limited, "requests")
    yield Figure(f"trust: memory of a process after {TRUST_REQUESTS // PARTS:,}", first[worst], "MB")
    yield Figure(f"trust: memory: the most later ÷ then, of {len(first)} processes", grown[worst], "", MOST)
    print("    after each tenth:", *(f"{part[worst]:.0f}" for part in megabytes), "MB")


def _is_expected(answer: Answer) -> bool:
    return (answer.status == 404 and answer.kind in NOTHING) or (answer.status == 429 and answer.kind in LIMITED)


def _request(random: Random, pages: Pages) -> tuple[str, str]:
    """The kind and the address of one request; each kind is as frequent as the others."""
    number, new = random.randrange(TRUST_ARTICLES), f"{random.getrandbits(40):x}"
    topic, word = random.choice(pages.topic), random.choice(WORDS)
    requests = {
        "page": random.choice([page for kind in pages.by_kind().values() for page in kind]),
        "any article": f"/articles/bench-{number}/",
        "filtered": f"/latest/?topic=subject-{number % TOPICS}&type=article",
        "feed": f"{topic}feed.{random.choice(['rss', 'atom', 'json'])}?{new}={new}",
        "json": f"/api/news/page/{number // 60 + 1}/index.json",
        "search": f"/search/?q={word}+{new}",
        "nothing": f"/{new}/",
        "invented": f"/?{new}={new}",
        "queue": f"/desk/queue/?words={word}",
        "desk": random.choice(["/desk/", f"/desk/log/?article={word}", f"/desk/search/?q={new}"]),
        "desk article": f"/desk/articles/{number + 1}/",
        "admin": random.choice(["/admin/articles/article/", f"/admin/articles/article/?q={word}"]),
    }
    return random.choice(list(requests.items()))
