"""Take in a year's training needs: whose, in which competency, and which line would pay."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.chassis.deciding import Work
from services.chassis.importing import AnyWork, Batch, ImportKind, Undo, Undoing
from services.chassis.workbook import Row
from services.training.adapters.need_sheets import (
    COMPETENCY,
    COST,
    NEEDS,
    NIP,
    PEOPLE,
    SUB_ACTIVITY,
    TEMPLATE,
    UNIT,
    YEAR,
    NeedRow,
    read_need,
)
from services.training.commands.lookup import bearers_by_nip
from services.training.commands.needs import Ground
from services.training.deps import Deps
from services.training.domain import training_need
from services.training.domain.training_need import (
    Ask,
    Bearer,
    CostAboveCeiling,
    Key,
    NeedMoved,
    NeedProposed,
    PersonIsOne,
    PlanIsLocked,
    Propose,
    Standing,
    TakeBackNeed,
    need_id_of,
)
from services.training.projections.competency_codes import known_codes
from services.training.projections.work_units import units_by_code
from services.training.streams import line_id_of, need_stream

CHANGED_SINCE = "changed-since"
TWICE = "Ini ada dua kali di berkas: sisakan satu baris saja."


@dataclass(frozen=True, slots=True)
class Around:
    """What the rows of a batch name, as far as it is on record."""

    people: dict[str, UUID]
    units: dict[str, UUID]
    competencies: frozenset[str]
    ground: Ground

    @classmethod
    async def of(cls, deps: Deps, batch: Batch[NeedRow]) -> Around:
        rows = [told for _, told in batch.rows]
        nips = {told.nip for told in rows if told.nip}
        units = sorted({told.unit for told in rows if told.unit})
        codes = sorted({told.competency for told in rows})
        lines = {line_id_of(batch.agency, told.line) for told in rows if told.line}
        bearers = await bearers_by_nip(deps, batch.agency, nips)
        return cls(
            people={nip: bearer.subject for nip, bearer in bearers.items()},
            units=await units_by_code(deps.pool, batch.agency, units),
            competencies=await known_codes(deps.pool, batch.agency, codes),
            ground=await Ground.of(deps, batch.agency, {told.year for told in rows}, lines),
        )


async def need_commands(deps: Deps, batch: Batch[NeedRow]) -> None:
    """Each row proposes a need, or adds where a need comes from that is there already."""
    around = await Around.of(deps, batch)
    for row, told in batch.rows:
        whose = around.people.get(told.nip) if told.nip else around.units.get(told.unit or "")
        line = line_id_of(batch.agency, told.line) if told.line else None
        if whose is None:
            _refuse_bearer(batch, row, told)
        elif told.competency not in around.competencies:
            fix = "Betulkan kodenya, atau muat dulu SKJ yang memakainya."
            batch.refuse(row, COMPETENCY, "competency-not-heard", fix)
        elif line is not None and line not in around.ground.ceilings:
            fix = "Betulkan kode-kodenya, atau muat dulu pagunya."
            batch.refuse(row, SUB_ACTIVITY, "unknown-line", fix)
        else:
            _propose(deps, batch, row, told, _Meant(whose, line, around.ground))


@dataclass(frozen=True, slots=True)
class _Meant:
    whose: UUID
    line: UUID | None
    ground: Ground


def _refuse_bearer(batch: Batch[NeedRow], row: Row, told: NeedRow) -> None:
    if told.nip:
        fix = "Betulkan NIP-nya, atau catat dulu orangnya pada profil lalu periksa lagi."
        batch.refuse(row, NIP, "person-unknown", fix)
    else:
        fix = "Betulkan kodenya, atau muat dulu unitnya pada profil lalu periksa lagi."
        batch.refuse(row, UNIT, "unknown-unit", fix)


def _propose(deps: Deps, batch: Batch[NeedRow], row: Row, told: NeedRow, meant: _Meant) -> None:
    key = Key(
        year=told.year,
        bearer=Bearer.PERSON if told.nip else Bearer.UNIT,
        whose=meant.whose,
        competency=told.competency,
    )
    need_id = need_id_of(batch.agency, key)
    if batch.earlier((need_id, told.origin), row):
        batch.refuse(row, COMPETENCY, "duplicate-in-file", TWICE)
        return
    command = Propose(
        event_id=deps.new_id(),
        need_id=need_id,
        key=key,
        origin=told.origin,
        ask=_ask(told, meant.line),
        standing=meant.ground.standing(told.year, need_id, meant.line),
        on=deps.today(),
    )
    work: AnyWork = Work(
        decider=training_need,
        stream=need_stream(need_id),
        command=command,
        subject=meant.whose,
        agency=batch.agency,
        origin=batch.origin,
    )
    batch.will(row, work)


def _ask(told: NeedRow, line: UUID | None) -> Ask:
    return Ask(
        gap=told.gap,
        priority=told.priority,
        form=told.form,
        jp=told.jp,
        cost=told.cost,
        people=told.people,
        provider=told.provider,
        quarter=told.quarter,
        line=line,
    )


async def undo_needs(deps: Deps, asked: Undoing) -> Undo:
    """What the file proposed falls, unless somebody has moved or changed the need since."""
    newest = asked.history[-1].event
    left = dict.fromkeys(asked.added, CHANGED_SINCE)
    if not isinstance(newest, NeedProposed) or newest.event_id not in asked.added:
        return Undo(left=left)
    standing = await _standing(deps, asked, newest)
    if standing.locked or standing.merged:
        return Undo(left=left)
    falling = _last_proposals(asked)
    command = TakeBackNeed(withdraws=falling, standing=standing, on=deps.today())
    work: AnyWork = Work(
        decider=training_need,
        stream=asked.stream,
        command=command,
        subject=asked.history[0].about.subject,
        agency=asked.agency,
        origin=asked.origin,
    )
    return Undo(work, {one: why for one, why in left.items() if one not in falling})


def _last_proposals(asked: Undoing) -> tuple[UUID, ...]:
    """The proposals of the file at the end of the need's history, with nothing in between."""
    found: list[UUID] = []
    for told in reversed(asked.history):
        event = told.event
        if isinstance(event, NeedMoved) or told.about.event_id not in asked.added:
            break
        found.append(told.about.event_id)
    return tuple(found)


async def _standing(deps: Deps, asked: Undoing, newest: NeedProposed) -> Standing:
    year = newest.key.year
    ground = await Ground.of(deps, asked.agency, [year], [])
    return ground.standing(year, newest.need_id, None)


TRAINING_NEEDS = ImportKind(
    template=TEMPLATE,
    readers={NEEDS: read_need},
    commands=need_commands,
    undo=undo_needs,
    columns={CostAboveCeiling: COST, PersonIsOne: PEOPLE, PlanIsLocked: YEAR},
)
