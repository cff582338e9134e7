"""What may be asked about trainings."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.chassis.problems import NotFound
from services.training.adapters import envelopes
from services.training.adapters.envelopes import Envelope, State
from services.training.deps import Deps
from services.training.projections import catalogue, identity_index, learning_record
from services.training.projections.identity_index import Bearer
from services.training.streams import enrolment_stream


async def person(deps: Deps, person_id: UUID) -> Bearer:
    """The person, if training has heard of the person."""
    bearer = await identity_index.bearer_of(deps.pool, person_id)
    if bearer is None:
        raise NotFound
    return bearer


@dataclass(frozen=True, slots=True)
class Training:
    """A row of the record, and what its training and certificate are called: sealed words."""

    row: learning_record.Row
    title: str | None
    certificate_number: str | None


async def trainings_of(deps: Deps, bearer: Bearer) -> list[Training]:
    """What a person has learned and is learning."""
    rows = await learning_record.trainings_of(deps.pool, bearer.subject, bearer.agency)
    streams = {row.enrolment_id: enrolment_stream(row.enrolment_id) for row in rows}
    told = await deps.store.load_many(streams.values())
    found = []
    for row in rows:
        said = next(
            (
                one.event.completion
                for one in told[streams[row.enrolment_id]]
                if one.about.event_id == row.completion_id
            ),
            None,
        )
        found.append(Training(row, said and said.title, said and said.certificate_number))
    return found


async def programmes_of(deps: Deps, agency: str) -> list[catalogue.Row]:
    """What an agency offers."""
    return await catalogue.programmes_of(deps.pool, agency)


async def reports_of(
    deps: Deps, agency: str, state: State | None, limit: int = 200
) -> list[Envelope]:
    """What providers have reported, the newest first."""
    return await envelopes.envelopes_of(deps.pool, agency, state, limit)


async def report_text(deps: Deps, envelope: Envelope) -> str | None:
    """A report as it came; None when whom it is about has been forgotten."""
    body = await envelopes.body_of(deps.vault, envelope)
    return None if body is None else body.decode("utf-8", "replace")
