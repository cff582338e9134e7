"""What may be asked of assessment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.assessment.adapters.history_sheets import (
    APPRAISALS,
    ASSESSMENTS,
    NIP,
    PastAppraisal,
    PastAssessment,
    read_appraisal,
    read_assessment,
)
from services.assessment.deps import Deps
from services.assessment.domain import appraisal, competency_assessment
from services.assessment.domain.appraisal import CompleteAppraisal, CorrectAppraisal, appraisal_of
from services.assessment.domain.competency_assessment import (
    CorrectAssessment,
    RecordAssessment,
    assessment_of,
)
from services.assessment.domain.terms import Refused, UnknownPerson
from services.assessment.projections.identity_index import (
    Bearer,
    bearer_of,
    bearers_of,
    digests_of,
)
from services.chassis.deciding import Executed, Work, execute
from services.chassis.events import Origin
from services.chassis.importing import Outcome, Upload, execute_rows, import_file, read_upload
from services.chassis.receipt import FileImported
from services.chassis.workbook import Row, parsed

KIND = "history"
Task = Work[Any, Any, Any]


async def complete_appraisal(
    deps: Deps, command: CompleteAppraisal | CorrectAppraisal, who: Bearer, origin: Origin
) -> Executed[Any]:
    """A year's performance was rated, or its rating is corrected."""
    return await _execute(deps, _appraisal(command, who, origin))


async def record_assessment(
    deps: Deps, command: RecordAssessment | CorrectAssessment, who: Bearer, origin: Origin
) -> Executed[Any]:
    """An institution has measured a person's competencies, or corrects what it reported."""
    return await _execute(deps, _assessment(command, who, origin))


async def person_of(deps: Deps, agency: str, person_id: UUID) -> Bearer:
    """The person, if on record for this agency."""
    known = await bearer_of(deps.pool, person_id)
    if known is None or known.agency != agency:
        raise UnknownPerson
    return known


async def _execute(deps: Deps, task: Task) -> Executed[Any]:
    return await execute(
        deps.store,
        task.decider,
        task.stream,
        task.command,
        subject=task.subject,
        agency=task.agency,
        origin=task.origin,
    )


def _appraisal(command: CompleteAppraisal | CorrectAppraisal, who: Bearer, origin: Origin) -> Task:
    return Work(
        decider=appraisal,
        stream=f"appraisal-{appraisal_of(who.subject, command.year)}",
        command=command,
        subject=who.subject,
        agency=who.agency,
        origin=origin,
    )


def _assessment(command: RecordAssessment | CorrectAssessment, who: Bearer, origin: Origin) -> Task:
    report = command.report
    key = assessment_of(who.subject, report.assessed_on, report.institution)
    return Work(
        decider=competency_assessment,
        stream=f"assessment-{key}",
        command=command,
        subject=who.subject,
        agency=who.agency,
        origin=origin,
    )


# Files


async def import_history(
    deps: Deps, agency: str, upload: Upload, actor: str, again: bool
) -> FileImported:
    """A workbook of ratings and competency results of the past."""

    async def take_in(upload: Upload, origin: Origin) -> Outcome:
        return await _take_in(deps, agency, upload, origin)

    return await import_file(
        deps.store,
        upload,
        kind=KIND,
        agency=agency,
        actor=actor,
        now=deps.now,
        take_in=take_in,
        again=again,
    )


async def _take_in(deps: Deps, agency: str, upload: Upload, origin: Origin) -> Outcome:
    book = await read_upload(upload, (APPRAISALS, ASSESSMENTS))
    outcome = Outcome(ignored_sheets=book.ignored)
    told: list[tuple[Row, PastAppraisal | PastAssessment]] = []
    if APPRAISALS.name in book.sheets:
        appraisals = parsed(book.sheets[APPRAISALS.name], read_appraisal)
        told += appraisals.taken
        outcome.problems += appraisals.problems
    if ASSESSMENTS.name in book.sheets:
        assessments = parsed(book.sheets[ASSESSMENTS.name], read_assessment)
        told += assessments.taken
        outcome.problems += assessments.problems
    known = await _bearers(deps, agency, {past.nip for _, past in told})
    work: list[tuple[Row, Task]] = []
    for row, past in told:
        bearer = known.get(past.nip)
        if bearer is None:
            fix = "Correct the NIP, or register the person in profile first and send this again."
            outcome.problems.append(row.problem(NIP, "person-unknown", fix))
        else:
            work.append((row, _task(deps, past, bearer, origin)))
    await execute_rows(deps.store, work, outcome, refused=Refused)
    return outcome


def _task(deps: Deps, past: PastAppraisal | PastAssessment, who: Bearer, origin: Origin) -> Task:
    event_id, today = deps.new_id(), deps.today()
    match past:
        case PastAppraisal():
            command = CompleteAppraisal(
                event_id=event_id,
                year=past.year,
                law=past.law,
                marks=past.marks,
                rating=past.rating,
                today=today,
            )
            return _appraisal(command, who, origin)
        case PastAssessment(report=report):
            told = RecordAssessment(event_id=event_id, report=report, today=today)
            return _assessment(told, who, origin)


async def _bearers(deps: Deps, agency: str, nips: set[str]) -> dict[str, Bearer]:
    """Who is meant, as far as the index knows them in this agency."""
    digests = {nip: digests_of(deps.lookup_key, nip) for nip in nips}
    every = [digest for both in digests.values() for digest in both]
    known = await bearers_of(deps.pool, every)
    found: dict[str, Bearer] = {}
    for nip, both in digests.items():
        bearers = {known[digest] for digest in both if digest in known}
        if len(bearers) == 1 and (bearer := bearers.pop()).agency == agency:
            found[nip] = bearer
    return found
