"""The list of the forgotten: it only grows, and whoever touched it is noticed."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from services.chassis.forgotten_list import ForgottenList, ListAltered

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


@pytest.fixture
def listed(tmp_path: Path) -> ForgottenList:
    return ForgottenList(tmp_path / "outside", "sample")


def test_nobody_is_listed_before_anybody_is(listed: ForgottenList) -> None:
    assert listed.read() == ()


def test_whoever_is_listed_stays_listed_once(listed: ForgottenList) -> None:
    assert listed.add([TWO, ONE]) == 2
    assert listed.add([ONE, THREE, THREE]) == 1
    assert listed.add([ONE]) == 0
    assert listed.read() == (ONE, TWO, THREE)


def test_it_holds_ids_and_nothing_else(listed: ForgottenList) -> None:
    listed.add([ONE])
    first, second = listed.path.read_text().splitlines()
    assert first.split()[0] == "jenjang/forgotten/1/sample"
    assert second.split()[0] == str(ONE)
    assert listed.path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_never_finished_is_written_anew(listed: ForgottenList) -> None:
    listed.add([ONE, TWO])
    whole = listed.path.read_bytes()
    for cut in (1, 40, 70, 150, len(whole) - 1):
        listed.path.write_bytes(whole[:-cut])
        listed.add([ONE, TWO])
        assert set(listed.read()) == {ONE, TWO}
        assert listed.path.read_bytes() == whole


@pytest.mark.parametrize("at", [3, 90, 120, 200])
def test_a_changed_byte_is_noticed(listed: ForgottenList, at: int) -> None:
    listed.add([ONE, TWO])
    content = bytearray(listed.path.read_bytes())
    content[at] ^= 1
    listed.path.write_bytes(content)
    with pytest.raises(ListAltered):
        listed.read()
    with pytest.raises(ListAltered):
        listed.add([THREE])


def test_a_line_taken_out_of_the_middle_is_noticed(listed: ForgottenList) -> None:
    listed.add([ONE])
    listed.add([TWO])
    lines = listed.path.read_bytes().splitlines(keepends=True)
    listed.path.write_bytes(lines[0] + lines[2])
    with pytest.raises(ListAltered, match="line 2"):
        listed.read()


def test_another_services_list_is_not_taken_for_this_one(listed: ForgottenList) -> None:
    listed.add([ONE])
    os.link(listed.path, listed.folder / "other.list")
    with pytest.raises(ListAltered):
        ForgottenList(listed.folder, "other").read()


def test_many_at_once_are_all_listed(listed: ForgottenList) -> None:
    people = [UUID(int=n) for n in range(40)]
    writers = [Thread(target=listed.add, args=(people[n::8],)) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(listed.read()) == people
