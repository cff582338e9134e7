"""Assessment over HTTP, by subject."""

from services.assessment.api import feedback, periods, potential, results, services, standards

routers = (
    results.router,
    periods.router,
    feedback.router,
    standards.router,
    services.router,
    potential.router,
)
