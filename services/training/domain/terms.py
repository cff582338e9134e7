"""Words that every aggregate of training uses."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Refused(Exception):
    """The rules say no. The subclass is the reason; its docstring is the message."""


class UnknownPerson(Refused):
    """Nobody with this id is on record for your agency, or the news has not arrived yet."""


class Form(IntEnum):
    """How something is learned; the numbers are SIASN's `jenisDiklat` (PerLAN 10/2018)."""

    STRUCTURAL = 1
    FUNCTIONAL = 2
    TECHNICAL = 3
    WORKSHOP = 4
    MANAGERIAL = 5
    SOCIOCULTURAL = 6
    SOSIALISASI = 7
    BIMTEK = 8
    SEMINAR = 9
    MAGANG = 10
    COURSE = 11
    PENATARAN = 12
    OTHER_CLASSICAL = 13
    COACHING = 14
    MENTORING = 15
    E_LEARNING = 16
    DISTANCE = 17
    DETASERING = 18
    OUTBOUND = 19
    BENCHMARKING = 20
    EXCHANGE = 21
    SELF_LEARNING = 22
    COMMUNITY_OF_PRACTICE = 23
    ON_THE_JOB = 24
    OTHER_NON_CLASSICAL = 25


class Evidence(StrEnum):
    """What is vouched for: was there, passed, was seen doing it, has shown what came of it."""

    ATTENDED = "ATTENDED"
    PASSED = "PASSED"
    OBSERVED = "OBSERVED"
    DEMONSTRATED = "DEMONSTRATED"


class RevocationReason(StrEnum):
    """Why a completion no longer counts; a code, because free text may name a person."""

    RECORDED_IN_ERROR = "RECORDED_IN_ERROR"
    CERTIFICATE_INVALID = "CERTIFICATE_INVALID"
    PROVIDER_WITHDREW = "PROVIDER_WITHDREW"
    WRONG_DETAILS = "WRONG_DETAILS"
