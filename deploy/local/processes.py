"""The processes of a local stack and what each is told: all roles of a service in one process."""

from __future__ import annotations

import os
import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path

from deploy.local.children import Child
from deploy.local.keys import Keys
from deploy.local.layout import LOCAL, ROOT, SERVICES, VERIFIER, Wishes

# What each process contains, in the names that every deploy variant uses.
CONTAINS = {
    **{name: (f"{name}-api", f"{name}-consumer", f"{name}-publisher") for name in SERVICES},
    "portal": ("portal",),
}


def url(wishes: Wishes, name: str) -> str:
    return f"http://127.0.0.1:{wishes.ports[name]}"


def log_of(name: str) -> Path:
    return LOCAL / "logs" / f"{name}.log"


def service(name: str, role: str, wishes: Wishes, keys: Keys, database: str, kafka: str) -> Child:
    """One service in one role: `all`, or an operator's command such as `migrate`."""
    return Child(
        name=name if role == "all" else f"{name} {role}",
        command=[sys.executable, "-m", f"services.{name}.main", role],
        env={
            **_common(wishes),
            **keys.environment(name),
            f"DATABASE_URL_{name.upper()}": database,
            "KAFKA_BOOTSTRAP": kafka,
            "BROKER": wishes.broker,
            "CHECKPOINT_FOLDER": str(LOCAL / "checkpoints"),
        },
        cwd=ROOT,
        log=log_of(name),
    )


def portal(wishes: Wishes, keys: Keys) -> Child:
    return Child(
        name="portal",
        command=[sys.executable, "-m", "services.portal.main"],
        env={
            **_common(wishes),
            "AUTH_JWKS": str(keys.jwks),
            "SERVICE_KEY_PORTAL": str(keys.private("portal")),
            "SIGN_IN_KEY": str(keys.sign_in),
            "VERIFIER_FILE": str(VERIFIER),
        },
        cwd=ROOT,
        log=log_of("portal"),
        stop_signal=signal.SIGTERM,
    )


def ready(wishes: Wishes, child: Child) -> bool:
    """Does its readiness door say yes?"""
    address = f"{url(wishes, child.name)}/health/ready"
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 (loopback)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _common(wishes: Wishes) -> dict[str, str]:
    ports = {f"PORT_{name.upper()}": str(port) for name, port in wishes.ports.items()}
    urls = {f"SERVICE_URL_{name.upper()}": url(wishes, name) for name in SERVICES}
    return {
        **ports,
        **urls,
        "AGENCY": os.environ.get("AGENCY", "demo"),
        "FORGOTTEN_FOLDER": str(LOCAL / "forgotten"),
        "PYTHONUNBUFFERED": "1",
    }
