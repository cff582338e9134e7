"""Take in 360 answers by file: the rows of one token become one answer, or none.

What is recorded is what the door records: a ballot and no rater. Nothing is taken back with a
file: an answer that falls alone would show in the difference what one person said.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import replace
from uuid import UUID

from services.assessment.adapters.ballots import ballot_of, holders_of
from services.assessment.adapters.feedback_workbook import (
    ANSWERS,
    CYCLE,
    ITEM,
    TEMPLATE,
    TOKEN,
    Mark,
    read_mark,
)
from services.assessment.commands.feedback import NOBODY_NAMED, round_work, rules_of
from services.assessment.deps import Deps
from services.assessment.domain.feedback_cycle import CycleIsClosed, NoSuchCycle, Rules
from services.assessment.domain.feedback_round import Answer, AnswerIncomplete
from services.assessment.domain.terms import Refused
from services.assessment.projections import feedback_invitations
from services.chassis.importing import AnyWork, Batch, ImportKind, Undo, Undoing
from services.chassis.workbook import Row

STAYS = "answers-stay"
TWICE = "Butir ini ada dua kali untuk token yang sama: sisakan satu baris saja."
UNKNOWN_RATER = "Salin token dari undangan penilai pada putaran ini."
NO_ITEM = "Pakai kode butir formulir putaran ini."
NOT_KEPT = "Komentar tidak disimpan, supaya penulisnya tidak dikenali; nilainya tetap dicatat."
Told = tuple[Row, Mark]


async def feedback_commands(deps: Deps, batch: Batch[Mark]) -> None:
    """Answers by cycle; each cycle's tokens are recognised at once."""
    cycles: dict[str, list[Told]] = defaultdict(list)
    for row, one in batch.rows:
        cycles[one.cycle].append((row, one))
    for said, told in cycles.items():
        try:
            cycle = _id_of(said)
            rules, ended = await rules_of(deps, batch.agency, cycle)
            if ended:
                raise CycleIsClosed
        except Refused as refusal:
            for row, _ in told:
                batch.refused(row, CYCLE, refusal)
        else:
            await _answers(deps, batch, cycle, rules, told)


def _id_of(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise NoSuchCycle from None


async def _answers(
    deps: Deps, batch: Batch[Mark], cycle: UUID, rules: Rules, told: list[Told]
) -> None:
    asked = await feedback_invitations.asked_in(deps.pool, batch.agency, cycle)
    by_token: dict[str, list[Told]] = defaultdict(list)
    for row, one in told:
        by_token[one.token].append((row, one))
    holders = await asyncio.to_thread(holders_of, deps.lookup_key, cycle, by_token.keys(), asked)
    for token, rows in by_token.items():
        holder = holders.get(token)
        if holder is None:
            for row, _ in rows:
                batch.refuse(row, TOKEN, "token-unknown", UNKNOWN_RATER)
        elif _whole(batch, rules, rows):
            about, rater = holder
            answer = Answer(
                ballot=ballot_of(deps.lookup_key, cycle, about, rater),
                relation=asked[holder],
                marks={one.item: one.mark for _, one in rows},
                today=deps.today(),
            )
            # The sender of a file may be one of the raters.
            by = replace(batch.origin, actor=NOBODY_NAMED.actor)
            _record(batch, rows, round_work(cycle, about, answer, batch.agency, by))


def _whole(batch: Batch[Mark], rules: Rules, rows: list[Told]) -> bool:
    """Whether these rows answer every item once; otherwise each is told why it cannot stand."""
    wrong: set[int] = set()
    items: set[str] = set()
    for row, one in rows:
        if one.item in items:
            batch.refuse(row, ITEM, "duplicate-in-file", TWICE)
            wrong.add(row.number)
        elif one.item not in rules.items:
            batch.refuse(row, ITEM, "item-unknown", NO_ITEM)
            wrong.add(row.number)
        items.add(one.item)
    whole = not wrong and items == rules.items.keys()
    for row, _ in rows:
        if not whole and row.number not in wrong:
            batch.refused(row, ITEM, AnswerIncomplete())
    return whole


def _record(batch: Batch[Mark], rows: list[Told], work: AnyWork) -> None:
    """Every row asks for the whole answer: the first gives it, the others find it there."""
    for row, one in rows:
        batch.will(row, work)
        if one.commented:
            # No column: what was written must not stand in a receipt either.
            batch.warn(row, None, "comment-not-kept", NOT_KEPT)


async def keep_answers(deps: Deps, asked: Undoing) -> Undo:
    """They stay: see above."""
    return Undo(left=dict.fromkeys(asked.added, STAYS))


FEEDBACK_FILE = ImportKind(
    template=TEMPLATE,
    readers={ANSWERS: read_mark},
    commands=feedback_commands,
    undo=keep_answers,
)
