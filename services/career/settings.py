"""What career is told from outside."""

from __future__ import annotations

from pydantic import Field

from services.chassis.settings import ServiceSettings, variable


class Settings(ServiceSettings):
    """Career's settings: its name, its port, and whom it asks for stored events."""

    service: str = "career"

    port: int = Field(8104, ge=0, le=65535, json_schema_extra=variable("PORT", per_service=True))
    """The port of the role `api` (or of all roles in one process)."""

    service_urls: dict[str, str] = Field(
        default_factory=lambda: {
            "profile": "http://127.0.0.1:8101",
            "assessment": "http://127.0.0.1:8102",
            "training": "http://127.0.0.1:8103",
        }
    )
    """Where the services that career hears answer."""
