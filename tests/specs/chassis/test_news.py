"""News wakes those whom it concerns, and those for whom somebody waits."""

from __future__ import annotations

import asyncio

from services.chassis.bell import Bell
from services.chassis.news import News
from services.chassis.progress import Progress
from services.chassis.reading import Place


def rang(bell: Bell, ticket: asyncio.Event) -> bool:
    """Whether it rang since the ticket was taken."""
    return ticket is not bell.ticket() and ticket.is_set()


async def test_only_who_reads_the_type_is_woken() -> None:
    news = News()
    ranks = news.bell(lambda source, type: (source, type) == ("profile", "rank"))
    posts = news.bell(lambda source, type: (source, type) == ("profile", "post"))
    for_ranks, for_posts = ranks.ticket(), posts.ticket()
    news.tell([("profile", "rank"), ("profile", "rank")])
    news.tell([("training", "post")])
    assert rang(ranks, for_ranks)
    assert not rang(posts, for_posts)


async def test_a_new_life_of_a_source_wakes_everybody_once() -> None:
    news = News()
    bell = news.bell(lambda *_: False)
    first = bell.ticket()
    news.lives_on("profile", 1, 4)
    assert rang(bell, first)
    again = bell.ticket()
    news.lives_on("profile", 1, 4)
    assert not rang(bell, again)
    assert news.lives == 1


async def test_a_projector_is_woken_and_wanted_for_as_long_as_somebody_waits() -> None:
    progress, bell, place = Progress(), Bell(), Place("profile", 1, 0)
    progress.serve("ranks", bell)
    ticket = bell.ticket()
    waiting = asyncio.create_task(progress.reaches(["ranks"], place, 3, 5))
    await asyncio.sleep(0)
    assert rang(bell, ticket)
    assert progress.is_wanted("ranks")
    progress.come("ranks", place, 3)
    assert await waiting
    assert not progress.is_wanted("ranks")
