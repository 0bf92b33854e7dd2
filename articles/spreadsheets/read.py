"""Reads uploaded CSV and XLSX files into rows by column name, or raises BadTable."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import load_workbook

from articles.spreadsheets.write import unescaped

MOST_ROWS, MOST_COLUMNS = 50_000, 100
# The size that an uploaded XLSX may have when it is unpacked.
MOST_UNPACKED = 200 * 1024 * 1024

Cell = str | int | float | bool | datetime


class BadTable(Exception):
    """The file is no valid table; the message is for the person who uploaded it."""


@dataclass(frozen=True, slots=True)
class TableRow:
    number: int  # as a spreadsheet counts: the header is row 1
    cells: dict[str, Cell]  # by the name of the column; an empty cell is ""


def read_table(content: bytes, columns: Iterable[str]) -> list[TableRow]:
    """Returns the rows of a CSV or XLSX file. Its header must name some of the columns, and no others."""
    try:
        lines = _xlsx_lines(content) if content.startswith(b"PK") else _csv_lines(content)
        header = [str(_read(cell)).strip() for cell in next(lines, [])]
        _check_header(header, set(columns))
        return list(_table_rows(header, lines))
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadTable(f"This is no CSV in UTF-8: {error}.") from error


def _table_rows(header: list[str], lines: Iterator[list[Any]]) -> Iterator[TableRow]:
    for number, line in enumerate(lines, start=2):
        if number > MOST_ROWS + 1:
            raise BadTable(f"The table has more than {MOST_ROWS:,} rows.")
        cells = [_read(cell) for cell in line]
        if any(cell != "" for cell in cells[len(header) :]):
            raise BadTable(f"Row {number} has more cells than the header has columns.")
        if any(cell != "" for cell in cells):
            cells += [""] * (len(header) - len(cells))
            yield TableRow(number, {name: cell for name, cell in zip(header, cells, strict=False) if name})


def _check_header(header: list[str], known: set[str]) -> None:
    names = [name for name in header if name]
    if len(header) > MOST_COLUMNS:
        raise BadTable(f"The table has more than {MOST_COLUMNS} columns.")
    if not names:
        raise BadTable("The first row names no columns.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadTable(f"Two columns are named {', '.join(twice)}.")
    if unknown := [name[:50] for name in names if name not in known]:
        raise BadTable(f"No column is named {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")


def _csv_lines(content: bytes) -> Iterator[list[Any]]:
    text = content.decode("utf-8-sig")
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _xlsx_lines(content: bytes) -> Iterator[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise BadTable("The file is far larger once it is unpacked.")
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        for line in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
            yield _without_empty_end(line)
    except BadTable:
        raise
    # openpyxl does not catch the exceptions of its parsers.
    except Exception as error:
        raise BadTable("This is no XLSX that can be read.") from error


def _without_empty_end(line: Sequence[Any]) -> list[Any]:
    # A sheet includes empty columns that were once formatted.
    cells = list(line)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _read(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return int(value)
        case datetime():
            return value.replace(tzinfo=UTC)
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        case str():
            return unescaped(value.replace("\r\n", "\n"))
        case bool() | int() | float():
            return value
    return str(value)
