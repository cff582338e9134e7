"""What must be true after every fault: one function for each invariant, with what it found.

A check names what is wrong in sentences; an empty list is a pass. The oracle is the source's log
read by version and folded here, so that no position, cursor or table of the services is believed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from tests.chaos.ledger import Line
from tests.chaos.world import chain_of, is_answered
from tests.support.log_checks import leaf_of_row

if TYPE_CHECKING:
    import asyncpg

    from services.chassis.postgres import Pool

Found = list[str]
Place = tuple[int, int]


@dataclass(slots=True)
class Scene:
    """What is there to look at when everything has come to rest."""

    source: Pool
    listener: Pool
    ledger: Sequence[Line] = ()
    topic: Mapping[int, Mapping[int, bytes]] | None = None
    """What a broker that keeps everything holds: partition, psn, bytes."""
    answers: Sequence[tuple[str, bytes, bytes]] = ()
    """What was asked, what was answered then, and what is answered now."""
    rebuilt: Mapping[str, tuple[list[Any], list[Any]]] = field(default_factory=dict)
    parked_then: Sequence[tuple[str, int, int]] = ()
    """Before anything was released: the place of a cursor, where it stood, and its head."""


async def stored_is_heard(scene: Scene) -> Found:
    """1. What was acknowledged is stored, sealed, published, heard and reflected."""
    log = {(row["stream"], row["version"]): row for row in await _log(scene.source)}
    heard = {row[0] for row in await scene.listener.fetch("SELECT event_id FROM inbox")}
    shown = {row[0] for row in await scene.listener.fetch("SELECT event_id FROM marks")}
    found = []
    for line in scene.ledger:
        row = log.get(line.place)
        if row is None:
            found.append(f"{line.token} was acknowledged and is not in the log")
        elif row["document"] != line.step:
            found.append(f"{line.token} was acknowledged for {line.step}, not {row['document']}")
        elif row["event_id"] not in heard:
            found.append(f"{line.token} was not heard")
        elif row["event_id"] not in shown:
            found.append(f"{line.token} was heard and is not reflected")
    return found + _unpublished(scene.topic, log.values())


def _unpublished(
    topic: Mapping[int, Mapping[int, bytes]] | None, log: Iterable[asyncpg.Record]
) -> Found:
    if topic is None:
        return []
    return [
        f"psn {row['psn']} of partition {row['partition']} was not published as sealed"
        for row in log
        if row["psn"] is not None
        and topic.get(row["partition"], {}).get(row["psn"]) != row["said_body"]
    ]


async def nothing_unsaid_is_shown(scene: Scene) -> Found:
    """2. Nothing is in a read model without a sealed event."""
    sealed = {row["event_id"] for row in await _log(scene.source)}
    shown = await scene.listener.fetch("SELECT event_id FROM marks")
    return [f"{row[0]} is shown and was never sealed" for row in shown if row[0] not in sealed]


async def streams_are_in_order(scene: Scene) -> Found:
    """3. Versions of a stream are 1..n and rise with seq."""
    found = []
    for pool in (scene.source, scene.listener):
        reached: dict[str, int] = defaultdict(int)
        for row in await _log(pool):
            if row["version"] != reached[row["stream"]] + 1:
                found.append(f"{row['stream']}: {row['version']} after {reached[row['stream']]}")
            reached[row["stream"]] = row["version"]
        heads = await pool.fetch("SELECT stream, version FROM stream_head")
        found += [f"{s} stands at {v}, not {reached[s]}" for s, v in heads if v != reached[s]]
    return found


async def logs_are_sound(scene: Scene) -> Found:
    """4. Dense seq and psn, a time that never falls, leaves that recompute, nothing twice."""
    found = []
    for service, pool in (("source", scene.source), ("listener", scene.listener)):
        rows = await _log(pool)
        psns: dict[Place, int] = defaultdict(int)
        for nth, row in enumerate(rows, start=1):
            if row["seq"] != nth:
                found.append(f"{service}: seq {row['seq']} stands where {nth} should")
            if nth > 1 and row["recorded_at"] < rows[nth - 2]["recorded_at"]:
                found.append(f"{service}: the time of recording falls at seq {row['seq']}")
            if row["leaf"] != leaf_of_row(row, service):
                found.append(f"{service}: the leaf of seq {row['seq']} does not recompute")
            if row["psn"] is not None:
                place = row["generation"], row["partition"]
                psns[place] += 1
                if row["psn"] != psns[place]:
                    found.append(f"{service}: psn {row['psn']} stands where {psns[place]} should")
        found += _twice(service, rows)
        both = await pool.fetchval("SELECT count(*) FROM tail JOIN log USING (event_id)")
        found += [f"{service}: {both} events are in tail and log"] if both else []
        found += await _head_of(service, pool, len(rows))
    return found


def _twice(service: str, rows: Sequence[asyncpg.Record]) -> Found:
    ids = Counter(row["event_id"] for row in rows)
    return [f"{service}: {one} was sealed {n} times" for one, n in ids.items() if n > 1]


async def _head_of(service: str, pool: Pool, length: int) -> Found:
    seq = await pool.fetchval("SELECT seq FROM sealer")
    return [f"{service}: the sealer stands at {seq}, the log at {length}"] if seq != length else []


async def inboxes_are_what_was_said(scene: Scene) -> Found:
    """5. An inbox holds exactly what its source said, once each, without a hole."""
    found = []
    pairs = (("source", scene.source, scene.listener), ("listener", scene.listener, scene.source))
    for name, source, inbox in pairs:
        said = {
            (row["generation"], row["partition"], row["psn"]): (row["event_id"], row["said_body"])
            for row in await _log(source)
            if row["psn"] is not None
        }
        rows = await inbox.fetch(
            "SELECT generation, partition, psn, event_id, body FROM inbox WHERE source = $1", name
        )
        times = Counter(tuple(row)[:3] for row in rows)
        found += [f"{name} {place} stands {n} times" for place, n in times.items() if n > 1]
        heard = {tuple(row)[:3]: tuple(row)[3:] for row in rows}
        found += [f"{name} {place} was not heard" for place in said.keys() - heard.keys()]
        found += [f"{name} {place} was never said" for place in heard.keys() - said.keys()]
        found += [
            f"{name} {place} is not what was said"
            for place in said.keys() & heard.keys()
            if said[place] != heard[place]
        ]
    return found


async def effects_are_once(scene: Scene) -> Found:
    """6. The fold that shows order and repetition equals the oracle."""
    marks, echoes = await _oracle(scene.source), await _oracle(scene.listener)
    found = await _differs(scene.listener, "chains", marks)
    found += await _differs(scene.source, "tally", marks)
    return found + await _differs(scene.source, "echoes", echoes)


async def _oracle(pool: Pool) -> dict[UUID, tuple[int, int]]:
    values: dict[UUID, list[int]] = defaultdict(list)
    for row in await pool.fetch(
        """
        SELECT subject, (convert_from(body, 'UTF8')::jsonb ->> 'value')::int AS value
          FROM log ORDER BY stream, version
        """
    ):
        values[row["subject"]].append(row["value"])
    return {subject: chain_of(added) for subject, added in values.items()}


async def _differs(pool: Pool, table: str, oracle: dict[UUID, tuple[int, int]]) -> Found:
    rows = await pool.fetch(f"SELECT thing_id, chain, marks FROM {table}")
    shown = {row["thing_id"]: (row["chain"], row["marks"]) for row in rows}
    return [
        f"{table} of {thing}: {shown.get(thing)} instead of {oracle.get(thing)}"
        for thing in sorted(shown.keys() | oracle.keys(), key=str)
        if shown.get(thing) != oracle.get(thing)
    ]


async def positions_are_counts(scene: Scene) -> Found:
    """7. A cursor's position is the number of events it has applied, and the head."""
    found = []
    for pool, other in ((scene.source, scene.listener), (scene.listener, scene.source)):
        heads = await other.fetchval("SELECT psn_heads FROM sealer")
        seq = await pool.fetchval("SELECT seq FROM sealer")
        for row in await pool.fetch("SELECT * FROM projection_cursor"):
            place = f"{row['projection']}/{row['source']}/{row['partition']}"
            head = seq if row["projection"] == "tally" else heads[row["partition"]]
            if row["psn"] != row["applied"]:
                found.append(f"{place} stands at {row['psn']} and applied {row['applied']}")
            if row["psn"] != head:
                found.append(f"{place} stands at {row['psn']}, the head is {head}")
    return found


async def nobody_superseded_commits(scene: Scene) -> Found:
    """8. Whoever was superseded has committed nothing after that; no cursor ever goes back."""
    found = []
    for name, pool in (("source", scene.source), ("listener", scene.listener)):
        holder = ""
        for row in await pool.fetch("SELECT * FROM audit ORDER BY id"):
            here = f"{name}: {row['what']} {row['place']} by {row['who']}"
            if row["epoch"] < row["epoch_before"]:
                found.append(f"{here}: the epoch fell to {row['epoch']}")
            if row["after"] < row["before"]:
                found.append(f"{here} went back from {row['before']} to {row['after']}")
            if row["what"] != "sealer":
                continue
            if row["closed"] < row["closed_before"]:
                found.append(f"{here}: time was opened again at {row['closed']}")
            if row["epoch"] > row["epoch_before"]:
                holder = row["who"]
            elif row["who"] != holder:
                found.append(f"{here} committed in the epoch of {holder}")
    return found


async def answers_stay(scene: Scene) -> Found:
    """9. An answer that was not provisional is the same for ever."""
    return [f"{what}: {now!r}, was {then!r}" for what, then, now in scene.answers if then != now]


async def rebuilt_is_live(scene: Scene) -> Found:
    """10. A rebuilt table equals the live one at the same position."""
    return [
        f"{table}: {len(live)} rows live, {len(anew)} rebuilt, not the same"
        for table, (live, anew) in scene.rebuilt.items()
        if live != anew
    ]


async def parked_subjects_stop_nobody(scene: Scene) -> Found:
    """11. What was parked kept no cursor from its head, and nothing is parked at the end."""
    found = [
        f"{place} stood at {psn} of {head} behind something parked"
        for place, psn, head in scene.parked_then
        if psn != head
    ]
    for pool in (scene.source, scene.listener):
        rows = await pool.fetch(
            """
            SELECT projection, subject, reason FROM parked WHERE released_at IS NULL
             UNION ALL
            SELECT 'reaction', subject, reason FROM reaction_parked WHERE released_at IS NULL
            """
        )
        found += [f"{row[0]} of {row[1]} is parked: {row[2]}" for row in rows]
    return found


async def reactions_are_once(scene: Scene) -> Found:
    """14. Every cause that asks for it was answered, exactly once."""
    causes = {
        row["event_id"]
        for row in await scene.source.fetch(
            """
            SELECT event_id, (convert_from(body, 'UTF8')::jsonb ->> 'value')::int AS value
              FROM log WHERE psn IS NOT NULL
            """
        )
        if is_answered(row["value"])
    }
    answered = Counter(row["causation"] for row in await _log(scene.listener))
    found = [f"{cause} was never answered" for cause in causes - answered.keys()]
    found += [f"{cause} was answered and never said" for cause in answered.keys() - causes]
    return found + [f"{cause} was answered {n} times" for cause, n in answered.items() if n > 1]


Check = Callable[[Scene], Awaitable[Found]]
CHECKS: Final[Mapping[int, Check]] = {
    1: stored_is_heard,
    2: nothing_unsaid_is_shown,
    3: streams_are_in_order,
    4: logs_are_sound,
    5: inboxes_are_what_was_said,
    6: effects_are_once,
    7: positions_are_counts,
    8: nobody_superseded_commits,
    9: answers_stay,
    10: rebuilt_is_live,
    11: parked_subjects_stop_nobody,
    14: reactions_are_once,
}


AT_REST: Final = {13: "13. Lag is back at zero in time, and memory stays below its bound."}
"""What is measured while the run comes to rest, not looked up afterwards."""


@dataclass(frozen=True, slots=True)
class Report:
    """What every check found, by the number of its invariant."""

    found: Mapping[int, Found]

    @property
    def broken(self) -> set[int]:
        return {number for number, found in self.found.items() if found}

    def __str__(self) -> str:
        lines = []
        for number, found in sorted(self.found.items()):
            name = (CHECKS[number].__doc__ or "").strip() if number in CHECKS else AT_REST[number]
            lines.append(f"{'BROKEN' if found else 'holds '}  {name}")
            lines += [f"          {one}" for one in found[:5]]
            lines += [f"          and {len(found) - 5} more"] if len(found) > 5 else []
        return "\n".join(lines)


async def examined(scene: Scene) -> Report:
    """Every invariant, looked at once."""
    return Report({number: await check(scene) for number, check in CHECKS.items()})


async def _log(pool: Pool) -> list[asyncpg.Record]:
    return await pool.fetch("SELECT * FROM log ORDER BY seq")
