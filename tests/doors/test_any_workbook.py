"""Any workbook in, no exception out: for every kind of file of every service, to the very end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest

from services.chassis import import_jobs
from services.chassis.import_jobs import Job
from services.chassis.importer import Importer
from services.chassis.importing import Batch, ImportKind, Upload
from services.chassis.template import Form
from services.chassis.workbook_templates import template_workbook
from tests.doors import assessment, profile, training
from tests.doors.asking import Doors, drawn
from tests.doors.imports import importer_of
from tests.doors.workbooks import Book, bomb, books, empty_rows
from tests.support.at_hand import AGENCY, at_hand

EACH = 12
BY = "pengirim"


@pytest.mark.slow
@pytest.mark.parametrize(
    "told", [profile, assessment, training], ids=lambda told: told.SERVICE.name
)
async def test_any_workbook_is_checked_taken_told_and_undone(
    told: ModuleType, database: str, tmp_path: Path
) -> None:
    async with at_hand(told.SERVICE, database, tmp_path, **told.given(tmp_path)) as hand:
        doors = await Doors.of(hand, orjson.loads((tmp_path / "service.json").read_bytes()))
        await told.seed(doors)
        known = doors.known.words()
        for kind in hand.service.imports:
            whole: list[Book] = getattr(told, "WHOLE", {}).get(kind.name, [])
            drawn_books = [*drawn(books(kind, told.USUAL, known), EACH), *whole]
            taken = [await _through(doors, kind, book, nth) for nth, book in enumerate(drawn_books)]
            assert sum(taken), f"no row of {kind.name} is ever taken: tell more in USUAL"
        await _refused(doors, hand.service.imports[0])


async def _through(doors: Doors, kind: ImportKind, book: Book, nth: int) -> int:
    """What the check promised is what is taken; every other file is undone. How many rows."""
    importer, what = importer_of(doors), f"{kind.name}, the {nth}th: {book.sheets}"
    upload = Upload("berkas", book.content())
    sent = await importer.begin(upload, kind=kind.name, agency=AGENCY, by=BY)
    checked = await _step(importer, sent, what)
    if checked.state == import_jobs.REFUSED:
        assert checked.problem, what
        return 0
    assert checked.state == import_jobs.CHECKED, what
    assert checked.valid + checked.unchanged + checked.rejected == checked.rows, what
    taken = await _asked(importer, checked, import_jobs.ACCEPTING, what)
    assert taken.state == import_jobs.ACCEPTED, what
    promised, kept = (one.valid + one.unchanged for one in (checked, taken))
    assert kept == promised, f"{what}: {promised} rows were promised, {kept} were taken"
    await doors.hand.settled()
    if nth % 2:
        undone = await _asked(importer, taken, import_jobs.UNDOING, what)
        assert undone.state == import_jobs.UNDONE, what
        await doors.hand.settled()
    return kept


async def _refused(doors: Doors, kind: ImportKind) -> None:
    """A bomb and a million empty rows cost little, and are refused in one sentence."""
    template = template_workbook(kind.template)
    for hostile in (bomb(template), empty_rows(template)):
        assert len(hostile) < 5_000_000
        upload = Upload("berkas", hostile)
        importer = importer_of(doors)
        sent = await importer.begin(upload, kind=kind.name, agency=AGENCY, by=BY)
        refused = await _step(importer, sent, kind.name)
        assert (refused.state, refused.problem) == (import_jobs.REFUSED, "too-big")


async def _asked(importer: Importer, job: Job, state: str, what: str) -> Job:
    await import_jobs.move(importer.pool, job.import_id, state, BY)
    return await _step(importer, job, what)


async def _step(importer: Importer, job: Job, what: str) -> Job:
    await importer.work_once(job.import_id)
    now = await importer.job(job.import_id)
    assert now.state not in import_jobs.WAITING, f"{what}: it fell over while {now.state}"
    return now


# The tier itself


async def test_a_kind_that_falls_over_is_found(database: str, tmp_path: Path) -> None:
    async def falls_over(_: Any, batch: Batch[Any]) -> None:
        raise KeyError(batch.form.name)

    async with at_hand(training.SERVICE, database, tmp_path, **training.given(tmp_path)) as hand:
        doors = await Doors.of(hand, {})
        kind = replace(hand.service.imports[0], commands=falls_over)
        importer_of(doors).kinds = [kind]
        right = Book({form.name: _examples(form) for form in kind.template.forms}, text=False)
        with pytest.raises(AssertionError, match="fell over while checking"):
            await _through(doors, kind, right, 0)


def _examples(form: Form) -> list[list[Any]]:
    return [[getattr(column, told) for column in form.columns] for told in ("name", "example")]
