"""Whatever is changed in a log, in its copy or in a checkpoint is named, and the first of it."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from services.chassis import proof, tree, verify_log, verifying
from services.chassis.checkpointing import Checkpointing
from services.chassis.copied_log import COLUMNS, START, _after
from services.chassis.event_store import EventStore
from services.chassis.outside import Outside
from services.chassis.verify_log import Report
from tests.support.a_place import a_place
from tests.support.altering import OTHERS
from tests.support.saying import a_sealer, fill

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

SIZE = 600
CLAIMED = (200, 400, 600)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A log, the checkpoints outside, and what somebody who owns the server may do to it."""

    pool: Pool
    outside: Outside

    async def found(self, *statements: str) -> Report:
        """What is found after this was done to the database; then it is undone."""
        async with self.pool.acquire() as connection:
            doing = connection.transaction()
            await doing.start()
            try:
                await connection.execute("SET LOCAL session_replication_role = replica")
                for statement in statements:
                    await connection.execute(statement)
                return await verifying.verified(connection, "sample", self.outside)
            finally:
                await doing.rollback()


@pytest_asyncio.fixture
async def sealed(store: EventStore, tmp_path: Path) -> AsyncIterator[Sealed]:
    outside = a_place(tmp_path)
    checkpointing = Checkpointing(store.pool, outside)
    sealer = a_sealer(store)
    await sealer.take_over()
    for size in CLAIMED:
        await fill(store, streams=50)
        await sealer.seal_once()
        checkpoint = await checkpointing.write()
        assert checkpoint is not None
        assert checkpoint.size == size
    await tree.grow(store.pool)
    yield Sealed(store.pool, outside)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "PIECE", 64)


def where(report: Report) -> int:
    assert report.wrong is not None, "it went unnoticed"
    return report.wrong.seq


async def test_a_log_that_was_left_alone_is_whole(sealed: Sealed) -> None:
    report = await verifying.verify_log(sealed.pool, "sample", sealed.outside)
    assert report.wrong is None
    assert (report.events, report.checkpoints) == (SIZE, 3)
    assert report.as_json()["newest"]["size"] == SIZE
    async with sealed.pool.acquire() as connection:
        assert (await verifying.verified(connection, "another", sealed.outside)).wrong is not None


async def types_of(pool: Pool) -> dict[str, str]:
    rows = await pool.fetch(
        """
        SELECT column_name, data_type FROM information_schema.columns
         WHERE table_name = 'log' ORDER BY ordinal_position
        """
    )
    return {row[0]: row[1] for row in rows}


async def test_any_byte_of_any_column_is_missed_at_its_event(sealed: Sealed) -> None:
    chance, columns = random.Random(4), await types_of(sealed.pool)
    assert set(columns) == set(COLUMNS)
    for column, type_ in columns.items():
        for _ in range(2):
            seq = chance.randint(1, SIZE)
            other = OTHERS[type_].format(c=column, x=chance.randint(1, 1000))
            if column == "seq":
                other = f"seq + {SIZE}"
            report = await sealed.found(f"UPDATE log SET {column} = {other} WHERE seq = {seq}")
            assert where(report) == seq, (column, other)


async def test_what_is_set_to_nothing_is_missed(sealed: Sealed) -> None:
    said = await sealed.pool.fetchval(
        "SELECT seq FROM log WHERE psn IS NOT NULL AND seq > 99 LIMIT 1"
    )
    for column in ("said_type", "said_schema", "partition", "psn", "said_body"):
        report = await sealed.found(f"UPDATE log SET {column} = NULL WHERE seq = {said}")
        assert where(report) == said


async def test_an_event_dropped_added_or_put_elsewhere_is_missed(sealed: Sealed) -> None:
    assert where(await sealed.found("DELETE FROM log WHERE seq = 301")) == 301
    assert where(await sealed.found("DELETE FROM log WHERE seq = 1")) == 1
    assert where(await sealed.found(f"DELETE FROM log WHERE seq = {SIZE}")) == SIZE
    assert where(await sealed.found("DELETE FROM log WHERE seq > 7")) == 8
    columns = ", ".join(COLUMNS[1:])
    for seq in (0, SIZE + 1, 4_000_000):
        added = f"INSERT INTO log (seq, {columns}) SELECT {seq}, {columns} FROM log WHERE seq = 5"
        assert where(await sealed.found(added)) == seq
    for one, other in ((17, 18), (44, 580)):
        assert where(await sealed.found(*swapped(one, other))) == one


def swapped(one: int, other: int) -> list[str]:
    return [
        f"UPDATE log SET seq = {SIZE + 1} WHERE seq = {one}",
        f"UPDATE log SET seq = {one} WHERE seq = {other}",
        f"UPDATE log SET seq = {other} WHERE seq = {SIZE + 1}",
    ]


async def test_events_swapped_between_subjects_are_missed_at_the_first(sealed: Sealed) -> None:
    rows = await sealed.pool.fetch(
        "SELECT min(seq) AS seq, subject FROM log GROUP BY subject ORDER BY 1 LIMIT 2"
    )
    one, other = (row["seq"] for row in rows)
    statement = f"""
        UPDATE log SET subject = CASE seq WHEN {one} THEN '{rows[1]["subject"]}'::uuid
                                          ELSE '{rows[0]["subject"]}'::uuid END
         WHERE seq IN ({one}, {other})
    """
    assert where(await sealed.found(statement)) == min(one, other)


# Somebody who can compute leaves as well


async def with_its_leaf(pool: Pool, seq: int, **changed: Any) -> str:
    row = await pool.fetchrow("SELECT * FROM log WHERE seq = $1", seq)
    assert row is not None
    stored = proof.Stored(*(row[name] for name in proof.Stored._fields))._replace(**changed)
    said = proof.Said("sample", *(row[name] for name in proof.Said._fields[1:]))
    leaf = proof.leaf(proof.stored_part(stored), proof.said_part(said)).hex()
    values = ", ".join(f"{name} = '{value}'" for name, value in changed.items())
    return f"UPDATE log SET {values}, leaf = '\\x{leaf}' WHERE seq = {seq}"


async def test_an_event_changed_with_its_leaf_is_named_by_the_tree(sealed: Sealed) -> None:
    statement = await with_its_leaf(sealed.pool, 330, actor="somebody else")
    report = await sealed.found(statement)
    assert report.wrong is not None
    assert (report.wrong.seq, report.events, report.checkpoints) == (330, 400, 1)
    assert report.wrong.event_id is not None
    without = await sealed.found(statement, "DELETE FROM tree_tile")
    assert without.wrong is not None
    assert without.wrong.seq == 201
    assert "up to 400" in without.wrong.what
    assert without.wrong.checkpoint is not None


async def test_after_the_last_checkpoint_versions_and_places_are_still_in_order(
    sealed: Sealed,
) -> None:
    alone = replace(sealed.outside, folder=replace(sealed.outside.folder, path=Path("/nowhere")))
    free = Sealed(sealed.pool, alone)
    assert (await free.found()).wrong is None
    statement = await with_its_leaf(sealed.pool, 598, version=7)
    assert where(await free.found("DELETE FROM tree_tile", statement)) == 598
    tile = await free.found("UPDATE tree_tile SET root = sha256('') WHERE index = 1")
    assert where(tile) == 257
    tile = await free.found(
        "UPDATE tree_tile SET hashes = set_byte(hashes, 33, 1 - get_byte(hashes, 33) % 2)"
        " WHERE index = 1"
    )
    assert where(tile) == 258


# A copy, and the checkpoints


async def test_any_byte_of_a_copy_is_missed(sealed: Sealed, tmp_path: Path) -> None:
    copy, chance = tmp_path / "log.copy", random.Random(5)
    await verifying.export_log(sealed.pool, copy)
    whole = copy.read_bytes()
    known = sealed.outside.known()

    async def found(data: bytes) -> Report:
        copy.write_bytes(data)
        return await verify_log.verify_copy("sample", copy, sealed.outside.folder, known)

    assert (await found(whole)).wrong is None
    starts = row_starts(whole)
    for at in [*range(21), *(chance.randrange(len(whole)) for _ in range(60)), len(whole) - 1]:
        changed = bytearray(whole)
        changed[at] ^= chance.randint(1, 255)
        seq = sum(start <= at for start in starts)
        assert where(await found(bytes(changed))) in (seq, seq + 1)
    for broken in (whole[:-1], whole[:-2], whole[: len(whole) // 2], whole + b"\0", b""):
        assert (await found(broken)).wrong is not None


def row_starts(whole: bytes) -> list[int]:
    starts, at = [], len(START)
    while (after := _after(whole, at)) > 0:
        starts.append(at)
        at = after
    return starts


async def test_any_byte_of_a_checkpoint_is_missed(sealed: Sealed) -> None:
    chance = random.Random(6)
    files = [file for file in sealed.outside.folder.path.iterdir() if not file.name.startswith(".")]
    assert len(files) == 4
    known = sealed.outside.known()
    for file in files:
        note = file.read_bytes()
        for at in chance.sample(range(len(note)), 25):
            changed = bytearray(note)
            changed[at] ^= chance.randint(1, 255)
            file.write_bytes(bytes(changed))
            _, wrong = verify_log.claims_in(sealed.outside.folder, known)
            assert wrong is not None
            assert wrong.checkpoint == file.name
        file.write_bytes(note)
    assert verify_log.claims_in(sealed.outside.folder, known)[1] is None


async def test_a_checkpoint_under_another_name_or_of_a_longer_log_is_missed(
    sealed: Sealed,
) -> None:
    folder, known = sealed.outside.folder, sealed.outside.known()
    name = next(iter(folder.every()))[0]
    (folder.path / name).rename(folder.path / name.replace("0200-", "0201-"))
    assert verify_log.claims_in(folder, known)[1] is not None
    (folder.path / name.replace("0200-", "0201-")).rename(folder.path / name)
    report = await sealed.found("DELETE FROM log WHERE seq > 590", "UPDATE sealer SET seq = 590")
    assert report.wrong is not None
    assert (report.wrong.seq, report.wrong.what) == (591, "is missing, of 600")


async def test_the_command_needs_no_database_and_uses_every_core(
    sealed: Sealed,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy = tmp_path / "log.copy"
    await verifying.export_log(sealed.pool, copy)

    def run(workers: int) -> int:
        return verify_log.main(
            [
                *("sample", "--copy", str(copy), "--workers", str(workers)),
                *("--checkpoints", str(sealed.outside.folder.path)),
                *("--keys", str(sealed.outside.keys_file)),
            ]
        )

    monkeypatch.setattr(verify_log, "ALONE", 0)
    assert await asyncio.to_thread(run, 2) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["whole"], told["events"], told["wrong"]) == (True, SIZE, None)
    copy.write_bytes(copy.read_bytes().replace(b"quiet", b"quit!", 1))
    assert await asyncio.to_thread(run, 0) == 1
    assert json.loads(capsys.readouterr().out)["wrong"]["what"] == (
        "is not what its leaf was made of"
    )
