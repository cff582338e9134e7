"""Which files come in here, in the order in which a first load sends them."""

from __future__ import annotations

from services.chassis.import_doors import router
from services.profile.commands.history import HISTORY
from services.profile.commands.post_map import POST_MAP
from services.profile.commands.siasn_export import SIASN_EXPORT
from services.profile.commands.staff import STAFF

__all__ = ["KINDS", "router"]

KINDS = (POST_MAP, STAFF, SIASN_EXPORT, HISTORY)
