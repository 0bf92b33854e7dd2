"""XLSX files as spreadsheets write them: with errors, with formats where nothing is, and made to do harm."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font

from articles.models import Article
from articles.processes.limited import Limits
from articles.spreadsheets import sheet
from articles.spreadsheets.read import BadTable, read_table
from tests.admin.table_import.tables import NEW, send, table, verdicts

COLUMNS = list(NEW)


def workbook(*rows: dict, last_row: int = 0) -> bytes:
    """An XLSX; with `last_row` an empty cell of that row is bold."""
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    for row in rows:
        book.active.append([row.get(name) for name in COLUMNS])
    if last_row:
        book.active.cell(last_row, 1).font = Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """An XLSX whose sheet is this, as no spreadsheet would write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            is_sheet = part.filename == "xl/worksheets/sheet1.xml"
            new.writestr(part.filename, xml if is_sheet else old.read(part))
    return out.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [*ERROR_CODES, "#SPILL!", "Err:502"])
@pytest.mark.parametrize("make", [workbook, table])
@pytest.mark.parametrize("column", ["title", "published_at"])
def test_a_cell_that_holds_an_error_is_refused_by_row_and_column(desk, error, make, column):
    page = send(desk, make(NEW, NEW | {"web_url": "https://acme.example/2", column: error}))

    assert verdicts(page) == [
        ("created", []),
        ("rejected", [f"3: {column}: holds the error {error} of a spreadsheet"]),
    ]
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_an_error_of_any_name_is_one_where_the_sheet_says_so(desk):
    cells = '<row r="1"><c t="inlineStr"><is><t>title</t></is></c></row><row r="2"><c t="e"><v>#NEW!</v></c></row>'

    page = send(desk, with_sheet(SHEET.format(cells)))

    assert verdicts(page) == [("rejected", ["2: title: holds the error #NEW! of a spreadsheet"])]


@pytest.mark.parametrize("last_row", [60_000, 200_000, 1_048_576])
def test_empty_rows_that_are_formatted_are_none(last_row):
    rows = read_table(workbook(NEW, last_row=last_row), COLUMNS)

    assert [(row.number, row.cells["title"]) for row in rows] == [(2, "A new one")]


def test_rows_behind_empty_ones_keep_their_numbers():
    rows = read_table(workbook({}, NEW, {}, {}, NEW), COLUMNS)

    assert [row.number for row in rows] == [3, 6]


def test_a_sheet_that_counts_rows_beyond_the_last_is_read_to_that_one():
    cells = '<row r="1"><c t="inlineStr"><is><t>title</t></is></c></row><row r="99999999999"><c><v>1</v></c></row>'

    assert read_table(with_sheet(SHEET.format(cells)), COLUMNS) == []


def test_what_takes_too_much_memory_is_refused_with_a_sentence(monkeypatch):
    def too_much(content: bytes):
        raise MemoryError

    monkeypatch.setattr(sheet, "_rows", too_much)

    assert list(sheet.lines(workbook())) == [
        "This table needs more memory or time than is given to it: split it, or save it as CSV."
    ]


def test_a_program_that_was_ended_is_said(monkeypatch):
    monkeypatch.setattr("articles.spreadsheets.read.LIMITS", Limits(memory=1, cpu=1, seconds=0.01))

    with pytest.raises(BadTable, match="more memory or time"):
        read_table(workbook(NEW), COLUMNS)
