"""The tree against published vectors, and against the RFC's own words written down naively."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis import merkle
from services.chassis.merkle import Frontier, NotConsistent, NotIncluded, OutsideTheTree

INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
INPUTS += ["606162636465666768696a6b6c6d6e6f"]
# The roots that the Certificate Transparency implementations test themselves with.
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

sizes = st.integers(min_value=1, max_value=70)


def leaf(number: int) -> bytes:
    return sha256(b"\0" + str(number).encode()).digest()


def leaves(size: int) -> list[bytes]:
    return [leaf(number) for number in range(size)]


# The definitions of RFC 9162, 2.1, word for word and slowly


def slow_root(given_leaves: list[bytes]) -> bytes:
    if not given_leaves:
        return sha256(b"").digest()
    if len(given_leaves) == 1:
        return given_leaves[0]
    k = slow_cut(len(given_leaves))
    left, right = slow_root(given_leaves[:k]), slow_root(given_leaves[k:])
    return sha256(b"\1" + left + right).digest()


def slow_cut(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def slow_inclusion(m: int, given_leaves: list[bytes]) -> list[bytes]:
    if len(given_leaves) == 1:
        return []
    k = slow_cut(len(given_leaves))
    left, right = given_leaves[:k], given_leaves[k:]
    if m < k:
        return [*slow_inclusion(m, left), slow_root(right)]
    return [*slow_inclusion(m - k, right), slow_root(left)]


def slow_consistency(m: int, given_leaves: list[bytes], whole: bool = True) -> list[bytes]:
    if m == len(given_leaves):
        return [] if whole else [slow_root(given_leaves)]
    k = slow_cut(len(given_leaves))
    left, right = given_leaves[:k], given_leaves[k:]
    if m <= k:
        return [*slow_consistency(m, left, whole), slow_root(right)]
    return [*slow_consistency(m - k, right, False), slow_root(left)]


def test_the_published_roots_are_reached() -> None:
    row = [sha256(b"\0" + bytes.fromhex(given_input)).digest() for given_input in INPUTS]
    assert [merkle.root_of(row[:size]).hex() for size in range(1, 9)] == ROOTS
    assert merkle.root_of([]).hex() == sha256(b"").hexdigest()


def test_the_paths_of_the_rfcs_example_are_found() -> None:
    """RFC 9162, 2.1.5: seven leaves."""
    a, b, c, d, e, f, j = leaves(7)
    g, h, i = merkle.node(a, b), merkle.node(c, d), merkle.node(e, f)
    k, tail = merkle.node(g, h), merkle.node(i, j)
    hashes = merkle.whole_subtrees(leaves(7))
    assert merkle.root_at(7, hashes) == merkle.node(k, tail)
    assert merkle.inclusion_path(0, 7, hashes) == [b, h, tail]
    assert merkle.inclusion_path(3, 7, hashes) == [c, g, tail]
    assert merkle.inclusion_path(4, 7, hashes) == [f, j, k]
    assert merkle.inclusion_path(6, 7, hashes) == [i, k]
    assert merkle.consistency_path(3, 7, hashes) == [c, d, g, tail]
    assert merkle.consistency_path(4, 7, hashes) == [tail]
    assert merkle.consistency_path(6, 7, hashes) == [i, j, k]


@given(sizes, st.data())
def test_every_path_is_the_one_of_the_definition_and_verifies(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    row, hashes = leaves(size), merkle.whole_subtrees(leaves(size))
    root = slow_root(row)
    assert merkle.root_at(size, hashes) == root
    path = merkle.inclusion_path(index, size, hashes)
    assert path == slow_inclusion(index, row)
    merkle.verify_inclusion(row[index], index, size, path, root)
    growth = merkle.consistency_path(old, size, hashes)
    assert growth == slow_consistency(old, row)
    merkle.verify_consistency(old, slow_root(row[:old]), size, root, growth)


@given(sizes, st.data())
def test_a_store_is_asked_for_no_more_than_the_path_needs(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    everything = merkle.whole_subtrees(leaves(size))
    for places in (merkle.inclusion_places(index, size), merkle.consistency_places(old, size)):
        assert len(places) <= 2 * size.bit_length()
    few = {place: everything[place] for place in merkle.inclusion_places(index, size)}
    assert merkle.inclusion_path(index, size, few) == slow_inclusion(index, leaves(size))
    few = {place: everything[place] for place in merkle.consistency_places(old, size)}
    assert merkle.consistency_path(old, size, few) == (
        slow_consistency(old, leaves(size)) if old else []
    )


@given(st.lists(st.integers(0, 9), max_size=12))
def test_a_tree_grows_the_same_in_whatever_portions(portions: list[int]) -> None:
    frontier, row, whole = Frontier(), leaves(sum(portions)), dict[merkle.Place, bytes]()
    for portion in portions:
        grown = frontier.extend(row[frontier.size : frontier.size + portion])
        for level, (first, subtrees) in enumerate(grown):
            whole |= {(level, first + at): subtree for at, subtree in enumerate(subtrees)}
        assert frontier.root() == slow_root(row[: frontier.size])
    assert whole == merkle.whole_subtrees(row)


@given(sizes, st.data())
def test_a_path_that_is_altered_anywhere_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    row, hashes = leaves(size), merkle.whole_subtrees(leaves(size))
    root, path = merkle.root_at(size, hashes), merkle.inclusion_path(index, size, hashes)
    others = [
        (leaf(size), index, size, path, root),
        (row[index], index, size, [*path, leaf(0)], root),
        (row[index], index, size, path, leaf(size)),
        (row[index], size, size, path, root),
        (row[index], -1, size, path, root),
    ]
    if path:
        others += [
            (row[index], index, size, path[:-1], root),
            (row[index], index, size, [path[0][:-1], *path[1:]], root),
            (row[index], index ^ 1, size, path, root),
        ]
    for other in others:
        with pytest.raises(NotIncluded):
            merkle.verify_inclusion(*other)


@given(sizes, st.data())
def test_a_fork_has_no_consistency_path(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    hashes = merkle.whole_subtrees(leaves(size))
    forked = leaves(old)
    forked[data.draw(st.integers(0, old - 1))] = leaf(size)
    root, path = merkle.root_at(size, hashes), merkle.consistency_path(old, size, hashes)
    known = slow_root(leaves(old))
    for other in (
        (old, slow_root(forked), size, root, path),
        (old, known, size, slow_root([*leaves(size - 1), leaf(size)]), path),
        (old, known, size, root, [*path, leaf(0)]),
        (old, known, size, root, [path[0][:-1], *path[1:]] if path else [leaf(0)]),
        (size + 1, known, size, root, path),
    ):
        with pytest.raises(NotConsistent):
            merkle.verify_consistency(*other)
    if path:
        with pytest.raises(NotConsistent):
            merkle.verify_consistency(old, known, size, root, path[:-1])


def test_every_tree_begins_with_the_empty_one() -> None:
    root = merkle.root_of(leaves(3))
    merkle.verify_consistency(0, merkle.NOTHING, 3, root, [])
    merkle.verify_consistency(0, merkle.NOTHING, 0, merkle.NOTHING, [])
    with pytest.raises(NotConsistent):
        merkle.verify_consistency(0, leaf(0), 3, root, [])


def test_what_is_outside_the_tree_has_no_path() -> None:
    with pytest.raises(OutsideTheTree):
        merkle.inclusion_path(3, 3, {})
    with pytest.raises(OutsideTheTree):
        merkle.consistency_path(4, 3, {})
