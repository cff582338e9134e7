"""Whatever training's doors accept can be told to others: a mapping that fails stops sealing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.training import TrainingFinishedV1
from services.chassis.events import About
from services.training.adapters.completion_report import ReportMalformed, read_report
from services.training.adapters.stored_events import CODEC
from services.training.domain.completion import Class
from services.training.domain.enrolment import EnrolmentOpened, EnrolmentWithdrawn, TrainingFinished
from services.training.publisher import to_contract
from tests.contracts.stored_samples import PLACE, OpenRing

PERSON = UUID(int=7)
ABOUT = About(
    event_id=UUID(int=1),
    stream="enrolment-x",
    version=1,
    subject=PERSON,
    agency="demo",
    effective_from=date(2025, 6, 20),
)
texts = st.text(max_size=520) | st.just("x" * 500) | st.just(" \x00") | st.just("é" * 500)
codes = st.just("PKP") | st.from_regex(r"[A-Z0-9._/-]{1,70}", fullmatch=True)
days = st.dates().map(date.isoformat)
reports = st.fixed_dictionaries(
    {
        "nip": st.from_regex(r"[0-9]{18}", fullmatch=True),
        "course_code": texts
        | st.just("PKP")
        | st.from_regex(r"[A-Z0-9._/-]{1,70}", fullmatch=True),
        "title": texts,
        "form": st.integers(0, 26),
        "start": st.just("2020-01-01"),
        "end": days,
        "jp": st.integers(-1, 10_001),
        "certificate_no": st.none() | texts,
        "certificate_date": st.none() | days,
        "provider": texts,
        "result": st.sampled_from(["PASSED", "ATTENDED", "OBSERVED", "DEMONSTRATED"]),
        "file_hash": st.none() | st.just("ab" * 32),
    }
)


@settings(deadline=None, derandomize=True)
@given(reports)
def test_what_can_be_read_can_be_stored_and_told(report: dict[str, Any]) -> None:
    try:
        read = read_report(orjson.dumps(report))
    except (ReportMalformed, TypeError):
        return
    completion = read.completion
    assert completion is not None
    event = TrainingFinished(
        enrolment=UUID(int=2),
        event_id=UUID(int=1),
        of=read.of,
        completion=completion,
        on=completion.on,
    )
    stored = CODEC.encode(event, PLACE, OpenRing())
    assert CODEC.decode(stored.type, stored.schema, stored.body, PLACE, OpenRing()) == event
    said = to_contract(event, ABOUT)
    assert said is not None
    assert said.subject == PERSON
    assert isinstance(said, TrainingFinishedV1)
    assert said.shown_by == completion.evidence.value
    assert said.evidence == ("PASSED" if said.shown_by == "PASSED" else "ATTENDED")


def test_what_is_nobody_elses_business_is_not_told() -> None:
    of = Class(programme="PKP", starts_on=date(2025, 5, 5))
    opened = EnrolmentOpened(enrolment=UUID(int=2), of=of, on=of.starts_on)
    withdrawn = EnrolmentWithdrawn(enrolment=UUID(int=2), of=of, on=of.starts_on)
    assert to_contract(opened, ABOUT) is None
    assert to_contract(withdrawn, ABOUT) is None
