"""What an operator may ask about proofs: verify the log or the inbox, copy the log, a new key."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.chassis.outside import Outside
from services.chassis.settings import CannotStart

if TYPE_CHECKING:
    from services.chassis.order import Order


async def verify_log(order: Order) -> int:
    """Every event, the tree, and every checkpoint outside; 1 at the first that does not fit."""
    from services.chassis import verifying
    from services.chassis.verify_log import cores

    report = await verifying.verify_log(
        order.runtime.pool,
        order.service.name,
        Outside.of(order.runtime.settings),
        workers=cores() if order.given.workers is None else order.given.workers,
        say=_progress,
    )
    _tell(report.as_json())
    return 0 if report.wrong is None else 1


async def export_log(order: Order) -> None:
    """The log as a file that can be verified elsewhere."""
    from services.chassis import verifying

    events = await verifying.export_log(order.runtime.pool, Path(order.given.file))
    _tell({"file": order.given.file, "events": events})


async def export_range(order: Order) -> int:
    """Some events of the log as evidence that anybody can verify; 1 when they are not there yet."""
    from services.chassis.range_gathering import NotInTheLog, range_bundle

    given, name = order.given, order.service.name
    try:
        bundle = await range_bundle(
            order.runtime.pool, name, _outside(order), given.first, given.last
        )
    except NotInTheLog:
        _tell({"file": None, "wrong": "no checkpoint covers these events"})
        return 1
    await asyncio.to_thread(Path(given.file).write_bytes, bundle)
    _tell({"file": given.file, "first": given.first, "last": given.last, "bytes": len(bundle)})
    return 0


async def verify_inbox(order: Order) -> int:
    """Every row of the inbox by its source's tree; 1 at the first that does not fit."""
    from services.chassis.proof_doors import HttpProofs
    from services.chassis.verify_inbox import verify_inbox as verified

    runtime = order.runtime
    doors = {source: HttpProofs(source, runtime.http(source)) for source in order.service.hears}
    report = await verified(runtime.pool, doors, _outside(order).known(), _progress)
    _tell(report)
    return 0 if report["whole"] else 1


async def rotate_key(order: Order) -> int:
    """A new key for this service's checkpoints, announced in one that both keys sign."""
    from services.chassis.checkpointing import Checkpointing, rotate

    checkpointing = Checkpointing(order.runtime.pool, _outside(order))
    key = await rotate(checkpointing)
    _tell({"key": key and key.spelled()})
    return 0 if key else 1


def _outside(order: Order) -> Outside:
    outside = Outside.of(order.runtime.settings)
    if outside is None:
        raise CannotStart("CHECKPOINT_FOLDER is not set.")
    return outside


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _tell(found: dict[str, Any]) -> None:
    print(json.dumps(found, indent=1), flush=True)  # noqa: T201
