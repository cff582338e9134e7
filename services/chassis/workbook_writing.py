"""Write workbooks that no spreadsheet program will execute."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

import xlsxwriter

Written = str | int | float | date | None
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def written(sheets: Mapping[str, Iterable[Sequence[Written]]]) -> bytes:
    """One workbook. Text is always written as text: `=HYPERLINK(…)` stays seven letters and a sign.

    Days are written as Excel days, numbers as numbers, None as an empty cell.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    # The same rows give the same bytes.
    book.set_properties({"created": _EPOCH, "author": "", "comments": ""})
    as_day = book.add_format({"num_format": "dd-mm-yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif isinstance(value, date):
                    sheet.write_datetime(at, column, value, as_day)
                elif value is not None:
                    sheet.write_number(at, column, value)
    book.close()
    return target.getvalue()


def harmless(value: str) -> str:
    """The same text for a .csv, where a leading sign would start a formula.

    >>> harmless("=1+1")
    "'=1+1"
    """
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
