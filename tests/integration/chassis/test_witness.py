"""A witness signs what has only grown, remembers it, and names a fork by both roots."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from services.chassis import merkle, signed_note, witness
from services.chassis.checkpoint import Checkpoint, signed
from services.chassis.checkpoint_keys import KnownKey
from services.chassis.outside import Outside, write_private, write_public
from services.chassis.proof_doors import HttpProofs
from services.chassis.signed_note import PrivateKey, SignatureMissing, Use
from services.chassis.witness import Forked, Witness
from tests.support.a_place import ORIGIN, a_place
from tests.support.leaves import NOON, leaf, leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

LATER = NOON + timedelta(hours=1)
KEY = PrivateKey("jenjang.test/witness", Use.WITNESS, b"w" * 32)


@dataclass(slots=True)
class Log:
    """A log that shows whatever it likes, through its doors."""

    outside: Outside
    leaves: Sequence[bytes]
    generation: int = 1
    shown: str | None = None

    def note(self) -> str:
        return self.shown or signed(
            Checkpoint(
                origin=ORIGIN,
                size=len(self.leaves),
                root=merkle.root_of(self.leaves),
                generation=self.generation,
                closed_through=NOON,
            ),
            self.outside.key(),
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/log/checkpoint":
            return httpx.Response(200, text=self.note())
        old, new = int(request.url.params["from"]), int(request.url.params["to"])
        path = merkle.consistency_path(old, new, merkle.whole_subtrees(self.leaves))
        spelled = [signed_note._base64(step) for step in path]
        return httpx.Response(200, json={"from": old, "to": new, "path": spelled})

    def doors(self) -> HttpProofs:
        transport = httpx.MockTransport(self.answer)
        return HttpProofs("sample", httpx.AsyncClient(transport=transport, base_url="http://log"))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    outside = a_place(tmp_path)
    assert outside.keys_file is not None
    write_public(outside.keys_file, outside.known().with_key(KnownKey(KEY.public())).text())
    return Log(outside, leaves(5))


def a_witness(log: Log, tmp_path: Path) -> Witness:
    return Witness(
        log.doors(),
        KEY,
        log.outside.known(),
        tmp_path / "witness.note",
        log.outside.folder,
        now=lambda: datetime(2026, 1, 6, tzinfo=UTC),
    )


async def test_a_log_that_grew_is_signed_and_the_signature_handed_on(
    log: Log, tmp_path: Path
) -> None:
    ours = a_witness(log, tmp_path)
    for size in (5, 9, 300):
        log.leaves = leaves(size)
        log.outside.folder.keep(log.note())
        with pytest.raises(SignatureMissing):
            log.outside.known().opened(log.outside.folder.newest() or "", {KEY.name})
        shown = await ours.sign()
        assert shown is not None
        assert shown.size == size
        kept = log.outside.known().opened(log.outside.folder.newest() or "", {KEY.name})
        assert kept == shown
        assert await ours.sign() is None


async def test_a_fork_is_refused_by_naming_both_roots(log: Log, tmp_path: Path) -> None:
    ours = a_witness(log, tmp_path)
    await ours.sign()
    before = ours.state.read_text()
    shorter, other = leaves(4), [*leaves(4), leaf(99)]
    for shown in (shorter, other, [*other, leaf(6)], [leaf(99), *leaves(9)]):
        log.leaves = shown
        with pytest.raises(Forked) as fork:
            await ours.sign()
        assert merkle.root_of(leaves(5)).hex() in str(fork.value)
        assert merkle.root_of(shown).hex() in str(fork.value)
    assert ours.state.read_text() == before


async def test_a_witness_that_died_before_it_handed_on_does_so_later(
    log: Log, tmp_path: Path
) -> None:
    log.outside.folder.keep(log.note())
    alone = replace(a_witness(log, tmp_path), place=None)
    await alone.sign()
    assert KEY.name not in (log.outside.folder.newest() or "")
    assert await a_witness(log, tmp_path).sign() is None
    assert KEY.name in (log.outside.folder.newest() or "")
    alone.state.unlink()
    await replace(a_witness(log, tmp_path), now=lambda: NOON).sign()
    log.outside.known().opened(log.outside.folder.newest() or "", {KEY.name})


async def test_an_announced_key_is_news_to_a_witness(log: Log, tmp_path: Path) -> None:
    ours, first = a_witness(log, tmp_path), log.outside.key()
    await ours.sign()
    following = log.outside.next_key()
    shown = replace(
        log.outside.known().opened(log.note()), announces=following.public(), closed_through=LATER
    )
    log.shown = signed(shown, first, following)
    assert await ours.sign() == shown
    assert await ours.sign() is None


async def test_a_restored_log_is_signed_when_an_operator_has_looked(
    log: Log, tmp_path: Path
) -> None:
    ours = a_witness(log, tmp_path)
    await ours.sign()
    log.leaves, log.generation = [*leaves(3), leaf(77)], 2
    with pytest.raises(Forked):
        await ours.sign()
    with pytest.raises(Forked):
        await ours.sign(accepting=3)
    shown = await ours.sign(accepting=2)
    assert shown is not None
    log.leaves = [*leaves(3), leaf(77), leaf(78), leaf(79)]
    assert await ours.sign() is not None


async def test_a_state_that_was_altered_is_not_signed_upon(log: Log, tmp_path: Path) -> None:
    ours = a_witness(log, tmp_path)
    await ours.sign()
    ours.state.write_text(ours.state.read_text().replace("\n5\n", "\n4\n"))
    with pytest.raises(signed_note.BadSignature):
        await ours.sign()


def test_the_command_says_when_it_has_seen_nothing(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WITNESS_TOKEN", "none")
    write_private(tmp_path / "witness.key", KEY.spelled() + "\n")
    code = witness.main(
        [
            *("sample", "--door", "http://127.0.0.1:9", "--key", str(tmp_path / "witness.key")),
            *("--keys", str(log.outside.keys_file), "--state", str(tmp_path / "state")),
        ]
    )
    assert code == 3
    assert "DoorClosed" in json.loads(capsys.readouterr().out)["not_seen"]
