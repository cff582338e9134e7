"""Reports per tanggal: within one agency, by decree, by what was known, and as workbooks."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import python_calamine as calamine

from services.chassis.deciding import execute
from services.chassis.events import Origin
from services.profile.domain import post
from services.profile.domain.post import DefinePost, Post, WithdrawPost
from services.profile.domain.retirement import pension_from
from services.profile.domain.terms import Jenjang, PositionClass
from services.profile.streams import post_stream
from tests.integration.profile.test_people import CLERK, PERSON, POST, facts, person
from tests.support.at_hand import AGENCY, AtHand

__all__ = ["person"]


async def asked(profile: AtHand, path: str) -> dict[str, Any]:
    answer = await profile.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def cells(content: bytes) -> list[list[Any]]:
    book = calamine.load_workbook(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


async def test_seats_are_counted_by_decree_and_by_the_day(profile: AtHand, person: UUID) -> None:
    before = datetime.now(UTC)
    await facts(profile, person)

    async def seats(query: str) -> dict[str, tuple[int, int]]:
        found = await asked(profile, f"/reports/occupancy?{query}")
        return {one["post_id"]: (one["occupied"], one["vacant"]) for one in found["posts"]}

    now, then = await seats(""), await seats("as_of=2018-12-31")
    assert (now[str(POST)][0], now[str(CLERK)][0]) == (1, 0)
    assert (then[str(POST)][0], then[str(CLERK)][0]) == (0, 1)
    instant = before.isoformat().replace("+00:00", "Z")
    assert {held for held, _ in (await seats(f"known_at={instant}")).values()} <= {0}
    elsewhere = profile.who("officer", agency="elsewhere")
    answer = await profile.client.get("/reports/occupancy", headers=elsewhere)
    assert answer.json()["posts"] == []
    assert (await profile.get("/reports/occupancy", "employee")).status_code == 403


async def defined(profile: AtHand, name: str, age: int, on: date) -> UUID:
    """A functional post of jenjang ahli pertama with its own retirement age."""
    post_id = uuid4()
    seat = Post(
        post_id=post_id,
        code=name,
        name=name,
        position_class=PositionClass.FUNGSIONAL,
        jenjang=Jenjang.AHLI_PERTAMA,
        eselon=None,
        unit_id=uuid4(),
        field=None,
        retirement_age=age,
        needed=1,
    )
    await decided(profile, post_id, DefinePost(event_id=uuid4(), post=seat, on=on))
    return post_id


async def decided(profile: AtHand, post_id: UUID, command: DefinePost | WithdrawPost) -> None:
    await execute(
        profile.deps.store,
        post,
        post_stream(post_id),
        command,
        subject=post_id,
        agency=AGENCY,
        origin=Origin(actor="test", door="test"),
    )


async def test_c34_bup_is_read_from_the_post_and_not_from_the_jenjang_pp_11_2017(
    profile: AtHand,
) -> None:
    teacher = await defined(profile, "Guru Ahli Pertama", 60, date(2026, 1, 1))
    analyst = await defined(profile, "Analis Ahli Pertama", 58, date(2026, 1, 1))
    for serial, held in (("901", teacher), ("902", analyst)):
        body = {**PERSON, "number": f"198609262015051{serial}"}
        who = (await profile.post("/people", body)).json()["person_id"]
        position = {"post_id": str(held), "effective_from": "2020-01-02"}
        answer = await profile.post(f"/people/{who}/positions", position)
        assert answer.status_code == 201, answer.text
    await profile.settled()
    found = await asked(profile, "/reports/retirements?as_of=2042-01-01&months=60")
    listed = [(o["post"], o["retirement_age"], o["pension_from"]) for o in found["people"]]
    born = date(1986, 9, 26)
    assert listed == [
        ("Analis Ahli Pertama", 58, pension_from(born, 58).isoformat()),
        ("Guru Ahli Pertama", 60, pension_from(born, 60).isoformat()),
    ]
    assert found["people"][0]["name"] == "dr. Rati Bano, S.Demo."
    sooner = await asked(profile, "/reports/retirements?as_of=2042-01-01&months=12")
    assert sooner["people"] == []
    noted = await profile.runtime.pool.fetch("SELECT DISTINCT what FROM access_log")
    assert {row["what"] for row in noted} == {"retirements"}


async def test_a_post_defined_by_mistake_is_on_no_list(profile: AtHand) -> None:
    post_id = await defined(profile, "Salah", 58, date(2026, 1, 1))
    history = await profile.deps.store.load(post_stream(post_id))
    gone = WithdrawPost(withdraws=history[0].event.event_id, on=date(2026, 1, 2))
    await decided(profile, post_id, gone)
    await profile.settled()
    assert (await asked(profile, "/reports/occupancy"))["posts"] == []


async def test_a_contract_that_was_renewed_does_not_end(profile: AtHand) -> None:
    pppk = {**PERSON, "employment": "PPPK", "registered_on": "2021-02-01"}
    ids = []
    for serial in ("901", "902"):
        answer = await profile.post("/people", {**pppk, "number": f"198609262021211{serial}"})
        ids.append(answer.json()["person_id"])
    terms = [(0, "2021-02-01", "2026-01-31"), (1, "2021-02-01", "2026-01-31")]
    terms.append((1, "2026-02-01", "2031-01-31"))
    for at, begins, last in terms:
        body = {"starts_on": begins, "until": last}
        answer = await profile.post(f"/people/{ids[at]}/contracts", body)
        assert answer.status_code == 201, answer.text
    await profile.settled()
    found = await asked(profile, "/reports/contract-ends?as_of=2026-01-01&months=12")
    assert [(one["person_id"], one["ends_on"]) for one in found["people"]] == [
        (ids[0], "2026-01-31")
    ]


async def test_every_report_is_a_workbook_that_says_its_day(profile: AtHand, person: UUID) -> None:
    await facts(profile, person)
    for name in ("occupancy", "retirements", "contract-ends", "staff-list"):
        answer = await profile.get(f"/reports/{name}/workbook?as_of=2026-01-01")
        assert answer.status_code == 200, answer.text
        top = cells(answer.content)[0]
        assert (top[0], top[1]) == ("PER TANGGAL", date(2026, 1, 1))
    answer = await profile.get("/reports/staff-list/workbook?as_of=2026-01-01")
    [row] = cells(answer.content)[3:]
    assert row[1:4] == ["198609262015051901", "dr. Rati Bano, S.Demo.", "PNS"]
    assert "III/b" in row


async def test_a_post_counts_by_its_definition_of_the_day(profile: AtHand) -> None:
    unit = {"code": "B", "name": "Bidang B", "effective_from": "2020-01-01"}
    seat: dict[str, Any] = {
        "code": "P9",
        "unit_code": "B",
        "name": "Juru Ukur",
        "position_class": "PELAKSANA",
    }
    seat |= {"retirement_age": 58, "needed": 2, "effective_from": "2020-01-01"}
    assert (await profile.post("/posts", seat)).status_code == 409
    assert (await profile.post("/units", unit)).status_code == 201
    assert (await profile.post("/posts", seat)).status_code == 201
    more = {**seat, "needed": 5, "effective_from": "2025-01-01"}
    assert (await profile.post("/posts", more)).status_code == 201
    assert (await profile.post("/posts", more, "employee")).status_code == 403
    await profile.settled()
    needs = [
        (await asked(profile, f"/reports/occupancy?as_of={day}"))["needed"]
        for day in ("2019-01-01", "2024-12-31", "2025-01-01")
    ]
    assert needs == [2, 2, 5]


async def test_the_staff_list_is_filtered_as_its_readers_ask(profile: AtHand, person: UUID) -> None:
    await facts(profile, person)
    unit = (await profile.get("/units")).json()[0]["unit_id"]
    kept = [
        "golongan=III/b",
        "level=7",
        "age_from=33&age_to=33",
        "rank_from=2019-04-01&rank_to=2019-04-01",
        "position_from=2020-01-01&position_class=PENGAWAS",
        f"unit_id={unit}&below=true",
        f"post_id={POST}",
    ]
    gone = [
        "golongan=III/a",
        "level=8",
        "age_from=34",
        "age_to=32",
        "rank_to=2019-03-31",
        "position_to=2020-01-01",
        f"unit_id={unit}",
    ]
    for filters, count in [*((one, 1) for one in kept), *((one, 0) for one in gone)]:
        asked_for = f"as_of=2020-06-01&{filters}"
        listed = (await profile.get(f"/people?{asked_for}")).json()["people"]
        assert len(listed) == count, filters
        book = await profile.get(f"/reports/staff-list/workbook?{asked_for}")
        assert len(cells(book.content)) == 3 + count, filters
    assert (await profile.get("/people?usia=3")).status_code == 422


async def test_the_largest_shortages_are_summed_over_units(profile: AtHand) -> None:
    for code in ("A", "B"):
        unit = {"code": code, "name": code, "effective_from": "2020-01-01"}
        assert (await profile.post("/units", unit)).status_code == 201
        seat = {"code": "P", "unit_code": code, "name": "Perawat", "position_class": "PELAKSANA"}
        more = {"retirement_age": 58, "needed": 2, "effective_from": "2020-01-01"}
        assert (await profile.post("/posts", {**seat, **more})).status_code == 201
    await profile.settled()
    [short] = (await asked(profile, "/reports/occupancy"))["shortages"]
    assert (short["name"], short["needed"], short["vacant"]) == ("Perawat", 4, 4)


async def test_every_list_is_a_workbook_too(profile: AtHand, person: UUID) -> None:
    await facts(profile, person)
    lists = {
        "units": "KODE UNOR",
        "posts": "KODE JABATAN",
        "disputes": "SANGGAHAN",
        f"people/{person}": "JENIS",
        "reports/staff-list": "NO",
    }
    for path, first in lists.items():
        answer = await profile.get(f"/{path}/workbook")
        assert answer.status_code == 200, answer.text
        [_, _, head, *_] = cells(answer.content)
        assert head[0] == first
    [_, _, _, *lines] = cells((await profile.get(f"/people/{person}/workbook")).content)
    assert {line[0] for line in lines} == {"registration", "rank", "position", "education"}
