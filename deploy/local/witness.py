"""A witness of the local stack: `python -m deploy.local.witness career`, once.

A real one runs elsewhere, under somebody else's hand; `docs/proof.md` says how.
"""

from __future__ import annotations

import os
import sys

from deploy.local import processes
from deploy.local.children import Sorry
from deploy.local.keys import Keys
from deploy.local.layout import LOCAL, SERVICES, wishes
from deploy.local.token import token
from services.chassis import witness


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in SERVICES:
        raise Sorry(f"Name a service ({', '.join(SERVICES)}): make witness service=career")
    name, keys = sys.argv[1], Keys(LOCAL / "keys")
    if not keys.checkpoint_key("witness").exists():
        raise Sorry("There is no local stack yet; run `make up` first.")
    os.environ["WITNESS_TOKEN"] = token(keys, "auditor", name)
    (LOCAL / "witness").mkdir(exist_ok=True)
    return witness.main(
        [
            *(name, "--door", processes.url(wishes(), name)),
            *("--key", str(keys.checkpoint_key("witness"))),
            *("--keys", str(keys.checkpoint_keys)),
            *("--state", str(LOCAL / "witness" / f"{name}.note")),
            *("--checkpoints", str(LOCAL / "checkpoints" / name)),
            *sys.argv[2:],
        ]
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Sorry as sorry:
        sys.exit(f"✗ {sorry}")
