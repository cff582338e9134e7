"""The answer as it is compared, byte for byte: what was asked, on what it rests, what was found.

A release that changes this shape gives it another `FORM`, and goes on writing the old one for
answers of that form. Nothing else may enter: how certain the answer is stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from services.career.domain.basis import AsKnown, Basis
from services.career.domain.requirements import Citation, Finding, Quantity, RestsOn

FORM = "eligibility/1"

Plain = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextUsed:
    """A version of a policy, in the text that had been adopted."""

    policy: str
    layer: str
    in_force_from: date
    sha256: str

    def __str__(self) -> str:
        return f"{self.layer}@{self.in_force_from}"


def plain_answer(
    *, as_of: date, known: AsKnown, texts: Sequence[TextUsed], findings: Sequence[Finding]
) -> Plain:
    """The canonical object; its bytes are RFC 8785."""
    return {
        "form": FORM,
        "as_of": as_of.isoformat(),
        **(
            {"basis": known.plain()}
            if isinstance(known, Basis)
            else {"known_at": instant(known.instant)}
        ),
        "policies": [
            {
                "policy": text.policy,
                "layer": text.layer,
                "version": text.in_force_from.isoformat(),
                "sha256": text.sha256,
            }
            for text in texts
        ],
        "findings": [_finding(finding) for finding in findings],
    }


def instant(moment: datetime) -> str:
    """One spelling for every instant: UTC, six digits, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _finding(finding: Finding) -> Plain:
    return {
        "requirement": finding.requirement,
        "kind": finding.kind,
        "layer": finding.layer,
        "status": finding.status.value,
        "needed": _quantity(finding.needed),
        "found": _quantity(finding.found),
        "details": [_quantity(detail) for detail in finding.details],
        "missing_from": finding.missing_from.value if finding.missing_from else None,
        "waived_by": finding.waived_by,
        "cites": _citation(finding.cites),
        "rests_on": [_rests_on(value) for value in finding.rests_on],
    }


def _quantity(quantity: Quantity) -> Plain:
    amount = quantity.amount
    match amount:
        case Decimal():
            return {"amount": str(amount), "type": "decimal", "unit": quantity.unit}
        case date():
            return {"amount": amount.isoformat(), "type": "day", "unit": quantity.unit}
        case int():
            return {"amount": amount, "type": "integer", "unit": quantity.unit}
        case str():
            return {"amount": amount, "type": "text", "unit": quantity.unit}
        case None:
            return {"amount": None, "type": "missing", "unit": quantity.unit}


def _citation(cites: Citation) -> Plain:
    return {
        "instrument": cites.instrument,
        "article": cites.article,
        "paragraph": cites.paragraph,
        "letter": cites.letter,
        "verification": cites.verification,
        "source": cites.source,
    }


def _rests_on(value: RestsOn) -> Plain:
    return {"value": value.value, "layer": value.layer, "cites": _citation(value.cites)}
