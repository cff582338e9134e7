"""A witness: signs a log's newest checkpoint once it has seen that the log only grew.

`python -m services.chassis.witness career --door http://… --key … --keys … --state … --token …`

It has a key of its own and remembers, in a file, what it signed last; so a log that shows one
history to some and another to others is found out. It remembers before it signs: whenever it dies,
it never signs two histories. A fork is refused by naming both roots.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from services.chassis import merkle
from services.chassis.checkpoint import Checkpoint, countersigned
from services.chassis.checkpoint_keys import KnownKeys
from services.chassis.checkpoint_place import Folder
from services.chassis.doors import DoorClosed
from services.chassis.outside import write_public
from services.chassis.proof_doors import HttpProofs
from services.chassis.signed_note import PrivateKey, split


class Forked(Exception):
    """The log is not the one that was signed last, grown."""

    def __init__(self, signed: Checkpoint, shown: Checkpoint) -> None:
        self.signed, self.shown = signed, shown
        super().__init__(
            f"signed: generation {signed.generation}, {signed.size} events, root"
            f" {signed.root.hex()}; shown: generation {shown.generation}, {shown.size} events,"
            f" root {shown.root.hex()}"
        )


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness of one log. `place` is where its signature is handed to, if anywhere."""

    doors: HttpProofs
    key: PrivateKey
    known: KnownKeys
    state: Path
    place: Folder | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def sign(self, accepting: int | None = None) -> Checkpoint | None:
        """Sign the newest checkpoint, if it is news; what was signed.

        `accepting` names a generation that an operator has looked into: after a restore a log may
        have lost what was signed, and only a human can say that this was no fork.
        """
        note = await self.doors.checkpoint()
        shown = self.known.opened(note, strangers=True)
        kept = self.state.read_text() if self.state.exists() else None
        if kept is not None:
            signed = self.known.opened(kept, {self.key.name}, strangers=True)
            if split(kept)[0] == split(note)[0]:
                self._hand(kept)
                return None
            if accepting is None or not signed.generation < accepting == shown.generation:
                await self._grown(signed, shown)
        witnessed = countersigned(note, self.key, self.now())
        write_public(self.state, witnessed)
        self._hand(witnessed)
        return shown

    async def _grown(self, signed: Checkpoint, shown: Checkpoint) -> None:
        if signed.origin != shown.origin or shown.place < signed.place:
            raise Forked(signed, shown)
        if shown.size < signed.size:
            raise Forked(signed, shown)
        path = await self.doors.consistency(signed.size, shown.size)
        try:
            merkle.verify_consistency(signed.size, signed.root, shown.size, shown.root, path)
        except merkle.NotConsistent:
            raise Forked(signed, shown) from None

    def _hand(self, note: str) -> None:
        if self.place is not None:
            self.place.countersigned(note)


# As a process


def main(arguments: Iterable[str] | None = None) -> int:
    """Once, or every so many seconds; 1 when the log has forked."""
    given = _given(arguments)
    return asyncio.run(_watch(given))


async def _watch(given: argparse.Namespace) -> int:
    while True:
        code = await _once(given)
        if given.every is None or code == 1:
            return code
        await asyncio.sleep(given.every)


async def _once(given: argparse.Namespace) -> int:
    token = os.environ.get("WITNESS_TOKEN") or given.token.read_text().strip()
    async with httpx.AsyncClient(
        base_url=given.door,
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
        trust_env=False,
    ) as http:
        witness = Witness(
            HttpProofs(given.service, http),
            PrivateKey.parse(given.key.read_text().strip()),
            KnownKeys.parse(given.keys.read_bytes()),
            given.state,
            Folder(given.checkpoints) if given.checkpoints else None,
        )
        try:
            signed = await witness.sign(given.accept)
        except Forked as fork:
            _say({"service": given.service, "forked": str(fork)})
            return 1
        except (DoorClosed, ValueError, OSError) as error:
            _say({"service": given.service, "not_seen": f"{type(error).__name__} {error}"})
            return 3
    _say({"service": given.service, "signed": signed and signed.size})
    return 0


def _say(told: dict[str, Any]) -> None:
    print(json.dumps(told), file=sys.stdout, flush=True)  # noqa: T201


def _given(arguments: Iterable[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.chassis.witness")
    parser.add_argument("service")
    parser.add_argument("--door", required=True, help="where the service answers")
    parser.add_argument("--token", type=Path, help="an auditor's token; or WITNESS_TOKEN")
    parser.add_argument("--key", type=Path, required=True, help="the witness's private key")
    parser.add_argument("--keys", type=Path, required=True, help="the public keys")
    parser.add_argument("--state", type=Path, required=True, help="what was signed last")
    parser.add_argument("--checkpoints", type=Path, help="where the signature is handed to")
    parser.add_argument("--accept", type=int, help="a generation that was looked into")
    parser.add_argument("--every", type=float, help="again after so many seconds")
    return parser.parse_args(None if arguments is None else list(arguments))


if __name__ == "__main__":
    sys.exit(main())
