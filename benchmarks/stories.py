"""Stories and relevance beside what people found in real documents, where these are there.

The labels lie beside the corpus that the tests read; `python -m benchmarks.stories` on the database of DATABASE_URL
prints the seconds that forming all its stories takes.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django

from benchmarks.figures import Figure
from benchmarks.imports import _environment, manage

BARS = {"": (0.90, 0.75, 0.96), "--suggested": (0.60, 0.90, 0.0)}


def figures() -> Iterator[Figure]:
    from tests.conftest import CORPUS

    answers = CORPUS.parent / "answers"
    if not answers.is_dir():
        print("stories: skipped, the labelled documents are not beside the corpus")
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/stories.sqlite3"
        manage(url, "migrate", "-v0")
        command = [sys.executable, "manage.py", "import_articles", "-v0", str(CORPUS / "azure-2021-07-18")]
        subprocess.run(command, env=_environment(url), check=False, stdout=subprocess.DEVNULL)
        for option, bars in BARS.items():
            yield from _scores(url, Path(folder, "stories.tsv"), answers / "score_stories.py", option, bars)


def _scores(url: str, file: Path, scorer: Path, option: str, bars: tuple[float, ...]) -> Iterator[Figure]:
    """What the scorer of the labels prints, each as what is missing to 1: less is better, as everywhere here."""
    command = [sys.executable, "manage.py", "stories", "--format", "tsv", *filter(None, [option])]
    file.write_bytes(subprocess.run(command, env=_environment(url), check=True, stdout=subprocess.PIPE).stdout)
    said = subprocess.run(
        [sys.executable, str(scorer), str(file)], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    words = said.splitlines()[0].replace(";", "").split()
    name = "stories, with those suggested" if option else "stories"
    values = [float(words[words.index(word) + 1]) for word in ("precision", "recall")] + [float(words[-1])]
    for what, value, bar in zip(("precision", "recall", "B-cubed F1"), values, bars, strict=True):
        yield Figure(f"{name}: 1 − {what}", 1 - value, "", round(1 - bar, 2) if bar else None)


def seconds_to_form() -> float:
    """The seconds for all stories, as after an import of all articles into an empty newsroom; nothing is kept."""
    from django.db import connection, transaction

    from articles.models import KeyWords, Likeness, Story
    from articles.stories.forming import form

    with transaction.atomic():
        for model in (KeyWords, Likeness, Story):
            model.objects.all().delete()
        with connection.cursor() as cursor:
            date = "date(published_at)" if connection.vendor == "sqlite" else "(published_at AT TIME ZONE 'UTC')::date"
            cursor.execute(f"INSERT INTO articles_staleday (day) SELECT DISTINCT {date} FROM articles_article")  # noqa: S608
        started = time.perf_counter()
        form()
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds


if __name__ == "__main__":
    django.setup()
    print(seconds_to_form())
