from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.career.domain import policy_adoption
from services.career.domain.policy_adoption import (
    AdoptShipped,
    AlreadyInForce,
    Approve,
    Draft,
    KnownSince,
    NoSuchDraft,
    PolicyAdopted,
    PolicyApproved,
    PolicyDrafted,
    Text,
)
from services.chassis.spec import Spec

TODAY = date(2026, 1, 5)
OLD = Text(policy="administrator", layer="national", content="old")
NEW = Text(policy="administrator", layer="national", content="new")
KNOWN = (KnownSince(in_force_from=date(2017, 4, 7), known_since=date(2017, 4, 7)),)
given = Spec(policy_adoption).given

shipped = PolicyAdopted(
    policy="administrator",
    layer="national",
    content="old",
    sha256=OLD.sha256,
    shipped=True,
    approved_by=(),
    known_since=KNOWN,
    on=TODAY,
)
adopt_shipped = AdoptShipped(text=OLD, known_since=KNOWN, on=TODAY)
draft = Draft(text=NEW, drafted_by="ani", on=TODAY)
drafted = PolicyDrafted(text=NEW, drafted_by="ani", on=TODAY)
approved_by_ani = PolicyApproved(sha256=NEW.sha256, approved_by="ani", on=TODAY)
approved_by_budi = PolicyApproved(sha256=NEW.sha256, approved_by="budi", on=TODAY)
adopted = replace(
    shipped,
    content="new",
    sha256=NEW.sha256,
    shipped=False,
    approved_by=("ani", "budi"),
    known_since=(),
)


def approve(by: str, text: Text = NEW) -> Approve:
    return Approve(sha256=text.sha256, approved_by=by, on=TODAY)


def test_what_ships_counts_from_the_first_start_and_says_so() -> None:
    given().when(adopt_shipped).then(shipped)


def test_a_later_start_with_another_text_changes_nothing() -> None:
    given(shipped).when(replace(adopt_shipped, text=NEW)).then()


def test_one_approval_is_not_enough() -> None:
    given(shipped, drafted).when(approve("ani")).then(approved_by_ani)


def test_two_people_adopt() -> None:
    given(shipped, drafted, approved_by_ani).when(approve("budi")).then(approved_by_budi, adopted)


def test_one_person_counts_once() -> None:
    given(shipped, drafted, approved_by_ani).when(approve("ani")).then()


def test_what_is_approved_is_what_was_read() -> None:
    given(shipped, drafted).when(approve("ani", OLD)).then()
    other = Text(policy="administrator", layer="national", content="other")
    given(shipped, drafted).when(approve("ani", other)).then_refused(NoSuchDraft)
    given(shipped).when(approve("ani")).then_refused(NoSuchDraft)


def test_another_draft_needs_approvals_of_its_own() -> None:
    other = Text(policy="administrator", layer="national", content="other")
    redrafted = PolicyDrafted(text=other, drafted_by="ani", on=TODAY)
    given(shipped, drafted, approved_by_ani, redrafted).when(approve("budi", other)).then(
        replace(approved_by_budi, sha256=other.sha256)
    )


def test_what_counts_already_is_not_drafted_again() -> None:
    given(shipped).when(replace(draft, text=OLD)).then_refused(AlreadyInForce)


def test_a_draft_is_proposed() -> None:
    given(shipped).when(draft).then(drafted)
