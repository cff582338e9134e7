"""Take in the post map: units first, then the posts that stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.chassis.deciding import Work
from services.chassis.importing import AnyWork, Batch, ImportKind
from services.chassis.workbook import Row
from services.profile.adapters.post_map_workbook import (
    PARENT,
    POST_CODE,
    POST_ESELON,
    POST_UNIT,
    POSTS,
    REGION,
    RUNG,
    TEMPLATE,
    UNIT_CODE,
    UNITS,
    PostRow,
    UnitRow,
    read_post,
    read_unit,
)
from services.profile.commands.lookup import tree_above, units_known
from services.profile.commands.undoing import undo_structure
from services.profile.deps import Deps
from services.profile.domain import post, work_unit
from services.profile.domain.post import (
    DefinePost,
    EselonOfOtherClass,
    FunctionalPostWithoutJenjang,
    Post,
)
from services.profile.domain.work_unit import (
    DefineWorkUnit,
    NoSuchRegionCode,
    UnderItself,
    WorkUnit,
)
from services.profile.streams import post_id_of, post_stream, unit_id_of, unit_stream

TWICE = "Ini ada dua kali di berkas: sisakan satu baris saja."


async def post_map_commands(deps: Deps, batch: Batch[UnitRow | PostRow]) -> None:
    """Units come whole and first, so that a post may stand in a unit of the same file."""
    if batch.form is UNITS:
        await _units(deps, batch)
    else:
        await _posts(deps, batch)


async def _units(deps: Deps, batch: Batch[UnitRow | PostRow]) -> None:
    told = [(row, unit) for row, unit in batch.rows if isinstance(unit, UnitRow)]
    told.sort(key=lambda one: one[1].since or deps.today())
    ids = {unit.code: unit_id_of(batch.agency, unit.code) for _, unit in told}
    parents = {unit.parent for _, unit in told if unit.parent} - ids.keys()
    tree = await tree_above(deps, [unit_id_of(batch.agency, code) for code in parents])
    sound: list[tuple[Row, UnitRow]] = []
    for row, unit in told:
        above = unit_id_of(batch.agency, unit.parent) if unit.parent else None
        if batch.earlier((unit.code, unit.since), row):
            batch.refuse(row, UNIT_CODE, "duplicate-in-file", TWICE)
        elif above is not None and unit.parent not in ids and above not in tree:
            fix = "Tambahkan unit induknya, atau betulkan kodenya."
            batch.refuse(row, PARENT, "unknown-unit", fix)
        else:
            sound.append((row, unit))
    tree |= {
        ids[unit.code]: unit_id_of(batch.agency, unit.parent) if unit.parent else None
        for _, unit in sound
    }
    for row, unit in sound:
        if _leads_back(ids[unit.code], tree):
            fix = "Telusuri induknya ke atas: unit ini kembali ke dirinya sendiri."
            batch.refuse(row, PARENT, "under-itself", fix)
        else:
            _will_define(deps, batch, row, unit)


def _leads_back(unit_id: UUID, tree: Mapping[UUID, UUID | None]) -> bool:
    """Whether the way up never ends, whoever closes the circle: the file or the record."""
    above: set[UUID] = set()
    at: UUID | None = unit_id
    while at is not None and at not in above:
        above.add(at)
        at = tree.get(at)
    return at is not None


def _will_define(deps: Deps, batch: Batch[UnitRow | PostRow], row: Row, unit: UnitRow) -> None:
    try:
        batch.will(row, _unit_work(deps, batch, unit))
    except NoSuchRegionCode as refused:
        batch.refused(row, REGION, refused)


def _unit_work(deps: Deps, batch: Batch[UnitRow | PostRow], unit: UnitRow) -> AnyWork:
    unit_id = unit_id_of(batch.agency, unit.code)
    defined = WorkUnit(
        unit_id=unit_id,
        code=unit.code,
        name=unit.name,
        parent_id=unit_id_of(batch.agency, unit.parent) if unit.parent else None,
        kind=unit.kind,
        region_code=unit.region_code,
        place=unit.place,
    )
    return Work(
        decider=work_unit,
        stream=unit_stream(unit_id),
        command=DefineWorkUnit(event_id=deps.new_id(), unit=defined, on=unit.since or deps.today()),
        subject=unit_id,
        agency=batch.agency,
        origin=batch.origin,
    )


async def _posts(deps: Deps, batch: Batch[UnitRow | PostRow]) -> None:
    told = [(row, one) for row, one in batch.rows if isinstance(one, PostRow)]
    told.sort(key=lambda one: one[1].since or deps.today())
    units = {unit_id_of(batch.agency, one.unit) for _, one in told}
    known = await units_known(deps, sorted(units))
    in_this_file = {key[0] for form, key in batch.seen if form == UNITS.name}
    for row, one in told:
        post_id = post_id_of(batch.agency, one.code, one.unit)
        in_file = one.unit in in_this_file
        if not in_file and unit_id_of(batch.agency, one.unit) not in known:
            fix = "Tambahkan unitnya pada lembar unit organisasi, atau betulkan kodenya."
            batch.refuse(row, POST_UNIT, "unknown-unit", fix)
        elif batch.earlier((post_id, one.since), row):
            batch.refuse(row, POST_CODE, "duplicate-in-file", TWICE)
        else:
            batch.will(row, _post_work(deps, batch, one, post_id))


def _post_work(deps: Deps, batch: Batch[UnitRow | PostRow], one: PostRow, post_id: UUID) -> AnyWork:
    defined = Post(
        post_id=post_id,
        code=one.code,
        name=one.name,
        position_class=one.position_class,
        jenjang=one.jenjang,
        eselon=one.eselon,
        unit_id=unit_id_of(batch.agency, one.unit),
        field=one.field,
        retirement_age=one.retirement_age,
        needed=one.needed,
        job_class=one.job_class,
        conditions=one.conditions,
    )
    return Work(
        decider=post,
        stream=post_stream(post_id),
        command=DefinePost(event_id=deps.new_id(), post=defined, on=one.since or deps.today()),
        subject=post_id,
        agency=batch.agency,
        origin=batch.origin,
    )


POST_MAP = ImportKind(
    template=TEMPLATE,
    readers={UNITS: read_unit, POSTS: read_post},
    commands=post_map_commands,
    undo=undo_structure,
    columns={
        EselonOfOtherClass: POST_ESELON,
        FunctionalPostWithoutJenjang: RUNG,
        UnderItself: PARENT,
    },
)
