"""What career may be asked to do: gather, execute, done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from services.career.adapters.policy_files import (
    NotAPolicy,
    PolicyFile,
    Shipped,
    check_registered,
    known_since,
    parse_policy,
    read_instruments,
    shipped,
)
from services.career.deps import Deps
from services.career.domain import appointment, judgement, policy_adoption, recorded_answer
from services.career.domain.policy_adoption import AdoptShipped, Approve, Draft, KnownSince, Text
from services.career.domain.rulebook import named_in_vain
from services.career.projections.adopted_policies import adopted_now
from services.chassis.answering import Answer, Once, token_answer
from services.chassis.canonical import canonical
from services.chassis.deciding import Executed, execute
from services.chassis.events import Origin
from services.chassis.problems import Problem

_POLICIES = UUID("0b9c4c7e-52f5-5f6d-9a3e-6f2f6a3d8c11")


@dataclass(frozen=True, slots=True)
class Answering:
    """What to say to a request that comes again."""

    once: Once | None = None
    with_: Callable[[Executed[Any]], Answer] = lambda done: token_answer(done.token)


class UnreadablePolicy(Problem):
    """The text is not a policy, or cites what is not registered."""

    status = 422


async def record_word(
    deps: Deps,
    person_id: UUID,
    agency: str,
    command: judgement.Command,
    origin: Origin,
    answering: Answering = Answering(),
) -> Executed[judgement.Event]:
    """An official has judged a person, or has excused one by decree."""
    return await execute(
        deps.store, judgement, f"judgements-{person_id}", command,
        subject=person_id, agency=agency, origin=origin,
        once=answering.once, answer=answering.with_,
    )  # fmt: skip


async def about_appointment(
    deps: Deps,
    appointment_id: UUID,
    person_id: UUID,
    agency: str,
    command: appointment.Command,
    origin: Origin,
    answering: Answering = Answering(),
) -> Executed[appointment.Event]:
    """Somebody is proposed; a named official decrees; or the proposal is withdrawn."""
    return await execute(
        deps.store, appointment, f"appointment-{appointment_id}", command,
        subject=person_id, agency=agency, origin=origin,
        once=answering.once, answer=answering.with_,
    )  # fmt: skip


async def record_answer(
    deps: Deps, agency: str, command: recorded_answer.RecordAnswer, origin: Origin
) -> Executed[recorded_answer.Event]:
    """What was answered is written down, so that it can be proved."""
    return await execute(
        deps.store, recorded_answer, f"answer-{command.answer_id}", command,
        subject=command.person_id, agency=agency, origin=origin,
    )  # fmt: skip


# The rulebook


async def draft_policy(deps: Deps, agency: str, content: str, by: str, origin: Origin) -> Text:
    """Somebody proposes a text; it is read as strictly as one that ships."""
    policy = readable(content)
    if policy.layer == "agency":
        await _check_rows_named(deps, policy)
    text = Text(policy=policy.policy, layer=policy.layer, content=content)
    await _about_policy(
        deps, agency, text, Draft(text=text, drafted_by=by, on=deps.today()), origin
    )
    return text


async def approve_policy(
    deps: Deps, agency: str, policy: str, layer: str, sha256: str, by: str, origin: Origin
) -> Executed[Any]:
    """One of the two people whose word adopts a text."""
    text = Text(policy=policy, layer=layer, content="")
    command = Approve(sha256=sha256, approved_by=by, on=deps.today())
    return await _about_policy(deps, agency, text, command, origin)


async def adopt_shipped(deps: Deps) -> None:
    """At first start: what ships with the deployment counts. Later starts change nothing."""
    register = read_instruments()
    for one in shipped():
        known = tuple(
            KnownSince(in_force_from=day, known_since=since)
            for day, since in known_since(one.policy, register).items()
        )
        command = AdoptShipped(text=_text(one), known_since=known, on=deps.today())
        origin = Origin(actor="deployment", door="first-start", document="policies/")
        await _about_policy(deps, one.agency or deps.agency, command.text, command, origin)


async def _check_rows_named(deps: Deps, policy: PolicyFile) -> None:
    """A decree that sets a number of a row that is not there would be silently without effect."""
    for text in await adopted_now(deps.pool):
        if (text.policy, text.layer) == (policy.policy, "national"):
            national = parse_policy(text.content).read(None)
            if vain := named_in_vain(national, policy.read(None)):
                raise UnreadablePolicy(f"The national text has no row called {', '.join(vain)}.")


def readable(content: str) -> PolicyFile:
    try:
        policy = parse_policy(content)
        check_registered(policy, read_instruments())
    except NotAPolicy as wrong:
        raise UnreadablePolicy(str(wrong)[:2000]) from None
    return policy


def _text(one: Shipped) -> Text:
    return Text(policy=one.policy.policy, layer=one.policy.layer, content=one.text)


async def _about_policy(
    deps: Deps, agency: str, text: Text, command: policy_adoption.Command, origin: Origin
) -> Executed[Any]:
    """A national text is one for the deployment; an agency's text is that agency's."""
    name = f"{text.layer}/{agency}" if text.layer == "agency" else text.layer
    subject = uuid5(_POLICIES, canonical([name, text.policy]).decode())
    return await execute(
        deps.store, policy_adoption, f"policy-{subject}", command,
        subject=subject, agency=agency, origin=origin,
    )  # fmt: skip
