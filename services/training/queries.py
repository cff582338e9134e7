"""What may be asked about trainings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.problems import NotFound
from services.training.adapters import envelopes
from services.training.adapters.envelopes import Envelope, State
from services.training.adapters.jp_targets import shipped_targets
from services.training.adapters.leadership_duties import shipped_duties
from services.training.deps import Deps
from services.training.domain.jp_rules import Effort, EffortNotTold, FormRule, earned
from services.training.domain.jp_setting import DECREED
from services.training.domain.jp_year import Standing, standing, target_of, total
from services.training.domain.leadership_duty import WITH_A_DUTY, Owed, owed
from services.training.domain.terms import Form
from services.training.projections import (
    catalogue,
    identity_index,
    jp_earned,
    learning_record,
    mentoring_sessions,
    postings,
)
from services.training.projections.identity_index import Bearer
from services.training.streams import enrolment_stream


async def person(deps: Deps, person_id: UUID) -> Bearer:
    """The person, if training has heard of the person."""
    bearer = await identity_index.bearer_of(deps.pool, person_id)
    if bearer is None:
        raise NotFound
    return bearer


@dataclass(frozen=True, slots=True)
class Training:
    """A row of the record, and what its training and certificate are called: sealed words."""

    row: learning_record.Row
    title: str | None
    certificate_number: str | None


async def trainings_of(deps: Deps, bearer: Bearer) -> list[Training]:
    """What a person has learned and is learning."""
    rows = await learning_record.trainings_of(deps.pool, bearer.subject)
    streams = {row.enrolment_id: enrolment_stream(row.enrolment_id) for row in rows}
    told = await deps.store.load_many(streams.values())
    found = []
    for row in rows:
        said = next(
            (
                one.event.completion
                for one in told[streams[row.enrolment_id]]
                if one.about.event_id == row.completion_id
            ),
            None,
        )
        found.append(Training(row, said and said.title, said and said.certificate_number))
    return found


async def programmes_of(deps: Deps, agency: str) -> list[catalogue.Row]:
    """What an agency offers."""
    return await catalogue.programmes_of(deps.pool, agency)


async def reports_of(
    deps: Deps, agency: str, state: State | None, limit: int = 200
) -> list[Envelope]:
    """What providers have reported, the newest first."""
    return await envelopes.envelopes_of(deps.pool, agency, state, limit)


async def report_text(deps: Deps, envelope: Envelope) -> str | None:
    """A report as it came; None when whom it is about has been forgotten."""
    body = await envelopes.body_of(deps.vault, envelope)
    return None if body is None else body.decode("utf-8", "replace")


# A year's JP


@dataclass(frozen=True, slots=True, kw_only=True)
class JpQuestion:
    """`known_at`: by what had been recorded then; everything if not told. `rules`: of the day."""

    agency: str
    year: int
    as_of: date
    known_at: datetime | None = None
    unit_id: UUID | None = None
    rules: Mapping[Form, FormRule]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfSomebody:
    """`sessions_uncounted`: sessions of guiding for which no rule of the agency gives JP."""

    serving: postings.Serving
    by_form: Mapping[Form, int]
    sessions_uncounted: int
    standing: Standing


async def jp_of_year(
    deps: Deps, asked: JpQuestion, person_id: UUID | None = None
) -> list[YearOfSomebody]:
    """Everybody who served on the day (or one person), with the JP of the year until then."""
    on_day = postings.OnDay(
        agency=asked.agency, as_of=asked.as_of, known_at=asked.known_at, unit_id=asked.unit_id
    )
    in_year = jp_earned.InYear(
        agency=asked.agency, year=asked.year, as_of=asked.as_of, known_at=asked.known_at
    )
    serving = await postings.serving_on(deps.pool, on_day, person_id)
    learned = await jp_earned.earned_in(deps.pool, in_year, person_id)
    guided = await mentoring_sessions.sessions_in(deps.pool, in_year, person_id)
    targets = shipped_targets()
    found = []
    for one in serving:
        by_form = {Form(form): jp for form, jp in learned.get(one.person_id, {}).items()}
        uncounted = _add_sessions(by_form, guided.get(one.person_id, {}), asked.rules)
        target = target_of(targets, one.employment, asked.year)
        found.append(
            YearOfSomebody(
                serving=one,
                by_form=by_form,
                sessions_uncounted=uncounted,
                standing=standing(total(by_form), target),
            )
        )
    return found


def _add_sessions(
    by_form: dict[Form, int],
    guided: Mapping[int, tuple[date, ...]],
    rules: Mapping[Form, FormRule],
) -> int:
    """Sessions earn JP where the agency has decreed how many: the shipped numbers are uncertain,
    and what is uncertain, or counted by what no session tells, counts for nobody. The answer is
    how many sessions were left out."""
    uncounted = 0
    for number, days in guided.items():
        rule = rules[Form(number)]
        if rule.verification != DECREED:
            uncounted += len(days)
            continue
        try:
            jp = earned(rule, Effort(sessions=days)).jp
        except EffortNotTold:  # Decreed by hours or days, of which a session tells none.
            uncounted += len(days)
            continue
        by_form[rule.form] = by_form.get(rule.form, 0) + jp
    return uncounted


# Leadership training


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOfSomebody:
    serving: postings.Serving
    owed: Owed


async def duties_on(
    deps: Deps, asked: postings.OnDay, deadlines: Mapping[str, int]
) -> list[DutyOfSomebody]:
    """Everybody whose post of the day obliges to a leadership training, done or not."""
    duties = shipped_duties()
    serving = await postings.serving_on(deps.pool, asked)
    concerned = [one for one in serving if one.position_class in WITH_A_DUTY]
    people = [one.person_id for one in concerned]
    held = await postings.held_by(deps.pool, asked, people)
    done = await jp_earned.finished_by(deps.pool, asked.agency, asked.known_at, people)
    found = []
    for one in concerned:
        known = (held.get(one.person_id, []), done.get(one.person_id, []))
        duty = owed(duties, *known, deadlines, asked.as_of)
        if duty is not None:
            found.append(DutyOfSomebody(serving=one, owed=duty))
    return found
