"""Assessment over HTTP, by subject."""

from services.assessment.api import (
    expiring,
    feedback,
    periods,
    potential,
    results,
    services,
    standards,
    standards_out,
)

routers = (
    results.router,
    expiring.router,
    periods.router,
    feedback.router,
    standards.router,
    standards_out.router,
    services.router,
    potential.router,
)
