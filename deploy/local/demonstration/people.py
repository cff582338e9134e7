"""How many people there are of which kind, and the few whose stories the tour tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from deploy.local.demonstration.agency import Office
from deploy.local.demonstration.lives import (
    COMPETENCIES,
    Assessed,
    Course,
    Held,
    Life,
    Rated,
    Registry,
    Sanctioned,
    Trained,
    life,
    three_years_from,
    trained,
)

CLERK: tuple[str, str | None] = ("PELAKSANA", None)
S1, D3, SMA, S2 = "S-1/SARJANA", "DIPLOMA III/SARJANA MUDA", "SLTA", "S-2"


def population(
    chance: Random, registry: Registry, offices: list[Office], people: int
) -> list[Life]:
    """So many lives, spread over the offices; heads of every unit first."""
    courses = _courses(chance, len(offices))
    lives: list[Life] = []
    while len(lives) < people:
        lives += [
            life(chance, registry, office, next(courses))
            for office in offices[: people - len(lives)]
        ]
    return lives


def _courses(chance: Random, offices: int) -> Iterator[Course]:
    """Round by round through the offices: ten heads in each, then everybody else."""
    heads: tuple[Callable[[Random], Course], ...] = (_chief, *(_manager,) * 4, *(_supervisor,) * 5)
    for course in heads:
        for _ in range(offices):
            yield course(chance)
    while True:
        kind = chance.choices((_expert, _skilled, _clerk, _contract, _new), (26, 14, 36, 21, 3))[0]
        yield kind(chance)


def _years(chance: Random, least: int, most: int) -> int:
    return chance.randint(least, most)


def _chief(chance: Random) -> Course:
    return Course(
        "PNS",
        (
            (*CLERK, _years(chance, 5, 7)),
            ("PENGAWAS", None, _years(chance, 4, 6)),
            ("ADMINISTRATOR", None, _years(chance, 5, 8)),
            ("JPT PRATAMA", None, _years(chance, 1, 5)),
        ),
        chance.choice((S1, S2)),
    )


def _manager(chance: Random) -> Course:
    stages = (
        (*CLERK, _years(chance, 5, 8)),
        ("PENGAWAS", None, _years(chance, 3, 8)),
        ("ADMINISTRATOR", None, _years(chance, 1, 8)),
    )
    return Course("PNS", stages, chance.choice((S1, S1, S2)))


def _supervisor(chance: Random) -> Course:
    stages = ((*CLERK, _years(chance, 4, 10)), ("PENGAWAS", None, _years(chance, 1, 9)))
    return Course("PNS", stages, chance.choice((D3, S1, S1, S1)))


def _expert(chance: Random) -> Course:
    rungs = ("AHLI PERTAMA", "AHLI MUDA", "AHLI MADYA")[: chance.choice((1, 2, 2, 3))]
    stages = tuple(("FUNGSIONAL", rung, _years(chance, 3, 8)) for rung in rungs)
    return Course("PNS", stages, chance.choice((S1, S1, S2)))


def _skilled(chance: Random) -> Course:
    rungs = ("TERAMPIL", "MAHIR", "PENYELIA")[: chance.choice((1, 2, 3))]
    stages = tuple(("FUNGSIONAL", rung, _years(chance, 3, 8)) for rung in rungs)
    return Course("PNS", stages, D3)


def _clerk(chance: Random) -> Course:
    stages = tuple((*CLERK, _years(chance, 3, 12)) for _ in range(chance.choice((1, 2))))
    return Course("PNS", stages, chance.choice((SMA, SMA, D3, S1)))


def _contract(chance: Random) -> Course:
    part_time = chance.random() < 0.15
    stage = ("FUNGSIONAL", "AHLI PERTAMA") if not part_time and chance.random() < 0.6 else CLERK
    level = S1 if stage != CLERK else chance.choice((SMA, D3, S1))
    years = 1 if part_time else _years(chance, 1, 6)
    return Course("PPPK PARUH WAKTU" if part_time else "PPPK", ((*stage, years),), level)


def _new(chance: Random) -> Course:
    return Course("CPNS", ((*CLERK, 1),), S1)


# Stories: each lacks one thing, or nothing


@dataclass(frozen=True, slots=True)
class Story:
    """A person of the tour; `expect` is the verdict for `target` before anything is done."""

    key: str
    title: str
    target: str
    expect: str
    life: Life
    then: str


def stories(seed: int, registry: Registry, offices: list[Office]) -> list[Story]:
    """The same people for the same seed, however many others there are."""
    chance = Random(f"stories of {seed}")  # noqa: S311 - a demonstration is repeatable
    office = offices[0]

    def ready() -> Life:
        return _pengawas(chance, registry, office, since=date(2020, 1, 2))

    return [
        Story(
            "lacks_pkp",
            "Pengawas for more than three years, everything met but PKP",
            "administrator",
            "NOT_ELIGIBLE",
            ready(),
            "Record integrity, health and related field; finish PKP by the webhook: ELIGIBLE. "
            "Correct the rating of 2025 to marks 1 and 3: NOT_ELIGIBLE again.",
        ),
        Story(
            "awaits_rating",
            "The same with PKP, but nobody has sent the rating of 2025",
            "administrator",
            "NEEDS_REVIEW",
            _without_last_rating(_with_pkp(ready())),
            "A rating of 2025 with marks 2 and 2 makes ELIGIBLE, with 1 and 3 NOT_ELIGIBLE.",
        ),
        Story(
            "ready",
            "The same with PKP and every rating",
            "administrator",
            "NEEDS_REVIEW",
            _with_pkp(ready()),
            "Only the judgements of integrity, health and related field are missing.",
        ),
        Story(
            "too_short",
            "Pengawas for less than three years",
            "administrator",
            "NOT_ELIGIBLE",
            _with_pkp(_pengawas(chance, registry, office, since=date(2024, 1, 2))),
            "Three years are reached on 2 January 2027.",
        ),
        Story(
            "no_assessment",
            "No competency result at all",
            "administrator",
            "NEEDS_REVIEW",
            _without_assessment(_with_pkp(ready())),
            "An assessment with a job person match in category MS is missing.",
        ),
        Story(
            "sanctioned",
            "Serving a moderate sanction until the end of 2026",
            "administrator",
            "NOT_ELIGIBLE",
            _serving(registry, _with_pkp(ready())),
            "Eligible again from 1 January 2027, if nothing else changes.",
        ),
        Story(
            "lacks_degree",
            "Pengawas with D-III: an administrator needs S1",
            "administrator",
            "NOT_ELIGIBLE",
            _with_pkp(_pengawas(chance, registry, office, since=date(2020, 1, 2), level=D3)),
            "A waiver, or a diploma.",
        ),
        Story(
            "on_contract",
            "PPPK: the post is open to PNS only",
            "administrator",
            "NOT_ELIGIBLE",
            life(
                chance, registry, office, Course("PPPK", (("FUNGSIONAL", "AHLI PERTAMA", 4),), S1)
            ),
            "Nothing can be done within this rule.",
        ),
    ]


def _pengawas(
    chance: Random, registry: Registry, office: Office, *, since: date, level: str = S1
) -> Life:
    course = Course("PNS", ((*CLERK, 8), ("PENGAWAS", None, 9)), level)
    one = life(chance, registry, office, course)
    clerk, supervisor = one.posts
    one.posts = [
        Held(clerk.post, clerk.since, date(since.year, 1, 1), clerk.decree),
        Held(supervisor.post, since, None, registry.decree(since)),
    ]
    one.sanctions.clear()
    one.ratings = [Rated(r.year, 2, 2) if r.year >= 2022 else r for r in one.ratings]
    on = date(2024, 2, 15)
    threes = (3,) * len(COMPETENCIES)
    one.assessments = [Assessed(on, three_years_from(on), threes, 3, "ADMINISTRATOR")]
    one.trainings = [t for t in one.trainings if t.code not in ("PKP", "PKA")]
    return one


def _with_pkp(one: Life) -> Life:
    pkp: Trained = trained("PKP", date(2024, 7, 1), 110)
    one.trainings.append(pkp)
    return one


def _without_last_rating(one: Life) -> Life:
    one.ratings = [rated for rated in one.ratings if rated.year != 2025]
    return one


def _without_assessment(one: Life) -> Life:
    one.assessments = []
    return one


def _serving(registry: Registry, one: Life) -> Life:
    since = date(2026, 1, 1)
    one.sanctions = [
        Sanctioned(
            "PEMOTONGAN TUKIN 25% 12 BULAN",
            "S",
            since,
            date(2026, 12, 31),
            "PP 94/2021",
            registry.decree(since),
        )
    ]
    return one
