"""Assessment at hand, and somebody to assess."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest_asyncio

from services.assessment.main import SERVICE
from tests.support.at_hand import AtHand, at_hand

NIP = "198609262015051001"


@pytest_asyncio.fixture
async def assessment(database: str, tmp_path: Path) -> AsyncIterator[AtHand]:
    async with at_hand(SERVICE, database, tmp_path) as service:
        yield service


@pytest_asyncio.fixture
async def person(assessment: AtHand) -> UUID:
    """Somebody whom the index knows."""
    person_id = uuid4()
    await assessment.knows(NIP, person_id)
    return person_id
