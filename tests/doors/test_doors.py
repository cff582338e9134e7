"""Every operation of every service takes whatever its OpenAPI allows, from every role."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import orjson
import pytest
from fastapi import Depends
from pydantic import BaseModel
from starlette.responses import Response

from services.chassis.auth import require
from services.chassis.problems import NotFound
from tests.doors import assessment, career, profile, training
from tests.doors.asking import EVERYBODY, Doors, operations_of
from tests.doors.imports import let_through
from tests.support.at_hand import at_hand


def said(doors: Doors) -> str:
    return "\n\n".join(f"{what}\n  {seen}" for what, seen in list(doors.wrong.items())[:30])


@pytest.mark.slow
@pytest.mark.parametrize(
    "told", [profile, assessment, training, career], ids=lambda told: told.SERVICE.name
)
async def test_no_request_is_a_server_error_and_every_operation_answers_somebody(
    told: ModuleType, database: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with at_hand(told.SERVICE, database, tmp_path, **told.given(tmp_path)) as hand:
        doors = await Doors.of(hand, orjson.loads((tmp_path / "service.json").read_bytes()))
        await told.seed(doors)
        await doors.ask_everything()
        await let_through(doors)
        labels = [one.label for one in operations_of(doors.document)]
    record_property("table", doors.shares.table(told.SERVICE.name, labels, EVERYBODY))
    assert not doors.wrong, said(doors)
    never = doors.shares.never_answered(labels)
    assert not never, (
        f"never answered 2xx; seed them in tests/doors/{told.SERVICE.name}.py: {never}"
    )


# The tier itself


async def falls_over() -> None:
    raise RuntimeError


async def says_something_else() -> Response:
    return Response(b'{"name": 7}', media_type="application/json")


async def always_refuses() -> None:
    raise NotFound


class Named(BaseModel):
    name: str


async def test_a_broken_door_is_found(database: str, tmp_path: Path) -> None:
    async with at_hand(training.SERVICE, database, tmp_path, **training.given(tmp_path)) as hand:
        api = (await Doors.of(hand, {})).api
        for path, door, model in (
            ("/falls-over", falls_over, None),
            ("/says-something-else", says_something_else, Named),
            ("/always-refuses", always_refuses, None),
        ):
            api.add_api_route(path, door, response_model=model, dependencies=[Depends(require())])
        api.openapi_schema = None
        doors = await Doors.of(hand, orjson.loads((tmp_path / "service.json").read_bytes()))
        broken = ["GET /always-refuses", "GET /falls-over", "GET /says-something-else"]
        await doors.ask_everything(broken)
    assert {what.partition(":")[0] for what in doors.wrong} == set(broken[1:])
    assert doors.shares.never_answered(broken) == broken[:2]
