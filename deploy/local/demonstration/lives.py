"""Invented lives: how somebody entered, rose, learned and was rated, year by year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from deploy.local.demonstration.agency import Office, Post

# The day on which the export was drawn; the last year with ratings is the one before.
DRAWN_ON = date(2026, 3, 31)
FIRST_RATED, LAST_RATED = 2016, 2025

GOLONGAN = (
    *("I/a", "I/b", "I/c", "I/d", "II/a", "II/b", "II/c", "II/d"),
    *("III/a", "III/b", "III/c", "III/d", "IV/a", "IV/b", "IV/c", "IV/d", "IV/e"),
)
# Level as SIASN names it: first rank of a PNS, golongan of a PPPK, age when it is reached.
LEVELS = {
    "SLTA": ("II/a", "V", 18),
    "DIPLOMA III/SARJANA MUDA": ("II/c", "VII", 21),
    "S-1/SARJANA": ("III/a", "IX", 22),
    "S-2": ("III/b", "X", 25),
}
COMPETENCIES = (*(f"M.0{n}" for n in range(1, 9)), "SK.01")
PROGRAMMES = {
    "LATSAR": ("Pelatihan Dasar CPNS", 5, 511),
    "PKP": ("Pelatihan Kepemimpinan Pengawas", 1, 893),
    "PKA": ("Pelatihan Kepemimpinan Administrator", 1, 907),
    "PKN2": ("Pelatihan Kepemimpinan Nasional Tingkat II", 1, 923),
    "BT-01": ("Bimbingan Teknis Tata Naskah", 8, 24),
    "BT-02": ("Bimbingan Teknis Pengadaan", 8, 40),
    "BT-03": ("Pelatihan Pelayanan Publik", 3, 32),
    "BT-04": ("Pelatihan Pengelolaan Keuangan", 3, 48),
    "BT-05": ("E-Learning Keamanan Informasi", 16, 12),
    "BT-06": ("Lokakarya Inovasi Daerah", 4, 16),
    "BT-07": ("Seminar Reformasi Birokrasi", 9, 6),
    "BT-08": ("Pelatihan Analisis Data", 3, 60),
}
PROVIDER = "Pusat Pelatihan Contoh"
SYLLABLES = tuple(consonant + vowel for consonant in "bcdgjklmnprst" for vowel in "aeio")


@dataclass(frozen=True, slots=True)
class Held:
    """A post held; `last` is the last day, None while it lasts."""

    post: Post
    since: date
    last: date | None
    decree: str
    assignment: str = "DEFINITIF"


@dataclass(frozen=True, slots=True)
class Sanctioned:
    kind: str
    level: str
    since: date
    last: date | None
    law: str
    decree: str


@dataclass(frozen=True, slots=True)
class Rated:
    """A year's rating: two marks from 2022 on, points before."""

    year: int
    work: int | None = None
    behaviour: int | None = None
    points: str | None = None


@dataclass(frozen=True, slots=True)
class Assessed:
    on: date
    last: date
    levels: tuple[int, ...]
    required: int
    standard: str | None  # of which class of post; a functional one has its own


@dataclass(frozen=True, slots=True)
class Trained:
    code: str
    since: date
    until: date


@dataclass(slots=True, kw_only=True)
class Life:
    """One invented person."""

    number: str
    name: str
    back_title: str | None
    born: date
    sex: str
    status: str
    joined: date
    nik: str
    level: str
    educations: list[tuple[str, date]] = field(default_factory=list)
    ranks: list[tuple[str, date, str]] = field(default_factory=list)
    posts: list[Held] = field(default_factory=list)
    sanctions: list[Sanctioned] = field(default_factory=list)
    ratings: list[Rated] = field(default_factory=list)
    assessments: list[Assessed] = field(default_factory=list)
    trainings: list[Trained] = field(default_factory=list)
    post_on_map: bool = True

    @property
    def by_contract(self) -> bool:
        return self.status.startswith("PPPK")

    @property
    def present(self) -> Held:
        return self.posts[-1]


@dataclass(slots=True)
class Registry:
    """Gives out numbers: no two people share one, and none is anybody's."""

    serials: dict[str, int] = field(default_factory=dict)
    decrees: int = 0

    def number(self, born: date, since: date, sex: str, code: str | None) -> str:
        middle = f"{since:%Y}{code}" if code else f"{since:%Y%m}"
        stem = f"{born:%Y%m%d}{middle}{1 if sex == 'M' else 2}"
        serial = self.serials[stem] = self.serials.get(stem, 900) + 1
        return f"{stem}{serial:03}"

    def nik(self, born: date, sex: str) -> str:
        stem = f"990101{born.day + (40 if sex == 'F' else 0):02}{born:%m%y}"
        serial = self.serials[stem] = self.serials.get(stem, 0) + 1
        return f"{stem}{serial:04}"

    def decree(self, day: date) -> str:
        self.decrees += 1
        return f"SK-DEMO-{day.year}-{self.decrees:06}"


@dataclass(frozen=True, slots=True)
class Course:
    """What kind of life it is to be: the classes held one after the other, years in each."""

    status: str
    stages: tuple[tuple[str, str | None, int], ...]
    level: str


def name_of(chance: Random) -> str:
    words = ("".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3)))) for _ in range(2))
    return " ".join(word.title() for word in words)


def life(chance: Random, registry: Registry, office: Office, course: Course) -> Life:
    """Live a course in an office, up to the day on which the export was drawn."""
    years = sum(stage[2] for stage in course.stages)
    joined = date(DRAWN_ON.year - years, chance.choice((1, 2, 3)), 1)
    if course.status.startswith("PPPK"):
        joined = max(joined, date(2019, 2, 1))
    first_rank, contract_rank, age = LEVELS[course.level]
    born = _day_in(chance, joined.year - age - chance.randint(1, 4))
    sex = chance.choice("MF")
    code = {"PPPK": "21", "PPPK PARUH WAKTU": "24"}.get(course.status)
    one = Life(
        number=registry.number(born, joined, sex, code),
        name=name_of(chance),
        back_title={"S-1/SARJANA": "S.Demo.", "S-2": "M.Demo."}.get(course.level),
        born=born,
        sex=sex,
        status=course.status,
        joined=joined,
        nik=registry.nik(born, sex),
        level=course.level,
    )
    _educate(chance, one, age)
    _hold_posts(chance, registry, one, office, course)
    _rise(registry, one, contract_rank if one.by_contract else first_rank)
    _rate(chance, one)
    _assess(chance, one)
    _train(chance, one)
    if chance.random() < 0.02:
        _sanction(chance, registry, one)
    return one


def _day_in(chance: Random, year: int) -> date:
    return date(year, 1, 1) + timedelta(days=chance.randrange(365))


def _educate(chance: Random, one: Life, age: int) -> None:
    finished = date(one.born.year + age, chance.choice((7, 8, 9)), chance.randint(1, 28))
    if one.level != "SLTA":
        one.educations.append(("SLTA", date(one.born.year + 18, 6, 20)))
    one.educations.append((one.level, min(finished, one.joined - timedelta(days=30))))


def _hold_posts(
    chance: Random, registry: Registry, one: Life, office: Office, course: Course
) -> None:
    since = one.joined
    for nth, (position_class, jenjang, years) in enumerate(course.stages):
        is_last = nth == len(course.stages) - 1
        until = None if is_last else date(since.year + years, since.month, 1)
        post = chance.choice(office.of(position_class, jenjang))
        last = until - timedelta(days=1) if until else None
        one.posts.append(Held(post, since, last, registry.decree(since)))
        since = until or since


def _rise(registry: Registry, one: Life, first: str) -> None:
    """A rank every four years on 1 April; a PPPK keeps the golongan of the contract."""
    one.ranks.append((first, one.joined, registry.decree(one.joined)))
    if one.by_contract:
        return
    highest = {"PELAKSANA": "III/d", "PENGAWAS": "III/d", "ADMINISTRATOR": "IV/b"}
    ceiling = GOLONGAN.index(highest.get(one.present.post.position_class, "IV/c"))
    at, day = GOLONGAN.index(first), date(one.joined.year + 4, 4, 1)
    while day <= DRAWN_ON and at < ceiling:
        at += 1
        one.ranks.append((GOLONGAN[at], day, registry.decree(day)))
        day = date(day.year + 4, 4, 1)


_MARKS = (
    ((2, 2), 78),
    ((1, 2), 7),
    ((2, 1), 5),
    ((1, 1), 4),
    ((3, 2), 4),
    ((2, 3), 1),
    ((3, 3), 1),
)


def _rate(chance: Random, one: Life) -> None:
    for year in range(max(FIRST_RATED, one.joined.year + 1), LAST_RATED + 1):
        if year >= 2022:
            ((work, behaviour),) = chance.choices([m for m, _ in _MARKS], [w for _, w in _MARKS])
            one.ratings.append(Rated(year, work, behaviour))
        else:
            lowest = 9000 if year == 2021 else 7650
            one.ratings.append(Rated(year, points=f"{chance.randint(lowest, 9900) / 100:.2f}"))


_REQUIRED = {"JPT PRATAMA": 4, "ADMINISTRATOR": 3, "PENGAWAS": 2, "PELAKSANA": 1}


def _assess(chance: Random, one: Life) -> None:
    post = one.present.post
    required = _REQUIRED.get(post.position_class, 3 if post.jenjang == "AHLI MUDA" else 2)
    if one.by_contract or post.position_class == "PELAKSANA" or chance.random() < 0.2:
        return
    on = _day_in(chance, chance.choice((2022, 2023, 2024, 2025)))
    levels = tuple(
        min(5, max(1, required + chance.choice((-1, 0, 0, 0, 0, 1)))) for _ in COMPETENCIES
    )
    standard = post.position_class if post.position_class in _REQUIRED else None
    one.assessments.append(Assessed(on, three_years_from(on), levels, required, standard))


def three_years_from(day: date) -> date:
    """The last day on which a result of that day counts."""
    day_of_month = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year + 3, day.month, day_of_month) - timedelta(days=1)


_LEADERSHIP = {"PENGAWAS": "PKP", "ADMINISTRATOR": "PKA", "JPT PRATAMA": "PKN2"}


def _train(chance: Random, one: Life) -> None:
    if not one.by_contract and one.joined.year >= 2014:
        one.trainings.append(trained("LATSAR", date(one.joined.year, 9, 1), 60))
    for held in one.posts:
        code = _LEADERSHIP.get(held.post.position_class)
        begins = date(held.since.year + 1, 5, 6)
        if code and chance.random() < 0.6 and begins < date(2025, 12, 1):
            one.trainings.append(trained(code, begins, 110))
    first = max(2016, one.joined.year + 1)
    if first <= 2025:
        for code in chance.sample(sorted(PROGRAMMES)[:8], k=chance.randint(1, 4)):
            begins = date(chance.randint(first, 2025), chance.randint(1, 11), 10)
            one.trainings.append(trained(code, begins, 4))


def trained(code: str, since: date, days: int) -> Trained:
    return Trained(code, since, since + timedelta(days=days))


def _sanction(chance: Random, registry: Registry, one: Life) -> None:
    first = max(2017, one.joined.year + 1)
    if first > 2025:
        return
    since = date(chance.randint(first, 2025), chance.randint(1, 12), 1)
    law = "PP 94/2021" if since >= date(2021, 8, 31) else "PP 53/2010"
    decree = registry.decree(since)
    if chance.random() < 0.6:
        one.sanctions.append(Sanctioned("TEGURAN TERTULIS", "R", since, None, law, decree))
    else:
        last = date(since.year + 1, since.month, 1) - timedelta(days=1)
        kind = "PEMOTONGAN TUKIN 25% 12 BULAN" if law == "PP 94/2021" else "PENUNDAAN KENAIKAN GAJI"
        one.sanctions.append(Sanctioned(kind, "S", since, last, law, decree))
