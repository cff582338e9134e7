"""A projection or reaction that reads what its service never hears would wait for ever."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from contracts.events.career import AppointmentDecreedV1
from contracts.events.training import TrainingFinishedV1
from services.chassis.service import Service
from tests.architecture.the_tree import SERVICES, service


def classes_read(described: Service) -> set[type]:
    reads = {cls for projection in described.projections for cls in projection.reads}
    return reads | set(described.reactions.reads if described.reactions else ())


def never_heard(reads: Iterable[type], hears: Iterable[type], own: Iterable[type]) -> list[str]:
    return sorted(cls.__name__ for cls in set(reads) - set(hears) - set(own))


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_read_is_heard_or_said_by_oneself(name: str) -> None:
    described = service(name)
    hears = {cls for heard in described.hears.values() for cls in heard}
    own = {stored.cls for stored in described.codec.stored}
    assert never_heard(classes_read(described), hears, own) == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_table_is_written_by_one_projection(name: str) -> None:
    tables = [projection.table for projection in service(name).projections]
    assert len(tables) == len(set(tables)) > 0


def test_a_deaf_projection_is_found() -> None:
    reads = [TrainingFinishedV1, AppointmentDecreedV1]
    assert never_heard(reads, hears=[TrainingFinishedV1], own=[]) == ["AppointmentDecreedV1"]
