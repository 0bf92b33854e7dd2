"""Reports are cut by age: the numbers and the log stay, the verdicts on each file go, and with them the undo."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.importing.runs import cut
from articles.importing.runs.cut import cut_reports
from articles.importing.runs.lock import import_lock
from articles.importing.uploads.cut import cut_uploads
from articles.models import Event, ImportFile, ImportRun, ImportUpload, PreviewFile
from articles.tasks import after_import
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=91)


@pytest.fixture
def runs(tmp_path):
    """Three runs that each changed an article, the first two of them long ago."""
    for heat in "123":
        run(write(tmp_path, {"a.md": document(heat=heat)}))
    made = list(ImportRun.objects.order_by("pk"))
    for old in made[:2]:
        age(old)
    return made


def age(made: ImportRun, by: timedelta = LONG_AGO) -> None:
    ImportRun.objects.filter(pk=made.pk).update(started_at=timezone.now() - by, finished_at=timezone.now() - by)


def with_files() -> set[int]:
    return set(ImportFile.objects.values_list("run", flat=True))


def test_old_reports_are_cut_after_an_import_and_the_log_stays(runs):
    events = Event.objects.count()

    after_import()

    assert with_files() == {runs[2].pk}
    assert [bool(r.cut_at) for r in ImportRun.objects.order_by("pk")] == [True, True, False]
    assert ImportRun.objects.order_by("pk")[0].counts == {"created": 1}
    assert Event.objects.count() == events > 0


def test_how_long_they_are_kept_is_a_setting(runs, settings):
    settings.IMPORT_KEEP_REPORTS = 92

    cut_reports()

    assert with_files() == {r.pk for r in runs}


def test_a_run_whose_report_was_cut_says_so_and_is_not_undone(runs):
    cut_reports()

    with pytest.raises(CommandError, match="Its report was cut after 90 days"):
        call_command("undo_import", runs[0].pk)


def test_its_page_says_so(runs, client, importer):
    cut_reports()
    client.force_login(importer)

    page = " ".join(client.get(f"/desk/imports/runs/{runs[0].pk}/").text.split())

    assert "Its report was cut after 90 days" in page
    assert "Undo this run" not in page
    assert "Undo this run" in client.get(f"/desk/imports/runs/{runs[2].pk}/").text


def test_no_more_than_asked_is_deleted_at_once_and_a_report_that_was_begun_counts_as_cut(runs, tmp_path):
    write(tmp_path, {f"{n}.md": document(webUrl=f"https://news.example/{n}") for n in range(9)})
    run(tmp_path)
    many = ImportRun.objects.order_by("-pk")[0]
    for made in (*runs, many):
        age(made)

    assert cut_reports(most=6) == 6

    many.refresh_from_db()
    assert many.cut_at
    assert many.files.count() == 6
    assert cut_reports(most=None) == 6


def test_rows_are_deleted_in_slices(runs, monkeypatch, django_assert_num_queries):
    ImportFile.objects.bulk_create(ImportFile(run=runs[0], path=str(n), verdict="kept") for n in range(9))
    monkeypatch.setattr(cut, "SLICE", 2)

    with django_assert_num_queries(11):  # five slices, and the question for a sixth
        assert cut.delete_in_slices(runs[0].files.filter(verdict="kept")) == 9


def test_no_run_is_cut_before_an_earlier_one(runs):
    """Undoing the earlier one would not know that this one has changed the same article since."""
    age(runs[0], timedelta(days=1))

    cut_reports()

    assert with_files() == {r.pk for r in runs}


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on("sqlite")
def test_nothing_is_cut_while_a_run_is_at_work(runs):
    with import_lock():
        assert cut_reports() == 0

    assert with_files() == {r.pk for r in runs}


def test_old_uploads_go_with_their_previews(importer, settings, tmp_path):
    settings.IMPORT_UPLOADS = tmp_path / "uploads"
    kept, old = timezone.now() - timedelta(days=89), timezone.now() - LONG_AGO
    for since in (kept, old):
        for status in ("ready", "done", "cancelled", "failed"):
            made = ImportUpload.objects.create(by=importer, status=status, since=since, title="a.md")
            PreviewFile.objects.create(upload=made, path="a.md", verdict="created")
            write(settings.IMPORT_UPLOADS / str(made.pk), {"documents/a.md": document()})

    assert cut_uploads(most=3) == 3
    assert cut_uploads() == 1

    assert set(ImportUpload.objects.values_list("since", flat=True)) == {kept}
    assert (ImportUpload.objects.count(), PreviewFile.objects.count()) == (4, 4)
    assert len(list(settings.IMPORT_UPLOADS.iterdir())) == 4


def test_articles_whose_documents_have_left_are_found_without_the_report(tmp_path, capsys):
    write(tmp_path, {"a.md": document(published="true"), "b.md": document(webUrl="https://x.example/")})
    run(tmp_path)
    ImportFile.objects.all().delete()
    (tmp_path / "a.md").unlink()

    with pytest.raises(SystemExit):
        call_command("import_articles", tmp_path, "--prune")

    assert "missing   a.md: its document has left" in capsys.readouterr().out
