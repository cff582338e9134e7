"""Ratings and competency results of the past, as files bring them."""

from __future__ import annotations

from services.assessment.adapters.history_sheets import (
    APPRAISALS,
    ASSESSMENTS,
    NIP,
    PastAppraisal,
    PastAssessment,
    read_appraisal,
    read_assessment,
)
from services.assessment.adapters.history_template import TEMPLATE
from services.assessment.adapters.older_and_shorter_sheets import (
    DP3,
    PERIODS,
    POTENTIAL,
    PastDp3,
    PastPeriod,
    PastPotential,
    read_dp3,
    read_period,
    read_potential,
)
from services.assessment.commands.potential import scoring
from services.assessment.commands.record import Task, appraising, assessing, rating_period
from services.assessment.deps import Deps
from services.assessment.domain import (
    appraisal,
    competency_assessment,
    periodic_rating,
    potential_assessment,
)
from services.assessment.domain.appraisal import (
    AppraisalCompleted,
    CompleteAppraisal,
    WithdrawAppraisal,
)
from services.assessment.domain.competency_assessment import (
    CompetencyAssessed,
    RecordAssessment,
    WithdrawAssessment,
)
from services.assessment.domain.periodic_rating import PeriodRated, RatePeriod, WithdrawPeriod
from services.assessment.domain.potential_assessment import (
    PotentialAssessed,
    RecordPotential,
    WithdrawPotential,
)
from services.assessment.domain.ratings import Law
from services.assessment.projections.identity_index import Bearer, bearers_of, digests_of
from services.chassis.deciding import Work
from services.chassis.events import Origin
from services.chassis.importing import Batch, ImportKind, Undo, Undoing

CHANGED_SINCE = "changed-since"
Past = PastAppraisal | PastAssessment | PastPeriod | PastDp3 | PastPotential


async def history_commands(deps: Deps, batch: Batch[Past]) -> None:
    """Ratings and competency results of the past."""
    known = await bearers_by_nip(deps, batch.agency, {past.nip for _, past in batch.rows})
    for row, past in batch.rows:
        bearer = known.get(past.nip)
        if bearer is None:
            fix = "Betulkan NIP-nya, atau catat dulu orangnya pada profil lalu periksa lagi."
            batch.refuse(row, NIP, "person-unknown", fix)
        else:
            batch.will(row, _task(deps, past, bearer, batch.origin))


def _task(deps: Deps, past: Past, who: Bearer, origin: Origin) -> Task:
    event_id, today = deps.new_id(), deps.today()
    match past:
        case PastAppraisal():
            command = CompleteAppraisal(
                event_id=event_id,
                year=past.year,
                law=past.law,
                marks=past.marks,
                rating=past.rating,
                today=today,
            )
            return appraising(command, who, origin)
        case PastAssessment(report=report):
            told = RecordAssessment(event_id=event_id, report=report, today=today)
            return assessing(told, who, origin)
        case PastPeriod():
            rated = RatePeriod(
                event_id=event_id,
                period=past.period,
                marks=past.marks,
                rating=past.rating,
                today=today,
            )
            return rating_period(rated, who, origin)
        case PastDp3():
            scored = CompleteAppraisal(
                event_id=event_id,
                year=past.year,
                law=Law.PP_10_1979,
                marks=past.marks,
                rating=past.rating,
                today=today,
            )
            return appraising(scored, who, origin)
        case PastPotential(potential=potential):
            found = RecordPotential(event_id=event_id, potential=potential, today=today)
            return scoring(found, who, origin)


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


async def undo_history(deps: Deps, asked: Undoing) -> Undo:
    """A result that the file brought falls, if nobody has corrected it since."""
    newest = asked.history[-1].event
    on = deps.today()
    match newest:
        case AppraisalCompleted(event_id=event_id, year=year) if event_id in asked.added:
            command = WithdrawAppraisal(withdraws=event_id, year=year, on=on)
            return Undo(_withdrawing(asked, appraisal, command))
        case CompetencyAssessed(event_id=event_id) if event_id in asked.added:
            take_back = WithdrawAssessment(withdraws=event_id, on=on)
            return Undo(_withdrawing(asked, competency_assessment, take_back))
        case PeriodRated(event_id=event_id) if event_id in asked.added:
            return Undo(
                _withdrawing(asked, periodic_rating, WithdrawPeriod(withdraws=event_id, on=on))
            )
        case PotentialAssessed(event_id=event_id) if event_id in asked.added:
            found = WithdrawPotential(withdraws=event_id, on=on)
            return Undo(_withdrawing(asked, potential_assessment, found))
        case _:
            return Undo(left=dict.fromkeys(asked.added, CHANGED_SINCE))


def _withdrawing(asked: Undoing, decider: object, command: object) -> Task:
    return Work(
        decider=decider,  # type: ignore[arg-type]  # one of these modules
        stream=asked.stream,
        command=command,
        subject=asked.history[0].about.subject,
        agency=asked.agency,
        origin=asked.origin,
    )


HISTORY = ImportKind(
    template=TEMPLATE,
    readers={
        APPRAISALS: read_appraisal,
        PERIODS: read_period,
        DP3: read_dp3,
        ASSESSMENTS: read_assessment,
        POTENTIAL: read_potential,
    },
    commands=history_commands,
    undo=undo_history,
)
