"""Assessment over HTTP, by subject."""

from services.assessment.api import feedback, results, services, standards

routers = (results.router, feedback.router, standards.router, services.router)
