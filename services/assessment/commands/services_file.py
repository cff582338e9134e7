"""Take in what units report of their services by file, and take it back as one."""

from __future__ import annotations

from typing import assert_never

from services.assessment.adapters.services_workbook import READERS, TEMPLATE, UNIT, ServiceRow
from services.assessment.deps import Deps
from services.assessment.domain import satisfaction_survey, service_times
from services.assessment.domain.satisfaction_survey import (
    Outcome,
    Period,
    RecordSurvey,
    SurveyRecorded,
    WithdrawSurvey,
    period_of,
)
from services.assessment.domain.service_times import (
    Figures,
    ReportTimes,
    TimesReported,
    WithdrawTimes,
)
from services.assessment.projections.units import units_by_code
from services.chassis.deciding import Work
from services.chassis.importing import AnyWork, Batch, ImportKind, Undo, Undoing

CHANGED_SINCE = "changed-since"


async def services_commands(deps: Deps, batch: Batch[ServiceRow]) -> None:
    """Surveys and times of the units that profile has told."""
    codes = sorted({one.unit for _, one in batch.rows})
    units = await units_by_code(deps.pool, batch.agency, codes)
    for row, one in batch.rows:
        unit = units.get(one.unit)
        if unit is None:
            fix = "Betulkan kodenya, atau catat dulu unitnya pada peta jabatan lalu periksa lagi."
            batch.refuse(row, UNIT, "unknown-unit", fix)
            continue
        period = Period(
            unit=unit, service=one.service, first_day=one.first_day, last_day=one.last_day
        )
        batch.will(row, _work(deps, batch, period, one.told))


def _work(deps: Deps, batch: Batch[ServiceRow], period: Period, told: Outcome | Figures) -> AnyWork:
    event_id, today, subject = deps.new_id(), deps.today(), period_of(batch.agency, period)
    match told:
        case Outcome():
            survey = RecordSurvey(event_id=event_id, period=period, outcome=told, today=today)
            return Work(
                decider=satisfaction_survey,
                stream=f"survey-{subject}",
                command=survey,
                subject=subject,
                agency=batch.agency,
                origin=batch.origin,
            )
        case Figures():
            times = ReportTimes(event_id=event_id, period=period, figures=told, today=today)
            return Work(
                decider=service_times,
                stream=f"times-{subject}",
                command=times,
                subject=subject,
                agency=batch.agency,
                origin=batch.origin,
            )
        case _:
            assert_never(told)


async def undo_services(deps: Deps, asked: Undoing) -> Undo:
    """What the file said last falls, if nobody has corrected it since."""
    newest = asked.history[-1].event
    match newest:
        case SurveyRecorded(event_id=event_id) if event_id in asked.added:
            survey = WithdrawSurvey(withdraws=event_id, on=deps.today())
            return Undo(_withdrawing(asked, satisfaction_survey, survey))
        case TimesReported(event_id=event_id) if event_id in asked.added:
            times = WithdrawTimes(withdraws=event_id, on=deps.today())
            return Undo(_withdrawing(asked, service_times, times))
        case _:
            return Undo(left=dict.fromkeys(asked.added, CHANGED_SINCE))


def _withdrawing(asked: Undoing, decider: object, command: object) -> AnyWork:
    return Work(
        decider=decider,  # type: ignore[arg-type]  # one of the two modules
        stream=asked.stream,
        command=command,
        subject=asked.history[0].about.subject,
        agency=asked.agency,
        origin=asked.origin,
    )


SERVICES_FILE = ImportKind(
    template=TEMPLATE,
    readers=READERS,
    commands=services_commands,
    undo=undo_services,
)
