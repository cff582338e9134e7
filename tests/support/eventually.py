"""Waiting for something to become true, with a deadline instead of a sleep."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")


@overload
async def eventually(
    question: Callable[[], Awaitable[T]], within: float = ..., every: float = ...
) -> T: ...


@overload
async def eventually(question: Callable[[], T], within: float = ..., every: float = ...) -> T: ...


async def eventually(
    question: Callable[[], Awaitable[T]] | Callable[[], T],
    within: float = 10,
    every: float = 0.02,
) -> T:
    """Ask until the answer is truthy and return it; fail with the last answer after `within`.

    An assertion that fails inside the question counts as "not yet"; the last one is shown.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + within
    while True:
        answer, failure = await _ask(question)
        if failure is None and answer:
            return answer
        if loop.time() >= until:
            raise AssertionError(f"not within {within} s; last answer: {answer!r}") from failure
        await asyncio.sleep(every)


async def _ask(
    question: Callable[[], Awaitable[T]] | Callable[[], T],
) -> tuple[T | None, AssertionError | None]:
    try:
        answer = question()
        return (await answer if inspect.isawaitable(answer) else answer), None
    except AssertionError as failure:
        return None, failure
