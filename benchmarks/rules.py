"""Rules: what a trial over all articles takes, and what ten rules add to an import. On SQLite.

`python -m benchmarks.rules keep` saves ten rules in the database of DATABASE_URL; `… try 0` prints the seconds of one
trial.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from benchmarks.documents import write_documents
from benchmarks.figures import Figure
from benchmarks.imports import _environment, manage, postgres, run_import
from benchmarks.sizes import DOCUMENTS, left_out
from tests.__main__ import problem_with_postgres

TRY, IMPORT = 2.0, 1.10  # seconds; with rules ÷ without
ROUNDS = 3
FEWER = max(DOCUMENTS // 5, 1)

# Ten of all kinds. They act on a third of the documents of `benchmarks.documents`.
RULES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"quality_min": 170, "categories": ["news"]}, {"do": "publish"}),
    ({"quality_max": 10, "heat_max": 40}, {"do": "reject", "reason": "off-topic"}),
    ({"words": ["face recognition", "police robot"]}, {"do": "flag", "text": "Look again"}),
    ({"words": ["quantum", "court vote", "bank policy"], "words_in": "text"}, {"do": "flag", "text": "Courts"}),
    ({"heat_min": 180}, {"do": "score", "quality": 100}),
    ({"topics": ["topic-1", "topic-2"], "quality_min": 150}, {"do": "topics", "topics": ["topic-3"]}),
    ({"words": ["climate"], "quality_min": 100}, {"do": "topics", "by_keywords": True}),
    ({"trust": [1]}, {"do": "publish"}),
    ({"duplicate": True}, {"do": "assign", "to": "bench"}),
    ({"days_max": 2, "types": ["video"]}, {"do": "publish"}),
]
TRIALS: list[tuple[str, dict[str, Any]]] = [
    ("quality ≥ 70", {"quality_min": 70}),
    ("words in title and excerpt, a topic, an age", {
        "words": ["climate", "face recognition", "bank policy"], "words_in": "text", "topics": ["topic-1", "topic-2"],
        "days_min": 1,
    }),
]  # fmt: skip


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_documents(folder / "all", DOCUMENTS)
        write_documents(folder / "some", FEWER, seed=2)
        url = f"sqlite:///{folder}/rules.sqlite3"
        manage(url, "migrate", "-v0")
        yield from _imports(url, folder / "some")
        yield from _trials("SQLite", url, folder / "all")
        if problem := problem_with_postgres():
            left_out(f"PostgreSQL: skipped, none answers at TEST_POSTGRES_URL ({problem})")
            return
        with postgres() as url:
            manage(url, "migrate", "-v0")
            yield from _trials("PostgreSQL", url, folder / "all")


def _imports(url: str, folder: Path) -> Iterator[Figure]:
    """The quickest of some imports into an empty database, with rules and without, by turns."""
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for with_rules, found in seconds.items():
            manage(url, "flush", "--no-input", "-v0")
            if with_rules:
                _python(url, "keep")
            found.append(run_import(url, folder).cpu)
    yield Figure(
        f"rules: import {FEWER:,} with 10 rules ÷ without", min(seconds[True]) / min(seconds[False]), "", IMPORT
    )


def _trials(name: str, url: str, folder: Path) -> Iterator[Figure]:
    manage(url, "flush", "--no-input", "-v0")
    run_import(url, folder)
    for number, (what, _) in enumerate(TRIALS):
        yield Figure(f"rules: {name}: try {what}", float(_python(url, "try", str(number))), "s", TRY)


def _python(url: str, *arguments: str) -> bytes:
    command = [sys.executable, "-m", "benchmarks.rules", *arguments]
    return subprocess.run(command, env=_environment(url), check=True, stdout=subprocess.PIPE).stdout


def keep() -> None:
    """Saves the rules, and what they name."""
    from django.contrib.auth.models import User

    from articles.models import Reason, Rule
    from articles.rules.keep import create_rule
    from tests.factories import make_topic

    by = User.objects.create_superuser("bench")
    Reason.objects.get_or_create(slug="off-topic", defaults={"label": "Off topic"})
    for number in range(60):
        make_topic(f"Topic {number}", keywords=[f"subject {number}", "climate paper"])
    for number, (conditions, action) in enumerate(RULES):
        create_rule(Rule(name=f"Rule {number}", mode="on", conditions=conditions, action=action), by=by)


def seconds_to_try(number: int) -> float:
    from articles.rules.actions import Publish
    from articles.rules.conditions import Conditions
    from articles.rules.trial import try_rule

    started = time.perf_counter()
    try_rule(Conditions.from_json(TRIALS[number][1]), Publish())
    return time.perf_counter() - started


def main(what: str, number: str = "0") -> None:
    django.setup()
    if what == "keep":
        keep()
    else:
        print(seconds_to_try(int(number)))


if __name__ == "__main__":
    main(*sys.argv[1:])
