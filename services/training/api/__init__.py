"""Training over HTTP, by subject."""

from services.training.api import catalogue, enrolments, people, reports

routers = (catalogue.router, enrolments.router, people.router, reports.router)
