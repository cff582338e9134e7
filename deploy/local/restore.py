"""Set one service's database of the local stack back to a moment, while the others work:

`make restore service=career to=2026-11-22T09:30:00+07:00`
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from deploy.local.backup import BACKUPS, server_url
from deploy.local.children import Sorry
from deploy.local.layout import SERVICES, wishes

FOLLOWS = """\
  {service} now looks whether its log holds all that was ever told of it: the checkpoints outside,
  and what its listeners hold. Nothing lost: it goes on by itself. Something lost: it answers
  questions and takes no commands until you say

      make restored service={service}

  What it had heard since then is fetched from the others by itself; `make reconcile
  service={service}` says when it is whole. The database as it was stays as {kept}."""


def moment_of(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Sorry(f"{text!r} is not a moment, like 2026-11-22T09:30:00+07:00.") from None
    if moment.tzinfo is None:
        raise Sorry(f"{text!r} has no time zone; write +07:00 or Z behind it.")
    return moment.astimezone(UTC)


def main() -> None:
    if len(sys.argv) != 3 or sys.argv[1] not in SERVICES:
        raise Sorry(f"Name a service ({', '.join(SERVICES)}) and a moment: service=… to=…")
    service, moment = sys.argv[1], moment_of(sys.argv[2])
    if service in wishes().databases:
        raise Sorry(f"The database of {service} is on a server of your own; restore it there.")
    if moment > datetime.now(UTC):
        raise Sorry("That moment has not come yet.")
    kept = BACKUPS.restore(
        server_url, service, service, moment, lambda says: print(f"  {says}", flush=True)
    )
    print(FOLLOWS.format(service=service, kept=kept))


if __name__ == "__main__":
    try:
        main()
    except Sorry as sorry:
        sys.exit(f"✗ {sorry}")
