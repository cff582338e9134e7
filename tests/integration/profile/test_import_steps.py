"""A file's way in: checked without a trace, accepted in part, corrected, undone, gone on with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.chassis.import_files import drop_all
from services.chassis.import_jobs import TakenOver, hold, job_of, take
from services.chassis.importer import Importer
from services.chassis.roles import importer_of
from services.chassis.workbook_file import Line
from services.chassis.workbook_opening import opened
from services.chassis.workbook_writing import Written, written
from services.profile.main import SERVICE
from tests.integration.profile.conftest import Agency, Door
from tests.integration.profile.test_imports import MAP, NIP, ROW, export
from tests.support.at_hand import AtHand

RANKS: list[Written] = ["NIP", "GOLONGAN", "TMT GOLONGAN", "NOMOR SK"]
GOOD: list[Written] = [NIP, "III/a", "01-05-2015", "SK-1"]
BAD: list[Written] = [NIP, "V/a", "01-04-2023", "SK-2"]


class Sender:
    """Takes a file through its steps as an officer and the process behind the door do."""

    def __init__(self, profile: AtHand) -> None:
        self.profile = profile
        self.importer = importer(profile)

    async def check(self, kind: str, content: bytes, name: str = "b.xlsx") -> dict[str, Any]:
        sent = await self.profile.client.post(
            f"/imports/{kind}/check", files={"file": (name, content)}, headers=self.profile.who()
        )
        assert sent.status_code == 202, sent.text
        return await self.story(sent.json()["import_id"])

    async def step(self, story: dict[str, Any], step: str) -> dict[str, Any]:
        path = f"/imports/{story['import_id']}/{step}"
        asked = await self.profile.client.post(path, json={}, headers=self.profile.who())
        assert asked.status_code == 202, asked.text
        return await self.story(story["import_id"])

    async def story(self, import_id: str) -> dict[str, Any]:
        await self.importer.finished(UUID(import_id))
        told: dict[str, Any] = (await self.profile.get(f"/imports/{import_id}")).json()
        return told

    async def rows(self, story: dict[str, Any]) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = (
            await self.profile.get(f"/imports/{story['import_id']}/rows?limit=500")
        ).json()
        return told

    async def corrections(self, story: dict[str, Any]) -> bytes:
        words = {"words": {"not-allowed": ["Bukan salah satu pilihan", None]}}
        answer = await self.profile.client.post(
            f"/imports/{story['import_id']}/corrections", json=words, headers=self.profile.who()
        )
        assert answer.status_code == 200, answer.text
        return answer.content


def importer(profile: AtHand) -> Importer:
    return importer_of(SERVICE, profile.runtime, profile.deps)


@pytest.fixture
def sender(profile: AtHand) -> Sender:
    return Sender(profile)


@pytest.fixture
async def registered(door: Door) -> None:
    await door.send("post-map", MAP)
    await door.send("siasn-export", export(ROW))


def _text_cells(line: Line) -> dict[int, Written]:
    return {at: str(cell) for at, cell in line.cells.items()}


def ranks(*rows: list[Written]) -> bytes:
    return written({"golongan": [RANKS, *rows]})


async def test_a_check_finds_exactly_what_the_answer_key_says_and_records_nothing(
    profile: AtHand, door: Door, sender: Sender, agency: Agency
) -> None:
    kinds = {"post-map": "post-map", "siasn-export": "siasn-export", "history-profile": "history"}
    sheet_of = {"Data": "siasn"}
    for name, kind in kinds.items():
        before = await profile.events()
        story = await sender.check(kind, agency.content(name))
        assert story["state"] == "checked"
        assert await profile.events() == before
        found = await sender.rows(story)
        for outcome in ("rejected", "warning"):
            expected = {
                (sheet_of.get(sheet, sheet), *rest)
                for sheet, *rest in agency.answers(name, outcome)
            }
            told = {
                (r["sheet"], r["row"], r["column"], r["reason"])
                for r in found
                if r["outcome"] == outcome
            }
            assert told == expected, name
        receipt = await door.send(kind, agency.content(name))
        assert (receipt["accepted"], receipt["unchanged"], receipt["rejected"]) == (
            story["valid"] + story["unchanged"],
            story["unchanged"],
            story["rejected"],
        )


@pytest.mark.usefixtures("registered")
async def test_what_is_accepted_in_part_is_corrected_and_sent_back_as_it_is(
    profile: AtHand, sender: Sender
) -> None:
    checked = await sender.check("history", ranks(GOOD, BAD, [*GOOD]))
    assert (checked["rows"], checked["valid"], checked["unchanged"]) == (3, 1, 1)
    assert (checked["rejected"], checked["reasons"][0]["reason"]) == (1, "not-allowed")
    accepted = await sender.step(checked, "accept")
    [receipt] = accepted["receipts"]
    assert (receipt["accepted"], receipt["unchanged"], receipt["rejected"]) == (2, 1, 1)
    book = await sender.corrections(accepted)
    [table] = opened(book)
    header, row = (_text_cells(line) for line in table.lines())
    assert row[2] == "Bukan salah satu pilihan"
    assert NIP in row.values()
    where = {text: at for at, text in header.items()}
    row[where["GOLONGAN"]] = "III/c"
    again = written({table.name: [list(header.values()), [row.get(at) for at in header]]})
    mended = await sender.check("history", again)
    assert (mended["valid"], mended["rejected"]) == (1, 0)
    assert len(await profile.events("profile.rank_granted")) == 2  # still only checked


@pytest.mark.usefixtures("registered")
async def test_the_same_step_asked_twice_is_one(profile: AtHand, sender: Sender) -> None:
    checked = await sender.check("history", ranks(GOOD))
    accepted = await sender.step(checked, "accept")
    assert await sender.step(checked, "accept") == accepted
    stored = await profile.events()
    undone = await sender.step(accepted, "undo")
    assert (await sender.step(accepted, "undo"))["undone"] == undone["undone"]
    refused = await profile.client.post(
        f"/imports/{checked['import_id']}/accept", json={}, headers=profile.who()
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:jenjang:problem:not-now")
    assert len(await profile.events()) == len(stored) + 2  # the withdrawal and its receipt


@pytest.mark.usefixtures("registered")
async def test_undoing_takes_back_what_nobody_has_changed_since(
    profile: AtHand, sender: Sender
) -> None:
    other: list[Written] = [NIP, "III/c", "01-04-2023", "SK-3"]
    full: list[Written] = [NIP, "III/b", "01-04-2019", "SK-7"]  # makes a known rank fuller
    accepted = await sender.step(await sender.check("history", ranks(GOOD, other, full)), "accept")
    card = await _ranks_of(profile)
    later = next(line for line in card if line["detail"]["golongan"] == "III/c")
    corrected = await profile.post(
        f"/people/{await _person(profile)}/ranks",
        {"golongan": "III/d", "effective_from": "2023-04-01", "replaces": later["event_id"]},
    )
    assert corrected.status_code == 201, corrected.text
    undone = await sender.step(accepted, "undo")
    [told] = undone["undone"]
    assert (told["facts"], told["left"]) == (2, [["changed-since", 1]])
    standing = {
        (line["detail"]["golongan"], line["detail"]["decree_number"])
        for line in await _ranks_of(profile)
        if line["superseded_at"] is None
    }
    assert standing == {("III/b", None), ("III/d", None)}
    assert "FactWithdrawnV1" in {type(one).__name__ for one in await profile.settled()}
    again = await sender.step(await sender.step(undone, "again"), "accept")
    assert again["receipts"][-1]["attempt"] == 2
    assert again["valid"] == 2


async def test_a_first_load_is_undone_as_a_whole_and_may_come_again(
    profile: AtHand, sender: Sender
) -> None:
    structure = await sender.step(await sender.check("post-map", MAP), "accept")
    people = await sender.step(await sender.check("siasn-export", export(ROW)), "accept")
    await profile.settled()
    in_use = await sender.step(structure, "undo")
    assert dict(in_use["undone"][0]["left"]) == {"in-use": 2}
    undone = await sender.step(people, "undo")
    assert undone["undone"][0]["left"] == []
    await profile.settled()
    assert (await profile.get("/people")).json()["people"] == []
    again = await sender.step(await sender.step(undone, "again"), "accept")
    assert (again["valid"], again["rejected"]) == (1, 0)
    await profile.settled()
    [person] = (await profile.get("/people")).json()["people"]
    assert person["golongan"] == "III/b"


@pytest.mark.usefixtures("registered")
async def test_whoever_dies_in_the_middle_is_followed_by_another_and_nothing_is_twice(
    profile: AtHand, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    years = range(1990, 2014)
    rows: list[list[Written]] = [[NIP, "III/a", f"01-05-{y}", f"SK-{y}"] for y in years]
    monkeypatch.setattr("services.chassis.importing.BATCH", 6)
    checked = await sender.check("history", ranks(*rows, BAD))
    pool = profile.runtime.pool
    await profile.client.post(
        f"/imports/{checked['import_id']}/accept", json={}, headers=profile.who()
    )
    dying = Dying(importer(profile), after=2)
    with pytest.raises(Dying.Killed):
        await dying.work()
    recorded = len(await profile.events("profile.rank_granted"))
    assert 1 < recorded < len(rows)
    job = await job_of(pool, UUID(checked["import_id"]))
    assert job is not None
    assert job.state == "accepting"
    await pool.execute("UPDATE import_job SET leased_until = '-infinity'")
    accepted = await sender.story(checked["import_id"])
    with pytest.raises(TakenOver):
        await hold(pool, job)  # the one who died may not go on
    assert len(await profile.events("profile.rank_granted")) == len(rows) + 1
    [receipt] = accepted["receipts"]
    assert (receipt["accepted"], receipt["unchanged"], receipt["rejected"]) == (len(rows), 0, 1)
    undone = await sender.step(accepted, "undo")
    assert undone["undone"][0]["facts"] == len(rows)


class Dying:
    """An importer whose process is killed after some transactions."""

    class Killed(BaseException):
        pass

    def __init__(self, importer: Importer, after: int) -> None:
        self.importer, self.left = importer, after

    async def work(self) -> None:
        store = self.importer.store
        write = store.write

        async def counted(*arguments: Any, **more: Any) -> None:
            if self.left == 0:
                raise Dying.Killed
            self.left -= 1
            await write(*arguments, **more)

        store.write = counted  # type: ignore[method-assign]
        try:
            await self.importer.work_once()
        finally:
            store.write = write  # type: ignore[method-assign]


@pytest.mark.usefixtures("registered")
async def test_a_file_lies_sealed_and_is_gone_when_somebody_must_be_forgotten(
    profile: AtHand, sender: Sender
) -> None:
    shifted: list[Written] = [NIP, "Rati Bano", "01-05-2015", "SK-1"]
    checked = await sender.check("history", ranks(shifted), name="SK Rati Bano.xlsx")
    assert checked["file_name"] == "SK Rati Bano.xlsx"
    assert (await sender.rows(checked))[0]["value_shown"] == "Rati Bano"
    await sender.step(checked, "accept")
    assert b"Rati Bano" not in await everything(profile)
    await drop_all(profile.runtime.pool)
    after = await sender.story(checked["import_id"])
    assert after["file_name"] is None
    assert (await sender.rows(after))[0]["value_shown"] is None
    answer = await profile.client.post(
        f"/imports/{checked['import_id']}/corrections", json={}, headers=profile.who()
    )
    assert answer.status_code == 410


async def everything(profile: AtHand) -> bytes:
    pool = profile.runtime.pool
    tables = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    stored = b""
    for (table,) in tables:
        rows = await pool.fetch(f"SELECT t::text FROM {table} t")
        stored += "\n".join(row[0] for row in rows).encode()
    bodies = await pool.fetch("SELECT body FROM log UNION ALL SELECT body FROM tail")
    return stored + b"".join(body for (body,) in bodies)


async def test_a_file_that_cannot_be_read_says_so_in_its_story(sender: Sender) -> None:
    story = await sender.check("history", b"no workbook\nat all")
    assert (story["state"], story["problem"]) == ("refused", "sheet-not-found")
    dropped = await sender.step(story, "drop")
    assert (dropped["state"], dropped["file_name"]) == ("dropped", None)


async def test_every_template_is_handed_out_and_taken_back_empty(
    profile: AtHand, sender: Sender
) -> None:
    known = (await profile.get("/templates")).json()
    assert [one["name"] for one in known] == [*("post-map", "staff", "siasn-export", "history")]
    for one in known:
        book = (await profile.get(f"/templates/{one['name']}")).content
        names = [table.name for table in opened(book)]
        assert names == [*one["sheets"], "Petunjuk", "Referensi"]
        story = await sender.check(one["name"], book)
        assert (story["state"], story["rows"]) == ("checked", 0)


async def test_another_agency_sees_nothing_of_it(profile: AtHand, sender: Sender) -> None:
    story = await sender.check("post-map", MAP)
    other = profile.who(agency="other")
    place = f"/imports/{story['import_id']}"
    assert (await profile.client.get(place, headers=other)).status_code == 404
    for step in ("again", "accept", "undo", "drop", "corrections"):
        answer = await profile.client.post(f"{place}/{step}", json={}, headers=other)
        assert answer.status_code == 404
    assert (await profile.client.get("/imports", headers=other)).json() == []


async def test_only_one_works_on_an_import(profile: AtHand, sender: Sender) -> None:
    await profile.client.post(
        "/imports/post-map/check", files={"file": ("m.xlsx", MAP)}, headers=profile.who()
    )
    first = await take(profile.runtime.pool)
    assert first is not None
    assert await take(profile.runtime.pool) is None


async def _person(profile: AtHand) -> str:
    await profile.settled()
    found = await profile.post("/people/lookup", {"number": NIP})
    return str(found.json()["person_id"])


async def _ranks_of(profile: AtHand) -> list[dict[str, Any]]:
    person_id = await _person(profile)
    card = (await profile.get(f"/people/{person_id}")).json()
    return [line for line in card["lines"] if line["kind"] == "rank"]
