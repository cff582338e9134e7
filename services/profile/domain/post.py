"""The life of one post on the post map (peta jabatan), whoever holds it.

What the law reads from a post, class, rung, retirement age, stands here and nowhere else: an
export of people names only the post.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from services.profile.domain.terms import Jenjang, PositionClass, Refused
from services.profile.domain.withdrawing import ChangedSince


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the post asks of its holder, in the words of the job analysis; the least level of
    education as a number (7 is S1/D-IV). The law's own conditions are career's."""

    education: int | None = None
    training: str | None = None
    experience: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post in one unit. `needed` is how many holders the workload analysis (ABK) found;
    `job_class` is the kelas jabatan, 1 to 17."""

    post_id: UUID
    code: str
    name: str
    position_class: PositionClass
    jenjang: Jenjang | None
    eselon: str | None
    unit_id: UUID
    field: str | None
    retirement_age: int
    needed: int
    job_class: int | None = None
    conditions: Conditions = Conditions()


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinePost:
    event_id: UUID
    post: Post
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPost:
    """`withdraws` names the definition that was a mistake; it must be the newest."""

    withdraws: UUID
    on: date


Command = DefinePost | WithdrawPost


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDefined:
    event_id: UUID
    post: Post
    on: date

    @property
    def effective_from(self) -> date:
        return self.on


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWithdrawn:
    """It should never have been defined."""

    post_id: UUID
    withdraws: UUID
    on: date

    @property
    def effective_from(self) -> date:
        return self.on


Event = PostDefined | PostWithdrawn


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The newest definition, and all that were told, each with its day."""

    newest: PostDefined
    told: frozenset[tuple[date, Post]]

    @property
    def post(self) -> Post:
        return self.newest.post


State = OnRecord | None
initial: State = None


class FunctionalPostWithoutJenjang(Refused):
    """A functional post needs its jenjang, and no other post has one."""


class EselonOfOtherClass(Refused):
    """This eselon belongs to posts of another class."""


# Regulations 2.3: which eselon codes go with which class.
ESELON = {
    PositionClass.JPT_UTAMA: ("I.a",),
    PositionClass.JPT_MADYA: ("I.a", "I.b"),
    PositionClass.JPT_PRATAMA: ("II.a", "II.b"),
    PositionClass.ADMINISTRATOR: ("III.a", "III.b"),
    PositionClass.PENGAWAS: ("IV.a", "IV.b"),
    PositionClass.PELAKSANA: ("V.a", "V.b"),
    PositionClass.FUNGSIONAL: (),
}


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case DefinePost():
            return _define(command, state)
        case WithdrawPost(withdraws=withdraws, on=on):
            if state is None or state.newest.event_id != withdraws:
                raise ChangedSince
            post_id = state.post.post_id
            return [PostWithdrawn(post_id=post_id, withdraws=withdraws, on=on)]
        case _:
            assert_never(command)


def _define(command: DefinePost, state: State) -> list[Event]:
    post = command.post
    if (post.position_class is PositionClass.FUNGSIONAL) != (post.jenjang is not None):
        raise FunctionalPostWithoutJenjang
    if post.eselon is not None and post.eselon not in ESELON[post.position_class]:
        raise EselonOfOtherClass
    if state is not None and (post == state.post or (command.on, post) in state.told):
        return []
    return [PostDefined(event_id=command.event_id, post=post, on=command.on)]


def evolve(state: State, event: Event) -> State:
    if not isinstance(event, PostDefined):
        return None
    told = state.told if state else frozenset()
    return OnRecord(event, told | {(event.on, event.post)})
