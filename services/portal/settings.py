"""What the portal is told from outside, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.chassis.settings import CannotStart

LOOPBACK = ("127.0.0.1", "localhost", "::1")
URLS = {
    "profile": "http://127.0.0.1:8101",
    "assessment": "http://127.0.0.1:8102",
    "training": "http://127.0.0.1:8103",
    "career": "http://127.0.0.1:8104",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The portal has no database and no broker: it knows where the services answer."""

    host: str
    port: int
    service_urls: Mapping[str, str]
    agency: str
    time_zone: str
    sign_in_key: Path
    verifier_file: Path | None = None


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process, or one sentence that names what is missing."""
    sign_in_key = environment.get("SIGN_IN_KEY")
    if not sign_in_key:
        raise CannotStart("SIGN_IN_KEY is not set: nobody could sign in to the portal.")
    host = environment.get("HOST", "127.0.0.1")
    if host not in LOOPBACK and environment.get("SIGN_IN_FOR_EVERYBODY") != "yes":
        raise CannotStart(
            f"The development sign-in lets anyone in as anybody, so it does not listen on {host};"
            " SIGN_IN_FOR_EVERYBODY=yes says that this is meant."
        )
    verifier = environment.get("VERIFIER_FILE")
    port = environment.get("PORT_PORTAL", "8100")
    if not port.isdigit():
        raise CannotStart("PORT_PORTAL is not a number.")
    return Settings(
        host=host,
        port=int(port),
        service_urls={
            name: environment.get(f"SERVICE_URL_{name.upper()}", url) for name, url in URLS.items()
        },
        agency=environment.get("AGENCY", "demo"),
        time_zone=environment.get("TIME_ZONE", "Asia/Jakarta"),
        sign_in_key=Path(sign_in_key),
        verifier_file=Path(verifier) if verifier else None,
    )
