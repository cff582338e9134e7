"""Logs in memory, and honest or dishonest bundles made of them.

    python -m tests.specs.career.evidence      freezes a bundle of today's form, if none is frozen

A dishonest operator has every private key: what he signs is signed well. What he cannot have is a
checkpoint of a history that he changed, for those lie outside.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from contracts.envelope import ContractEvent
from contracts.events.assessment import AppraisalCompletedV1, CompetencyAssessedV1
from contracts.events.profile import (
    EducationRecordedV1,
    PersonRegisteredV1,
    PositionAssignedV1,
    SanctionImposedV1,
)
from contracts.events.training import TrainingFinishedV1
from services.career.adapters.policy_files import known_since, read_instruments, shipped
from services.career.adapters.stored_events import CODEC
from services.career.domain.basis import Basis, Prefix
from services.career.domain.judgement import JudgementRecorded, Matter
from services.career.domain.policy_adoption import KnownSince, PolicyAdopted, Text
from services.career.domain.recorded_answer import Answered, AnswerRecorded, Asked
from services.career.domain.terms import STANDARD_COMPETENCIES, Office, Official
from services.career.reasoning import hash_of_ids
from services.career.verifying.checking import answer_of
from services.career.verifying.claims import (
    CLAIM,
    Answers,
    ClaimedAnswer,
    claim_written,
    plain_fact,
)
from services.career.verifying.derived import OWN, adopted_in, facts_known, recording_of
from services.career.verifying.trust import KEYS
from services.chassis import merkle
from services.chassis.bundle import packed
from services.chassis.bundle_log import Paths, Proven, entry, proofs_written
from services.chassis.canonical import canonical, canonical_of
from services.chassis.checkpoint import Checkpoint, signed
from services.chassis.checkpoint_keys import KnownKey, KnownKeys
from services.chassis.event_codec import Place
from services.chassis.proof import Said, Stored, leaf_of, said_part, stored_part
from services.chassis.proved_parts import stored_of
from services.chassis.signed_note import PrivateKey, Use
from tests.contracts.stored_samples import OpenRing

SOURCES = ("profile", "assessment", "training", "career")
PRIVATE = {
    name: PrivateKey(f"demo/{name}", Use.LOG, sha256(name.encode()).digest()) for name in SOURCES
}
KNOWN = KnownKeys(tuple(KnownKey(key.public()) for key in PRIVATE.values()))
FOLDER = Path(__file__).parent / "bundles"
NAMES = UUID("3b241101-e2bb-4255-8caf-4136c566a962")
BEGAN = datetime(2026, 1, 5, 3, tzinfo=UTC)
AS_OF = date(2026, 2, 1)
Members = dict[str, bytes]


def named(name: str) -> UUID:
    return uuid5(NAMES, name)


@dataclass(slots=True)
class World:
    """Four logs that grow, an event a second."""

    logs: dict[str, list[tuple[Said, bytes]]] = field(
        default_factory=lambda: {source: [] for source in SOURCES}
    )

    def say(self, event: ContractEvent) -> UUID:
        """Another service says something about somebody; what it stored is its own business."""
        source = event.source()
        seq = len(self.logs[source]) + 1
        event_id = named(f"{source} {seq}")
        said = Said(
            service=source,
            generation=1,
            seq=seq,
            event_id=event_id,
            subject=event.subject,
            agency="demo",
            effective_from=self.now.date(),
            recorded_at=self.now,
            said_type=event.TYPE,
            said_schema=event.SCHEMA,
            partition=0,
            psn=seq,
            said_body=canonical_of(event),
        )
        self.logs[source].append((said, b"what " + event_id.bytes + b" stored"))
        return event_id

    def do(self, event: Any, subject: UUID, stream: str) -> int:
        """Career itself records something; the seq it gets."""
        seq = len(self.logs[OWN]) + 1
        encoded = CODEC.encode(event, Place(subject, stream), OpenRing())
        stored = Stored(
            event_id=getattr(event, "event_id", named(f"career {seq}")),
            stream=stream,
            version=1,
            type=encoded.type,
            schema=encoded.schema,
            subject=subject,
            agency="demo",
            effective_from=self.now.date(),
            actor="somebody",
            door="test",
            document=None,
            sha256=None,
            verified=True,
            causation=None,
            correlation=None,
            body=encoded.body,
        )
        said = Said(
            *(OWN, 1, seq, stored.event_id, subject, "demo", stored.effective_from, self.now),
            *(None, None, None, None, None),
        )
        self.logs[OWN].append((said, stored_part(stored)))
        return seq

    @property
    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=sum(map(len, self.logs.values())))

    @property
    def basis(self) -> Basis:
        return Basis(
            {s: Prefix(generation=1, psn={0: len(log)}) for s, log in sorted(self.logs.items())}
        )

    def events(self, *subjects: UUID) -> list[Proven]:
        """Everything about somebody, and the texts that were adopted."""
        return [
            Proven(said, stored_of(stored) if source == OWN else None)
            for source, log in self.logs.items()
            for said, stored in log
            if said.subject in subjects or (source == OWN and b"policy_adopted" in stored)
        ]

    def answer(self, person: UUID, policy: str | None = "administrator") -> int:
        """A question is answered, and the answer recorded; at which seq."""
        asked = Asked(
            policy=policy,
            as_of=AS_OF,
            basis=canonical(self.basis.plain()).decode(),
            known_at=None,
            known_on=None,
        )
        blank = Answered(
            status=None,
            versions=(),
            events=0,
            events_sha256="",
            answer_sha256="",
            provisional=False,
        )
        event = AnswerRecorded(
            answer_id=named(f"answer {len(self.logs[OWN])}"),
            person_id=person,
            asked=asked,
            answered=blank,
            asked_by="auditor",
            on=AS_OF,
        )
        draft = World({source: list(log) for source, log in self.logs.items()})
        draft.do(event, person, "answer")
        recording = recording_of(draft.events(person)[-1])
        facts = facts_known(self.events(person), person, self.basis)
        said, status = answer_of(self.events(person), recording, facts)
        answered = Answered(
            status=status,
            versions=(),
            events=len(facts),
            events_sha256=hash_of_ids(fact.event_id for fact in facts),
            answer_sha256=sha256(canonical(said)).hexdigest(),
            provisional=False,
        )
        return self.do(replace(event, answered=answered), person, f"answer-{event.answer_id}")

    # Bundles

    def members(
        self, person: UUID, seqs: Iterable[int], keep: Callable[[Said], bool] = lambda _: True
    ) -> Members:
        """What an honest service puts into a bundle; `keep` leaves events out."""
        shown = [proven for proven in self.events(person) if keep(proven.said)]
        members: Members = {KEYS: KNOWN.text().encode()}
        for source in SOURCES:
            said = [proven.said for proven in shown if proven.said.service == source]
            if said:
                members |= self.log_members(source, said)
        for _, adopted in adopted_in([p for p in shown if p.said.service == OWN]):
            members[f"policies/{adopted.sha256}.yaml"] = adopted.content.encode()
        by_seq = {p.said.seq: p for p in shown if p.said.service == OWN}
        claimed = []
        for seq in seqs:
            recording = recording_of(by_seq[seq])
            facts = facts_known(shown, person, recording.known)
            answer, _ = answer_of(shown, recording, facts)
            plain = tuple(plain_fact(fact) for fact in facts)
            claimed.append(ClaimedAnswer(seq=seq, answer=answer, facts=plain))
        claim = Answers(kind="answer", person_id=person, answers=tuple(claimed))
        return {**members, CLAIM: claim_written(claim)}

    def log_members(self, source: str, shown: Iterable[Said]) -> Members:
        log = {said.seq: (said, stored) for said, stored in self.logs[source]}
        hashes = merkle.whole_subtrees(self.leaves(source))
        written, paths = [], []
        for said in shown:
            stored = log[said.seq][1]
            own = stored if source == OWN else None
            written.append(entry(said_part(said), own, sha256(stored).digest()))
            paths.append(tuple(merkle.inclusion_path(said.seq - 1, len(log), hashes)))
        proofs = Paths(checkpoint=self.checkpoint(source), paths=tuple(paths))
        return {
            f"events/{source}": b"".join(written),
            f"proofs/{source}.json": proofs_written(proofs),
        }

    def leaves(self, source: str) -> list[bytes]:
        return [
            leaf_of(sha256(stored).digest(), sha256(said_part(said)).digest())
            for said, stored in self.logs[source]
        ]

    def checkpoint(self, source: str) -> str:
        leaves = self.leaves(source)
        checkpoint = Checkpoint(
            origin=f"demo/{source}",
            size=len(leaves),
            root=merkle.root_of(leaves),
            generation=1,
            closed_through=self.now,
        )
        return signed(checkpoint, PRIVATE[source])


def signed_well(members: Members) -> bytes:
    """The file, with a manifest that is true of it and signed with career's own key."""
    return packed("demo/career", members, PRIVATE[OWN])


# Somebody's life


def adopted(world: World) -> None:
    register = read_instruments()
    for one in shipped():
        text = Text(policy=one.policy.policy, layer=one.policy.layer, content=one.text)
        known = known_since(one.policy, register).items()
        event = PolicyAdopted(
            policy=text.policy,
            layer=text.layer,
            content=text.content,
            sha256=text.sha256,
            shipped=True,
            approved_by=(),
            known_since=tuple(KnownSince(in_force_from=d, known_since=k) for d, k in known),
            on=BEGAN.date(),
        )
        world.do(event, named(f"text {text.policy} {text.layer}"), f"policy-{text.policy}")


def lived(world: World, person: UUID) -> None:
    """A pengawas with everything that an administrator needs, and a sanction being served."""
    for event in (
        PersonRegisteredV1(
            person_id=person,
            birth_date=date(1985, 3, 1),
            sex="F",
            employment_kind="PNS",
            identifiers=[],
            registered_on=date(2010, 1, 1),
        ),
        EducationRecordedV1(
            person_id=person, level=7, completed_on=date(2008, 8, 1), recognised=True
        ),
        PositionAssignedV1(
            person_id=person,
            post_id=named("post"),
            position_class="PENGAWAS",
            unit_id=named("unit"),
            assignment="DEFINITIVE",
            effective_from=date(2020, 1, 1),
        ),
        sanction(person),
        *(rated(person, year) for year in (2024, 2025)),
        CompetencyAssessedV1(
            person_id=person,
            assessed_on=date(2025, 3, 1),
            levels=dict.fromkeys(STANDARD_COMPETENCIES, 3),
            institution="Assessment centre",
        ),
        TrainingFinishedV1(
            person_id=person,
            enrolment_id=named("enrolment"),
            programme="PKP",
            finished_on=date(2025, 6, 20),
            jp=900,
            provider="BPSDM",
            evidence="PASSED",
        ),
    ):
        world.say(event)
    for matter in (Matter.INTEGRITY, Matter.HEALTH, Matter.RELATED_FIELD):
        world.do(judged(person, matter), person, f"judgements-{person}")


def sanction(person: UUID) -> SanctionImposedV1:
    """Still served on the day of the question."""
    return SanctionImposedV1(
        person_id=person,
        kind="PENURUNAN_JABATAN",
        severity="SEVERE",
        law="PP-94-2021",
        starts_on=date(2025, 9, 1),
        ends_on=date(2026, 9, 1),
    )


def rated(person: UUID, year: int) -> AppraisalCompletedV1:
    return AppraisalCompletedV1(
        person_id=person,
        year=year,
        law="PermenPANRB-6-2022",
        work_result=2,
        behaviour=2,
        rating="BAIK",
        effective_from=date(year, 12, 31),
    )


def judged(person: UUID, matter: Matter) -> JudgementRecorded:
    return JudgementRecorded(
        event_id=named(f"{person} {matter}"),
        matter=matter,
        target="administrator" if matter is Matter.RELATED_FIELD else None,
        met=True,
        on=date(2025, 11, 3),
        decided_by=Official(person="somebody", office=Office.PYB),
        document_number=None,
        replaces=None,
    )


def a_world() -> tuple[World, UUID, int]:
    """Two people's lives in the same logs, and an answer about one of them."""
    world, person = World(), named("person")
    adopted(world)
    for one in (named("another"), person):
        lived(world, one)
    return world, person, world.answer(person)


def frozen() -> list[Path]:
    return sorted(FOLDER.glob("*.zip"))


def freeze() -> None:
    """A bundle of each form is kept for ever: what was handed out once stays verifiable."""
    world, person, seq = a_world()
    file = FOLDER / "answer-1.zip"
    if not file.exists():
        FOLDER.mkdir(exist_ok=True)
        file.write_bytes(signed_well(world.members(person, [seq])))
        (FOLDER / "keys.json").write_text(KNOWN.text())
        sys.stdout.write(f"frozen: {file.name}\n")


if __name__ == "__main__":
    freeze()
