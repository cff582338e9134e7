"""Whom a number in a file means."""

from __future__ import annotations

from services.training.deps import Deps
from services.training.projections.identity_index import Bearer, bearers_of, digests_of


async def bearers_by_nip(deps: Deps, agency: str, nips: set[str]) -> dict[str, Bearer]:
    """Who is meant, as far as the index knows them in this agency."""
    digests = {nip: digests_of(deps.lookup_key, nip) for nip in nips}
    every = [digest for both in digests.values() for digest in both]
    known = await bearers_of(deps.pool, every)
    found: dict[str, Bearer] = {}
    for nip, both in digests.items():
        bearers = {known[digest] for digest in both if digest in known}
        if len(bearers) == 1 and (bearer := bearers.pop()).agency == agency:
            found[nip] = bearer
    return found
