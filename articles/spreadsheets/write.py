"""CSV and XLSX that no spreadsheet takes for formulas."""

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

# Spreadsheets look past blanks and quotes, and take the wide forms of these signs for the signs.
_FORMULA = re.compile(r"""[\s\x00-\x20\x7f-\xa0'"\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫]|[\t\r\n]""")
LONGEST_IN_XLSX = 32_767


def escaped(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would calculate it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """The text that `escaped` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(headers: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a CSV file, each written when it is asked for: there may be any number of rows."""
    # Quoted, a separator of another country does not split a text into cells.
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    # The mark tells Excel that this is UTF-8.
    yield "\ufeff" + writer.writerow(headers)
    for row in rows:
        yield writer.writerow([escaped(str(cell)) for cell in row])


class CSV(base_formats.CSV):
    # Bytes, as is_binary() says: the class that it replaces writes text.
    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:  # type: ignore[override]
        out = io.StringIO()
        # Quoted, a separator of another country does not split a text into cells.
        writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(dataset.headers)
        writer.writerows([_csv_cell(value) for value in row] for row in dataset)
        # The mark tells Excel that this is UTF-8.
        return b"\xef\xbb\xbf" + out.getvalue().encode()

    def is_binary(self) -> bool:
        return True


class XLSX(base_formats.XLSX):
    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        # Before anything is written: a book that is abandoned half-way complains later, to nobody.
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
        # Excel knows no time zones.
        value = value.astimezone(UTC).replace(tzinfo=None)
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, escaped(ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)))
    # Whatever it looks like, it is text.
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _refuse_long_texts(dataset: Dataset) -> None:
    for row in dataset:
        for value in row:
            if isinstance(value, str) and len(value) >= LONGEST_IN_XLSX:
                raise ValueError(f"“{value[:60]}…” is longer than a cell of XLSX can be: choose CSV.")
