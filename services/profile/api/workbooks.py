"""How a workbook is handed out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from fastapi import Response

from services.chassis.workbook_writing import Written, written

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attached(book: bytes, file: str) -> Response:
    disposition = f'attachment; filename="{file}"'
    return Response(book, media_type=WORKBOOK, headers={"Content-Disposition": disposition})


def sheet(name: str, as_of: date, head: str, rows: Iterable[Sequence[Written]]) -> Response:
    """The day on top, the columns under it."""
    book = written({name: [("PER TANGGAL", as_of), (), tuple(head.split(",")), *rows]})
    return attached(book, f"{name.replace(' ', '-')}-{as_of}.xlsx")
