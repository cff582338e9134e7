"""Whatever is changed in the evidence is found, and named, even if the forger signs well."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.career import verify
from services.career.verifying import sentences
from services.career.verifying.checking import check
from services.career.verifying.claims import CLAIM
from services.career.verifying.trust import Trust, fingerprint
from services.chassis import merkle
from services.chassis.bundle import archived, unpacked
from services.chassis.bundle_log import (
    DoesNotFit,
    Earlier,
    Paths,
    entries,
    entry,
    proofs_written,
    read_proofs,
)
from services.chassis.canonical import canonical, canonical_of
from services.chassis.checkpoint import Checkpoint, signed
from services.chassis.checkpoint_keys import KnownKey, KnownKeys
from services.chassis.proof import said_part
from services.chassis.proved_parts import said_of
from services.chassis.signed_note import PrivateKey, Use
from tests.specs.career.evidence import (
    BEGAN,
    FOLDER,
    KNOWN,
    PRIVATE,
    Members,
    a_world,
    frozen,
    named,
    sanction,
    signed_well,
)

TRUST = Trust(KNOWN)
WORLD, PERSON, SEQ = a_world()
HONEST = WORLD.members(PERSON, [SEQ])
FILE = signed_well(HONEST)


def fault(members: Members) -> DoesNotFit:
    """What is found in a bundle whose manifest is true and well signed."""
    with pytest.raises(DoesNotFit) as found:
        check(signed_well(members), TRUST)
    return found.value


def changed(name: str, change: Callable[[bytes], bytes]) -> Members:
    return {**HONEST, name: change(HONEST[name])}


def claim_with(change: Callable[[Any], None]) -> Members:
    claim = json.loads(HONEST[CLAIM])
    change(claim)
    return {**HONEST, CLAIM: canonical(claim)}


# What fits


def test_an_honest_bundle_fits() -> None:
    checked = check(FILE, TRUST)
    assert checked.trusted
    assert [step["step"] for step in checked.steps] == [
        *("members", "manifest", "log", "log", "log", "log"),
        *("text", "text", "text", "dossier", "answer"),
    ]
    assert checked.steps[-1]["status"] == "NOT_ELIGIBLE"


@pytest.mark.parametrize("file", frozen(), ids=lambda path: path.stem)
def test_a_bundle_of_any_earlier_release_still_fits(file: Path) -> None:
    keys = KnownKeys.parse((FOLDER / "keys.json").read_bytes())
    assert check(file.read_bytes(), Trust(keys)).trusted


def test_bundles_are_frozen() -> None:
    assert frozen()


def test_a_key_may_be_named_by_its_fingerprint() -> None:
    named_keys = [fingerprint(key.public()) for key in PRIVATE.values()]
    assert check(FILE, Trust(fingerprints=named_keys)).trusted


def test_without_a_key_of_one_s_own_nobody_knows_who_made_it() -> None:
    assert not check(FILE, Trust()).trusted


# What does not


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_byte_changed_in_the_file_is_found(data: st.DataObject) -> None:
    spoilt = bytearray(FILE)
    at = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DoesNotFit):
        check(bytes(spoilt), TRUST)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_any_byte_changed_inside_is_found_although_the_manifest_is_signed_anew(
    data: st.DataObject,
) -> None:
    name = data.draw(st.sampled_from(sorted(HONEST)))
    held = bytearray(HONEST[name])
    at = data.draw(st.integers(0, len(held) - 1))
    held[at] ^= data.draw(st.integers(1, 255))
    if name == "keys.json":
        return  # what it brings along is believed by nobody who has keys
    found = fault({**HONEST, name: bytes(held)})
    assert found.what in sentences.FAULTS


@pytest.mark.parametrize("source", ["profile", "assessment", "training", "career"])
def test_an_event_dropped_from_what_is_shown_is_found(source: str) -> None:
    shown = list(entries(source, memoryview(HONEST[f"events/{source}"])))
    for nth in range(len(shown)):
        left = [one for at, one in enumerate(shown) if at != nth]
        found = fault({**HONEST, f"events/{source}": written(left)})
        assert found.what in {"not-included", "event-missing"}


def test_a_sanction_left_out_is_found() -> None:
    """Everything is there and proved but one event, and the answer is computed without it."""
    lenient = WORLD.members(
        PERSON, [SEQ], keep=lambda said: said.said_type != "profile.sanction_imposed.v1"
    )
    answer = json.loads(lenient[CLAIM])["answers"][0]["answer"]
    assert {finding["status"] for finding in answer["findings"]} == {"MET"}
    found = fault(lenient)
    assert (found.what, found.where["seq"]) == ("events-used-differ", SEQ)


def test_an_event_that_was_never_sealed_is_found() -> None:
    """A sanction that somebody would like to have imposed, in the place of another's event."""
    said, stored = WORLD.logs["profile"][0]
    invented = said._replace(
        event_id=named("invented"), subject=PERSON, said_body=canonical_of(sanction(PERSON))
    )
    paths = read_proofs("profile", Paths, HONEST["proofs/profile.json"])
    hashes = merkle.whole_subtrees(WORLD.leaves("profile"))
    path = tuple(merkle.inclusion_path(0, len(WORLD.logs["profile"]), hashes))
    more = paths.model_copy(update={"paths": (path, *paths.paths)})
    first = entry(said_part(invented), None, sha256(stored).digest())
    members = {
        **HONEST,
        "events/profile": first + HONEST["events/profile"],
        "proofs/profile.json": proofs_written(more),
    }
    found = fault(members)
    assert (found.what, found.where["event_id"]) == ("not-included", named("invented"))


def test_a_true_event_that_came_later_changes_nothing() -> None:
    world, person, seq = a_world()
    world.say(sanction(person))
    assert check(signed_well(world.members(person, [seq])), TRUST).trusted


def test_events_in_another_order_are_found() -> None:
    shown = list(entries("profile", memoryview(HONEST["events/profile"])))
    shown[0], shown[1] = shown[1], shown[0]
    assert fault({**HONEST, "events/profile": written(shown)}).what == "not-included"
    paths = read_proofs("profile", Paths, HONEST["proofs/profile.json"])
    swapped = paths.model_copy(update={"paths": (paths.paths[1], paths.paths[0], *paths.paths[2:])})
    members = {
        **HONEST,
        "events/profile": written(shown),
        "proofs/profile.json": proofs_written(swapped),
    }
    assert fault(members).what == "out-of-order"


def test_an_event_shown_twice_is_found() -> None:
    shown = list(entries("profile", memoryview(HONEST["events/profile"])))
    paths = read_proofs("profile", Paths, HONEST["proofs/profile.json"])
    twice = paths.model_copy(update={"paths": (paths.paths[0], *paths.paths)})
    members = {
        **HONEST,
        "events/profile": written([shown[0], *shown]),
        "proofs/profile.json": proofs_written(twice),
    }
    assert fault(members).what == "out-of-order"


def test_another_person_s_event_is_found_although_it_is_true() -> None:
    (theirs, _) = WORLD.logs["training"][0]
    members = {**HONEST, **WORLD.log_members("training", [theirs])}
    found = fault(members)
    assert found.what == "event-of-another-person"
    assert found.where["event_id"] == named("training 1")


def test_the_recording_of_another_answer_is_not_taken_for_this_one() -> None:
    found = fault(claim_with(lambda claim: claim["answers"][0].update(seq=4)))
    assert found.what in {"recording-missing", "records-no-answer"}


def test_a_dossier_altered_while_the_events_stay_true_is_found() -> None:
    def sooner(claim: Any) -> None:
        fact = next(f for f in claim["answers"][0]["facts"] if f["kind"] == "PositionHeld")
        fact["fact"]["since"] = "2015-01-01"

    found = fault(claim_with(sooner))
    assert (found.what, found.where["source"]) == ("dossier-differs", "profile")
    assert found.where["event_id"] == str(named("profile 7"))


def test_a_fact_left_out_of_the_dossier_is_found() -> None:
    found = fault(claim_with(lambda claim: claim["answers"][0]["facts"].pop()))
    assert found.what == "dossier-differs"


def test_an_answer_that_was_not_given_is_found_by_the_requirement() -> None:
    def merciful(claim: Any) -> None:
        for finding in claim["answers"][0]["answer"]["findings"]:
            finding["status"] = "MET"

    found = fault(claim_with(merciful))
    assert (found.what, found.where["at"]) == ("answer-differs", "no-sanction")


def test_a_law_that_was_never_adopted_is_found() -> None:
    name = next(n for n in HONEST if n.startswith("policies/"))
    found = fault(changed(name, lambda text: text.replace(b"years: 3", b"years: 1") + b"\n"))
    assert (found.what, found.where["member"]) == ("text-differs", name)
    found = fault({**HONEST, "policies/extra.yaml": b"a law of one's own"})
    assert found.what == "text-not-adopted"


@pytest.mark.parametrize("name", [*(n for n in HONEST), "more.txt"])
def test_a_member_more_or_less_is_named(name: str) -> None:
    if name in HONEST:
        members = {n: held for n, held in HONEST.items() if n != name}
    else:
        members = {**HONEST, name: b""}
    found = fault(members)
    assert found.what in {
        *("unknown-member", "member-missing", "text-differs", "unreadable-claim", "not-a-bundle"),
    }


def test_a_checkpoint_of_a_changed_history_needs_a_key_that_counts() -> None:
    forger = PrivateKey("demo/profile", Use.LOG, bytes(32))
    keys = KnownKeys((KnownKey(forger.public()), *KNOWN.keys[1:]))
    strict = Trust(keys)
    with pytest.raises(DoesNotFit) as found:
        check(FILE, strict)
    assert (found.value.what, found.value.where) == (
        "checkpoint-not-trusted",
        {"source": "profile"},
    )


def test_a_manifest_that_somebody_else_signed_is_found() -> None:
    stranger = Trust(KnownKeys(KNOWN.keys[:-1]))
    with pytest.raises(DoesNotFit) as found:
        check(FILE, stranger)
    assert found.value.what == "manifest-not-trusted"


def test_a_checkpoint_of_another_log_is_found() -> None:
    paths = read_proofs("training", Paths, HONEST["proofs/training.json"])
    other = paths.model_copy(update={"checkpoint": WORLD.checkpoint("assessment")})
    found = fault({**HONEST, "proofs/training.json": proofs_written(other)})
    assert found.what == "checkpoint-of-another"


# Checkpoints that came before


def with_earlier(name: str, size: int, *, root: bytes | None = None, key: Any = None) -> Members:
    """The bundle, with the checkpoint that a source signed when its log was of this size."""
    leaves = WORLD.leaves(name)
    hashes = merkle.whole_subtrees(leaves)
    older = Checkpoint(
        origin=f"demo/{name}",
        size=size,
        root=root or merkle.root_of(leaves[:size]),
        generation=1,
        closed_through=BEGAN,
        announces=key.public() if key else None,
    )
    note = signed(older, PRIVATE[name], *([key] if key else []))
    path = tuple(merkle.consistency_path(size, len(leaves), hashes))
    proofs = read_proofs(name, Paths, HONEST[f"proofs/{name}.json"])
    more = proofs.model_copy(update={"earlier": (Earlier(checkpoint=note, path=path),)})
    return {**HONEST, f"proofs/{name}.json": proofs_written(more)}


def test_an_earlier_checkpoint_is_the_beginning_of_the_newest() -> None:
    checked = check(signed_well(with_earlier("profile", 5)), TRUST)
    assert [step["earlier"] for step in checked.steps if step["step"] == "log"] == [0, 0, 1, 0]


def test_a_history_that_was_changed_is_not_the_continuation_of_the_old_one() -> None:
    found = fault(with_earlier("profile", 5, root=bytes(32)))
    assert (found.what, found.where) == ("not-consistent", {"source": "profile", "size": 5})


def test_a_key_that_an_earlier_checkpoint_announced_is_believed() -> None:
    """The auditor's keys are older than the key that signs today."""
    fresh = PrivateKey("demo/profile", Use.LOG, bytes(range(32)))
    members = with_earlier("profile", 5, key=fresh)
    leaves = WORLD.leaves("profile")
    newest = Checkpoint(
        origin="demo/profile",
        size=len(leaves),
        root=merkle.root_of(leaves),
        generation=1,
        closed_through=BEGAN,
    )
    proofs = read_proofs("profile", Paths, members["proofs/profile.json"])
    today = proofs.model_copy(update={"checkpoint": signed(newest, fresh)})
    assert check(signed_well({**members, "proofs/profile.json": proofs_written(today)}), TRUST)
    unannounced = today.model_copy(update={"earlier": ()})
    found = fault({**members, "proofs/profile.json": proofs_written(unannounced)})
    assert found.what == "checkpoint-not-trusted"


# What is said of it


def test_everything_that_can_be_found_has_its_sentences() -> None:
    sources = [verify.__file__, check.__code__.co_filename, entries.__code__.co_filename]
    folder = Path(check.__code__.co_filename).parent
    texts = [Path(name).read_text() for name in sources]
    texts += [file.read_text() for file in folder.glob("*.py")]
    raised = {what for text in texts for what in re.findall(r'DoesNotFit\(\s*"([a-z-]+)"', text)}
    assert raised - sentences.FAULTS.keys() == set()
    assert len(raised) > 20


def run(tmp_path: Path, file: bytes, *more: str) -> int:
    bundle, keys = tmp_path / "bukti.zip", tmp_path / "keys.json"
    bundle.write_bytes(file)
    keys.write_text(KNOWN.text())
    return verify.main([str(bundle), *(("--keys", str(keys)) if "no-keys" not in more else ()),
                        *(one for one in more if one != "no-keys")])  # fmt: skip


def test_the_command_says_what_it_checked_in_two_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, FILE) == 0
    told = capsys.readouterr().out
    assert "COCOK. Riwayat ini tidak berubah" in told
    assert "IT FITS." in told
    assert "administrator per 2026-02-01 → NOT_ELIGIBLE" in told
    assert "{" not in told


def test_the_command_names_what_does_not_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lenient = WORLD.members(
        PERSON, [SEQ], keep=lambda said: said.said_type != "profile.sanction_imposed.v1"
    )
    assert run(tmp_path, signed_well(lenient), "--language", "id") == 1
    told = capsys.readouterr().out
    assert "✗ Jawaban itu dahulu memakai peristiwa lain" in told
    assert f"seq: {SEQ}" in told
    assert "TIDAK COCOK" in told


def test_the_command_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, FILE[:-1], "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["fits"], told["fault"]["what"]) == (False, "not-a-bundle")
    assert run(tmp_path, FILE, "--json", "no-keys") == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["fits"], told["trusted"]) == (True, False)


def test_the_command_says_when_it_cannot_read(tmp_path: Path) -> None:
    assert verify.main([str(tmp_path / "nothing.zip")]) == 2
    assert run(tmp_path, FILE, "--fingerprint", "abc") == 2
    assert run(tmp_path, b"") == 1


def test_archives_that_are_no_bundles_are_refused() -> None:
    for spoilt in (b"", b"PK", archived({"a": b""}), FILE + b" "):
        with pytest.raises(DoesNotFit) as found:
            check(spoilt, TRUST)
        assert found.value.what == "not-a-bundle"


def written(shown: list[Any]) -> bytes:
    return b"".join(
        entry(bytes(one.said), bytes(one.stored) if one.stored else None, one.stored_hash)
        for one in shown
    )


def test_the_events_are_the_bytes_that_were_hashed() -> None:
    members = unpacked(FILE).members
    one = next(entries("profile", members["events/profile"]))
    assert said_of(bytes(one.said)) == WORLD.logs["profile"][4][0]
