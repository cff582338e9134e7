"""What a row about somebody as they are now says, whichever file it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.profile.adapters.history_columns import Evidence
from services.profile.domain.entry import Entry
from services.profile.domain.facts import Contract, Education, Rank, ServiceCredit

FILE = Evidence()  # the row rests on the file it stands in


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """The post stands on the post map."""

    post_code: str
    unit_code: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentRow:
    """Who it is, and the rank, post and diploma of now, as far as they are told."""

    entry: Entry
    rank: Rank | None
    position: HeldRow | None
    education: Education | None = None
    service: ServiceCredit | None = None
    contract: Contract | None = None
    evidence: Evidence = FILE
