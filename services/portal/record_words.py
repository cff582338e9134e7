"""One line of a person's record, whichever service says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.portal import words

RATINGS = {
    "SANGAT_BAIK": "Sangat Baik",
    "BAIK": "Baik",
    "BUTUH_PERBAIKAN": "Butuh Perbaikan",
    "KURANG": "Kurang",
    "SANGAT_KURANG": "Sangat Kurang",
    "CUKUP": "Cukup",
    "BURUK": "Buruk",
}
TRAININGS = {
    "OPEN": "terdaftar",
    "FINISHED": "selesai",
    "FAILED": "tidak lulus",
    "WITHDRAWN": "dibatalkan",
    "REVOKED": "dicabut",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is said, from when to when it holds, when it was recorded and when it ceased to
    stand. Days and instants are as the services tell them."""

    says: str
    since: str | None
    last: str | None
    recorded_at: str | None
    ended_at: str | None
    withdrawn: bool
    document: str | None
    origin: Mapping[str, Any] | None


def fact_line(told: Mapping[str, Any]) -> Line:
    """A fact of profile."""
    number = told["detail"].get("decree_number")
    return Line(
        says=words.content(told) if told["kind"] != "registration" else _entered(told),
        since=told["effective_from"],
        last=_day_before(told["until"]),
        recorded_at=told["recorded_at"],
        ended_at=told["superseded_at"],
        withdrawn=bool(told["superseded_at"]) and told["superseded_by"] is None,
        document=f"SK {number}" if number else None,
        origin=told["origin"],
    )


def _entered(told: Mapping[str, Any]) -> str:
    return f"tercatat sebagai pegawai, {words.content(told)}"


def rating_line(told: Mapping[str, Any]) -> Line:
    """A year's rating; it counts from the last day of the year on."""
    rating = RATINGS.get(str(told["rating"]), str(told["rating"]))
    return _standing(
        told,
        says=f"SKP {told['year']}: {rating} ({words.instrument(str(told['law']))})",
        since=f"{told['year']}-12-31",
    )


def competency_line(told: Mapping[str, Any]) -> Line:
    """What an institution measured."""
    levels = ", ".join(f"{code} {level}" for code, level in sorted(told["levels"].items()))
    jpm = f"; JPM {told['jpm']} menurut lembaga" if told.get("jpm") else ""
    return _standing(
        told,
        says=f"{told['institution']}: {levels}{jpm}",
        since=told["assessed_on"],
        last=told["valid_until"],
    )


def training_line(told: Mapping[str, Any]) -> Line:
    """A training, from its first day on."""
    named = told.get("title") or told["programme"]
    hours = f", {told['jp']} JP" if told["jp"] else ""
    state = TRAININGS.get(str(told["state"]), str(told["state"]))
    return _standing(
        told,
        says=f"{named} ({state}{hours})",
        since=told["ended_on"] or told["starts_on"],
        document=f"Sertifikat {told['certificate_number']}"
        if told.get("certificate_number")
        else None,
    )


def _standing(
    told: Mapping[str, Any],
    *,
    says: str,
    since: str,
    last: str | None = None,
    document: str | None = None,
) -> Line:
    origin = told.get("origin")
    return Line(
        says=says,
        since=since,
        last=last,
        recorded_at=origin["recorded_at"] if origin else None,
        ended_at=None,
        withdrawn=False,
        document=document,
        origin=origin,
    )


def _day_before(until: str | None) -> str | None:
    if until is None:
        return None
    return (date.fromisoformat(until) - timedelta(days=1)).isoformat()
