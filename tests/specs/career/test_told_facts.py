"""The quick way from an event to a row says what the slow one would: canonical, and a fact."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import terms
from services.career.domain.dossier import begins
from services.career.domain.terms import (
    Assignment,
    EmploymentKind,
    Jenjang,
    PositionClass,
    Severity,
)
from services.career.projections import dossier_facts
from services.career.projections.dossier_facts import stated
from services.career.projections.told_facts import falls_by, told_by
from services.chassis.canonical import canonical_of
from tests.support.invented import events_of


@pytest.mark.parametrize("cls", dossier_facts.reads, ids=lambda cls: cls.__name__)
@given(data=st.data())
def test_a_payload_is_the_canonical_form_of_the_fact_it_states(cls: Any, data: Any) -> None:
    event = data.draw(events_of(cls))
    told = told_by(event)
    if told is None:
        assert falls_by(event) is not None
        return
    kind, payload, first, until = told
    fact = stated(kind, payload)
    assert canonical_of(fact).decode() == payload
    assert (type(fact).__name__, begins(fact)) == (kind, first)
    assert getattr(fact, "until", None) == until


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (terms.EmploymentKind, EmploymentKind),
        (terms.PositionClass, PositionClass),
        (terms.Jenjang, Jenjang),
        (terms.Assignment, Assignment),
        (terms.Severity, Severity),
    ],
)
def test_every_word_that_may_be_said_is_a_word_of_the_domain(said: Any, known: Any) -> None:
    assert set(get_args(said)) <= {member.value for member in known}
