"""Where documents are written: into a folder or an archive, and never outside of it."""

import tarfile
import zipfile

import pytest
from django.core.management import CommandError, call_command

from articles.importing.runs.run import import_documents
from articles.models import Article
from tests.exporting.documents import Silent, export

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["news.zip", "news.tar.gz"])
def test_an_archive_holds_the_documents_under_their_paths(name, seeds, tmp_path):
    import_documents([seeds])
    expected = {file.name: file.read_bytes() for file in seeds.iterdir()}

    call_command("export_articles", "--archive", tmp_path / name, stdout=Silent())

    if name.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            assert {member: archive.read(member) for member in archive.namelist()} == expected
    else:
        with tarfile.open(tmp_path / name) as archive:
            assert {member.name: archive.extractfile(member).read() for member in archive} == expected
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert import_documents([tmp_path / name]).counts == {"unchanged": 5}


@pytest.mark.parametrize("path", ["../out.md", "/tmp/out.md", "a/../../out.md", "a//b.md", "./a.md", "a\n.md"])  # noqa: S108
def test_no_path_leads_out_of_the_folder(path, imported, tmp_path, capsys):
    Article.objects.update(path=path)

    with pytest.raises(SystemExit) as ended:
        call_command("export_articles", tmp_path / "out")

    assert ended.value.code == 1
    assert "is no path below a folder: not written" in capsys.readouterr().err
    assert list((tmp_path / "out").rglob("*")) == []
    assert not (tmp_path / "out.md").exists()


@pytest.mark.parametrize("path", ["link/a.md", "deep/link/a.md", "file.md/a.md"])
def test_no_link_and_no_file_on_the_way_is_followed(path, imported, tmp_path, capsys):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    (out / "deep").mkdir(parents=True)
    elsewhere.mkdir()
    (out / "link").symlink_to(elsewhere)
    (out / "deep" / "link").symlink_to(elsewhere)
    (out / "file.md").touch()
    Article.objects.update(path=path)

    with pytest.raises(SystemExit):
        call_command("export_articles", out, "--overwrite")

    assert f"{path}: cannot be written: Not a directory" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_the_place_of_a_document_is_replaced_not_followed(imported, tmp_path):
    (tmp_path / "out" / "_news").mkdir(parents=True)
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "out" / "_news" / "a.md").symlink_to(tmp_path / "precious")

    out = export(tmp_path / "out", "--overwrite")

    assert (tmp_path / "precious").read_text() == "mine"
    assert out == {"_news/a.md": imported.raw}


def test_a_folder_that_holds_something_is_left_alone(imported, tmp_path):
    (tmp_path / "in.zip").touch()

    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_articles", tmp_path / "in")
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_articles", "--archive", tmp_path / "in.zip")
    with pytest.raises(CommandError, match="name a folder"):
        call_command("export_articles")
    with pytest.raises(CommandError, match="no provider 'nobody"):
        call_command("export_articles", tmp_path / "out", "--provider", "nobody.example")
