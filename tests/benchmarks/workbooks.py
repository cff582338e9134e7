"""A large export of people, checked without recording, beside other readers that only read it.

Each reading is a process of its own, so that its peak of memory (RSS) is its own too. Nothing is
missed when every row is found valid and the record holds what it held before.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson
import xlsxwriter
from pydantic import SecretStr

from deploy.local.demonstration.__main__ import made, write_to
from services.chassis import auth
from services.chassis.importing import Upload
from services.chassis.roles import importer_of
from services.chassis.runtime import built, opened
from services.profile.main import SERVICE
from tests.benchmarks.ground import Ground
from tests.benchmarks.measuring import Line, Target, Wrong, figure

SECONDS: Final = 60
MEBIBYTES: Final = 500
PEOPLE: Final = 400
AGENCY: Final = "demo"
READERS: Final = ("ours", "calamine", "openpyxl")


async def bench(ground: Ground) -> AsyncIterator[Line]:
    rows = {"quick": 2_000}.get(ground.size.name, 100_000)
    database = ground.postgres.url(await ground.migrated(SERVICE))
    with TemporaryDirectory(prefix="bench-workbooks-") as name:
        folder = Path(name)
        _write_files(folder, rows)
        checked = _apart("check", database, folder)
        floors = {reader: _apart(reader, database, folder) for reader in _installed()}
    wrong = Wrong(missed=rows - checked["valid"], duplicated=checked["recorded"])
    wanted: Target | None = Target(f"100k rows ≤ {SECONDS} s", checked["seconds"] <= SECONDS)
    size = f"{rows:,} rows × 67, {checked['bytes'] / 1e6:.0f} MB"
    for reader, told in floors.items():
        yield _line(f"dry run, {size}", "seconds", "s", checked, told, reader, wanted, wrong)
        wanted = None
    for reader, told in floors.items():
        yield _line("dry run, CPU", "cpu", "s", checked, told, reader, None)
    bounded: Target | None = Target(f"≤ {MEBIBYTES} MiB", checked["mebibytes"] <= MEBIBYTES)
    for reader, told in floors.items():
        yield _line("dry run, peak RSS", "mebibytes", "MiB", checked, told, reader, bounded)
        bounded = None


def _line(
    case: str,
    what: str,
    unit: str,
    ours: dict[str, Any],
    floor: dict[str, Any],
    reader: str,
    target: Target | None,
    wrong: Wrong = Wrong(),
) -> Line:
    return Line(
        "workbooks",
        case,
        figure([ours[what]]),
        unit=unit,
        floor=f"{reader}, reading alone",
        floor_figure=figure([floor[what]]),
        ratio=figure([ours[what] / floor[what]]),
        target=target,
        wrong=wrong,
    )


def _installed() -> list[str]:
    try:
        import openpyxl  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        return [reader for reader in READERS if reader != "openpyxl"]
    return list(READERS)


def _apart(what: str, database: str, folder: Path) -> dict[str, Any]:
    """In a process of its own; what it measured."""
    command = [sys.executable, "-m", "tests.benchmarks.workbooks", what, database, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


# The files


def _write_files(folder: Path, rows: int) -> None:
    demonstration = made(PEOPLE, 7)
    write_to(folder, demonstration)
    sheet = demonstration.workbooks["siasn-export"][0]
    good = [cells for cells, wrong in sheet.rows if wrong is None]
    book = xlsxwriter.Workbook(str(folder / "people.xlsx"), {"constant_memory": True})
    target = book.add_worksheet("Data")
    target.write_row(0, 0, list(sheet.header))
    for at, cells in enumerate(_people(sheet.header, good, rows), 1):
        for column, cell in enumerate(cells):
            if cell is not None:
                target.write_string(at, column, str(cell))
    book.close()


def _people(header: Any, good: list[list[Any]], rows: int) -> Iterator[list[Any]]:
    """The same people with other numbers: the last three digits only count those alike."""
    number, nik, old = (header.index(name) for name in ("NIP BARU", "NIK", "NIP LAMA"))
    chance = Random(7)
    alike: dict[str, int] = {}
    while rows:
        cells = list(chance.choice(good))
        stem = "".join(str(cells[number]).lstrip("'").split())[:15]
        alike[stem] = alike.get(stem, 0) + 1
        if alike[stem] <= 999:
            cells[number], cells[nik], cells[old] = f"{stem}{alike[stem]:03d}", None, None
            rows -= 1
            yield cells


# What a process of its own does


async def _check(database: str, folder: Path) -> dict[str, Any]:
    jwk = auth.new_service_key(SERVICE.name)
    (folder / "jwks.json").write_bytes(orjson.dumps({"keys": [auth.public_part(jwk)]}))
    (folder / "service.json").write_bytes(orjson.dumps(jwk))
    secret = SecretStr(b64encode(bytes(32)).decode())
    settings = SERVICE.settings(
        database_url=SecretStr(database),
        auth_keys=folder / "jwks.json",
        service_key=folder / "service.json",
        keks=(secret,),
        lookup_key=secret,
        agency=AGENCY,
        forgotten_folder=folder,
    )
    async with opened(SERVICE, settings, "all") as runtime:
        importer = importer_of(SERVICE, runtime, await built(SERVICE, runtime))
        structure = Upload("post-map.xlsx", (folder / "post-map.xlsx").read_bytes())
        job = await importer.begin(
            structure, kind="post-map", agency=AGENCY, by="bench", state="accepting"
        )
        await importer.finished(job.import_id)
        before = await _recorded(runtime)
        content = (folder / "people.xlsx").read_bytes()
        began, cpu = time.perf_counter(), time.process_time()
        upload = Upload("people.xlsx", content)
        job = await importer.begin(upload, kind="siasn-export", agency=AGENCY, by="bench")
        job = await importer.finished(job.import_id)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        return {
            "seconds": took,
            "cpu": cpu,
            "valid": job.valid,
            "recorded": await _recorded(runtime) - before,
            "bytes": len(content),
        }


async def _recorded(runtime: Any) -> int:
    return int(await runtime.pool.fetchval("SELECT count(*) FROM tail"))


def _read(reader: str, folder: Path) -> dict[str, Any]:
    began, cpu = time.perf_counter(), time.process_time()
    match reader:
        case "ours":
            from services.chassis.workbook_opening import opened as tables_of

            for table in tables_of((folder / "people.xlsx").read_bytes()):
                for _ in table.lines():
                    pass
        case "calamine":
            from python_calamine import CalamineWorkbook

            book = CalamineWorkbook.from_path(str(folder / "people.xlsx"))
            book.get_sheet_by_index(0).to_python()
        case _:
            import openpyxl

            sheet = openpyxl.load_workbook(folder / "people.xlsx", read_only=True).worksheets[0]
            for _ in sheet.iter_rows(values_only=True):
                pass
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}


def main(what: str, database: str, folder: str) -> None:
    place = Path(folder)
    told = asyncio.run(_check(database, place)) if what == "check" else _read(what, place)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**told, "mebibytes": peak}))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
