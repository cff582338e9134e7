"""What is appended, sealed and said in the benches: yearly appraisals of invented people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from services.assessment.adapters.stored_events import CODEC
from services.assessment.domain.appraisal import Account, AppraisalCompleted
from services.assessment.domain.ratings import Expectation, Law, Quadrant, Rating
from services.assessment.publisher import to_contract
from services.chassis.deciding import uuid7
from services.chassis.events import Origin
from services.chassis.sealing import Sealer
from tests.benchmarks.ground import PARTITIONS

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

AGENCY = "demo"
DAY = date(2025, 12, 31)
ORIGIN = Origin(actor="bench", door="appraisals")


def appraisal() -> tuple[UUID, AppraisalCompleted, date]:
    """An event as `Append` takes it."""
    event_id = uuid7()
    marks = Quadrant(work_result=Expectation.MET, behaviour=Expectation.MET)
    account = Account(law=Law.PERMENPANRB_6_2022, marks=marks, rating=Rating.BAIK)
    return event_id, AppraisalCompleted(event_id=event_id, year=2025, account=account, on=DAY), DAY


def body() -> bytes:
    """The bytes of one such event."""
    return CODEC.encode(appraisal()[1]).body


def a_sealer(pool: Pool, **more: Any) -> Sealer:
    return Sealer(pool, "assessment", CODEC, to_contract, PARTITIONS, **more)


async def fill_tail(connection: Connection, events: int) -> None:
    """So many appended events that wait to be sealed, each of another person."""
    rows = []
    for _ in range(events):
        event_id, event, day = appraisal()
        stored = CODEC.encode(event)
        person = uuid4()
        rows.append(
            (
                *(event_id, f"appraisal-{person}", 1, stored.type, stored.schema, person, AGENCY),
                *(day, ORIGIN.actor, ORIGIN.door, True, stored.body),
            )
        )
    await connection.copy_records_to_table("tail", records=rows, columns=_TAIL)


_TAIL = (
    *("event_id", "stream", "version", "type", "schema", "subject", "agency", "effective_from"),
    *("actor", "door", "verified", "body"),
)
