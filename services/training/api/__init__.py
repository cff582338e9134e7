"""Training over HTTP, by subject."""

from services.training.api import (
    budget,
    budget_report,
    catalogue,
    classes,
    enrolments,
    forms,
    gaps,
    jp_report,
    need_reports,
    needs,
    participation,
    people,
    providers,
    reports,
    studies,
    study_reports,
)

routers = (
    budget.router,
    budget_report.router,
    catalogue.router,
    classes.router,
    participation.router,
    providers.router,
    enrolments.router,
    need_reports.router,
    needs.router,
    forms.router,
    gaps.router,
    jp_report.router,
    people.router,
    reports.router,
    study_reports.router,
    studies.router,
)
