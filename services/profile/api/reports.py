"""Reports over HTTP, each per tanggal and within the reader's agency; each also as a workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from services.chassis.auth import Principal
from services.chassis.query_values import Day, Instant
from services.profile import queries
from services.profile.api.people import Which, shown
from services.profile.api.workbooks import sheet
from services.profile.asking import After, Given, Reader, Why
from services.profile.deps import Deps
from services.profile.domain.registration import Details
from services.profile.domain.retirement import full_years, months_left
from services.profile.projections import person_card, post_history
from services.profile.projections.post_history import OnDay
from services.profile.projections.staff_list import Wanted

router = APIRouter(tags=["reports"])
EVERYBODY = 1_000_000
MOST_SHORT = 20


class OnDayIn(BaseModel):
    """`as_of`: per tanggal, today if not told. `known_at`: by what had been recorded then;
    everything if not told."""

    model_config = {"extra": "forbid"}

    as_of: Day | None = None
    unit_id: UUID | None = None
    known_at: Instant | None = None

    def day(self, who: Principal, today: date) -> OnDay:
        return OnDay(
            agency=who.agency,
            as_of=self.as_of or today,
            known_at=self.known_at,
            unit_id=self.unit_id,
        )


class AheadIn(OnDayIn):
    """How many months ahead the list looks."""

    months: Annotated[int, Field(ge=1, le=120)] = 60

    def before(self, as_of: date) -> date:
        months = as_of.month - 1 + self.months
        return date(as_of.year + months // 12, months % 12 + 1, 1)


class SeatOut(BaseModel):
    post_id: UUID
    code: str
    name: str
    position_class: str
    jenjang: str | None
    eselon: str | None
    unit_id: UUID
    unit: str | None
    needed: int
    occupied: int
    acting: int
    vacant: int


class ShortageOut(BaseModel):
    """A post by its name, wherever it stands."""

    name: str
    position_class: str
    jenjang: str | None
    needed: int
    occupied: int
    vacant: int


class OccupancyOut(BaseModel):
    """`shortages`: the posts of which most holders are lacking, over all units."""

    as_of: date
    needed: int
    occupied: int
    shortages: list[ShortageOut]
    posts: list[SeatOut]


class RetirementOut(BaseModel):
    person_id: UUID
    number: Annotated[str | None, Field(exclude=True)] = None
    name: str | None
    employment: str
    post_id: UUID
    post: str
    position_class: str
    jenjang: str | None
    unit_id: UUID
    unit: str | None
    born: date
    retirement_age: int
    pension_from: date
    months_left: int


class RetirementsOut(BaseModel):
    as_of: date
    people: list[RetirementOut]


class ContractEndOut(BaseModel):
    """`ends_on` is the last day of the contract."""

    person_id: UUID
    number: Annotated[str | None, Field(exclude=True)] = None
    name: str | None
    post_id: UUID | None
    post: str | None
    unit_id: UUID | None
    unit: str | None
    starts_on: date
    ends_on: date


class ContractEndsOut(BaseModel):
    as_of: date
    people: list[ContractEndOut]


@router.get("/reports/occupancy")
async def occupancy(
    deps: Given, who: Reader, token: After, asked: Annotated[OnDayIn, Query()]
) -> OccupancyOut:
    """Bezetting: need, holders by decree, and what is vacant, the largest shortage first."""
    return await _occupancy(deps, who, token, asked)


@router.get("/reports/occupancy/workbook", response_class=Response)
async def occupancy_workbook(
    deps: Given, who: Reader, token: After, asked: Annotated[OnDayIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await _occupancy(deps, who, token, asked)
    head = "KODE JABATAN,NAMA JABATAN,UNIT,JENIS JABATAN,JENJANG,ESELON,KEBUTUHAN,BEZETTING"
    rows = [
        (
            *(one.code, one.name, one.unit, one.position_class, one.jenjang, one.eselon),
            *(one.needed, one.occupied, one.occupied - one.needed, _percent(one), one.acting),
        )
        for one in found.posts
    ]
    return sheet("bezetting", found.as_of, f"{head},SELISIH,PEMENUHAN (%),PLT/PLH", rows)


@router.get("/reports/retirements")
async def retirements(
    deps: Given, who: Reader, why: Why, token: After, asked: Annotated[AheadIn, Query()]
) -> RetirementsOut:
    """Daftar BUP: whose pension begins, by the age that stands on the post."""
    return await _retirements(deps, who, why, token, asked)


@router.get("/reports/retirements/workbook", response_class=Response)
async def retirements_workbook(
    deps: Given, who: Reader, why: Why, token: After, asked: Annotated[AheadIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await _retirements(deps, who, why, token, asked)
    head = "NO,NIP,NAMA,JENIS PEGAWAI,JABATAN,JENIS JABATAN,JENJANG,UNIT,TANGGAL LAHIR,USIA"
    rows = [
        (
            *(at, one.number, one.name, one.employment, one.post, one.position_class, one.jenjang),
            *(one.unit, one.born, full_years(one.born, found.as_of), one.retirement_age),
            *(one.pension_from, one.months_left),
        )
        for at, one in enumerate(found.people, start=1)
    ]
    return sheet("daftar BUP", found.as_of, f"{head},BUP,TMT PENSIUN,SISA (BULAN)", rows)


@router.get("/reports/contract-ends")
async def contract_ends(
    deps: Given, who: Reader, why: Why, token: After, asked: Annotated[AheadIn, Query()]
) -> ContractEndsOut:
    """Whose contract ends and has not been renewed, the first to end first."""
    return await _contract_ends(deps, who, why, token, asked)


@router.get("/reports/contract-ends/workbook", response_class=Response)
async def contract_ends_workbook(
    deps: Given, who: Reader, why: Why, token: After, asked: Annotated[AheadIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await _contract_ends(deps, who, why, token, asked)
    rows = [
        (
            *(at, one.number, one.name, one.post, one.unit, one.starts_on, one.ends_on),
            f"{one.ends_on:%Y-%m}",
        )
        for at, one in enumerate(found.people, start=1)
    ]
    head = "NO,NI PPPK,NAMA,JABATAN,UNIT,MULAI,BERAKHIR,BULAN"
    return sheet("akhir kontrak", found.as_of, head, rows)


@router.get("/reports/staff-list/workbook", response_class=Response)
async def staff_list_workbook(
    deps: Given, who: Reader, why: Why, token: After, asked: Annotated[Which, Query()]
) -> Response:
    """Daftar nominatif as a workbook; GET /people is the same list in pages."""
    await deps.own_writes.are_in(token, person_card.table)
    as_of = asked.as_of or deps.today()
    told = asked.model_dump(exclude={"as_of"})
    wanted = Wanted(agency=who.agency, as_of=as_of, limit=EVERYBODY, **told)
    found = await queries.list_people(deps, who, wanted, why)
    head = "NO,NIP,NAMA,STATUS,JENIS KELAMIN,TANGGAL LAHIR,USIA,GOLONGAN,TMT GOLONGAN,JABATAN"
    rows = [
        (
            *(at, _number(details), shown(details), row["employment"], row["sex"], row["born"]),
            *(full_years(row["born"], as_of), row["golongan"], row["rank_since"], row["post"]),
            *(row["position_class"], row["position_since"], row["unit"], row["education"]),
        )
        for at, (row, details) in enumerate(found, start=1)
    ]
    more = "JENIS JABATAN,TMT JABATAN,UNIT,TINGKAT PENDIDIKAN"
    return sheet("daftar nominatif", as_of, f"{head},{more}", rows)


async def _occupancy(deps: Deps, who: Principal, token: str | None, asked: OnDayIn) -> OccupancyOut:
    await deps.own_writes.are_in(token, post_history.table)
    day = asked.day(who, deps.today())
    rows = await queries.occupancy(deps, who, day)
    seats = [SeatOut(**row, vacant=max(0, row["needed"] - row["occupied"])) for row in rows]
    return OccupancyOut(
        as_of=day.as_of,
        needed=sum(one.needed for one in seats),
        occupied=sum(one.occupied for one in seats),
        shortages=_shortages(seats),
        posts=seats,
    )


def _shortages(seats: Sequence[SeatOut]) -> list[ShortageOut]:
    """A post with a holder too many in one unit does not fill the seat of another."""
    alike: dict[tuple[str, str, str | None], list[SeatOut]] = defaultdict(list)
    for one in seats:
        alike[one.name, one.position_class, one.jenjang].append(one)
    summed = [
        ShortageOut(
            name=name,
            position_class=position_class,
            jenjang=jenjang,
            needed=sum(one.needed for one in same),
            occupied=sum(one.occupied for one in same),
            vacant=sum(one.vacant for one in same),
        )
        for (name, position_class, jenjang), same in alike.items()
    ]
    short = [one for one in summed if one.vacant]
    return sorted(short, key=lambda one: (-one.vacant, one.name, one.jenjang or ""))[:MOST_SHORT]


async def _retirements(
    deps: Deps, who: Principal, why: Why, token: str | None, asked: AheadIn
) -> RetirementsOut:
    await deps.own_writes.are_in(token, person_card.table)
    day = asked.day(who, deps.today())
    found = await queries.retirements(deps, who, day, asked.before(day.as_of), why)
    return RetirementsOut(
        as_of=day.as_of,
        people=[
            RetirementOut(
                **row,
                number=_number(details),
                name=shown(details),
                months_left=months_left(row["pension_from"], day.as_of),
            )
            for row, details in found
        ],
    )


async def _contract_ends(
    deps: Deps, who: Principal, why: Why, token: str | None, asked: AheadIn
) -> ContractEndsOut:
    await deps.own_writes.are_in(token, person_card.table)
    day = asked.day(who, deps.today())
    found = await queries.contract_ends(deps, who, day, asked.before(day.as_of), why)
    people = [
        ContractEndOut(**_last_day(row), number=_number(details), name=shown(details))
        for row, details in found
    ]
    return ContractEndsOut(as_of=day.as_of, people=people)


def _last_day(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name != "until"}
    return {**kept, "ends_on": row["until"] - timedelta(days=1)}


def _percent(seat: SeatOut) -> float | None:
    return round(100 * seat.occupied / seat.needed, 2) if seat.needed else None


def _number(details: Details | None) -> str | None:
    return details.number if details else None
