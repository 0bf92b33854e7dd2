"""The command import_articles: what it prints, and with which status it ends."""

import json

import pytest
from django.core.management import call_command

from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


def test_the_command_reports_every_file_once(tmp_path, capsys):
    write(tmp_path, {"a.md": document(), "b.md": document(title=None), "c.txt": document(webUrl="https://a.example/c")})

    with pytest.raises(SystemExit) as ended:
        call_command("import_articles", tmp_path, "--format", "json")

    report = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert [(file["path"], file["verdict"]) for file in report["documents"]] == [
        ("a.md", "created"),
        ("b.md", "rejected"),
        ("c.txt", "created"),
    ]


def test_the_command_names_file_line_and_field(tmp_path, capsys):
    write(tmp_path, {"a.md": document(heat="hot", title="[12]")})

    with pytest.raises(SystemExit) as ended:
        call_command("import_articles", tmp_path)

    out = capsys.readouterr().out
    assert ended.value.code == 2
    assert "rejected  a.md\n  a.md:2: title: is a list, not text (quotes make it text)\n" in out


def test_a_path_that_is_not_there_is_an_error(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("import_articles", tmp_path / "nowhere")

    assert ended.value.code == 2
    assert "nowhere: does not exist" in capsys.readouterr().out
