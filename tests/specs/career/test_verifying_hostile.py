"""Evidence that somebody made to deceive the verifier, or to make it stumble."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.career import verify
from services.career.verifying import checking, sentences
from services.career.verifying.checking import check
from services.career.verifying.claims import CLAIM
from services.career.verifying.derived import OWN, seen_of
from services.career.verifying.trust import KEYS, Trust
from services.chassis import merkle
from services.chassis.bundle import packed
from services.chassis.bundle_log import DoesNotFit, Proven, Sides, entry, proofs_written
from services.chassis.bundle_range import sides
from services.chassis.canonical import canonical
from services.chassis.checkpoint import Checkpoint, signed
from services.chassis.checkpoint_keys import KnownKey
from services.chassis.proof import said_part, stored_part
from services.chassis.proved_parts import stored_of
from services.chassis.signed_note import PrivateKey, Use
from tests.specs.career.evidence import (
    BEGAN,
    KNOWN,
    PRIVATE,
    Members,
    World,
    a_world,
    signed_well,
)

WORLD, PERSON, SEQ = a_world()
HONEST = WORLD.members(PERSON, [SEQ])


def fault(members: Members, trust: Trust = Trust(KNOWN), *signer: PrivateKey) -> DoesNotFit:
    file = packed(signer[0].name, members, *signer) if signer else signed_well(members)
    with pytest.raises(DoesNotFit) as found:
        check(file, trust)
    return found.value


def with_answer(change: Callable[[dict[str, Any]], None]) -> Members:
    claim = json.loads(HONEST[CLAIM])
    change(claim["answers"][0]["answer"])
    return {**HONEST, CLAIM: canonical(claim)}


# Whose signature counts


def test_a_named_fingerprint_that_fits_no_key_is_not_the_same_as_naming_none() -> None:
    found = fault(HONEST, Trust(fingerprints=["0" * 64]))
    assert found.what == "manifest-not-trusted"


def test_a_list_of_no_keys_is_not_the_same_as_naming_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, keys = tmp_path / "bukti.zip", tmp_path / "keys.json"
    bundle.write_bytes(signed_well(HONEST))
    keys.write_text('{"keys": []}')
    assert verify.main([str(bundle), "--keys", str(keys)]) == verify.CANNOT_READ
    assert "names no key" in capsys.readouterr().err


def test_a_range_is_not_signed_with_a_key_that_had_been_replaced() -> None:
    old = PRIVATE["training"]
    new = PrivateKey(old.name, Use.LOG, sha256(b"the next one").digest())
    known = Trust(KNOWN.with_key(KnownKey(new.public(), 1, 1)))
    members = a_range(new)
    assert check(packed(old.name, members, new), known).trusted
    assert fault(members, known, old).what == "manifest-key-replaced"


# Whom and what it is about


def test_the_person_of_an_answer_is_named() -> None:
    step = check(signed_well(HONEST), Trust(KNOWN)).steps[-1]
    said = [sentences.step_said(step, language) for language in sentences.LANGUAGES]
    assert all(str(PERSON) in one for one in said)


def test_an_event_of_another_source_stands_where_it_was_said_though_it_is_shown_whole() -> None:
    said = WORLD.logs["profile"][0][0]._replace(partition=3, psn=7)
    stored = stored_of(WORLD.logs["career"][0][1])
    hidden, whole = Proven(said, None), Proven(said, stored)
    assert seen_of(whole) == seen_of(hidden)
    assert (seen_of(whole).partition, seen_of(whole).psn) == (3, 7)


# What cannot be read is named, and nothing stumbles


@pytest.mark.parametrize("findings", [None, 5, "none", {}])
def test_findings_that_are_no_list_are_found(findings: object) -> None:
    found = fault(with_answer(lambda answer: answer.update(findings=findings)))
    assert (found.what, found.where["at"]) == ("answer-differs", "findings")


@pytest.mark.parametrize("number", [b"1.5", b"123456789012345678901234567890", b"NaN", b"1e400"])
def test_a_number_that_has_no_place_in_a_claim_is_found(number: bytes) -> None:
    spoilt = HONEST[CLAIM].replace(b'"answer":{', b'"answer":{"A":' + number + b",", 1)
    assert fault({**HONEST, CLAIM: spoilt}).what == "unreadable-claim"


def test_keys_that_are_nested_without_end_are_found() -> None:
    assert fault({**HONEST, KEYS: b"[" * 200_000}).what == "unreadable-key"


def test_an_event_of_a_range_is_shown_or_hidden_and_nothing_else() -> None:
    members = a_range(PRIVATE["training"])
    spoilt = bytearray(members["events/training"])
    kind = 4 + int.from_bytes(spoilt[:4])
    assert spoilt[kind] == 1
    spoilt[kind] = 7
    members["events/training"] = bytes(spoilt)
    found = fault(members, Trust(KNOWN), PRIVATE["training"])
    assert found.what == "unreadable-event"


def test_where_letters_are_missing_it_is_said_with_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, told = tmp_path / "bukti.zip", io.BytesIO()
    bundle.write_bytes(signed_well(HONEST))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(told, encoding="cp1252"))
    assert verify.main([str(bundle)]) == verify.SIGNER_UNKNOWN
    sys.stdout.flush()
    assert b"IT FITS" in told.getvalue()


def a_range(key: PrivateKey) -> Members:
    """Everything that training said, whole, with a checkpoint signed with this key."""
    log, leaves = WORLD.logs["training"], WORLD.leaves("training")
    size = len(log)
    left, right = sides(1, size, size)
    hashes = merkle.whole_subtrees(leaves)
    root = merkle.root_of(leaves)
    checkpoint = Checkpoint(
        origin=key.name, size=size, root=root, generation=1, closed_through=BEGAN
    )
    proofs = Sides(
        checkpoint=signed(checkpoint, key),
        first=1,
        left=tuple(hashes[place] for place in left),
        right=tuple(hashes[place] for place in right),
    )
    claim = {
        "form": "evidence/1",
        "kind": "range",
        "source": "training",
        "first": 1,
        "last": size,
    }
    return {
        CLAIM: canonical(claim),
        KEYS: KNOWN.text().encode(),
        "events/training": b"".join(entry(said_part(said), stored) for said, stored in log),
        "leaves/training": b"".join(leaves),
        "proofs/training.json": proofs_written(proofs),
    }


# Whoever has keys of his own can sign anything

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("9999-12-31"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_log_that_says_odd_things_is_named_and_stumbled_over_nowhere(data: st.DataObject) -> None:
    """Every event is signed well; one says something that no service would ever have said."""
    world = World({source: list(log) for source, log in WORLD.logs.items()})
    source = data.draw(st.sampled_from(["profile", "assessment", "career", "career"]))
    seq = data.draw(st.integers(1, len(world.logs[source])))
    said, stored = world.logs[source][seq - 1]
    if source == OWN:
        part = stored_of(stored)
        stored = stored_part(part._replace(body=odd(part.body, data)))
    else:
        said = said._replace(said_body=odd(said.said_body or b"{}", data))
    world.logs[source][seq - 1] = (said, stored)
    members = {
        **HONEST,
        **{
            name: content
            for one in world.logs
            if (shown := [e.said for e in world.events(PERSON) if e.said.service == one])
            for name, content in world.log_members(one, shown).items()
        },
    }
    assert outcome(members) != "cannot-be-evaluated"


def outcome(members: Members) -> str:
    try:
        check(signed_well(members), Trust(KNOWN))
    except DoesNotFit as found:
        return found.what
    return "fits"


def odd(body: bytes, data: st.DataObject) -> bytes:
    """The same body with one of its values replaced, at any depth."""
    whole = json.loads(body)
    inner, key = whole, data.draw(st.sampled_from(sorted(whole)))
    while isinstance(inner[key], dict) and inner[key] and data.draw(st.booleans()):
        inner = inner[key]
        key = data.draw(st.sampled_from(sorted(inner)))
    inner[key] = data.draw(ODD)
    return json.dumps(whole).encode()


def test_what_stumbles_all_the_same_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(*_: object) -> None:
        raise OverflowError("date value out of range")

    monkeypatch.setattr(checking, "answer_of", stumbles)
    found = fault(HONEST)
    assert (found.what, found.where) == (
        "cannot-be-evaluated",
        {"after": "dossier", "kind": "OverflowError"},
    )
