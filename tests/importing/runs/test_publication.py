"""NEWSROOM_PUBLISH_IMPORTED: whether documents publish what nobody has reviewed, whichever way they come in."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles import moderation
from articles.documents.stored import document_in
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import undo_run
from articles.importing.saving.publication import WAITS
from articles.importing.saving.take_source_values import with_source_values
from articles.management.commands.check_log import gaps_of
from articles.models import Article, ImportRun, ImportUpload, Reason
from articles.moderation.content_verbs import TakeSource
from tests.admin.table_import.tables import NEW, confirm, table
from tests.exporting.documents import difference, export
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run, verdicts

pytestmark = pytest.mark.django_db

PUBLISHED = document(published="true")


def states() -> list[str]:
    return list(Article.objects.order_by("pk").values_list("state", flat=True))


def by_command(folder, request):
    write(folder, {"a.md": PUBLISHED})
    with pytest.raises(SystemExit, match="0"):
        call_command("import_articles", str(folder), verbosity=0)


def by_a_changed_document(folder, request):
    for said in ("false", "true"):
        write(folder, {"a.md": document(published=said)})
        import_documents([folder])


def by_a_document_that_is_given_again(folder, request):
    for said in ("true", None):
        write(folder, {"a.md": document(published="true", removed=said)})
        import_documents([folder])


def by_a_document_of_another_article(folder, request):
    write(folder, {"a.md": document(title="Another", webUrl="https://news.example/b")})
    import_documents([folder])
    write(folder, {"a.md": PUBLISHED})
    import_documents([folder])
    Article.objects.get(title="Another").delete()


def as_importer(request):
    client = request.getfixturevalue("client")
    client.force_login(request.getfixturevalue("importer"))
    return client


def uploaded(request) -> ImportUpload:
    request.getfixturevalue("settings").IMPORT_UPLOADS = request.getfixturevalue("tmp_path") / "uploads"
    chosen = SimpleUploadedFile("a.md", PUBLISHED.encode())
    with request.getfixturevalue("django_capture_on_commit_callbacks")(execute=True):
        as_importer(request).post(reverse("desk_upload_new"), {"files": [chosen]})
    return ImportUpload.objects.get()


def by_browser(folder, request):
    made = uploaded(request)
    with request.getfixturevalue("django_capture_on_commit_callbacks")(execute=True):
        as_importer(request).post(reverse("desk_upload_confirm", args=[made.pk]))


def by_a_table(folder, request):
    request.getfixturevalue("monkeypatch").setattr(tempfile, "tempdir", str(folder))
    assert confirm(as_importer(request), table(NEW | {"published": "TRUE"})).status_code == 302


def by_a_table_of_what_is_there(folder, request):
    write(folder, {"a.md": document(published="false")})
    import_documents([folder])
    request.getfixturevalue("monkeypatch").setattr(tempfile, "tempdir", str(folder))
    assert confirm(as_importer(request), table({"path": "a.md", "published": "TRUE"})).status_code == 302


def by_undoing_what_took_it_off(folder, request):
    request.getfixturevalue("settings").PUBLISH_IMPORTED, wanted = True, request.getfixturevalue("switch")
    by_command(folder, request)
    write(folder, {"a.md": document(published="false")})
    number = import_documents([folder]).run
    request.getfixturevalue("settings").PUBLISH_IMPORTED = wanted
    undo_run(ImportRun.objects.get(pk=number))


WAYS = [
    by_command,
    by_a_changed_document,
    by_a_document_that_is_given_again,
    by_a_document_of_another_article,
    by_browser,
    by_a_table,
    by_a_table_of_what_is_there,
    by_undoing_what_took_it_off,
]


@pytest.fixture(params=[True, False], ids=["on", "off"])
def switch(request, settings):
    settings.PUBLISH_IMPORTED = request.param
    return request.param


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_document_publishes_by_no_way_in_unless_the_switch_is_on(way, switch, tmp_path, request):
    way(tmp_path, request)

    article = Article.objects.get()
    assert article.state == ("live" if switch else "pending")
    assert article.queue == article.state
    assert b"published: true" in document_in(article.source)
    assert gaps_of([article.pk]) == {}


steps = st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=6)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(days=steps)
def test_with_the_switch_off_no_order_of_documents_and_undoing_publishes(tmp_path, settings, days):
    settings.PUBLISH_IMPORTED = False
    Article.objects.all().delete()

    for link, published, removed, undo in days:
        fields = {"published": str(published).lower(), "removed": str(removed).lower()}
        write(tmp_path, {"a.md": document(webUrl=f"https://news.example/{link}", **fields)})
        number = import_documents([tmp_path]).run
        if undo:
            undo_run(ImportRun.objects.get(pk=number))
        assert not Article.objects.filter(published=True).exists()


def test_a_dry_run_and_a_preview_say_that_it_waits(tmp_path, settings, request):
    settings.PUBLISH_IMPORTED = False
    write(tmp_path, {"a.md": PUBLISHED})

    _, items = run(tmp_path, dry_run=True)
    made = uploaded(request)

    assert [message.text for message in items["a.md"].messages] == [WAITS]
    assert WAITS in as_importer(request).get(reverse("desk_upload", args=[made.pk])).text
    assert not Article.objects.exists()


def test_what_waits_comes_out_byte_for_byte_and_is_unchanged_when_it_comes_again(tmp_path, settings):
    settings.PUBLISH_IMPORTED = False
    raw = document(published="true # at once", title="'A  title'").encode()
    write(tmp_path / "in", {"a.md": raw})
    import_documents([tmp_path / "in"])

    out = export(tmp_path / "out")

    assert out == {"a.md": raw}
    assert verdicts(tmp_path / "out") == {"a.md": "unchanged"}


def test_who_changes_something_else_of_what_waits_does_not_change_the_flag_of_its_document(tmp_path, settings, editor):
    settings.PUBLISH_IMPORTED = False
    raw = document(published="true", heat="10").encode()
    write(tmp_path / "in", {"a.md": raw})
    import_documents([tmp_path / "in"])
    moderation.score(Article.objects.get(), by=editor, version=1, heat=99)

    out = export(tmp_path / "out")

    assert difference(raw, out["a.md"]) == ["-heat: 10", "+heat: 99"]


def test_what_a_person_withdrew_and_opened_again_is_not_exported_as_published(tmp_path, moderator):
    write(tmp_path / "in", {"a.md": PUBLISHED})
    import_documents([tmp_path / "in"])
    article = Article.objects.get()
    moderation.withdraw(article, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))
    moderation.reopen(article, by=moderator, version=article.version)

    out = export(tmp_path / "out")

    assert article.state == "pending"
    assert b"published: true" not in out["a.md"]


@pytest.mark.parametrize("title", ["A title", "A new title"])
def test_what_waits_goes_on_waiting_when_the_switch_is_turned_on(tmp_path, settings, title):
    settings.PUBLISH_IMPORTED = False
    write(tmp_path, {"a.md": PUBLISHED})
    import_documents([tmp_path])
    settings.PUBLISH_IMPORTED = True
    write(tmp_path, {"a.md": document(title=title, published="true")})

    import_documents([tmp_path])

    assert [Article.objects.get().title, *states()] == [title, "pending"]


@pytest.mark.parametrize("said", ["false", "true"])
def test_what_is_public_when_the_switch_is_turned_off_follows_its_document_off_the_site_only(tmp_path, settings, said):
    write(tmp_path, {"a.md": PUBLISHED})
    import_documents([tmp_path])
    settings.PUBLISH_IMPORTED = False
    write(tmp_path, {"a.md": document(title="New", published=said)})

    import_documents([tmp_path])

    assert states() == [{"false": "pending", "true": "live"}[said]]


def test_what_a_person_let_readers_see_stays_when_its_document_says_so_too(tmp_path, settings, moderator):
    settings.PUBLISH_IMPORTED = False
    write(tmp_path, {"a.md": document(published="false")})
    import_documents([tmp_path])
    article = Article.objects.get()
    moderation.publish(article, by=moderator, version=1)
    moderation.reopen(article, by=moderator, version=2)
    write(tmp_path, {"a.md": PUBLISHED})

    assert verdicts(tmp_path) == {"a.md": "unchanged"}

    assert states() == ["live"]


def test_the_sources_value_settles_a_conflict_and_leaves_publishing_to_the_editor(tmp_path, settings, editor):
    settings.PUBLISH_IMPORTED = False
    write(tmp_path, {"a.md": document(published="true", heat="10")})
    import_documents([tmp_path])
    article = Article.objects.get()
    moderation.score(article, by=editor, version=1, heat=99)
    write(tmp_path, {"a.md": document(published="true", heat="30")})
    import_documents([tmp_path])
    article.refresh_from_db()

    moderation.write_one(article.pk, with_source_values(TakeSource(), [article.pk]), by=editor, version=article.version)
    article.refresh_from_db()
    assert (article.heat, article.conflicts, article.state) == (30, [], "pending")

    moderation.publish(article, by=editor, version=article.version)
    assert article.state == "published"


def test_the_queue_says_that_the_document_says_published(tmp_path, settings, client, moderator):
    settings.PUBLISH_IMPORTED = False
    write(tmp_path, {"a.md": PUBLISHED, "b.md": document(webUrl="https://news.example/b")})
    import_documents([tmp_path])
    client.force_login(moderator)

    pages = [client.get(f"/desk/queue/?item={a.pk}&part=item").text for a in Article.objects.order_by("path")]

    assert ["The document says published" in page for page in pages] == [True, False]
