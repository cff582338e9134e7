"""The whole walk through a bundle: it stops at the first thing that does not fit, and names it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from services.career.domain.answer import instant
from services.career.domain.basis import KnownAt
from services.career.domain.rulebook import NotInForce
from services.career.reasoning import agency_of_record, hash_of_ids, reasoned
from services.career.verifying.claims import (
    ANYTHING,
    CLAIM,
    Answers,
    ClaimedAnswer,
    claim_read,
    facts_answer,
    plain_fact,
)
from services.career.verifying.derived import (
    OWN,
    Recording,
    adopted_in,
    facts_known,
    recording_of,
    texts_known,
)
from services.chassis.bundle import MANIFEST, Bundle, NotABundle, unpacked
from services.chassis.bundle_log import (
    DoesNotFit,
    Paths,
    Proven,
    ProvenLog,
    place_of,
    proven_events,
    read_proofs,
)
from services.chassis.canonical import canonical
from services.chassis.signed_note import BadSignature, NotANote, PublicKey

KEYS = "keys.txt"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count. Without a key of one's own, a bundle can only be checked against the
    keys it brings along: then it is whole, but nobody knows who made it."""

    keys: Sequence[PublicKey] = ()
    fingerprints: Sequence[str] = ()

    def among(self, brought: Sequence[PublicKey]) -> list[PublicKey]:
        named = [key for key in brought if fingerprint(key) in self.fingerprints]
        return [*self.keys, *(key for key in named if key not in self.keys)]


def fingerprint(key: PublicKey) -> str:
    """What is read out over the telephone, or hangs on a wall."""
    return sha256(key.spelled().encode()).hexdigest()


@dataclass(slots=True)
class Checked:
    """What was found to fit, step by step, in the order in which it was looked at."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    trusted: bool = False
    told: Callable[[dict[str, Any]], None] = lambda step: None

    def fits(self, step: str, **values: Any) -> None:
        self.steps.append({"step": step, **values})
        self.told(self.steps[-1])


def check(file: bytes | memoryview, trust: Trust, checked: Checked | None = None) -> Checked:
    """Raise `DoesNotFit` at the first thing that does not fit."""
    checked = checked or Checked()
    try:
        bundle = unpacked(file)
    except NotABundle as refused:
        raise DoesNotFit("not-a-bundle", member=refused.member, why=refused.because) from None
    checked.fits("members", count=len(bundle.members), bytes=len(file))
    keys = _keys(bundle, trust, checked)
    claim = claim_read(bundle.bytes_of(CLAIM)) if CLAIM in bundle.members else None
    match claim:
        case Answers():
            _check_answers(bundle, claim, keys, checked)
        case _:
            raise DoesNotFit("unreadable-claim", member=CLAIM)
    return checked


def _keys(bundle: Bundle, trust: Trust, checked: Checked) -> list[PublicKey]:
    """The keys that count, once one of them is found to have signed the manifest."""
    brought = keys_read(bundle.bytes_of(KEYS).decode()) if KEYS in bundle.members else []
    trusted = trust.among(brought)
    keys = trusted or brought
    try:
        signers = bundle.signed_by(keys).signers
    except (BadSignature, NotANote):
        raise DoesNotFit("manifest-signature", member=MANIFEST) from None
    if not any(key.name == bundle.maker for key in signers):
        raise DoesNotFit("manifest-not-trusted", member=MANIFEST, maker=bundle.maker)
    checked.trusted = bool(trusted)
    checked.fits(
        "manifest",
        maker=bundle.maker,
        trusted=checked.trusted,
        fingerprints=[fingerprint(key) for key in signers],
    )
    return keys


def keys_read(text: str) -> list[PublicKey]:
    try:
        return [PublicKey.parse(line) for line in text.splitlines() if line]
    except NotANote:
        raise DoesNotFit("unreadable-key", member=KEYS) from None


# Answers about a person


def _check_answers(
    bundle: Bundle, claim: Answers, keys: Sequence[PublicKey], checked: Checked
) -> None:
    logs = _logs(bundle, keys, checked)
    events = [proven for log in logs.values() for proven in log.events]
    own = logs[OWN].events if OWN in logs else ()
    _check_texts(bundle, own, checked)
    for proven in events:
        if proven.said.subject != claim.person_id and not _is_text(proven, own):
            raise DoesNotFit("event-of-another-person", **place_of(proven.said))
    by_seq = {proven.said.seq: proven for proven in own}
    for claimed in claim.answers:
        recorded = by_seq.get(claimed.seq)
        if recorded is None:
            raise DoesNotFit("recording-missing", source=OWN, seq=claimed.seq)
        recording = recording_of(recorded)
        if recording.person_id != claim.person_id:
            raise DoesNotFit("event-of-another-person", **place_of(recorded.said))
        _check_answer(events, recording, claimed, recorded, checked)


def _logs(bundle: Bundle, keys: Sequence[PublicKey], checked: Checked) -> dict[str, ProvenLog]:
    """Every source in the bundle; a member that is none of what is known is refused."""
    sources = [name.partition("/")[2] for name in bundle.members if name.startswith("events/")]
    known = {CLAIM, KEYS, *(f"{part}/{s}{end}" for s in sources for part, end in _PARTS)}
    for name in bundle.members:
        if name not in known and not name.startswith("policies/"):
            raise DoesNotFit("unknown-member", member=name)
    found = {}
    for source in sources:
        written = bundle.bytes_of(f"proofs/{source}.json") if _has_proofs(bundle, source) else b""
        proofs: Paths = read_proofs(source, Paths, written)
        log = proven_events(source, bundle.members[f"events/{source}"], proofs, keys)
        found[source] = log
        checked.fits(
            "log",
            source=source,
            events=len(log.events),
            size=log.checkpoint.size,
            root=log.checkpoint.root.hex(),
            generation=log.checkpoint.generation,
            closed_through=instant(log.checkpoint.closed_through),
            earlier=len(proofs.earlier),
        )
    return found


_PARTS = (("events", ""), ("proofs", ".json"))


def _has_proofs(bundle: Bundle, source: str) -> bool:
    return f"proofs/{source}.json" in bundle.members


def _check_texts(bundle: Bundle, own: Sequence[Proven], checked: Checked) -> None:
    """Each text that is shown is one that was adopted, and the other way round."""
    shown = {name for name in bundle.members if name.startswith("policies/")}
    for proven, adopted in adopted_in(own):
        name = f"policies/{adopted.sha256}.yaml"
        content = adopted.content.encode()
        if sha256(content).hexdigest() != adopted.sha256:
            raise DoesNotFit("text-not-adopted", **place_of(proven.said))
        if bytes(bundle.members.get(name, b"")) != content:
            raise DoesNotFit("text-differs", member=name, **place_of(proven.said))
        shown.discard(name)
        checked.fits("text", policy=adopted.policy, layer=adopted.layer, sha256=adopted.sha256)
    for name in sorted(shown):
        raise DoesNotFit("text-not-adopted", member=name)


def _is_text(proven: Proven, own: Sequence[Proven]) -> bool:
    return any(proven is one for one, _ in adopted_in(own))


def _check_answer(
    events: Sequence[Proven],
    recording: Recording,
    claimed: ClaimedAnswer,
    recorded: Proven,
    checked: Checked,
) -> None:
    where = place_of(recorded.said)
    facts = facts_known(events, recording.person_id, recording.known)
    if hash_of_ids(fact.event_id for fact in facts) != recording.events_sha256:
        raise DoesNotFit("events-used-differ", shown=len(facts), **where)
    derived = [plain_fact(fact) for fact in facts]
    for nth, (ours, theirs) in enumerate(zip(derived, claimed.facts, strict=False), start=1):
        if canonical(ours) != canonical(theirs):
            raise DoesNotFit(
                "dossier-differs", source=ours["source"], event_id=ours["event_id"], nth=nth
            )
    if len(derived) != len(claimed.facts):
        raise DoesNotFit("dossier-differs", nth=min(len(derived), len(claimed.facts)) + 1, **where)
    checked.fits("dossier", facts=len(facts), events_sha256=recording.events_sha256)
    if recording.policy is None:
        answer, status = canonical(facts_answer(recording.known, derived)), None
    else:
        day = recording.known_on or recording.as_of
        agency = agency_of_record(facts, recording.as_of)
        texts = texts_known(events, recording.policy, agency, recording.known, day)
        try:
            said = reasoned(recording.policy, recording.as_of, recording.known, facts, texts)
        except NotInForce:
            raise DoesNotFit("text-missing", policy=recording.policy, **where) from None
        answer, status = said.canonical, said.status.value
    _compare(answer, status, recording, claimed, where)
    checked.fits(
        "answer",
        what=recording.what,
        id=str(recording.id),
        policy=recording.policy,
        as_of=recording.as_of.isoformat(),
        known_at=instant(recording.known.instant) if isinstance(recording.known, KnownAt) else None,
        status=status,
        findings=len(claimed.answer.get("findings", ())),
        sha256=recording.answer_sha256,
        recorded_at=instant(recording.recorded_at),
    )


def _compare(
    answer: bytes,
    status: str | None,
    recording: Recording,
    claimed: ClaimedAnswer,
    where: dict[str, Any],
) -> None:
    """What comes out now, what was recorded, and what the bundle shows: all three the same."""
    if canonical(claimed.answer) != answer:
        raise DoesNotFit("answer-differs", at=first_difference(claimed.answer, answer), **where)
    if sha256(answer).hexdigest() != recording.answer_sha256 or status != recording.status:
        raise DoesNotFit("answer-not-as-recorded", **where)


def first_difference(claimed: dict[str, Any], answer: bytes) -> str:
    """The first requirement, or else the first part, of an answer that is not the same."""
    ours = ANYTHING.validate_json(answer)
    findings = zip(ours.get("findings", ()), claimed.get("findings", ()), strict=False)
    for mine, theirs in findings:
        if mine != theirs:
            return str(mine["requirement"])
    return next((part for part in ours if ours[part] != claimed.get(part)), "form")
