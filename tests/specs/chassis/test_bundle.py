"""A bundle is read as it was written, byte for byte, or it is refused."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.bundle import (
    FORMAT,
    MANIFEST,
    MOST_MEMBERS,
    NotABundle,
    archived,
    packed,
    unpacked,
)
from services.chassis.signed_note import BadSignature, PrivateKey, Use, signed_note

KEY = PrivateKey("demo/career", Use.LOG, bytes(range(32)))
OTHER = PrivateKey("demo/career", Use.LOG, bytes(32))
MEMBERS = {"claim.json": b'{"a":1}', "events/profile": bytes(range(256)), "policies/x.yaml": b""}


def bundle(**more: bytes) -> bytes:
    return packed("demo/career", {**MEMBERS, **more}, KEY)


def by_hand(members: dict[str, bytes], *, maker: str = "demo/career", form: str = FORMAT) -> bytes:
    """A file whose manifest is signed and true, whatever else is odd about it."""
    listed = [f"{sha256(held).hexdigest()}  {len(held)}  {name}" for name, held in members.items()]
    text = "".join(f"{line}\n" for line in [form, maker, *listed])
    manifest = signed_note(text, [KEY.sign(text)]).encode()
    return archived({MANIFEST: manifest, **members})


def test_what_was_packed_comes_out() -> None:
    read = unpacked(bundle())
    assert {name: bytes(held) for name, held in read.members.items()} == MEMBERS
    assert read.maker == "demo/career"
    assert [key.name for key in read.signed_by([KEY.public()]).signers] == ["demo/career"]


def test_the_same_things_give_the_same_bytes_in_any_order() -> None:
    backwards = dict(reversed(MEMBERS.items()))
    assert packed("demo/career", backwards, KEY) == bundle()


def test_any_tool_can_open_it() -> None:
    with zipfile.ZipFile(io.BytesIO(bundle())) as archive:
        assert archive.testzip() is None
        assert archive.read("events/profile") == MEMBERS["events/profile"]
        assert archive.namelist() == [MANIFEST, *sorted(MEMBERS)]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_byte_changed_is_noticed(data: st.DataObject) -> None:
    whole = bytearray(bundle())
    spoil(whole, data)
    with pytest.raises(NotABundle):
        unpacked(bytes(whole))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_byte_changed_inside_is_noticed_when_the_archive_is_made_anew(
    data: st.DataObject,
) -> None:
    read = unpacked(bundle())
    members = {MANIFEST: read.manifest.encode(), **dict(sorted(MEMBERS.items()))}
    name = data.draw(st.sampled_from([name for name, held in members.items() if held]))
    held = bytearray(members[name])
    spoil(held, data)
    try:
        opened = unpacked(archived({**members, name: bytes(held)}))
        signers = opened.signed_by([KEY.public()]).signers
    except ValueError:
        return
    assert signers == ()  # the name or the id of the key: nobody known has signed


def spoil(held: bytearray, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(held) - 1))
    held[at] ^= data.draw(st.integers(1, 255))


@pytest.mark.parametrize(
    "spoilt",
    [
        bundle() + b"\0",
        b"\0" + bundle(),
        bundle()[:-1],
        b"",
        bundle() + bundle(),
        by_hand({"b": b"1", "a": b"2"}),
        by_hand({"a": b""}, form="jenjang-bundle/2"),
        by_hand({"a": b""}, maker="two words"),
        archived(MEMBERS),
        archived({MANIFEST: b"no note"}),
        archived({MANIFEST: b"\xff\n\n"}),
    ],
)
def test_what_is_odd_is_refused(spoilt: bytes) -> None:
    with pytest.raises(NotABundle):
        unpacked(spoilt)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda m: m.pop("claim.json"), "claim.json"),
        (lambda m: m.update({"policies/y.yaml": b"more"}), "policies/y.yaml"),
        (lambda m: m.update({"claim.json": b'{"a":2}'}), "claim.json"),
        (lambda m: m.update({"claim.json": b'{"a":1} '}), "claim.json"),
    ],
)
def test_what_is_not_listed_as_it_is_is_named(change: object, named: str) -> None:
    manifest = unpacked(bundle()).manifest.encode()
    members = dict(MEMBERS)
    change(members)  # type: ignore[operator]
    with pytest.raises(NotABundle) as refused:
        unpacked(archived({MANIFEST: manifest, **dict(sorted(members.items()))}))
    assert refused.value.member == named


def test_a_member_that_stands_twice_is_refused() -> None:
    whole = bundle()
    begins = whole.index(b"PK\3\4", 4)
    ends = whole.index(b"PK\3\4", begins + 4)
    with pytest.raises(NotABundle, match="stands twice"):
        unpacked(whole[:ends] + whole[begins:])


def test_nothing_that_grows_when_unpacked_is_read() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, bytes(10_000_000))
    with pytest.raises(NotABundle):
        unpacked(bomb.getvalue())


def test_another_s_signature_counts_for_nothing() -> None:
    stranger = packed("demo/career", MEMBERS, PrivateKey("x/career", Use.LOG, bytes(32)))
    assert unpacked(stranger).signed_by([KEY.public()]).signers == ()


def test_a_signature_that_is_not_that_key_s_is_refused() -> None:
    manifest = unpacked(bundle()).manifest
    forged = manifest.replace("demo/career\n", "demo/CAREER\n", 1)
    spoilt = archived({MANIFEST: forged.encode(), **MEMBERS})
    with pytest.raises(BadSignature):
        unpacked(spoilt).signed_by([KEY.public()])


def test_names_that_lead_elsewhere_are_not_written() -> None:
    for name in ("../etc", "/etc", "A", "a/b/c", "", "a\\b", MANIFEST):
        with pytest.raises(NotABundle):
            packed("demo/career", {name: b""}, KEY)
    with pytest.raises(NotABundle):
        packed("demo/career", {f"a{n}": b"" for n in range(MOST_MEMBERS)}, KEY)
