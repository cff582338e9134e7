"""From proven events to facts, texts and answers, by the folds that the service itself uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts import registry
from services.career.adapters.stored_events import CODEC
from services.career.domain.appointment import AppointmentDecreed
from services.career.domain.basis import AsKnown, Basis, KnownAt, Place, Prefix
from services.career.domain.policy_adoption import PolicyAdopted
from services.career.domain.recorded_answer import AnswerRecorded
from services.career.projections import adopted_policies, dossier_facts
from services.career.projections.adopted_policies import Adopted, newest_of
from services.career.projections.dossier_facts import KnownFact, stated
from services.chassis.bundle_log import DoesNotFit, Proven, place_of
from services.chassis.event_codec import UnknownType
from services.chassis.events import Seen
from services.chassis.projecting import Rows

OWN = "career"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What career's log says was asked and answered: with a decision, or for the record."""

    what: Literal["decision", "answer"]
    id: UUID
    person_id: UUID
    policy: str | None
    as_of: date
    known: AsKnown
    known_on: date | None
    status: str | None
    versions: tuple[str, ...]
    events_sha256: str
    answer_sha256: str
    recorded_at: datetime


def recording_of(proven: Proven) -> Recording:
    """The answer that an event of career's log records."""
    match own_event(proven):
        case AnswerRecorded(asked=asked, answered=answered) as event:
            return Recording(
                what="answer",
                id=event.answer_id,
                person_id=event.person_id,
                policy=asked.policy,
                as_of=asked.as_of,
                known=_known(asked.basis, asked.known_at, proven),
                known_on=asked.known_on,
                status=answered.status,
                versions=answered.versions,
                events_sha256=answered.events_sha256,
                answer_sha256=answered.answer_sha256,
                recorded_at=proven.said.recorded_at,
            )
        case AppointmentDecreed(advice=advice) as event:
            return Recording(
                what="decision",
                id=event.appointment_id,
                person_id=event.person_id,
                policy=advice.policy,
                as_of=advice.as_of,
                known=_known(advice.basis, None, proven),
                known_on=None,
                status=advice.status.value,
                versions=advice.versions,
                events_sha256=advice.events_sha256,
                answer_sha256=advice.answer_sha256,
                recorded_at=proven.said.recorded_at,
            )
        case _:
            raise DoesNotFit("records-no-answer", **place_of(proven.said))


def own_event(proven: Proven) -> Any:
    """An event of career itself, which must be shown whole."""
    if proven.stored is None:
        raise DoesNotFit("stored-part-missing", **place_of(proven.said))
    stored = proven.stored
    try:
        return CODEC.decode(stored.type, stored.schema, stored.body)
    except (UnknownType, ValidationError):
        raise DoesNotFit("undecodable", **place_of(proven.said)) from None


# What was known


class _Prefix(BaseModel):
    generation: int
    psn: dict[int, int]


_READ_BASIS: TypeAdapter[dict[str, _Prefix]] = TypeAdapter(dict[str, _Prefix])


def known_as(basis: str | None, known_at: str | None) -> AsKnown:
    """What a recording says it knew. `ValueError`: it says nothing that could be known."""
    if basis is None:
        instant = datetime.fromisoformat(known_at or "")
        if instant.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return KnownAt(instant)
    read = _READ_BASIS.validate_json(basis)
    return Basis(
        {
            source: Prefix(generation=prefix.generation, psn=prefix.psn)
            for source, prefix in read.items()
        }
    )


def _known(basis: str | None, known_at: str | None, proven: Proven) -> AsKnown:
    try:
        return known_as(basis, known_at)
    except ValueError:
        raise DoesNotFit("undecodable", **place_of(proven.said)) from None


def seen_of(proven: Proven) -> Seen:
    """Where an event stands for whoever projects it; of its own log, a service reads by seq."""
    said, stored = proven
    own = said.service == OWN
    return Seen(
        event_id=said.event_id,
        source=said.service,
        generation=said.generation,
        partition=0 if own else said.partition or 0,
        psn=said.seq if own else said.psn or 0,
        type=stored.type if own and stored is not None else said.said_type or "",
        subject=said.subject,
        agency=said.agency,
        effective_from=said.effective_from,
        recorded_at=said.recorded_at,
    )


def was_known(seen: Seen, known: AsKnown) -> bool:
    match known:
        case KnownAt(instant):
            return seen.recorded_at <= instant
        case Basis(prefixes):
            prefix = prefixes.get(seen.source)
            return prefix is not None and Place(seen.generation, seen.psn) <= prefix.place(
                seen.partition
            )


# Facts and texts


def facts_known(events: Iterable[Proven], person_id: UUID, known: AsKnown) -> list[KnownFact]:
    """The dossier, in the order in which the service reads it."""
    rows: Rows[Any] = Rows()
    for proven, seen in _in_order(events):
        if seen.subject == person_id and was_known(seen, known):
            event = _decoded(proven)
            if isinstance(event, dossier_facts.reads):
                dossier_facts.fold(rows, event, seen)
    standing = [row for row in rows.values() if row.superseded_at is None]
    standing.sort(key=lambda r: (r.effective_from, r.source, r.partition, r.generation, r.psn))
    return [
        KnownFact(
            event_id=row.event_id,
            source=row.source,
            agency=row.agency,
            fact=stated(row.kind, row.payload),
        )
        for row in standing
    ]


def texts_known(
    events: Iterable[Proven], policy: str, agency: str | None, known: AsKnown, day: date
) -> list[Adopted]:
    """The texts that counted; `day` is the day of `known_at`."""
    rows: Rows[Any] = Rows()
    for proven, seen in _in_order(events):
        event = own_event(proven) if seen.source == OWN else None
        if isinstance(event, PolicyAdopted) and event.policy == policy:
            adopted_policies.fold(rows, event, seen)
    return newest_of(rows.values(), agency, known, day)


def adopted_in(events: Sequence[Proven]) -> list[tuple[Proven, PolicyAdopted]]:
    """Every text that career's log shows as adopted."""
    read = [(proven, own_event(proven)) for proven in events]
    return [(proven, event) for proven, event in read if isinstance(event, PolicyAdopted)]


def _in_order(events: Iterable[Proven]) -> Iterator[tuple[Proven, Seen]]:
    """Each source's partition in its own order, which is all that a row depends on."""
    placed = [(proven, seen_of(proven)) for proven in events]
    placed.sort(key=lambda pair: (pair[1].source, pair[1].generation, pair[1].psn))
    return iter(placed)


def _decoded(proven: Proven) -> Any:
    said = proven.said
    if said.service == OWN:
        return own_event(proven)
    if said.said_type is None or said.said_schema is None or said.said_body is None:
        raise DoesNotFit("nothing-was-said", **place_of(said))
    try:
        return registry.decode(said.said_type, said.said_schema, said.said_body)
    except (registry.UnknownContract, registry.UnreadableBody):
        raise DoesNotFit("undecodable", **place_of(said)) from None
