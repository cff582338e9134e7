"""Stop the stack that runs in another window: `make down`; with `--reset` forget its data too."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time

from deploy.local import postgres
from deploy.local.children import Sorry
from deploy.local.layout import LOCAL
from deploy.local.stack import running_as

FORGOTTEN = (
    *(
        "kafka/node",
        "keys",
        "checkpoints",
        "forgotten",
        "demonstration",
        "logs",
        "processes.json",
        "migrated",
    ),
)


def down() -> None:
    pid = running_as(LOCAL)
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + 60
    while running_as(LOCAL) is not None:
        if time.monotonic() > until:
            raise Sorry(f"Process {pid} does not stop; see {LOCAL / 'logs'}.")
        time.sleep(0.1)


def reset() -> None:
    """Forget all data and keys; what was downloaded stays."""
    down()
    for folder in ("postgres", "backups"):
        postgres.forget(LOCAL / folder)
    for name in FORGOTTEN:
        path = LOCAL / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    try:
        reset() if "--reset" in sys.argv else down()
    except Sorry as sorry:
        sys.exit(f"✗ {sorry}")
