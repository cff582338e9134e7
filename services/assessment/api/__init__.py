"""Assessment over HTTP, by subject."""

from services.assessment.api import results

routers = (results.router,)
