"""Assessment over HTTP, by subject."""

from services.assessment.api import feedback, potential, results, services, standards

routers = (results.router, feedback.router, standards.router, services.router, potential.router)
