"""What happens to an import when something else happens: real processes, on a database of their own.

NEWSROOM_KILLS says at how many moments to kill, instead of one (CI: two; `python -m benchmarks.faults`: fifty, and
more files).
"""

import os
import re
import signal
from pathlib import Path
from random import Random
from threading import Event as Signal
from threading import Thread
from time import monotonic, sleep

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from articles import moderation
from articles.models import Article, ImportRun, Reason
from articles.moderation.refusals import Stale
from benchmarks.documents import write_documents
from tests.importing.site import Site

KILLS = int(os.environ.get("NEWSROOM_KILLS", "1"))
# From 2,000 on, a second process reads them.
FILES = 2000 if KILLS > 2 else 900
PER_FOLDER = 500


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    write_documents(folder, FILES, per_folder=PER_FOLDER)
    return folder


@pytest.fixture(scope="module")
def changed(documents, tmp_path_factory) -> Path:
    """The same documents a day later: other scores, other titles, a link less."""
    folder = tmp_path_factory.mktemp("changed")
    for number, file in enumerate(sorted(documents.rglob("*.md"))):
        text = re.sub(r"^heat: .*", f"heat: {number % 150}", file.read_text(), flags=re.MULTILINE)
        text = re.sub(r'^title: "', f'title: "{number} ', text, flags=re.MULTILINE)
        text = re.sub(
            r"^related:\n(?:(?!  - title).*\n)*  - title(?:.*\n)+?(?=  - title|\n)", "related:\n", text, count=1
        )
        path = folder / file.relative_to(documents)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="module")
def empty(django_db_setup, django_db_blocker, tmp_path_factory) -> Site:
    with django_db_blocker.unblock():
        site = Site(tmp_path_factory.mktemp("site"))
        yield site
        site.drop()


@pytest.fixture(scope="module")
def full(empty, documents):
    """A site that has imported the documents, undisturbed; with its hash, and the seconds that it took."""
    site = Site(empty.folder, like=empty)
    started = monotonic()
    assert site.run("import_articles", documents, "-v0").returncode == 0
    site.seconds = monotonic() - started
    yield site
    site.drop()


@pytest.fixture
def copy():
    made = []

    def copy_of(site: Site) -> Site:
        made.append(Site(site.folder, like=site))
        return made[-1]

    yield copy_of
    for site in made:
        site.drop()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pids: list[int]) -> bool:
    deadline = monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and monotonic() < deadline:
        sleep(0.01)
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.parametrize("kill", range(KILLS))
@pytest.mark.parametrize("again", [False, True], ids=["new", "changed"])
def test_an_import_that_was_killed_leaves_whole_articles_and_the_next_completes_it(
    again, kill, empty, full, documents, changed, copy
):
    site, folder = copy(full if again else empty), changed if again else documents
    expected = undisturbed(changed, full, copy) if again else full.hash()
    # One moment in each part of the time, so that few kills fall far apart too.
    moment = full.seconds * (kill + Random(kill).random()) / KILLS  # noqa: S311

    process = site.start("import_articles", folder, "-v0")
    sleep(moment)
    readers = children(process.pid) if process.poll() is None else []
    process.kill()
    process.communicate()

    assert gone(readers)
    assert site.broken() == []
    died = "running" in site.runs()
    assert site.run("import_articles", folder, "-v0").returncode == 0
    assert site.runs()[-2:] == ["interrupted", "done"] or not died
    assert site.hash() == expected


_hashes: dict[Path, str] = {}


def undisturbed(folder: Path, full: Site, copy) -> str:
    if folder not in _hashes:
        site = copy(full)
        assert site.run("import_articles", folder, "-v0").returncode == 0
        _hashes[folder] = site.hash()
    return _hashes[folder]


def test_of_two_imports_at_once_the_second_names_the_first_and_doubles_nothing(empty, full, documents, copy):
    site = copy(empty)
    first = site.start("import_articles", documents, "-v0")
    site.wait_for(articles=0)
    first.send_signal(signal.SIGSTOP)

    same = site.run("import_articles", documents)
    overlapping = site.run("import_articles", documents / "0000")
    first.send_signal(signal.SIGCONT)
    first.communicate()

    assert (same.returncode, overlapping.returncode, first.returncode) == (75, 75, 0)
    assert f"process {first.pid}" in same.stderr
    assert "Traceback" not in same.stderr
    assert site.hash() == full.hash()
    # From there, the documents have other paths: their articles are found by their links.
    assert site.run("import_articles", documents / "0000", "-v0").returncode == 0
    with site.opened():
        assert Article.objects.filter(path__contains="/").count() == FILES - PER_FOLDER
        assert Article.objects.exclude(path__contains="/").count() == PER_FOLDER


def test_no_save_of_an_editor_is_lost_while_documents_come_in(full, changed, copy):
    site = copy(full)
    with site.opened():
        editor = User.objects.create_superuser("editor")
        why = moderation.Why(Reason.objects.first())
        pks = list(Article.objects.order_by("-pk").values_list("pk", flat=True)[::3])
    saved: dict[int, tuple] = {}
    over, failures = Signal(), []

    def edit() -> None:
        try:
            with site.opened():
                for number, pk in enumerate(pks):
                    if over.is_set():
                        return
                    saved[pk] = save(Article.objects.get(pk=pk), 1000 + number)
        except Exception as error:
            failures.append(error)

    def save(article: Article, heat: int) -> tuple:
        while True:
            try:
                moderation.score(article, by=editor, version=article.version, heat=heat)
                if article.published:
                    moderation.withdraw(article, by=editor, version=article.version, why=why)
                else:
                    moderation.publish(article, by=editor, version=article.version)
                return heat, article.published
            except Stale:
                # As a person would: reload the page, and save again.
                article.refresh_from_db()

    person = Thread(target=edit)
    importing = site.start("import_articles", changed, "-v0")
    person.start()
    out, err = importing.communicate()
    over.set()
    person.join()

    assert (importing.returncode, err, failures) == (0, "", []), out
    assert len(saved) > 10
    with site.opened():
        now = {a.pk: (a.heat, a.published) for a in Article.objects.filter(pk__in=saved)}
        assert now == saved
        assert Article.objects.exclude(pk__in=saved).filter(heat__gte=1000).count() == 0


@pytest.mark.only_on("sqlite")
def test_a_full_disk_is_told_in_a_line_and_a_later_run_completes(empty, full, documents, copy, capsys):
    site = copy(empty)
    with site.opened() as connection:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages + 1500}")
        with pytest.raises(SystemExit) as ended:
            call_command("import_articles", documents, verbosity=0)

    assert ended.value.code == 75
    err = capsys.readouterr().err
    assert err == "The database stopped the import: database or disk is full. The same command goes on from there.\n"
    assert site.broken() == []
    with site.opened():
        assert 0 < Article.objects.count() < FILES
    assert site.run("import_articles", documents, "-v0").returncode == 0
    assert site.hash() == full.hash()


@pytest.mark.only_on("postgresql")
def test_a_lost_connection_is_told_in_a_line_and_a_later_run_completes(empty, full, documents, copy):
    site = copy(empty)
    process = site.start("import_articles", documents, "-v0")
    site.wait_for(articles=1)

    with site.opened() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    _out, err = process.communicate()

    assert process.returncode == 75
    assert err.startswith("The database stopped the import: ")
    assert err.endswith("The same command goes on from there.\n")
    assert "Traceback" not in err
    assert site.broken() == []
    assert site.run("import_articles", documents, "-v0").returncode == 0
    # Whether the run could still say that it failed depends on when the connection broke.
    assert site.runs() in (["failed", "done"], ["interrupted", "done"])
    assert site.hash() == full.hash()


def test_an_import_that_is_told_to_stop_says_so_and_the_next_completes_it(empty, full, documents, copy):
    # On a busy machine the import may be through before the signal comes.
    for _ in range(5):
        site = copy(empty)
        process = site.start("import_articles", documents, "-v0")
        site.wait_for(articles=1)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate()
        if process.returncode:
            break

    assert process.returncode == 130
    assert err == "Interrupted: what was reported is in; the same command goes on from there.\n"
    assert (site.broken(), site.runs()) == ([], ["interrupted"])
    assert site.run("import_articles", documents, "-v0").returncode == 0
    assert site.hash() == full.hash()
    with site.opened():
        assert ImportRun.objects.filter(status="running").count() == 0
