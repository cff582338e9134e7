"""The whole walk through a bundle: it stops at the first thing that does not fit, and names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from services.career.domain.answer import instant
from services.career.domain.basis import KnownAt
from services.career.domain.rulebook import NotInForce
from services.career.projections.dossier_facts import KnownFact
from services.career.reasoning import agency_of_record, hash_of_ids, reasoned
from services.career.verifying.claims import (
    CLAIM,
    Answers,
    ClaimedAnswer,
    Range,
    claim_read,
    facts_answer,
    first_difference,
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
from services.career.verifying.trust import KEYS, Trust, fingerprint, keys_read
from services.chassis.bundle import MANIFEST, Bundle, NotABundle, unpacked
from services.chassis.bundle_log import (
    DoesNotFit,
    Paths,
    Proven,
    ProvenLog,
    Sides,
    learned,
    newest,
    place_of,
    proven_events,
    read_proofs,
)
from services.chassis.bundle_range import check_range
from services.chassis.canonical import canonical
from services.chassis.checkpoint import Checkpoint
from services.chassis.checkpoint_keys import KnownKeys
from services.chassis.signed_note import BadSignature, NotANote, PublicKey, Use


@dataclass(slots=True)
class Checked:
    """What was found to fit, step by step, in the order in which it was looked at."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    trusted: bool = False
    keys: list[PublicKey] = field(default_factory=list)
    told: Callable[[dict[str, Any]], None] = lambda step: None

    def fits(self, step: str, **values: Any) -> None:
        self.steps.append({"step": step, **values})
        self.told(self.steps[-1])


def check(file: bytes | memoryview, trust: Trust, checked: Checked | None = None) -> Checked:
    """Raise `DoesNotFit` at the first thing that does not fit."""
    checked = checked or Checked()
    try:
        return _check(file, trust, checked)
    except (DoesNotFit, MemoryError):
        raise
    except Exception as slip:
        # Whoever has keys of his own can sign anything: what no service of ours would ever have
        # written is his fault, to be named like any other, whichever line stumbles over it.
        last = checked.steps[-1]["step"] if checked.steps else None
        raise DoesNotFit("cannot-be-evaluated", after=last, kind=type(slip).__name__) from slip


def _check(file: bytes | memoryview, trust: Trust, checked: Checked) -> Checked:
    try:
        bundle = unpacked(file)
    except NotABundle as refused:
        raise DoesNotFit("not-a-bundle", member=refused.member, why=refused.because) from None
    checked.fits("members", count=len(bundle.members), bytes=len(file))
    claim = claim_read(bundle.bytes_of(CLAIM)) if CLAIM in bundle.members else None
    match claim:
        case Answers():
            proofs = _proofs(bundle)
            keys = _keys(bundle, proofs, trust, checked)
            _check_answers(bundle, claim, proofs, keys, checked)
        case Range():
            _check_range(bundle, claim, trust, checked)
        case _:
            raise DoesNotFit("unreadable-claim", member=CLAIM)
    return checked


def _check_range(bundle: Bundle, claim: Range, trust: Trust, checked: Checked) -> None:
    """Everything in a log from one event to another, and nothing else."""
    source = claim.source
    _only(bundle, {f"{part}/{source}{end}" for part, end in (*_PARTS, ("leaves", ""))})
    proofs: Sides = read_proofs(source, Sides, bundle.bytes_of(f"proofs/{source}.json"))
    keys = _keys(bundle, {source: proofs}, trust, checked)
    checkpoint = newest(source, proofs, keys)
    _key_in_force(bundle, checkpoint, keys)
    events, leaves = (bundle.members[f"{part}/{source}"] for part in ("events", "leaves"))
    count = check_range(source, events, leaves, proofs, checkpoint.root, checkpoint.size)
    if (claim.first, claim.last) != (proofs.first, proofs.first + count - 1):
        raise DoesNotFit("range-incomplete", source=source)
    checked.fits(
        "range",
        source=source,
        first=claim.first,
        last=claim.last,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        generation=checkpoint.generation,
        closed_through=instant(checkpoint.closed_through),
    )


def _only(bundle: Bundle, parts: Set[str], *, texts: bool = False) -> None:
    """A member that is none of what is known is refused, and so is one that is missing."""
    known = {CLAIM, KEYS, *parts}
    for name in bundle.members:
        if name not in known and not (texts and name.startswith("policies/")):
            raise DoesNotFit("unknown-member", member=name)
    for name in sorted(known - bundle.members.keys()):
        raise DoesNotFit("member-missing", member=name)


def _proofs(bundle: Bundle) -> dict[str, Paths]:
    """How each source is proved."""
    sources = [name.partition("/")[2] for name in bundle.members if name.startswith("events/")]
    _only(bundle, {f"{part}/{s}{end}" for s in sources for part, end in _PARTS}, texts=True)
    return {
        source: read_proofs(source, Paths, bundle.bytes_of(f"proofs/{source}.json"))
        for source in sources
    }


_PARTS = (("events", ""), ("proofs", ".json"))


def _keys(
    bundle: Bundle, proofs: Mapping[str, Paths | Sides], trust: Trust, checked: Checked
) -> KnownKeys:
    """The keys that count, once one of them is found to have signed the manifest."""
    brought = keys_read(bundle.bytes_of(KEYS))
    keys = trust.with_those_named(brought)
    checked.trusted = bool(keys.keys)
    if trust.fingerprints and not checked.trusted:
        raise DoesNotFit("manifest-not-trusted", member=MANIFEST, maker=bundle.maker)
    if not checked.trusted:
        keys = brought
    for source, one in proofs.items():
        keys = learned(source, one, keys)
    try:
        own = [known.key for known in keys.of(bundle.maker)]
        signers = bundle.signed_by(own).signers
    except (BadSignature, NotANote):
        raise DoesNotFit("manifest-signature", member=MANIFEST) from None
    if not signers:
        raise DoesNotFit("manifest-not-trusted", member=MANIFEST, maker=bundle.maker)
    checked.keys = [known.key for known in keys.keys if known.key.use is Use.LOG]
    checked.fits(
        "manifest",
        maker=bundle.maker,
        trusted=checked.trusted,
        fingerprints=[fingerprint(key) for key in signers],
    )
    return keys


# Answers about a person


def _check_answers(
    bundle: Bundle,
    claim: Answers,
    proofs: Mapping[str, Paths],
    keys: KnownKeys,
    checked: Checked,
) -> None:
    logs = _logs(bundle, proofs, keys, checked)
    events = [proven for log in logs.values() for proven in log.events]
    own = logs[OWN].events if OWN in logs else ()
    texts = _check_texts(bundle, own, checked)
    for proven in events:
        is_text = proven.said.service == OWN and proven.said.seq in texts
        if proven.said.subject != claim.person_id and not is_text:
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


def _logs(
    bundle: Bundle, proofs: Mapping[str, Paths], keys: KnownKeys, checked: Checked
) -> dict[str, ProvenLog]:
    found = {}
    for source, one in proofs.items():
        log = proven_events(source, bundle.members[f"events/{source}"], one, keys)
        found[source] = log
        checked.fits(
            "log",
            source=source,
            events=len(log.events),
            size=log.checkpoint.size,
            root=log.checkpoint.root.hex(),
            generation=log.checkpoint.generation,
            closed_through=instant(log.checkpoint.closed_through),
            earlier=len(one.earlier),
        )
        _key_in_force(bundle, log.checkpoint, keys)
    return found


def _key_in_force(bundle: Bundle, checkpoint: Checkpoint, keys: KnownKeys) -> None:
    """A key that was replaced by the time of its own log's checkpoint signs no manifest more."""
    if bundle.maker == checkpoint.origin:
        in_force = keys.in_force(bundle.maker, checkpoint.place)
        if not bundle.signed_by(in_force).signers:
            raise DoesNotFit("manifest-key-replaced", member=MANIFEST)


def _check_texts(bundle: Bundle, own: Sequence[Proven], checked: Checked) -> set[int]:
    """Each text that is shown is one that was adopted, and the other way round; where they were
    adopted."""
    found: set[int] = set()
    shown = {name for name in bundle.members if name.startswith("policies/")}
    for proven, adopted in adopted_in(own):
        name = f"policies/{adopted.sha256}.yaml"
        content = adopted.content.encode()
        if sha256(content).hexdigest() != adopted.sha256:
            raise DoesNotFit("text-not-adopted", **place_of(proven.said))
        if bytes(bundle.members.get(name, b"")) != content:
            raise DoesNotFit("text-differs", member=name, **place_of(proven.said))
        shown.discard(name)
        found.add(proven.said.seq)
        checked.fits("text", policy=adopted.policy, layer=adopted.layer, sha256=adopted.sha256)
    for name in sorted(shown):
        raise DoesNotFit("text-not-adopted", member=name)
    return found


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
    answer, status = answer_of(events, recording, facts)
    _compare(answer, status, recording, claimed, where)
    checked.fits(
        "answer",
        what=recording.what,
        id=str(recording.id),
        person=str(recording.person_id),
        policy=recording.policy,
        as_of=recording.as_of.isoformat(),
        known_at=instant(recording.known.instant) if isinstance(recording.known, KnownAt) else None,
        status=status,
        findings=len(claimed.answer.get("findings", ())),
        sha256=recording.answer_sha256,
        recorded_at=instant(recording.recorded_at),
    )


def answer_of(
    events: Sequence[Proven], recording: Recording, facts: Sequence[KnownFact]
) -> tuple[dict[str, Any], str | None]:
    """The canonical object and the status, from the proven events alone."""
    if recording.policy is None:
        return facts_answer(recording.known, [plain_fact(fact) for fact in facts]), None
    day = recording.known_on or recording.as_of
    agency = agency_of_record(facts, recording.as_of)
    texts = texts_known(events, recording.policy, agency, recording.known, day)
    try:
        said = reasoned(recording.policy, recording.as_of, recording.known, facts, texts)
    except NotInForce:
        raise DoesNotFit("text-missing", policy=recording.policy) from None
    return said.answer, said.status.value


def _compare(
    answer: dict[str, Any],
    status: str | None,
    recording: Recording,
    claimed: ClaimedAnswer,
    where: dict[str, Any],
) -> None:
    """What comes out now, what was recorded, and what the bundle shows: all three the same."""
    written = canonical(answer)
    if canonical(claimed.answer) != written:
        raise DoesNotFit("answer-differs", at=first_difference(answer, claimed.answer), **where)
    if sha256(written).hexdigest() != recording.answer_sha256 or status != recording.status:
        raise DoesNotFit("answer-not-as-recorded", **where)
