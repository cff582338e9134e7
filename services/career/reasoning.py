"""From facts and texts to an answer: the one way, for the service and for whoever checks it later.

Nothing here asks a database or a clock, so that an auditor's laptop comes to the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from services.career.adapters.policy_files import parse_policy
from services.career.domain.answer import Plain, TextUsed, plain_answer
from services.career.domain.basis import AsKnown
from services.career.domain.dossier import Dossier, begins
from services.career.domain.eligibility import Eligibility, Verdict, assess
from services.career.domain.rulebook import Layer, NotInForce, Version, in_force, rules
from services.career.projections.adopted_policies import Adopted
from services.career.projections.dossier_facts import KnownFact
from services.chassis.canonical import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoned:
    """An answer, the texts it was read from, and the events it rests on."""

    verdict: Verdict
    texts: tuple[TextUsed, ...]
    answer: Plain
    event_ids: tuple[UUID, ...]

    @property
    def status(self) -> Eligibility:
        return self.verdict.status

    @property
    def canonical(self) -> bytes:
        """What is compared byte for byte."""
        return canonical(self.answer)

    @property
    def sha256(self) -> str:
        return sha256(self.canonical).hexdigest()

    @property
    def events_sha256(self) -> str:
        return hash_of_ids(self.event_ids)


def reasoned(
    policy: str, day: date, known: AsKnown, facts: Sequence[KnownFact], texts: Sequence[Adopted]
) -> Reasoned:
    """What the texts say on a day about somebody of whom these facts are known."""
    versions = _in_force(policy, texts, day)
    used = tuple(_text_used(texts, version) for version in versions)
    dossier = Dossier(tuple(known_fact.fact for known_fact in facts))
    verdict = assess(dossier, rules(policy, versions), day)
    return Reasoned(
        verdict=verdict,
        texts=used,
        answer=plain_answer(as_of=day, known=known, texts=used, findings=verdict.findings),
        event_ids=tuple(known_fact.event_id for known_fact in facts),
    )


def hash_of_ids(event_ids: Iterable[UUID]) -> str:
    """Of the ids of the events used, in order: one left out is noticed."""
    return sha256("\n".join(sorted(map(str, event_ids))).encode()).hexdigest()


def agency_of_record(facts: Sequence[KnownFact], day: date) -> str | None:
    """Whose record the person stood in on that day: a dated fact like any other."""
    own = [known for known in facts if known.source == "profile" and begins(known.fact) <= day]
    return own[-1].agency if own else facts[-1].agency if facts else None


@lru_cache(maxsize=64)
def _layer(content: str, known: frozenset[date] | None) -> Layer:
    """Reading a text costs more than judging by it; what was adopted never changes."""
    return parse_policy(content).read(known)


def _in_force(policy: str, texts: Sequence[Adopted], day: date) -> tuple[Version, ...]:
    layers = {text.layer: _layer(text.content, text.known_versions) for text in texts}
    if "national" not in layers:
        raise NotInForce(f"no national text of {policy}")
    return in_force(layers["national"], layers.get("agency"), day)


def _text_used(texts: Sequence[Adopted], version: Version) -> TextUsed:
    text = next(text for text in texts if text.layer == version.layer)
    return TextUsed(
        policy=text.policy,
        layer=text.layer,
        in_force_from=version.in_force_from,
        sha256=text.sha256,
    )
