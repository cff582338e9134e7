"""Profile over HTTP, by subject."""

from services.profile.api import (
    discipline,
    disputes,
    exports,
    facts,
    forgetting,
    people,
    reports,
    service,
    structure,
)

routers = (
    people.router,
    facts.router,
    service.router,
    discipline.router,
    structure.router,
    reports.router,
    disputes.router,
    forgetting.router,
    exports.router,
)
