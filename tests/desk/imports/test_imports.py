import pytest
from django.urls import reverse

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, ImportRun, ImportUpload, PreviewFile
from tests.desk.conftest import zipped
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db

TWO = {"a.md": document(), "b.md": document(webUrl="https://news.example/b")}


def test_a_preview_says_what_the_import_would_do_and_changes_nothing(upload, as_importer):
    made = upload(TWO | {"bad.md": "no front matter"})

    assert (made.status, made.counts) == ("ready", {"created": 2, "rejected": 1})
    page = as_importer.get(reverse("desk_upload", args=[made.pk])).content.decode()
    assert "a.md" in page
    assert "bad.md" in page
    assert (Article.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_what_is_confirmed_is_imported_and_its_files_are_deleted(upload, post, importer, uploads):
    made = upload({"all.zip": zipped({"_news/a.md": document(), "_news/b.md": TWO["b.md"]})})

    answer = post(made, "confirm")

    assert (answer.status_code, made.status) == (302, "done")
    assert list(Article.objects.order_by("path").values_list("path", flat=True)) == ["_news/a.md", "_news/b.md"]
    assert (made.run.by, made.run.channel, made.run.counts) == (importer, "desk", {"created": 2})
    assert (list(uploads.iterdir()), PreviewFile.objects.count()) == ([], 0)


def test_a_run_is_of_the_person_who_confirmed_it(upload, post, client, make_user):
    made = upload(TWO)
    boss = make_user("superuser")
    client.force_login(boss)

    post(made, "confirm", client=client)

    assert (made.status, made.run.by) == ("done", boss)


def test_a_row_that_is_left_out_is_not_imported_and_is_in_the_report(upload, post):
    made = upload(TWO)
    a, b = made.files.order_by("path")

    post(made, "confirm", {"shown": [a.pk, b.pk], "take": [b.pk]})

    assert list(Article.objects.values_list("path", flat=True)) == ["b.md"]
    assert made.run.counts == {"kept": 1, "created": 1}
    assert made.run.files.get(path="a.md").messages[0]["text"] == "left out by the person who imports: not read"


def test_a_document_that_is_left_out_is_not_taken_for_a_renamed_one(upload, post, tmp_path):
    write(tmp_path / "before", {"a.md": document()})
    import_documents([tmp_path / "before"])
    made = upload({"a.md": document(), "copy.md": document()})
    left, _ = made.files.order_by("path")

    post(made, "choose", {"shown": [left.pk]})
    post(made, "confirm")

    assert list(Article.objects.order_by("path").values_list("path", flat=True)) == ["a.md", "copy.md"]


def test_all_of_a_verdict_are_left_out_and_taken_back(upload, post):
    made = upload(TWO | {"bad.md": "no front matter"})

    post(made, "choose", {"all": "created", "leave": "out"})
    assert list(made.files.filter(left_out=True).order_by("path").values_list("path", flat=True)) == ["a.md", "b.md"]

    post(made, "choose", {"all": "created", "leave": "in"})
    assert not made.files.filter(left_out=True).exists()


def test_a_preview_that_would_do_something_else_by_now_is_shown_instead_of_imported(upload, post, moderator, tmp_path):
    write(tmp_path / "before", {"a.md": document(heat="1"), "b.md": TWO["b.md"]})
    import_documents([tmp_path / "before"])
    made = upload({"a.md": document(heat="30"), "b.md": TWO["b.md"]})
    post(made, "choose", {"shown": [made.files.get(path="b.md").pk]})
    moderation.score(Article.objects.get(path="a.md"), by=moderator, version=1, heat=99)

    post(made, "confirm")

    assert (made.status, made.counts) == ("ready", {"conflict": 1, "unchanged": 1})
    assert "Something has changed since the preview" in made.notice
    assert (Article.objects.get(path="a.md").heat, ImportRun.objects.count()) == (99, 1)
    assert list(made.files.filter(left_out=True).values_list("path", flat=True)) == ["b.md"]
    post(made, "confirm")
    assert made.status == "done"


def test_a_change_that_alters_nothing_of_the_preview_does_not_stand_in_the_way(upload, post, tmp_path):
    made = upload(TWO)
    write(tmp_path / "other", {"other.md": document(webUrl="https://other.example/")})
    import_documents([tmp_path / "other"])

    post(made, "confirm")

    assert made.status == "done"


def test_a_confirmation_counts_once(upload, post):
    made = upload(TWO)

    post(made, "confirm")
    post(made, "confirm")

    assert ImportRun.objects.count() == 1


def test_the_differences_stand_side_by_side_and_secured_is_never_among_them(upload, as_importer, tmp_path):
    write(tmp_path / "before", {"a.md": document(title="A quiet town", secured='"b2xk;b2xk"')})
    import_documents([tmp_path / "before"])
    made = upload({"a.md": document(title="A quiet <b>city</b>", secured='"bmV3;bmV3"')})

    page = as_importer.get(reverse("desk_upload", args=[made.pk])).content.decode()

    assert "<span>A quiet</span> <del>town</del>" in page
    assert "<span>A quiet</span> <ins>&lt;b&gt;city&lt;/b&gt;</ins>" in page
    assert "bmV3" not in page
    assert "b2xk" not in page


def test_the_preview_is_narrowed_by_verdict_and_path(upload, as_importer):
    made = upload(TWO | {"bad.md": "no front matter"})
    address = reverse("desk_upload", args=[made.pk])

    def shown(query):
        return [file.path for file in as_importer.get(address + query).context["page"]]

    assert shown("?verdict=rejected") == ["bad.md"]
    assert shown("?path=A.M") == ["a.md"]
    assert shown("?verdict=nonsense") == []


def test_cancelling_deletes_the_files(upload, post, uploads):
    made = upload(TWO)

    post(made, "cancel")

    assert (made.status, list(uploads.iterdir()), PreviewFile.objects.count()) == ("cancelled", [], 0)
    post(made, "confirm")
    assert Article.objects.count() == 0


def test_an_upload_that_failed_is_tried_again(upload, post, uploads):
    made = upload(TWO)
    ImportUpload.objects.filter(pk=made.pk).update(status="failed", error="The disk was full")

    post(made, "restart")

    assert (made.status, made.error, made.counts) == ("ready", "", {"created": 2})
