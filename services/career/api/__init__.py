"""Career over HTTP, by subject."""

from services.career.api import appointments, eligibility, evidence, judgements, policies

routers = (
    eligibility.router,
    evidence.router,
    judgements.router,
    appointments.router,
    policies.router,
)
