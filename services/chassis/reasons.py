"""Why an answer is provisional: what could still change it, or has changed it since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Hole:
    """A source's record is missing, and what came after it waits."""

    source: str
    generation: int
    partition: int
    after_psn: int
    kind: Literal["hole"] = "hole"


@dataclass(frozen=True, slots=True)
class Parked:
    """An event about this subject could not be applied; the subject's later events wait."""

    source: str
    subject: UUID
    event_id: UUID
    type: str
    reason: str
    kind: Literal["parked"] = "parked"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A source has not answered for more than thirty seconds."""

    source: str
    since: datetime | None
    kind: Literal["unreachable"] = "unreachable"


@dataclass(frozen=True, slots=True)
class Contradicted:
    """A source's record came twice with different content, and nobody has settled which holds."""

    source: str
    partition: int
    psn: int
    kind: Literal["contradicted"] = "contradicted"


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A source may have lost records, and no operator has said yet how it goes on."""

    source: str
    kind: Literal["in_doubt"] = "in_doubt"


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A source has lost this record, and neither said it again nor withdrawn it."""

    source: str
    generation: int
    partition: int
    psn: int
    event_id: UUID
    recorded_at: datetime
    kind: Literal["unconfirmed"] = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A record that a source has lost and withdrawn: earlier answers rested on it."""

    source: str
    generation: int
    partition: int
    psn: int
    event_id: UUID
    recorded_at: datetime
    withdrawn_at: datetime
    kind: Literal["withdrawn"] = "withdrawn"

    def concerns(self, known_at: datetime | None) -> bool:
        """Whether an answer as of then was another one once."""
        return known_at is not None and self.recorded_at <= known_at < self.withdrawn_at


Reason = Hole | Parked | Unreachable | Contradicted | InDoubt | Unconfirmed | Withdrawn
