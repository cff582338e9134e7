"""What an agency's files say about trainings of the past."""

from __future__ import annotations

from typing import Any

from services.chassis.deciding import Work
from services.chassis.events import Origin
from services.chassis.importing import Outcome, Upload, execute_rows, import_file, read_upload
from services.chassis.receipt import FileImported
from services.chassis.workbook import Row, Workbook, parsed
from services.training.adapters.history_sheets import (
    CATALOGUE,
    NIP,
    TRAININGS,
    PastTraining,
    read_offer,
    read_training,
)
from services.training.commands import enrolments, programmes
from services.training.deps import Deps
from services.training.domain import enrolment, programme
from services.training.domain.completion import enrolment_of
from services.training.domain.enrolment import RecordPastTraining
from services.training.domain.programme import DefineProgramme
from services.training.domain.terms import Refused
from services.training.projections.identity_index import Bearer, bearers_of, digests_of

KIND = "history"


async def import_history(
    deps: Deps, agency: str, upload: Upload, actor: str, again: bool
) -> FileImported:
    """A workbook of trainings finished before, and of the programmes on offer."""

    async def take_in(upload: Upload, origin: Origin) -> Outcome:
        book = await read_upload(upload, (CATALOGUE, TRAININGS))
        outcome = Outcome(ignored_sheets=book.ignored)
        await _take_catalogue(deps, agency, book, origin, outcome)
        await _take_trainings(deps, agency, book, origin, outcome)
        return outcome

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


async def _take_catalogue(
    deps: Deps, agency: str, book: Workbook, origin: Origin, outcome: Outcome
) -> None:
    if CATALOGUE.name not in book.sheets:
        return
    offers = parsed(book.sheets[CATALOGUE.name], read_offer)
    outcome.problems += offers.problems
    work = [
        (
            row,
            Work(
                decider=programme,
                stream=programmes.stream_of(agency, offer.code),
                command=DefineProgramme(offer=offer, on=deps.today()),
                subject=programmes.programme_id(agency, offer.code),
                agency=agency,
                origin=origin,
            ),
        )
        for row, offer in offers.taken
    ]
    await execute_rows(deps.store, work, outcome, refused=Refused)


async def _take_trainings(
    deps: Deps, agency: str, book: Workbook, origin: Origin, outcome: Outcome
) -> None:
    if TRAININGS.name not in book.sheets:
        return
    told = parsed(book.sheets[TRAININGS.name], read_training)
    outcome.problems += told.problems
    known = await _bearers(deps, agency, {past.nip for _, past in told.taken})
    work: list[tuple[Row, Work[Any, Any, Any]]] = []
    for row, past in told.taken:
        bearer = known.get(past.nip)
        if bearer is None:
            fix = "Correct the NIP, or register the person in profile first and send this again."
            outcome.problems.append(row.problem(NIP, "person-unknown", fix))
        else:
            work.append((row, _work(deps, bearer, past, origin)))
    await execute_rows(deps.store, work, outcome, refused=Refused)


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


def _work(deps: Deps, bearer: Bearer, past: PastTraining, origin: Origin) -> Work[Any, Any, Any]:
    enrolment_id = enrolment_of(bearer.subject, past.of)
    return Work(
        decider=enrolment,
        stream=enrolments.stream_of(enrolment_id),
        command=RecordPastTraining(
            enrolment=enrolment_id,
            event_id=deps.new_id(),
            of=past.of,
            completion=past.completion,
            today=deps.today(),
        ),
        subject=bearer.subject,
        agency=bearer.agency,
        origin=origin,
    )
