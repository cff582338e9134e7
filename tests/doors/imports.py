"""Files on their way through the doors: the same steps in every service that takes files in."""

from __future__ import annotations

from typing import Any

from services.chassis.importer import Importer
from services.chassis.importing import ImportKind
from services.chassis.workbook_writing import Written, written
from tests.doors.asking import Doors

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def files_on_their_way(doors: Doors) -> None:
    """One file of each kind as far as it goes; the last is thrown away."""
    await doors.ask("officer", "GET /templates")
    for kind in doors.hand.service.imports:
        await doors.ask("officer", "GET /templates/{name}", name=kind.name)
        await doors.ask("officer", "GET /templates/{name}/description", name=kind.name)
        await doors.ask("officer", "POST /imports/{kind}", sent=file_of(kind, "1"), kind=kind.name)
    kind = doors.hand.service.imports[-1]
    for steps in (["again", "accept", "undo"], ["drop"]):
        path = await _checked(doors, kind, steps[0])
        await doors.ask("officer", "GET /imports/{import_id}/rows", **path)
        if steps != ["drop"]:
            await doors.ask("officer", "POST /imports/{import_id}/corrections", {}, **path)
        for step in steps:
            await doors.ask("officer", f"POST /imports/{{import_id}}/{step}", **path)
            await _worked_through(doors)
    await doors.ask("officer", "GET /imports")
    await doors.ask("officer", "GET /imports/{import_id}", **path)


async def _checked(doors: Doors, kind: ImportKind, note: str) -> dict[str, Any]:
    told = await doors.ask(
        "officer", "POST /imports/{kind}/check", sent=file_of(kind, note), kind=kind.name
    )
    await _worked_through(doors)
    return {"import_id": told["import_id"]}


async def _worked_through(doors: Doors) -> None:
    while await importer_of(doors).work_once():
        pass


def importer_of(doors: Doors) -> Importer:
    importer: Importer = doors.api.state.importer
    return importer


def file_of(kind: ImportKind, note: str) -> dict[str, Any]:
    """The examples of a template as its rows; the note makes it another file."""
    sheets: dict[str, list[list[Written]]] = {
        form.name: [
            [column.name for column in form.columns],
            [column.example or None for column in form.columns],
        ]
        for form in kind.template.forms
    }
    content = written({**sheets, "Petunjuk": [[note]]})
    return {"files": {"file": (f"{kind.name}.xlsx", content, WORKBOOK)}}


async def let_through(doors: Doors) -> None:
    """Work through every file that the doors have taken; nobody may stumble over one."""
    if not doors.hand.service.imports:
        return
    pool = doors.hand.runtime.pool
    while await pool.fetchval(
        "SELECT count(*) FROM import_job WHERE state IN ('checking', 'accepting', 'undoing')"
    ):
        await pool.execute("UPDATE import_job SET leased_until = '-infinity'")
        await importer_of(doors).work_once()
    for row in await pool.fetch("SELECT kind FROM import_job WHERE tries > 1"):
        doors.wrong[f"a file of {row['kind']}"] = "it fell over while it was worked through"
