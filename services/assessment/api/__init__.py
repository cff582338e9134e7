"""Assessment over HTTP, by subject."""

from services.assessment.api import feedback, results

routers = (results.router, feedback.router)
