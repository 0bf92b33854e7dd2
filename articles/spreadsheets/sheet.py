"""The program that reads the first sheet of an XLSX file: one line of JSON for each row that holds something.

It is a process of limited memory and time: half a megabyte can be made to take a gigabyte and minutes.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from articles.processes import limited

MOST_ROWS, MOST_COLUMNS = 50_000, 100
# Rows that a sheet can have; most of them may be empty.
LAST_ROW = 1_048_576
# The size that an uploaded XLSX may have when it is unpacked.
MOST_UNPACKED = 200 * 1024 * 1024
# Within the 60 s that a request may take. 50,000 rows of 20 columns take 150 MB and some 15 s.
LIMITS = limited.Limits(memory=512 * 1024**2, cpu=30, seconds=40, written=64 * 1024**2)


def lines(content: bytes) -> Iterator[Any]:
    """Yields the number and the cells of each row, or in the end a sentence that says why there are no more."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                yield "The file is far larger once it is unpacked."
                return
        yield from _rows(content)
    except (limited.OutOfTime, MemoryError):
        yield "This table needs more memory or time than is given to it: split it, or save it as CSV."
    # openpyxl does not catch the exceptions of its parsers.
    except Exception:
        yield "This is no XLSX that can be read."


def _rows(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
    # With the dimensions that a sheet claims, each of a million empty rows would be filled up with cells.
    sheet.reset_dimensions()
    full = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_as_json(cell) for cell in row[: MOST_COLUMNS + 1]]
        # A sheet includes empty columns and rows that were once formatted.
        while cells and cells[-1] is None:
            cells.pop()
        if cells or number == 1:
            full += 1
            yield number, cells
        if full > MOST_ROWS + 1 or number == LAST_ROW:
            return


def _as_json(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "e":
        return {"error": str(value)}
    match value:
        case datetime() | date():
            return {"moment": value.isoformat()}
        case None | str() | bool() | int() | float():
            return value
    return str(value)


def main() -> None:
    content = sys.stdin.buffer.read()
    limited.confine(LIMITS)
    for line in lines(content):
        sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
