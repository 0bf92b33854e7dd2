"""A dry run gives the verdicts of the run, in transactions that nobody waits for."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.importing.runs.lock import is_held
from articles.models import Article, Event, ImportFile, ImportRun
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import verdicts

pytestmark = pytest.mark.django_db

STORIES = [f"https://news.example/{name}" for name in "abcd"]
PATHS = [f"{number}.md" for number in range(5)]
days = st.dictionaries(
    st.sampled_from(PATHS), st.tuples(st.sampled_from(STORIES), st.sampled_from(["T", "U"])), min_size=1
)


def put(folder, day) -> None:
    for path in PATHS:
        (folder / path).unlink(missing_ok=True)
    write(folder, {path: document(webUrl=url, title=title + url[-1]) for path, (url, title) in day.items()})


@pytest.mark.parametrize("size", [1, 2, 500])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(first=days, second=days)
def test_a_dry_run_gives_the_verdicts_of_the_run(tmp_path, monkeypatch, size, first, second):
    monkeypatch.setattr("articles.importing.runs.run.DOCUMENTS_A_ROLLBACK", size)
    Article.objects.all().delete()
    put(tmp_path, first)
    verdicts(tmp_path)
    put(tmp_path, second)
    before = list(Article.objects.order_by("pk").values()), Event.objects.count(), ImportFile.objects.count()

    dry = verdicts(tmp_path, dry_run=True)

    assert (list(Article.objects.order_by("pk").values()), Event.objects.count(), ImportFile.objects.count()) == before
    assert verdicts(tmp_path) == dry


def test_a_dry_run_writes_in_short_transactions(tmp_path, monkeypatch):
    monkeypatch.setattr("articles.importing.runs.run.DOCUMENTS_A_ROLLBACK", 2)
    write(tmp_path, {f"{n}.md": document(webUrl=f"https://news.example/{n}") for n in range(5)})
    found = []

    # An import may start beside it.
    look = lambda done, total: found.append((done, Article.objects.count(), is_held()))  # noqa: E731
    verdicts(tmp_path, dry_run=True, on_batch=look)

    assert found == [(2, 0, False), (4, 0, False), (5, 0, False)]
    assert ImportRun.objects.count() == 0
