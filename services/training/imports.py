"""Which files come in here, in the order in which a first load sends them."""

from __future__ import annotations

from services.chassis.import_doors import router
from services.training.commands.budget_file import BUDGET
from services.training.commands.catalogue_file import CATALOGUE_FILE
from services.training.commands.history import HISTORY
from services.training.commands.needs_file import TRAINING_NEEDS
from services.training.commands.results_file import RESULTS_FILE

__all__ = ["KINDS", "router"]

KINDS = (HISTORY, BUDGET, TRAINING_NEEDS, CATALOGUE_FILE, RESULTS_FILE)
