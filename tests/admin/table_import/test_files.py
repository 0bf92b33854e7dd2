"""Which files are read as tables, who may send them, and who confirms them."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article
from articles.spreadsheets import sheet
from articles.spreadsheets.read import BadTable, read_table
from tests.admin.table_import.tables import NEW, confirm, send, table

CONFIRM = reverse("admin:articles_article_process_import")
MODELS = ("articles_article", "articles_topic", "providers_provider")


# Files


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff\xfe\x00", "no CSV in UTF-8"),
        (b"title,title\nx,y\n", "Two columns are named title."),
        (b"title,secured\nx,y\n", "No column is named secured."),
        (b"title\nx,y\n", "more cells than the header"),
        (b"\n\n", "names no columns"),
        (b"title\n", "no rows"),
        (b"PK\x03\x04nonsense", "no XLSX"),
        (b'title\n"x', "no CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused(desk, content, problem):
    page = send(desk, content)

    assert problem in page.context["form"].errors["file"][0]
    assert "report" not in page.context


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("articles.spreadsheets.read.MOST_ROWS", 3)

    with pytest.raises(BadTable, match="more than 3 rows"):
        read_table(b"title\n" + b"x\n" * 4, ["title"])


def test_a_file_of_many_bytes_is_refused(desk, monkeypatch):
    monkeypatch.setattr("articles.admin.mixins.table_import.MOST_BYTES", 10)

    assert send(desk, table(NEW)).context["form"].errors["file"] == ["The file is larger than 10 MB."]


def test_an_xlsx_that_unpacks_to_much_is_refused(monkeypatch):
    monkeypatch.setattr("articles.spreadsheets.sheet.MOST_UNPACKED", 100)
    out = io.BytesIO()
    openpyxl.Workbook().save(out)

    assert list(sheet.lines(out.getvalue())) == ["The file is far larger once it is unpacked."]


# Whose file


def test_nobody_confirms_what_another_person_sent(desk, make_user, settings):
    send(desk, table(NEW))
    other = Client()
    other.force_login(make_user("Importers", username="another"))

    name = next(Path(settings.IMPORT_UPLOADS).iterdir()).name
    response = other.post(CONFIRM, {"import_file_name": name, "format": 0})

    assert response.status_code == 404
    assert not Article.objects.exists()


def test_a_table_is_confirmed_once(desk, settings):
    confirm(desk, table(NEW))

    assert desk.post(CONFIRM).status_code == 404
    assert list(Path(settings.IMPORT_UPLOADS).glob("table-*")) == []


def test_a_file_that_changed_since_the_preview_is_not_taken(desk, settings):
    send(desk, table(NEW))
    next(Path(settings.IMPORT_UPLOADS).glob("table-*")).write_bytes(table(NEW | {"title": "Other"}))

    assert desk.post(CONFIRM).status_code == 404


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("role", "status"), [("Importers", 200), ("Moderators", 403), ("Editors", 403), ("superuser", 200)]
)
def test_importers_import_and_others_do_not(client, make_user, model, role, status):
    client.force_login(make_user(role))
    url, confirm = reverse(f"admin:{model}_import"), reverse(f"admin:{model}_process_import")

    answers = [client.get(url).status_code, client.get(confirm).status_code, client.post(confirm).status_code]

    assert answers == [status, 405, 404 if status == 200 else 403]


def test_importers_find_the_way_from_the_runs(desk):
    page = desk.get(reverse("admin:articles_importrun_changelist"), follow=True)

    assert [f'href="{reverse(f"admin:{model}_import")}"' in page.text for model in MODELS] == [True] * 3
