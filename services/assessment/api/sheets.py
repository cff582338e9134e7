"""A list as a workbook to download: what it is about on top, the columns under it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fastapi import Response

from services.chassis.workbook_writing import Written, written

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(name: str, as_of: date, head: str, rows: Sequence[Sequence[Written]]) -> Response:
    """One sheet per tanggal; `head` has its columns' names between commas."""
    table = [("PER TANGGAL", as_of), (), tuple(head.split(",")), *rows]
    file = f"{name.replace(' ', '-')}-{as_of}.xlsx"
    disposition = f'attachment; filename="{file}"'
    return Response(
        written({name: table}),
        media_type=WORKBOOK,
        headers={"Content-Disposition": disposition},
    )
