"""Profile over HTTP, by subject."""

from services.profile.api import facts, people, structure

routers = (people.router, facts.router, structure.router)
