"""Waiting for news: none is missed, and in a calm one looks less often."""

from __future__ import annotations

import asyncio

from services.chassis.bell import CALM_AFTER_SECONDS, Bell, Patience


async def test_what_rang_after_the_ticket_is_heard_although_nobody_waited_yet() -> None:
    bell = Bell()
    ticket = bell.ticket()
    bell.ring()
    assert await bell.heard_since(ticket, 0.01)
    assert not await bell.heard_since(bell.ticket(), 0.01)


async def test_who_was_busy_a_moment_ago_looks_again_soon() -> None:
    patience = Patience(usual=0.2, calm=0.5)
    patience.was_busy()
    assert patience.seconds == 0.2
    patience._busy_at = asyncio.get_running_loop().time() - CALM_AFTER_SECONDS
    assert patience.seconds == 0.5
