"""Sources that prove what they said, and a place outside where career's checkpoints are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from services.chassis import merkle, proof
from services.chassis.checkpoint import Checkpoint, signed
from services.chassis.checkpoint_keys import KnownKey, KnownKeys
from services.chassis.checkpointing import Checkpointing
from services.chassis.cloudevents import SaidRow
from services.chassis.proof_doors import NeverSaid, Proved
from services.chassis.signed_note import PrivateKey, Use
from services.chassis.tree import Proof
from tests.integration.career.conftest import Career
from tests.integration.career.sources import Source

SERVICES = ("profile", "assessment", "training", "career")
KEYS = {
    name: PrivateKey(f"demo/{name}", Use.LOG, sha256(name.encode()).digest()) for name in SERVICES
}
KNOWN = KnownKeys(tuple(KnownKey(key.public()) for key in KEYS.values()))


@dataclass(slots=True)
class ProvingSource:
    """A source's log as a tree; what it stored is its own business."""

    source: Source
    asked: list[Sequence[tuple[int, int, int]]] = field(default_factory=list)

    def leaves(self) -> list[bytes]:
        return [self._leaf(row) for row in self.source.said_rows]

    async def proofs(
        self, entries: Sequence[tuple[int, int, int]], size: int | None = None
    ) -> Proved:
        self.asked.append(entries)
        rows = {(row.generation, row.partition, row.psn): row for row in self.source.said_rows}
        for nth, entry in enumerate(entries):
            if entry not in rows:
                raise NeverSaid(nth)
        leaves = self.leaves()[:size]
        hashes = merkle.whole_subtrees(leaves)
        proofs = [
            Proof(
                row.seq,
                stored_hash(row),
                merkle.inclusion_path(row.seq - 1, len(leaves), hashes),
            )
            for row in (rows[entry] for entry in entries)
        ]
        return Proved(self.checkpoint(leaves), proofs)

    def checkpoint(self, leaves: Sequence[bytes]) -> str:
        checkpoint = Checkpoint(
            origin=f"demo/{self.source.name}",
            size=len(leaves),
            root=merkle.root_of(leaves),
            generation=1,
            closed_through=self.source.closed_through,
        )
        return signed(checkpoint, KEYS[self.source.name])

    def _leaf(self, row: SaidRow) -> bytes:
        return proof.leaf_of(stored_hash(row), sha256(proof.said_part(self.said(row))).digest())

    def said(self, row: SaidRow) -> proof.Said:
        return proof.Said(
            service=self.source.name,
            generation=row.generation,
            seq=row.seq,
            event_id=row.event_id,
            subject=row.subject,
            agency=row.agency,
            effective_from=row.effective_from,
            recorded_at=row.recorded_at,
            said_type=row.type,
            said_schema=row.schema,
            partition=row.partition,
            psn=row.psn,
            said_body=row.body,
        )


def stored_hash(row: SaidRow) -> bytes:
    return sha256(b"stored " + row.event_id.bytes).digest()


def provable(career: Career) -> dict[str, ProvingSource]:
    """Career asks these sources for proofs; the fixture `proving` has set up the rest."""
    sources = {name: ProvingSource(source) for name, source in career.world.sources.items()}
    career.hand.deps = replace(career.hand.deps, proof_doors=sources)
    return sources


def keys_in(folder: Path) -> dict[str, Path]:
    """The settings of a service that signs its checkpoints and keeps them in this folder."""
    (folder / "career.key").write_text(KEYS["career"].spelled() + "\n")
    (folder / "keys.json").write_text(KNOWN.text())
    return {
        "checkpoint_folder": folder / "outside",
        "checkpoint_key": folder / "career.key",
        "checkpoint_keys": folder / "keys.json",
    }


async def claim(career: Career) -> None:
    """A checkpoint over all that is sealed now."""
    outside = career.hand.deps.outside
    assert outside is not None
    await Checkpointing(career.hand.runtime.pool, outside).write()
