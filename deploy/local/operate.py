"""An operator's command on the local stack: `python -m deploy.local.operate career reconcile`.

It runs the service's own command with the settings and secrets that the stack gives that service.
"""

from __future__ import annotations

import os
import sys

from deploy.local import processes
from deploy.local.children import Sorry
from deploy.local.keys import Keys
from deploy.local.layout import LOCAL, ROOT, SERVICES, Wishes, wishes
from deploy.local.postgres import url_at


def environment(name: str, wanted: Wishes) -> dict[str, str]:
    keys = Keys(LOCAL / "keys")
    database = wanted.databases.get(name) or url_at(
        wanted.ports["postgres"], name, user=name, password=keys.password(name)
    )
    kafka = wanted.bootstrap or f"127.0.0.1:{wanted.ports['broker']}"
    child = processes.service(name, "all", wanted, keys, database, kafka)
    return {**os.environ, **child.env}


def main() -> None:
    if len(sys.argv) < 3 or sys.argv[1] not in SERVICES:
        raise Sorry(f"Name a service ({', '.join(SERVICES)}): make … service=career")
    if not (LOCAL / "keys" / "trusted.jwks.json").exists():
        raise Sorry("There is no local stack yet; run `make up` first.")
    name, *command = sys.argv[1:]
    os.chdir(ROOT)
    program = [sys.executable, "-m", f"services.{name}.main", *command]
    os.execve(sys.executable, program, environment(name, wishes()))  # noqa: S606 (no shell wanted)


if __name__ == "__main__":
    try:
        main()
    except Sorry as sorry:
        sys.exit(f"✗ {sorry}")
