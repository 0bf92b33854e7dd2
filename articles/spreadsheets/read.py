"""Reads uploaded CSV and XLSX files into rows by column name, or raises BadTable."""

import csv
import io
import json
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from articles.documents.messages import Rejected
from articles.processes import limited
from articles.spreadsheets.sheet import LIMITS, MOST_COLUMNS, MOST_ROWS
from articles.spreadsheets.write import unescaped

PROGRAM = "articles.spreadsheets.sheet"
# What Excel and LibreOffice show where a formula fails; CSV has it as text.
ERRORS = re.compile(
    r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|GETTING_DATA)"
    r"|Err:[0-9]{3}"
)


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """The result of a formula that failed."""

    text: str

    def __str__(self) -> str:
        return self.text


Cell = str | int | float | bool | datetime | ErrorCell


class BadTable(Exception):
    """The file is no valid table; the message is for the person who uploaded it."""


@dataclass(frozen=True, slots=True)
class TableRow:
    number: int  # as a spreadsheet counts: the header is row 1
    cells: dict[str, Cell]  # by the name of the column; an empty cell is ""

    def refuse_errors(self, ignored: Collection[str]) -> None:
        """Raises Rejected for the first cell that holds an error, but in columns that are ignored anyway."""
        for name, cell in self.cells.items():
            if isinstance(cell, ErrorCell) and name not in ignored:
                raise Rejected(f"holds the error {cell} of a spreadsheet", name)


def read_table(content: bytes, columns: Iterable[str]) -> list[TableRow]:
    """Returns the rows of a CSV or XLSX file. Its header must name some of the columns, and no others."""
    try:
        lines = _xlsx_lines(content) if content.startswith(b"PK") else enumerate(_csv_lines(content), 1)
        header = [str(_read(cell)).strip() for cell in next(lines, (1, []))[1]]
        _check_header(header, set(columns))
        return list(_table_rows(header, lines))
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadTable(f"This is no CSV in UTF-8: {error}.") from error


def _table_rows(header: list[str], lines: Iterator[tuple[int, list[Any]]]) -> Iterator[TableRow]:
    count = 0
    for number, line in lines:
        cells = [_read(cell) for cell in line]
        if any(cell != "" for cell in cells[len(header) :]):
            raise BadTable(f"Row {number} has more cells than the header has columns.")
        if any(cell != "" for cell in cells):
            # Empty rows that were once formatted do not count.
            count += 1
            if count > MOST_ROWS:
                raise BadTable(f"The table has more than {MOST_ROWS:,} rows.")
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


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    with tempfile.TemporaryFile() as output:
        if limited.run(PROGRAM, limits=LIMITS, output=output, input=content):
            raise BadTable("This table needs more memory or time than is given to it: split it, or save it as CSV.")
        output.seek(0)
        for line in output:
            row = json.loads(line)
            if isinstance(row, str):
                raise BadTable(row)
            yield row[0], row[1]


def _read(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case {"error": text}:
            return ErrorCell(text)
        case {"moment": moment}:
            return datetime.fromisoformat(moment).replace(tzinfo=UTC)
        case float() if value.is_integer():
            return int(value)
        case str():
            return ErrorCell(value) if ERRORS.fullmatch(value) else unescaped(value.replace("\r\n", "\n"))
        case bool() | int() | float():
            return value
    return str(value)
