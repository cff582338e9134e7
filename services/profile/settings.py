"""What profile is told from outside."""

from __future__ import annotations

from pydantic import Field

from services.chassis.settings import ServiceSettings, variable


class Settings(ServiceSettings):
    """Profile's settings: its name, its port, and whom it asks for stored events."""

    service: str = "profile"

    port: int = Field(8101, ge=0, le=65535, json_schema_extra=variable("PORT", per_service=True))
    """The port of the role `api` (or of all roles in one process)."""

    service_urls: dict[str, str] = Field(
        default_factory=lambda: {"career": "http://127.0.0.1:8104"}
    )
    """Where the service that profile hears answers."""
