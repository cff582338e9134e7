"""A range of a log is whole, in order and sealed, or the first event that is not is named."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.career.verifying.checking import check
from services.career.verifying.trust import Trust
from services.chassis import bundle_range, merkle
from services.chassis.bundle_log import DoesNotFit, Sides, entry, proofs_written
from services.chassis.bundle_range import check_range, sides
from services.chassis.canonical import canonical
from services.chassis.proof import said_part
from tests.specs.career.evidence import KNOWN, Members, World, named, rated, signed_well

SIZE = 101
WORLD = World()
for year in range(SIZE):
    WORLD.say(rated(named(f"person {year % 7}"), 2022 + year % 4))
LOG = WORLD.logs["assessment"]
LEAVES = WORLD.leaves("assessment")


def members(first: int, last: int) -> Members:
    left, right = sides(first, last, SIZE)
    hashes = merkle.whole_subtrees(LEAVES)
    proofs = Sides(
        checkpoint=WORLD.checkpoint("assessment"),
        first=first,
        left=tuple(hashes[place] for place in left),
        right=tuple(hashes[place] for place in right),
    )
    claim = {
        "form": "evidence/1",
        "kind": "range",
        "source": "assessment",
        "first": first,
        "last": last,
    }
    return {
        "claim.json": canonical(claim),
        "keys.json": KNOWN.text().encode(),
        "events/assessment": b"".join(shown(seq) for seq in range(first, last + 1)),
        "leaves/assessment": b"".join(LEAVES[first - 1 : last]),
        "proofs/assessment.json": proofs_written(proofs),
    }


def shown(seq: int) -> bytes:
    said, stored = LOG[seq - 1]
    return entry(said_part(said), None, sha256(stored).digest())


def fault(changed: Members) -> DoesNotFit:
    with pytest.raises(DoesNotFit) as found:
        check(signed_well(changed), Trust(KNOWN))
    return found.value


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_range, "TOGETHER", 8)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_range_leads_to_the_root(data: st.DataObject) -> None:
    first = data.draw(st.integers(1, SIZE))
    last = data.draw(st.integers(first, SIZE))
    held = members(first, last)
    proofs = Sides.model_validate_json(held["proofs/assessment.json"])
    count = check_range(
        "assessment",
        memoryview(held["events/assessment"]),
        memoryview(held["leaves/assessment"]),
        proofs,
        merkle.root_of(LEAVES),
        SIZE,
        workers=1,
    )
    assert count == last - first + 1


def test_pieces_are_hashed_side_by_side() -> None:
    checked = check(signed_well(members(3, 99)), Trust(KNOWN))
    assert checked.steps[-1] | {"first": 3, "last": 99, "size": SIZE} == checked.steps[-1]


@pytest.mark.parametrize(
    ("change", "what", "seq"),
    [
        (lambda m: m | {"events/assessment": flipped(m, 20)}, "not-included", 20),
        (lambda m: m | {"events/assessment": without(20)}, "out-of-order", 20),
        (lambda m: m | {"events/assessment": without(99, last=98)}, "range-incomplete", None),
        (lambda m: m | {"events/assessment": swapped(20)}, "out-of-order", 20),
        (lambda m: m | {"leaves/assessment": bytes(97 * 32)}, "not-included", 3),
        (lambda m: m | {"leaves/assessment": b""}, "not-included", 3),
        (lambda m: m | {"policies/x.yaml": b""}, "unknown-member", None),
        (lambda m: {n: h for n, h in m.items() if n[0] != "l"}, "member-missing", None),
        (lambda m: m | {"claim.json": claimed(m, b'"last":99', b'"last":98')}, "range-incomplete",
         None),
        (lambda m: m | {"events/assessment": m["events/assessment"] + b"\0"}, "unreadable-event",
         None),
        (lambda m: m | {"events/assessment": m["events/assessment"][:-1]}, "unreadable-event",
         None),
    ],
)  # fmt: skip
def test_what_is_changed_is_named(
    change: Callable[[Members], Members], what: str, seq: int | None
) -> None:
    found = fault(change(members(3, 99)))
    assert (found.what, found.where.get("seq")) == (what, seq)


def test_an_event_changed_with_its_leaf_leads_nowhere() -> None:
    held = members(3, 99)
    changed = flipped(held, 20)
    said, stored = LOG[19]
    spoilt = said_part(said._replace(said_body=b"x" + (said.said_body or b"")[1:]))
    leaf = merkle_leaf(sha256(stored).digest(), sha256(spoilt).digest())
    leaves = bytearray(held["leaves/assessment"])
    leaves[17 * 32 : 18 * 32] = leaf
    found = fault({**held, "events/assessment": changed, "leaves/assessment": bytes(leaves)})
    assert found.what == "range-not-included"


def merkle_leaf(stored: bytes, said: bytes) -> bytes:
    return sha256(b"\0" + stored + said).digest()


def flipped(held: Members, seq: int) -> bytes:
    said, stored = LOG[seq - 1]
    spoilt = said._replace(said_body=b"x" + (said.said_body or b"")[1:])
    other = entry(said_part(spoilt), None, sha256(stored).digest())
    return held["events/assessment"].replace(shown(seq), other)


def without(seq: int, last: int = 99) -> bytes:
    return b"".join(shown(one) for one in range(3, last + 1) if one != seq)


def swapped(seq: int) -> bytes:
    order = [*range(3, seq), seq + 1, seq, *range(seq + 2, 100)]
    return b"".join(map(shown, order))


def claimed(held: Members, old: bytes, new: bytes) -> bytes:
    return held["claim.json"].replace(old, new)
