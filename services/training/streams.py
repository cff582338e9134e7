"""Which stream tells which life."""

from __future__ import annotations

from uuid import UUID, uuid5

from services.training.domain.budget_line import Line, Purpose

_LINES = UUID("6d0b6d1e-8a0b-5b5c-9c63-4f4e86c1c3b5")
_SPENDING = UUID("0f4c57a2-1b7d-5f0e-8f6c-2d9d5d3c7e10")

_PROVIDERS = UUID("c0a4f3b2-6c2e-5f5f-9a0d-1f3b7d5e9a41")
_CLASSES = UUID("27d5b1f8-93ce-5b0e-8d0a-5a4c3e2f1b60")
_NOMINATIONS = UUID("91e0c7d4-2f5a-5c1b-b6e3-7d8f9a0b1c25")
_LEADERSHIP = UUID("0d7ad9a4-64f0-5a3f-8d7b-1f6f1f2f9a55")
_JP_RULES = UUID("b8a0d3de-1f3c-5a41-9a57-0c7a2e4f6d18")


def enrolment_stream(enrolment_id: UUID) -> str:
    return f"enrolment-{enrolment_id}"


def line_id_of(agency: str, line: Line) -> UUID:
    """The natural key of a budget line is the agency, the year, and its four codes."""
    parts = (line.programme, line.activity, line.sub_activity, line.fund)
    return uuid5(_LINES, "\n".join((agency, str(line.year), *parts)))


def line_stream(line_id: UUID) -> str:
    return f"budget-{line_id}"


def purpose_stream(agency: str, purpose: Purpose, reference: str) -> str | None:
    """What money is committed for; None if nothing can go by this name.

    A class goes by its code, a need and a study assignment by their ids.
    """
    if purpose is Purpose.CLASS:
        return class_stream(class_id_of(agency, reference))
    try:
        named = UUID(reference)
    except ValueError:
        return None
    return need_stream(named) if purpose is Purpose.NEED else study_stream(named)


def spending_id_of(agency: str, year: int) -> UUID:
    """The natural key of total spending is (agency, year)."""
    return uuid5(_SPENDING, f"{agency}\n{year}")


def spending_stream(spending_id: UUID) -> str:
    return f"spending-{spending_id}"


def study_stream(study_id: UUID) -> str:
    return f"study-{study_id}"


def need_stream(need_id: UUID) -> str:
    return f"need-{need_id}"


def plan_stream(plan_id: UUID) -> str:
    return f"plan-{plan_id}"


def jp_rules_id_of(agency: str) -> UUID:
    """An agency's own JP rules are one record."""
    return uuid5(_JP_RULES, agency)


def jp_rules_stream(rules_id: UUID) -> str:
    return f"jp-rules-{rules_id}"


def provider_id_of(agency: str, external_id: str) -> UUID:
    """The natural key of a provider is (agency, external id)."""
    return uuid5(_PROVIDERS, f"{agency}\n{external_id}")


def provider_stream(provider_id: UUID) -> str:
    return f"provider-{provider_id}"


def class_id_of(agency: str, code: str) -> UUID:
    """The natural key of a class is (agency, code)."""
    return uuid5(_CLASSES, f"{agency}\n{code}")


def class_stream(class_id: UUID) -> str:
    return f"class-{class_id}"


def nomination_id_of(class_id: UUID, person: UUID) -> UUID:
    """A person is nominated for a class once."""
    return uuid5(_NOMINATIONS, f"{class_id}/{person}")


def nomination_stream(nomination_id: UUID) -> str:
    return f"nomination-{nomination_id}"


def attendance_stream(enrolment_id: UUID) -> str:
    return f"attendance-{enrolment_id}"


def leadership_deadlines_id_of(agency: str) -> UUID:
    """An agency's own deadlines are one record."""
    return uuid5(_LEADERSHIP, agency)


def leadership_deadlines_stream(of_agency: UUID) -> str:
    return f"leadership-deadlines-{of_agency}"


def mentoring_stream(mentoring_id: UUID) -> str:
    return f"mentoring-{mentoring_id}"


def orientation_stream(person_id: UUID) -> str:
    """All checklists of a person: a corrected position must find its own."""
    return f"orientations-{person_id}"
