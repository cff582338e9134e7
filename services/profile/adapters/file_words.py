"""The words that files use for the law's values."""

from __future__ import annotations

from services.profile.domain.terms import GOLONGAN_PNS, GOLONGAN_PPPK, EmploymentKind, Sex

SEX = {"M": Sex.M, "F": Sex.F, "L": Sex.M, "P": Sex.F, "PRIA": Sex.M, "WANITA": Sex.F}
EMPLOYMENT = {
    "PNS": EmploymentKind.PNS,
    "P": EmploymentKind.PNS,
    "CPNS": EmploymentKind.CPNS,
    "C": EmploymentKind.CPNS,
    "PPPK": EmploymentKind.PPPK,
    "PPPK PARUH WAKTU": EmploymentKind.PPPK_PART_TIME,
}
GOLONGAN = {code: code for code in (*GOLONGAN_PNS, *GOLONGAN_PPPK)}
LEVELS = {
    "SD": 1,
    "SEKOLAH DASAR": 1,
    "SLTP": 2,
    "SMP": 2,
    "SLTP KEJURUAN": 2,
    "SLTA": 3,
    "SMA": 3,
    "SLTA KEJURUAN": 3,
    "SLTA KEGURUAN": 3,
    "DIPLOMA I": 4,
    "D-I": 4,
    "DIPLOMA II": 5,
    "D-II": 5,
    "DIPLOMA III/SARJANA MUDA": 6,
    "DIPLOMA III": 6,
    "D-III": 6,
    "DIPLOMA IV": 7,
    "D-IV": 7,
    "S-1/SARJANA": 7,
    "S-1": 7,
    "S1": 7,
    "S-2": 8,
    "S2": 8,
    "S-3/DOKTOR": 9,
    "S-3": 9,
    "S3": 9,
}
