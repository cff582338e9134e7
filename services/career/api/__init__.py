"""Career over HTTP, by subject."""

from services.career.api import appointments, eligibility, judgements, policies

routers = (eligibility.router, judgements.router, appointments.router, policies.router)
