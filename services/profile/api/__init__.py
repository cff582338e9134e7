"""Profile over HTTP, by subject."""

from services.profile.api import discipline, facts, forgetting, people, reports, service, structure

routers = (
    people.router,
    facts.router,
    service.router,
    discipline.router,
    structure.router,
    reports.router,
    forgetting.router,
)
