"""Take in providers, then programmes, then the classes in which they are given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

from services.chassis.deciding import Work
from services.chassis.importing import AnyWork, Batch, ImportKind, Undo, Undoing
from services.chassis.workbook import Row
from services.training.adapters.catalogue_sheets import (
    AGREED_UNTIL,
    CLASS_CODE,
    CLASSES,
    EXTERNAL_ID,
    GIVEN_BY,
    PROGRAMMES,
    PROVIDERS,
    SEATS,
    SESSIONS,
    TARGETS,
    TEMPLATE,
    read_class,
    read_programme,
    read_provider,
)
from services.training.adapters.history_sheets import CODE, FIRST_DAY, LAST_DAY
from services.training.commands import programmes
from services.training.commands.classes import class_work
from services.training.commands.history import CHANGED_SINCE, undo_history
from services.training.commands.in_use import IN_USE, is_in_use
from services.training.commands.providers import states_of
from services.training.deps import Deps
from services.training.domain import programme, provider, training_class
from services.training.domain.programme import (
    CompetencyNamedTwice,
    DefineProgramme,
    Offer,
    ProgrammeDefined,
    UnknownProgramme,
)
from services.training.domain.provider import (
    AccreditationExpired,
    AgreementEndsBeforeItBegins,
    AgreementExpired,
    DefineProvider,
    Known,
    Provider,
    ProviderDefined,
    ProviderHasEnded,
    ProviderIsSuspended,
    UnknownProvider,
    WithdrawProvider,
)
from services.training.domain.training_class import (
    ClassEndsBeforeItBegins,
    ClassRescheduled,
    ClassScheduled,
    FirstDayIsFixed,
    Schedule,
    ScheduleClass,
    SeatsBelowTaken,
    SessionOutsideClass,
    WithdrawClass,
)
from services.training.domain.training_need import CompetencyNotHeard
from services.training.projections.competency_codes import known_codes
from services.training.streams import provider_id_of, provider_stream

TWICE = "Ini ada dua kali di berkas: sisakan satu baris saja."
Told = Provider | Offer | Schedule


async def catalogue_commands(deps: Deps, batch: Batch[Told]) -> None:
    """A class may be of a programme and a provider that only this file tells of."""
    standing = await _standing(deps, batch)
    known = await _known_codes(deps, batch)
    on_offer = await _on_offer(deps, batch)
    for row, told in batch.rows:
        match told:
            case Provider():
                _provider(deps, batch, row, told)
            case Offer():
                _programme(deps, batch, row, told, standing, known)
            case Schedule():
                _class(deps, batch, row, told, standing, on_offer)
            case _:
                assert_never(told)


async def _standing(deps: Deps, batch: Batch[Told]) -> dict[str, provider.State]:
    """Where the providers that are named will stand once the file has been taken in."""
    named = {told.provider for _, told in batch.rows if isinstance(told, Schedule)}
    for _, told in batch.rows:
        if isinstance(told, Offer) and told.delivery and told.delivery.provider:
            named.add(told.delivery.provider)
    standing = await states_of(deps, batch.agency, named)
    for key in batch.seen:
        match key:
            case ("told", Provider() as told) if told.external_id in named:
                before = standing[told.external_id]
                now = replace(before, provider=told) if before else Known(provider=told)
                standing[told.external_id] = now
    return standing


async def _known_codes(deps: Deps, batch: Batch[Told]) -> frozenset[str]:
    codes = {
        target.competency
        for _, told in batch.rows
        if isinstance(told, Offer) and told.delivery
        for target in told.delivery.targets
    }
    return await known_codes(deps.pool, batch.agency, sorted(codes))


async def _on_offer(deps: Deps, batch: Batch[Told]) -> set[str]:
    """Which of the programmes that are named the catalogue has."""
    named = {told.programme for _, told in batch.rows if isinstance(told, Schedule)}
    in_file = {code for code in named if (PROGRAMMES.name, code) in batch.seen}
    streams = {code: programmes.stream_of(batch.agency, code) for code in named - in_file}
    told = await deps.store.load_many(streams.values())
    return in_file | {
        code
        for code, stream in streams.items()
        if told[stream] and isinstance(told[stream][-1].event, ProgrammeDefined)
    }


def _provider(deps: Deps, batch: Batch[Told], row: Row, told: Provider) -> None:
    """What the file will have told of a provider is remembered for its classes, if it is sound."""
    if told.agreement is not None and told.agreement.until < told.agreement.since:
        batch.refused(row, AGREED_UNTIL, AgreementEndsBeforeItBegins())
    elif batch.earlier(told.external_id, row):
        batch.refuse(row, EXTERNAL_ID, "duplicate-in-file", TWICE)
    else:
        batch.seen[("told", told)] = row.number
        batch.will(row, _provider_work(deps, batch, told))


def _programme(
    deps: Deps,
    batch: Batch[Told],
    row: Row,
    offer: Offer,
    standing: dict[str, provider.State],
    known: frozenset[str],
) -> None:
    delivery = offer.delivery
    assert delivery is not None, "the sheet has its columns"
    if any(target.competency not in known for target in delivery.targets):
        batch.refused(row, TARGETS, CompetencyNotHeard())
    elif len({target.competency for target in delivery.targets}) < len(delivery.targets):
        batch.refused(row, TARGETS, CompetencyNamedTwice())
    elif delivery.provider is not None and standing[delivery.provider] is None:
        batch.refused(row, GIVEN_BY, UnknownProvider())
    elif batch.earlier(offer.code, row):
        batch.refuse(row, CODE, "duplicate-in-file", TWICE)
    else:
        batch.will(row, _offer_work(deps, batch, offer))


def _class(
    deps: Deps,
    batch: Batch[Told],
    row: Row,
    wanted: Schedule,
    standing: dict[str, provider.State],
    on_offer: set[str],
) -> None:
    if wanted.programme not in on_offer:
        batch.refused(row, CODE, UnknownProgramme())
    elif batch.earlier(wanted.code, row):
        batch.refuse(row, CLASS_CODE, "duplicate-in-file", TWICE)
    else:
        command = ScheduleClass(
            schedule=wanted, provider=standing[wanted.provider], on=deps.today()
        )
        batch.will(row, class_work(batch.agency, wanted.code, command, batch.origin))


def _provider_work(deps: Deps, batch: Batch[Told], told: Provider) -> AnyWork:
    provider_id = provider_id_of(batch.agency, told.external_id)
    return Work(
        decider=provider,
        stream=provider_stream(provider_id),
        command=DefineProvider(provider=told, on=deps.today()),
        subject=provider_id,
        agency=batch.agency,
        origin=batch.origin,
    )


def _offer_work(deps: Deps, batch: Batch[Told], offer: Offer) -> AnyWork:
    return Work(
        decider=programme,
        stream=programmes.stream_of(batch.agency, offer.code),
        command=DefineProgramme(offer=offer, on=deps.today()),
        subject=programmes.programme_id(batch.agency, offer.code),
        agency=batch.agency,
        origin=batch.origin,
    )


# Taking it back


async def undo_catalogue(deps: Deps, asked: Undoing) -> Undo:
    """Each as it was before the file, or not at all, if nobody has said anything about it since."""
    newest = asked.history[-1]
    if newest.about.event_id not in asked.added:
        return Undo(left=dict.fromkeys(asked.added, CHANGED_SINCE))
    earlier = [one.event for one in asked.history if one.about.event_id not in asked.added]
    match newest.event:
        case ProviderDefined(provider=giver):
            back = _provider_back(deps, asked, giver, earlier)
            if isinstance(back.command, WithdrawProvider) and await is_in_use(
                deps, asked, lambda row: row.provider == giver.external_id
            ):
                return Undo(left=dict.fromkeys(asked.added, IN_USE))
            return Undo(back)
        case ClassScheduled(schedule=told) | ClassRescheduled(schedule=told):
            return Undo(_class_back(deps, asked, told, earlier))
        case _:
            return await undo_history(deps, asked)


def _provider_back(deps: Deps, asked: Undoing, told: Provider, earlier: list[Any]) -> AnyWork:
    before = [one.provider for one in earlier if isinstance(one, ProviderDefined)]
    command: provider.Command = WithdrawProvider(provider=told, on=deps.today())
    if before:
        command = DefineProvider(provider=before[-1], on=deps.today())
    return _work(asked, provider, command)


def _class_back(deps: Deps, asked: Undoing, told: Schedule, earlier: list[Any]) -> AnyWork:
    before = [one.schedule for one in earlier if isinstance(one, ClassScheduled | ClassRescheduled)]
    command: training_class.Command = WithdrawClass(schedule=told, on=deps.today())
    if before:
        # Whoever gave the class before may give it again: it is no new one.
        giver = Known(provider=_named(before[-1].provider))
        command = ScheduleClass(schedule=before[-1], provider=giver, on=deps.today())
    return _work(asked, training_class, command)


def _named(external_id: str) -> Provider:
    return Provider(
        external_id=external_id, kind=provider.ProviderKind.GOVERNMENT, legal_name=external_id
    )


def _work(asked: Undoing, decider: object, command: object) -> AnyWork:
    return Work(
        decider=decider,  # type: ignore[arg-type]  # one of the modules above
        stream=asked.stream,
        command=command,
        subject=asked.history[0].about.subject,
        agency=asked.agency,
        origin=asked.origin,
    )


CATALOGUE_FILE = ImportKind(
    template=TEMPLATE,
    readers={PROVIDERS: read_provider, PROGRAMMES: read_programme, CLASSES: read_class},
    commands=catalogue_commands,
    undo=undo_catalogue,
    columns={
        UnknownProvider: EXTERNAL_ID,
        ProviderIsSuspended: EXTERNAL_ID,
        ProviderHasEnded: EXTERNAL_ID,
        AccreditationExpired: FIRST_DAY,
        AgreementExpired: FIRST_DAY,
        ClassEndsBeforeItBegins: LAST_DAY,
        FirstDayIsFixed: FIRST_DAY,
        SeatsBelowTaken: SEATS,
        SessionOutsideClass: SESSIONS,
    },
)
