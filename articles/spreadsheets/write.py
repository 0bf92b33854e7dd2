"""Writes CSV and XLSX files in which no text is read as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from import_export.formats import base_formats
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from tablib import Dataset

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

# Spreadsheets ignore leading blanks and quotes, and accept the full-width forms of these signs.
_FORMULA = re.compile(r"""[\s\x00-\x20\x7f-\xa0'"\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫]|[\t\r\n]""")
MAX_CHARACTERS_IN_XLSX_CELL = 32_767


def escaped(text: str) -> str:
    """Returns the text, with an apostrophe in front if a spreadsheet would read it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """Reverses `escaped`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(headers: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yields the lines of a CSV file one by one, so that it may have any number of rows."""
    # Quotes keep a text in one cell where the spreadsheet's locale has another separator.
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    # The byte order mark makes Excel read the file as UTF-8.
    yield "\ufeff" + writer.writerow(headers)
    for row in rows:
        yield writer.writerow([escaped(str(cell)) for cell in row])


class CSV(base_formats.CSV):
    # Bytes, as is_binary() says: the class that it replaces writes text.
    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:  # type: ignore[override]
        out = io.StringIO()
        # Quotes keep a text in one cell where the spreadsheet's locale has another separator.
        writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(dataset.headers)
        writer.writerows([_csv_cell(value) for value in row] for row in dataset)
        # The byte order mark makes Excel read the file as UTF-8.
        return b"\xef\xbb\xbf" + out.getvalue().encode()

    def is_binary(self) -> bool:
        return True


class XLSX(base_formats.XLSX):
    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        # Before the workbook exists: one that is never saved warns when it is garbage-collected.
        _refuse_long_texts(dataset)
        book = Workbook(write_only=True)
        sheet = book.create_sheet(dataset.title or "Export")
        sheet.freeze_panes = "A2"
        sheet.append([_xlsx_cell(sheet, header, bold=True) for header in dataset.headers])
        for row in dataset:
            sheet.append([_xlsx_cell(sheet, value) for value in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _csv_cell(value: object) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return escaped(str(value).replace("\x00", ""))


def _xlsx_cell(sheet: WriteOnlyWorksheet, value: str | float | datetime | None, *, bold: bool = False) -> Cell:
    if isinstance(value, datetime):
        # Excel has no time zones.
        value = value.astimezone(UTC).replace(tzinfo=None)
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, escaped(ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)))
    # Text, even if it looks like a formula or a number.
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _refuse_long_texts(dataset: Dataset) -> None:
    for row in dataset:
        for value in row:
            if isinstance(value, str) and len(value) >= MAX_CHARACTERS_IN_XLSX_CELL:
                raise ValueError(f"“{value[:60]}…” is longer than a cell of XLSX can be: choose CSV.")
