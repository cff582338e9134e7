"""What stays when a file is taken back, because a class that stays rests on it."""

from __future__ import annotations

from collections.abc import Callable

from services.chassis.importing import Undoing
from services.training.deps import Deps
from services.training.projections.training_classes import Row, classes_of
from services.training.streams import class_id_of, class_stream

IN_USE = "in-use"


async def is_in_use(deps: Deps, asked: Undoing, rests: Callable[[Row], bool]) -> bool:
    """Whether a class rests on it that does not go with the same file.

    A class goes with the file if nobody but the file has said anything about it.
    """
    codes = [row.code for row in await classes_of(deps.pool, asked.agency) if rests(row)]
    streams = [class_stream(class_id_of(asked.agency, code)) for code in codes]
    histories = await deps.store.load_many(streams)
    return any(
        said.origin.sha256 != asked.origin.sha256 for told in histories.values() for said in told
    )
