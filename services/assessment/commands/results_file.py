"""Take in what institutions found out about people: a row stands with all it says, or not."""

from __future__ import annotations

from services.assessment.adapters.history_sheets import INSTITUTION, NIP
from services.assessment.adapters.results_workbook import (
    ASSESSOR,
    RESULTS,
    TEMPLATE,
    Found,
    read_result,
)
from services.assessment.commands.history import bearers_by_nip, undo_history
from services.assessment.commands.potential import scoring
from services.assessment.commands.record import Task, assessing
from services.assessment.deps import Deps
from services.assessment.domain.competency_assessment import RecordAssessment
from services.assessment.domain.potential_assessment import RecordPotential
from services.assessment.domain.terms import Refused
from services.assessment.projections.identity_index import Bearer
from services.chassis.deciding import fold
from services.chassis.importing import Batch, ImportKind
from services.chassis.workbook import Row

UNKNOWN = "Betulkan NIP-nya, atau catat dulu orangnya pada profil lalu periksa lagi."
TWICE = "Hasil orang, hari, dan lembaga ini ada dua kali: sisakan satu baris saja."
NOT_KEPT = "Asesor hanya disimpan bersama hasil kompetensi; potensi tetap dicatat."


async def results_commands(deps: Deps, batch: Batch[Found]) -> None:
    """Competencies, potential, or both of each row."""
    known = await bearers_by_nip(deps, batch.agency, {found.nip for _, found in batch.rows})
    for row, found in batch.rows:
        bearer = known.get(found.nip)
        if bearer is None:
            batch.refuse(row, NIP, "person-unknown", UNKNOWN)
        else:
            await _take(deps, batch, row, found, _tasks(deps, found, bearer, batch))


async def _take(deps: Deps, batch: Batch[Found], row: Row, found: Found, tasks: list[Task]) -> None:
    if any(batch.earlier(task.stream, row) for task in tasks):
        batch.refuse(row, INSTITUTION, "duplicate-in-file", TWICE)
        return
    refusal = await _refusal(deps, tasks) if len(tasks) > 1 else None
    if refusal is not None:
        batch.refused(row, None, refusal)
        return
    batch.will(row, *tasks)
    if found.report is None and not row.blank(ASSESSOR):
        batch.warn(row, ASSESSOR, "assessor-not-kept", NOT_KEPT)


def _tasks(deps: Deps, found: Found, who: Bearer, batch: Batch[Found]) -> list[Task]:
    today, tasks = deps.today(), []
    if found.report is not None:
        told = RecordAssessment(event_id=deps.new_id(), report=found.report, today=today)
        tasks.append(assessing(told, who, batch.origin))
    if found.potential is not None:
        scored = RecordPotential(event_id=deps.new_id(), potential=found.potential, today=today)
        tasks.append(scoring(scored, who, batch.origin))
    return tasks


async def _refusal(deps: Deps, tasks: list[Task]) -> Refused | None:
    """Why one of them would not be taken: then the other must not be recorded alone."""
    told = await deps.store.load_many([task.stream for task in tasks])
    for task in tasks:
        state = fold(task.decider, [one.event for one in told.get(task.stream, ())])
        try:
            task.decider.decide(task.command, state)
        except Refused as refusal:
            return refusal
    return None


RESULTS_FILE = ImportKind(
    template=TEMPLATE,
    readers={RESULTS: read_result},
    commands=results_commands,
    undo=undo_history,
)
