"""Profile over HTTP, by subject."""

from services.profile.api import facts, forgetting, people, structure

routers = (people.router, facts.router, structure.router, forgetting.router)
