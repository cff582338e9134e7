"""Which files come in here, in the order in which a first load sends them."""

from __future__ import annotations

from services.assessment.commands.feedback_file import FEEDBACK_FILE
from services.assessment.commands.history import HISTORY
from services.assessment.commands.results_file import RESULTS_FILE
from services.assessment.commands.services_file import SERVICES_FILE
from services.assessment.commands.standards_file import POST_STANDARDS
from services.chassis.import_doors import router

__all__ = ["KINDS", "router"]

KINDS = (POST_STANDARDS, HISTORY, RESULTS_FILE, FEEDBACK_FILE, SERVICES_FILE)
