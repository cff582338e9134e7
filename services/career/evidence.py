"""Evidence for a recorded answer: gathered from the inbox, the log and the sources' proof doors,
put into one file, and checked as an auditor will check it before it is handed out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal
from uuid import UUID, uuid5

from services.career import commands
from services.career.adapters import evidence_rows
from services.career.deps import HEARD, Deps, ProofDoor
from services.career.domain.answer import instant
from services.career.domain.basis import AsKnown, KnownAt
from services.career.domain.recorded_answer import Answered, AnswerRecorded, Asked, RecordAnswer
from services.career.projections import recorded_answers
from services.career.projections.recorded_answers import RecordedAnswer
from services.career.queries import Explanation
from services.career.verifying.checking import Checked, answer_of, check
from services.career.verifying.claims import (
    CLAIM,
    Answers,
    ClaimedAnswer,
    claim_written,
    plain_fact,
)
from services.career.verifying.derived import (
    OWN,
    adopted_in,
    facts_known,
    recording_of,
    seen_of,
    was_known,
)
from services.career.verifying.sentences import LANGUAGES, fault_said
from services.career.verifying.trust import KEYS, Trust
from services.chassis import tree
from services.chassis.bundle import packed
from services.chassis.bundle_log import (
    DoesNotFit,
    Earlier,
    Paths,
    Proven,
    entry,
    place_of,
    proofs_written,
)
from services.chassis.canonical import canonical
from services.chassis.checkpoint import parsed
from services.chassis.deciding import Executed
from services.chassis.doors import DoorClosed
from services.chassis.events import Origin
from services.chassis.outside import Outside
from services.chassis.problems import NotFound, Problem
from services.chassis.proof import said_part, stored_part
from services.chassis.proof_doors import MOST_AT_ONCE, NeverSaid, Proved
from services.chassis.signed_note import split

Kind = Literal["answer", "person"]
_ANSWERS = UUID("6c2f0d1e-4b0a-5e3c-8f57-3d1b8f0f6a52")


class NotCoveredYet(Problem):
    """No signed checkpoint covers this yet; ask again in a few seconds."""

    status = 503

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": "2"})


class NothingIsSigned(Problem):
    """This deployment keeps no checkpoints, or has no key to sign evidence with."""

    status = 503


class CannotBeProved(Problem):
    """What lies here does not prove this answer; the first thing that does not fit is named."""

    status = 409


@dataclass(frozen=True, slots=True)
class Evidence:
    """A bundle as it is handed out, and what was checked of it."""

    file: bytes
    checked: Checked

    @property
    def sha256(self) -> str:
        return sha256(self.file).hexdigest()


# Recording


async def record(
    deps: Deps, explained: Explanation, agency: str, asked_by: str, origin: Origin
) -> tuple[UUID, Executed[AnswerRecorded]]:
    """Write down what was just answered. The same answer again is the same record."""
    question, answer = explained.question, explained.reasoned
    known = question.known or explained.basis
    asked = Asked(
        policy=question.policy,
        as_of=question.as_of,
        basis=None if isinstance(known, KnownAt) else canonical(known.plain()).decode(),
        known_at=instant(known.instant) if isinstance(known, KnownAt) else None,
        known_on=_day_of(deps, known),
    )
    answered = Answered(
        status=answer.status.value,
        versions=tuple(str(text) for text in answer.texts),
        events=len(answer.event_ids),
        events_sha256=answer.events_sha256,
        answer_sha256=answer.sha256,
        provisional=bool(explained.doubts),
    )
    name = canonical([question.person_id, question.policy, answer.sha256, answer.events_sha256])
    answer_id = uuid5(_ANSWERS, name.decode())
    command = RecordAnswer(
        answer_id=answer_id,
        person_id=question.person_id,
        asked=asked,
        answered=answered,
        asked_by=asked_by,
        on=deps.today(),
    )
    return answer_id, await commands.record_answer(deps, agency, command, origin)


def _day_of(deps: Deps, known: AsKnown) -> date | None:
    return known.instant.astimezone(deps.zone).date() if isinstance(known, KnownAt) else None


async def recorded_under(deps: Deps, answer_id: UUID) -> RecordedAnswer:
    """The answer, or the decision, of this id; `NotFound` when there is none (yet)."""
    found = await recorded_answers.recorded_under(deps.pool, answer_id)
    if found is None:
        raise NotFound
    return found


async def recorded_of(deps: Deps, person_id: UUID) -> list[RecordedAnswer]:
    """Everything about a person that can be proved, the oldest first."""
    return await recorded_answers.recorded_about(deps.pool, person_id)


# The file


async def of_answer(deps: Deps, answer: RecordedAnswer) -> Evidence:
    """Evidence for one answer, or for one decision."""
    return await _evidence(deps, "answer", [answer])


async def of_person(deps: Deps, person_id: UUID) -> Evidence:
    """Evidence for every answer that is recorded of a person."""
    recorded = await recorded_answers.recorded_about(deps.pool, person_id)
    if not recorded:
        raise NotFound
    return await _evidence(deps, "person", recorded)


async def of_command(deps: Deps, what: str, of: UUID) -> Evidence:
    """What an operator asks for: an answer, a decision, or a person."""
    if what == "person":
        return await of_person(deps, of)
    return await of_answer(deps, await recorded_under(deps, of))


async def _evidence(deps: Deps, kind: Kind, recorded: Sequence[RecordedAnswer]) -> Evidence:
    outside = deps.outside
    if outside is None:
        raise NothingIsSigned
    try:
        key, known = await asyncio.to_thread(lambda: (outside.key(), outside.known()))
    except (OSError, ValueError):
        raise NothingIsSigned from None
    try:
        events = await _events(deps, recorded)
        members = await _members(deps, outside, events)
        claim, in_the_way = _claim_or_fault(kind, recorded, events)
        file = packed(key.name, {**members, CLAIM: claim_written(claim)}, key)
        checked = await asyncio.to_thread(check, file, Trust(known))
        if in_the_way is not None:
            raise in_the_way
    except DoesNotFit as found:
        raise _does_not_fit(found) from None
    return Evidence(file, checked)


def _claim_or_fault(
    kind: Kind, recorded: Sequence[RecordedAnswer], events: Sequence[Proven]
) -> tuple[Answers, DoesNotFit | None]:
    """What was altered may be unreadable: then nothing is claimed, and the logs are checked all the
    same, which names the event that was altered before anybody tries to read it."""
    try:
        return _claim(kind, recorded, events), None
    except DoesNotFit as found:
        nothing = tuple(ClaimedAnswer(seq=one.psn, answer={}, facts=()) for one in recorded)
        return Answers(kind=kind, person_id=recorded[0].person_id, answers=nothing), found


def _does_not_fit(found: DoesNotFit) -> CannotBeProved:
    said = {one: fault_said(found.what, found.where, one) for one in LANGUAGES}
    return CannotBeProved(str(found), what=found.what, where=found.where, said=said)


async def _members(deps: Deps, outside: Outside, events: Sequence[Proven]) -> dict[str, bytes]:
    """Everything but the claim."""
    members = {KEYS: (await asyncio.to_thread(outside.known)).text().encode()}
    for source in HEARD:
        said = [proven for proven in events if proven.said.service == source]
        if said:
            members |= await _heard_log(deps, source, said)
    own = [proven for proven in events if proven.said.service == OWN]
    members |= await _own_log(deps, outside, own)
    for _, adopted in adopted_in(own):
        members[f"policies/{adopted.sha256}.yaml"] = adopted.content.encode()
    return members


async def _events(deps: Deps, recorded: Sequence[RecordedAnswer]) -> list[Proven]:
    """Every event that one of the answers could know of, and the recordings themselves."""
    person_id = recorded[0].person_id
    places = await evidence_rows.places_about(deps.pool, person_id)
    texts = await evidence_rows.texts_of(deps.pool, [r.policy for r in recorded if r.policy])
    told = {answer.psn for answer in recorded}
    judged = {place.psn for place in places if place.source == OWN}
    heard_at = [place for place in places if place.source != OWN]
    heard = [Proven(said, None) for said in await evidence_rows.heard(deps.pool, heard_at)]
    own = [
        Proven(said, stored)
        for said, stored in await evidence_rows.own(deps.pool, OWN, sorted(texts | told | judged))
    ]
    known = [recording_of(proven).known for proven in own if proven.said.seq in told]
    return [
        proven
        for proven in (*heard, *own)
        if (proven.said.service == OWN and proven.said.seq in told | texts)
        or any(was_known(seen_of(proven), one) for one in known)
    ]


async def _heard_log(deps: Deps, source: str, events: Sequence[Proven]) -> dict[str, bytes]:
    """What another service said, proved by that service's own log."""
    ordered = sorted(events, key=lambda proven: proven.said.seq)
    places = [_place(proven) for proven in ordered]
    try:
        proved = await _proved(deps.proof_doors[source], places)
    except DoorClosed as closed:
        raise NotCoveredYet(str(closed)) from None
    except NeverSaid as lost:
        said = ordered[lost.nth].said
        raise _does_not_fit(DoesNotFit("never-said", **place_of(said))) from None
    written = [
        entry(said_part(proven.said), None, proof.stored_hash)
        for proven, proof in zip(ordered, proved.proofs, strict=True)
    ]
    return _log_members(source, written, proved.note, [proof.path for proof in proved.proofs])


async def _proved(door: ProofDoor, places: Sequence[tuple[int, int, int]]) -> Proved:
    """The door answers for so many at once; all of them against the checkpoint of the first."""
    note, size, proofs = "", None, list[tree.Proof]()
    for start in range(0, len(places), MOST_AT_ONCE):
        try:
            proved = await door.proofs(places[start : start + MOST_AT_ONCE], size)
        except NeverSaid as lost:
            raise NeverSaid(start + lost.nth) from None
        if size is None:
            note, size = proved.note, parsed(split(proved.note)[0]).size
        proofs += proved.proofs
    return Proved(note, proofs)


async def _own_log(deps: Deps, outside: Outside, events: Sequence[Proven]) -> dict[str, bytes]:
    """Career's own events, shown whole."""
    ordered = sorted(events, key=lambda proven: proven.said.seq)
    note = await asyncio.to_thread(outside.folder.newest)
    checkpoint = await asyncio.to_thread(outside.newest)
    if note is None or checkpoint is None or checkpoint.size < ordered[-1].said.seq:
        raise NotCoveredYet
    seqs = [proven.said.seq for proven in ordered]
    proofs = await tree.proofs_of(deps.pool, seqs, checkpoint.size)
    written = [
        entry(said_part(said), stored_part(stored))
        for said, stored in ordered
        if stored is not None
    ]
    earlier = await _announcing(deps, outside, checkpoint.size)
    return _log_members(OWN, written, note, [proof.path for proof in proofs], earlier)


async def _announcing(deps: Deps, outside: Outside, size: int) -> tuple[Earlier, ...]:
    """The checkpoints in which a new key was announced, for whoever knows an older one only."""
    notes = await asyncio.to_thread(lambda: [note for _, note in outside.folder.announcing()])
    found = []
    for note in notes:
        older = parsed(split(note)[0])
        if older.size <= size and await tree.root_at(deps.pool, older.size) == older.root:
            path = await tree.consistency_of(deps.pool, older.size, size)
            found.append(Earlier(checkpoint=note, path=tuple(path)))
    return tuple(found)


def _log_members(
    source: str,
    written: Iterable[bytes],
    note: str,
    paths: Sequence[Sequence[bytes]],
    earlier: tuple[Earlier, ...] = (),
) -> dict[str, bytes]:
    proofs = Paths(checkpoint=note, earlier=earlier, paths=tuple(tuple(path) for path in paths))
    return {
        f"events/{source}": b"".join(written),
        f"proofs/{source}.json": proofs_written(proofs),
    }


def _place(proven: Proven) -> tuple[int, int, int]:
    said = proven.said
    assert said.partition is not None
    assert said.psn is not None
    return said.generation, said.partition, said.psn


def _claim(kind: Kind, recorded: Sequence[RecordedAnswer], events: Sequence[Proven]) -> Answers:
    by_seq = {p.said.seq: p for p in events if p.said.service == OWN}
    claimed = []
    for one in sorted(recorded, key=lambda answer: answer.psn):
        recording = recording_of(by_seq[one.psn])
        facts = facts_known(events, recording.person_id, recording.known)
        plain = tuple(plain_fact(fact) for fact in facts)
        answer, _ = answer_of(events, recording, facts)
        claimed.append(ClaimedAnswer(seq=one.psn, answer=answer, facts=plain))
    return Answers(kind=kind, person_id=recorded[0].person_id, answers=tuple(claimed))
