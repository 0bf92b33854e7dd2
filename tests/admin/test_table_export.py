"""Export of lists: no formula, nothing secured, only what the list shows."""

import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.spreadsheets.resources import ArticleResource
from articles.spreadsheets.write import escaped, unescaped
from tests.factories import make_article, make_image, make_provider, make_topic

EXPORTS = {
    name: reverse(f"admin:{name}_export") for name in ("articles_article", "articles_topic", "providers_provider")
}
COLUMNS = {f"articleresource_{name}": "on" for name in ArticleResource.fields}


def export(client, format: int, query: str = "") -> bytes:
    response = client.post(EXPORTS["articles_article"] + query, {"format": format, "resource": 0} | COLUMNS)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    return response.content


def csv_rows(client, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export(client, 0, query).decode("utf-8-sig"))))


def xlsx_rows(client, query: str = "") -> list[dict[str, openpyxl.cell.Cell]]:
    header, *rows = openpyxl.load_workbook(io.BytesIO(export(client, 1, query))).active.rows
    return [{name.value: cell for name, cell in zip(header, row, strict=True)} for row in rows]


FORMULAS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "  =1",
    '"=1',
    "'=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    "\u200b=1",
    "\xa0=1",
    "\ufeff=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_a_spreadsheet_would_calculate_is_escaped(text):
    assert escaped(text) == f"'{text}"
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", ["", "Plain", "1-1", "a=b", "'quoted'", "“=”", "5 − 3"])
def test_other_texts_stay_as_they_are(text):
    assert escaped(text) == unescaped(text) == text


def test_csv_and_xlsx_hold_no_formula(desk):
    for text in FORMULAS:
        make_article(title=text, slug=f"a{FORMULAS.index(text)}", excerpt=text)

    for row in csv_rows(desk):
        assert (row["title"][0], row["excerpt"][0]) == ("'", "'")
    for row in xlsx_rows(desk):
        assert [cell.data_type for cell in row.values() if cell.data_type == "f"] == []
        assert (row["title"].value[0], row["title"].data_type) == ("'", "s")


def test_xlsx_types_texts_as_texts_whatever_they_look_like(desk, monkeypatch):
    monkeypatch.setattr("articles.spreadsheets.write.escaped", lambda text: text)
    make_article(title="=1+1")

    (cells,) = xlsx_rows(desk)

    assert (cells["title"].value, cells["title"].data_type) == ("=1+1", "s")


def test_numbers_stay_numbers_and_dates_stay_dates(desk):
    make_article(heat=-1, quality=7, published_at=datetime(2020, 6, 11, 19, 19, tzinfo=UTC))

    (row,) = csv_rows(desk)
    (cells,) = xlsx_rows(desk)

    assert (row["heat"], row["quality"], row["published"]) == ("-1", "7", "false")
    assert row["published_at"] == "2020-06-11T19:19:00Z"
    assert (cells["heat"].value, cells["heat"].data_type) == (-1, "n")
    assert cells["published_at"].value == datetime(2020, 6, 11, 19, 19)  # noqa: DTZ001
    assert cells["published"].value is False


def test_export_holds_nothing_secured_and_no_source(desk):
    make_article(secured="c2VjcmV0;aXY=", source=b"raw bytes")

    for content in (export(desk, 0), b"".join(str(cell.value).encode() for cell in xlsx_rows(desk)[0].values())):
        assert b"c2VjcmV0" not in content
        assert b"raw bytes" not in content
    assert {"secured", "source"} & set(csv_rows(desk)[0]) == set()


def test_export_is_the_list_as_it_is_narrowed(desk):
    make_article(title="Good", quality=50)
    make_article(title="Poor", quality=5)

    assert [row["title"] for row in csv_rows(desk, "?quality_from=40")] == ["Good"]


def test_export_refuses_a_filter_that_makes_no_sense(desk):
    make_article()

    for query in ("?quality_from=x", "?secured__startswith=c"):
        response = desk.post(EXPORTS["articles_article"] + query, {"format": 0, "resource": 0} | COLUMNS, follow=True)
        assert "Nothing was exported." in response.text


def test_export_takes_as_many_queries_for_fifty_rows_as_for_one(desk):
    topics, counts = [make_topic(), make_topic()], []
    for number in (1, 49):
        for _ in range(number):
            make_article(topics=topics, images=[make_image()], provider=make_provider())
        with CaptureQueriesContext(connection) as queries:
            export(desk, 0)
        counts.append(len(queries))
        assert not any('"articles_article"."secured"' in query["sql"] for query in queries)

    assert counts[0] == counts[1]


def test_export_keeps_the_order_of_topics(desk):
    make_article(topics=[make_topic("B"), make_topic("A")])

    assert csv_rows(desk)[0]["topics"] == "B\nA"


def test_a_text_too_long_for_a_cell_is_not_cut_silently(desk):
    make_article(excerpt="x" * 40_000)

    response = desk.post(EXPORTS["articles_article"], {"format": 1, "resource": 0} | COLUMNS)

    assert "longer than a cell of XLSX can be" in response.text


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize(
    ("role", "status"), [("Importers", 403), ("Moderators", 403), ("Editors", 200), ("superuser", 200)]
)
def test_editors_export_and_others_do_not(client, make_user, name, role, status):
    client.force_login(make_user(role))
    make_article(topics=[make_topic()])

    page = client.get(EXPORTS[name])
    resource = {"articles_article": "article", "articles_topic": "topic", "providers_provider": "provider"}[name]
    column = {"article": "title", "topic": "name", "provider": "name"}[resource]
    file = client.post(EXPORTS[name], {"format": 0, "resource": 0, f"{resource}resource_{column}": "on"})

    assert (page.status_code, file.status_code) == (status, status)
    assert file.get("Content-Type", "").startswith("text/csv") == (status == 200)
