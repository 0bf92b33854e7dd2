import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Event
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


def command(*args, code=0):
    with pytest.raises(SystemExit) as ended:
        call_command("import_articles", *args)
    assert ended.value.code == code


@pytest.fixture
def left(tmp_path):
    """A folder that two published documents were imported from, and that one of them has left."""
    folder = tmp_path / "documents"
    write(folder, {"a.md": document(published="true"), "b.md": document(published="true", webUrl="https://x.example/")})
    write(tmp_path / "others", {"c.md": document(published="true", webUrl="https://y.example/")})
    command(tmp_path / "others")
    command(folder)
    (folder / "b.md").unlink()
    return folder


def test_a_document_that_left_is_reported_and_nothing_else_happens(left, capsys):
    command(left, "--prune")

    assert "missing   b.md: its document has left; its article is live\n" in capsys.readouterr().out
    assert Article.objects.visible().count() == 3


def test_a_confirmed_one_is_withdrawn_in_a_persons_name(left, moderator, capsys):
    command(left, "--prune", "--withdraw", "--by", "moderators")

    assert {a.path: a.state for a in Article.objects.all()} == {"a.md": "live", "b.md": "withdrawn", "c.md": "live"}
    assert (Event.objects.get().by, Event.objects.get().reason.slug) == (moderator, "source-gone")


def test_without_the_right_to_decide_nothing_is_withdrawn(left, importer, capsys):
    command(left, "--prune", "--withdraw", "--by", "importers")

    assert "b.md: not withdrawn: Your role does not allow this." in capsys.readouterr().out
    assert Article.objects.visible().count() == 3


def test_withdrawing_has_an_author(left):
    with pytest.raises(CommandError, match="a decision has an author"):
        call_command("import_articles", left, "--prune", "--withdraw")


def test_an_empty_folder_withdraws_nothing(left, moderator):
    (left / "a.md").unlink()

    command(left, "--prune", "--withdraw", "--by", "moderators", code=2)

    assert Article.objects.visible().count() == 3
