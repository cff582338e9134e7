"""One module per page, named after what a user asks there."""

from __future__ import annotations

from services.portal.pages import (
    imports,
    people,
    problems,
    proof,
    record,
    riwayat,
    rules,
    sign_in,
    why_not_eligible,
)

ROUTERS = (
    sign_in.router,
    people.router,
    record.router,
    riwayat.router,
    imports.router,
    why_not_eligible.router,
    proof.router,
    rules.router,
)
add_problems = problems.add_to

__all__ = ["ROUTERS", "add_problems"]
