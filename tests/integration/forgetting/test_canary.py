"""A person with a name that stands nowhere else is forgotten; nobody finds the name again."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from uuid import UUID

import orjson
import pytest

from tests.integration.forgetting.conftest import CANARIES, ENTRY, NAME, NIP, REPORT, Told
from tests.integration.forgetting.searching import finds, pages_of, rows_of
from tests.integration.forgetting.world import SERVICES, World, canonical_part
from tests.support.log_checks import check_log

LATE = {**REPORT, "start": "2025-01-06", "end": "2025-03-03"}


@pytest.mark.parametrize(
    "hidden",
    [
        NAME.encode(),
        NAME.upper().encode("utf-16-le"),
        b"xx" + b64encode(f"to {NAME}, you".encode()),
        b64encode(f"a{NAME}!".encode()),
        b"\\\\x" + f"12{NAME}".encode().hex().encode(),
        b"\\\\x" + b64encode(f"of {NAME} too".encode()).hex().encode(),
        orjson.dumps({"enc": b64encode(orjson.dumps({"name": NAME})).decode()}),
    ],
)
def test_the_search_finds_every_spelling(hidden: bytes) -> None:
    assert finds(b"before " + hidden.replace(b"\\\\x", b"\\x") + b" after", [NAME]) == [NAME]


def test_the_search_finds_nothing_where_nothing_is() -> None:
    assert finds(b"before Rati Bano after \\x00112233445566", CANARIES) == []


async def everything(world: World) -> dict[str, list[str]]:
    """Where any of the canaries is found: rows, pages, topics, what still opens, files beside."""
    found: dict[str, list[str]] = {}
    for name, hand in world.hands.items():
        found[f"rows of {name}"] = finds(await rows_of(hand.runtime.pool), CANARIES)
        found[f"pages of {name}"] = finds(await pages_of(hand.runtime.pool), CANARIES)
        found[f"readable in {name}"] = finds(await world.readable(name), CANARIES)
    found["topics"] = finds(await world.records(), CANARIES)
    files = [file for file in world.forgotten.parent.rglob("*") if file.is_file()]
    for file in files:
        found[f"file {file.name}"] = finds(await asyncio.to_thread(file.read_bytes), CANARIES)
    return {where: texts for where, texts in found.items() if texts}


async def at_the_doors(told: Told) -> dict[str, bool]:
    """Which doors show the name to somebody who may read everything."""
    person = told.person
    asked = {
        "card": ("profile", "GET", f"/people/{person}", {}),
        "list": ("profile", "GET", "/people", {}),
        "names": ("profile", "POST", "/people/names", {"json": {"people": [str(person)]}}),
        "trainings": ("training", "GET", f"/people/{person}/trainings", {}),
        "judgements": ("career", "GET", f"/people/{person}/judgements", {}),
        "reads": ("career", "GET", f"/people/{person}/reads", {}),
    }
    shown = {}
    for what, (service, method, path, more) in asked.items():
        answer = await told.ask(service, method, path, "auditor", **more)
        shown[what] = bool(finds(answer.content, CANARIES))
    listed = (await told.ask("training", "GET", "/envelopes")).json()
    texts = [
        (await told.ask("training", "GET", f"/envelopes/{one['id']}")).content for one in listed
    ]
    assert len(texts) == 4
    shown["reports"] = bool(finds(b"\n".join(texts), CANARIES))
    (file,) = (await told.ask("profile", "GET", "/imports")).json()
    rows = await told.ask("profile", "GET", f"/imports/{file['import_id']}/rows")
    shown["refused row"] = bool(finds(rows.content, CANARIES))
    looked = await told.ask("profile", "POST", "/people/lookup", json={"number": NIP})
    shown["lookup"] = looked.status_code == 200
    return shown


async def test_whoever_is_forgotten_is_found_nowhere(
    told: Told, capfd: pytest.CaptureFixture[str]
) -> None:
    world, person = told.world, told.person
    await world.publish()
    before = await everything(world)
    assert set(before) == {f"readable in {name}" for name in SERVICES}, (
        "the keys open it in every service, and without a key nothing is found"
    )
    assert all((await at_the_doors(told)).values()), (
        "every door shows it as long as the key is there"
    )
    verdict = await world.verdict(person)
    basis = orjson.dumps(verdict["basis"]).decode()
    leaves = {name: await _leaves(world, name) for name in SERVICES}

    await told.forget()
    await world.settle()
    await world.publish()

    assert await everything(world) == {}
    assert not any((await at_the_doors(told)).values())
    for name in SERVICES:
        await check_log(world[name].runtime.pool, name)
        now = await _leaves(world, name)
        assert now[: len(leaves[name])] == leaves[name], "what was proved before is proved still"
        assert person in await _listed(world, name)
    again = await world.verdict(person, basis=basis)
    assert canonical_part(again) == canonical_part(verdict)
    assert again["sha256"] == verdict["sha256"]

    await world.rebuild()
    assert not any((await at_the_doors(told)).values())
    assert canonical_part(await world.verdict(person, basis=basis)) == canonical_part(verdict)
    await others_stay_readable(told)
    await nobody_comes_back_by_a_door(told)
    assert await everything(world) == {}
    logged = capfd.readouterr()
    assert finds((logged.out + logged.err).encode(), CANARIES) == []


async def others_stay_readable(told: Told) -> None:
    card = (await told.ask("profile", "GET", f"/people/{told.other}")).json()
    assert card["details"]["name"] == "Rati Bano"


async def nobody_comes_back_by_a_door(told: Told) -> None:
    registered = await told.ask("profile", "POST", "/people", json=ENTRY)
    assert (registered.status_code, _problem(registered)) == (409, "person-is-forgotten")
    reported = await told.report(orjson.dumps(LATE), "msg_late")
    assert (reported.status_code, _problem(reported)) == (410, "subject-forgotten")
    rated = {"year": 2025, "law": None, "work_result": 2, "behaviour": 2}
    path = f"/people/{told.person}/appraisals"
    refused = await told.ask("assessment", "POST", path, json=rated)
    assert _problem(refused) == "unknown-person"
    again = await told.ask(
        "profile", "POST", f"/people/{told.person}/forgetting/approval", "official", json={}
    )
    assert (again.status_code, again.json()["event_ids"]) == (201, [])


async def test_what_comes_late_or_is_released_brings_nobody_back(told: Told) -> None:
    """Training misses a record of the person (a hole), assessment cannot read one (parked)."""
    world, person = told.world, told.person
    corrected = {**ENTRY, "employment": "PNS", "old_number": "580123458"}
    stored = await told.world["profile"].runtime.store.load(f"person-{person}")
    registered = [one for one in stored if type(one.event).__name__ == "PersonRegistered"][-1]
    corrected["replaces"] = str(registered.about.event_id)
    answer = await told.tell("profile", "/people", corrected)
    event_id = UUID(answer["event_ids"][0])
    world.held = lambda _, listener, row: listener == "training" and row.event_id == event_id
    await world.seal(world["profile"])
    await world.carry("profile", "assessment")
    pool = world["assessment"].runtime.pool
    body = await pool.fetchval("SELECT body FROM inbox WHERE event_id = $1", event_id)
    await pool.execute("UPDATE inbox SET body = '{}' WHERE event_id = $1", event_id)
    await world.project(world["assessment"])
    assert await pool.fetchval("SELECT count(*) FROM parked WHERE released_at IS NULL") == 1

    await told.forget()
    await world.settle()
    for name in ("training", "assessment"):
        assert await _indexed(world, name, person) == 0, "it acted past the hole and the queue"
        assert person in await _listed(world, name)

    world.held = lambda *_: False
    await pool.execute("UPDATE inbox SET body = $2 WHERE event_id = $1", event_id, body)
    assert await world.release(world["assessment"]) > 0
    await world.settle()
    for name in ("profile", "training", "assessment"):
        assert await _indexed(world, name, person) == 0
        assert await _indexed(world, name, told.other) > 0
    late = await told.report(orjson.dumps(LATE), "msg_late")
    assert late.status_code == 410
    assert await everything(world) == {}


def _problem(answer: object) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]  # type: ignore[attr-defined]


async def _leaves(world: World, name: str) -> list[bytes]:
    rows = await world[name].runtime.pool.fetch("SELECT leaf FROM log ORDER BY seq")
    return [row["leaf"] for row in rows]


async def _listed(world: World, name: str) -> set[UUID]:
    forgetting = world[name].runtime.forgetting
    assert forgetting is not None
    assert forgetting.listed is not None
    return set(await asyncio.to_thread(forgetting.listed.read))


async def _indexed(world: World, name: str, person: UUID) -> int:
    found = await world[name].runtime.pool.fetchval(
        "SELECT count(*) FROM identity_index WHERE subject = $1 AND digest <> ''", person
    )
    return int(found)
