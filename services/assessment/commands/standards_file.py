"""Take in post standards by file: the rows of one post and day become one version, or none."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from services.assessment.adapters.standards_workbook import (
    COMPETENCY,
    DECREE,
    GROUP,
    POST,
    STANDARDS,
    TEMPLATE,
    StandardRow,
    read_standard,
)
from services.assessment.deps import Deps
from services.assessment.domain import post_standard
from services.assessment.domain.competency_assessment import STANDARD_COMPETENCIES
from services.assessment.domain.competency_dictionary import Kind
from services.assessment.domain.post_standard import PublishStandard, Version, standard_of
from services.assessment.projections import competency_dictionaries
from services.chassis.deciding import Work
from services.chassis.importing import AnyWork, Batch, ImportKind, Undo, Undoing
from services.chassis.workbook import Row

PUBLISHED = "published-by-decree"
TWICE = "Kompetensi ini ada dua kali pada versi yang sama: sisakan satu baris saja."
Told = tuple[Row, StandardRow]
Groups = dict[str, Kind]


async def standards_commands(deps: Deps, batch: Batch[StandardRow]) -> None:
    """A version stands or falls as a whole: half of a post's standard would judge wrongly."""
    versions: dict[tuple[str, date], list[Told]] = defaultdict(list)
    for row, one in batch.rows:
        versions[one.post, one.in_force_from].append((row, one))
    groups: dict[date, Groups] = {}
    for (post, day), told in versions.items():
        if day not in groups:
            groups[day] = await competency_dictionaries.groups_on(deps.pool, batch.agency, day)
        wrong = _wrong(batch, told, groups[day])
        for row, _ in told:
            if wrong and row.number not in wrong:
                fix = "Betulkan baris lain jabatan ini, lalu kirim lagi seluruh versinya."
                batch.refuse(row, POST, "version-incomplete", fix)
        if not wrong:
            _publish(deps, batch, post, day, told, frozenset(groups[day]))


def _wrong(batch: Batch[StandardRow], told: list[Told], groups: Groups) -> set[int]:
    """Which rows cannot stand; each is told why."""
    first = told[0][1]
    wrong: set[int] = set()
    codes: set[str] = set()
    for row, one in told:
        code = one.required.competency
        known = _group_of(code, groups)
        if code in codes:
            batch.refuse(row, COMPETENCY, "duplicate-in-file", TWICE)
        elif known is None:
            fix = "Betulkan kodenya, atau terbitkan dulu kamus kompetensi yang memuatnya."
            batch.refuse(row, COMPETENCY, "competency-not-in-dictionary", fix)
        elif one.group not in (None, known):
            batch.refuse(row, GROUP, "other-group", "Samakan kelompoknya dengan kamus kompetensi.")
        elif one.decree != first.decree:
            batch.refuse(row, DECREE, "two-decrees", "Satu versi ditetapkan satu keputusan.")
        else:
            codes.add(code)
            continue
        wrong.add(row.number)
    return wrong


def _group_of(code: str, groups: Groups) -> Kind | None:
    if code in STANDARD_COMPETENCIES:
        return Kind.SOCIO_CULTURAL if code.startswith("SK.") else Kind.MANAGERIAL
    return groups.get(code)


def _publish(
    deps: Deps,
    batch: Batch[StandardRow],
    post: str,
    day: date,
    told: list[Told],
    known: frozenset[str],
) -> None:
    """Every row asks for the whole version: the first publishes it, the others find it there."""
    required = sorted((one.required for _, one in told), key=lambda one: one.competency)
    version = Version(
        post=post, in_force_from=day, decree=told[0][1].decree, required=tuple(required)
    )
    subject = standard_of(batch.agency, post)
    work: AnyWork = Work(
        decider=post_standard,
        stream=f"standard-{subject}",
        command=PublishStandard(event_id=deps.new_id(), version=version, known=known),
        subject=subject,
        agency=batch.agency,
        origin=batch.origin,
    )
    for row, _ in told:
        batch.will(row, work)


async def keep_published(deps: Deps, asked: Undoing) -> Undo:
    """What a decree has published is corrected by its door, not taken back with a file."""
    return Undo(left=dict.fromkeys(asked.added, PUBLISHED))


POST_STANDARDS = ImportKind(
    template=TEMPLATE,
    readers={STANDARDS: read_standard},
    commands=standards_commands,
    undo=keep_published,
)
