"""Profile over HTTP, by subject."""

from services.profile.api import discipline, facts, forgetting, people, service, structure

routers = (
    people.router,
    facts.router,
    service.router,
    discipline.router,
    structure.router,
    forgetting.router,
)
