"""What an operator's command is given."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from services.chassis.runtime import Runtime
from services.chassis.service import Service


@dataclass(frozen=True, slots=True)
class Order:
    """A command as it was given, and what it may use."""

    service: Service
    runtime: Runtime
    given: argparse.Namespace
