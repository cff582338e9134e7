"""Under which names the events of what is offered, and how it is delivered, are stored."""

from __future__ import annotations

from services.chassis.event_codec import Stored
from services.training.domain.jp_setting import JpRuleSet

STORED_DELIVERY = (Stored(JpRuleSet, name="training.jp_rule_set", effective="on"),)
