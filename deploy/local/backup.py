"""Back up the databases of the local stack while it works: `make backup`."""

from __future__ import annotations

import sys

from deploy.local.backups import Backups
from deploy.local.children import Sorry
from deploy.local.keys import Keys
from deploy.local.layout import LOCAL, wishes
from deploy.local.postgres import url_at
from deploy.local.progress import step

BACKUPS = Backups(LOCAL / "backups")


def server_url(database: str) -> str:
    """A superuser's address on the embedded server."""
    password = Keys(LOCAL / "keys").password("postgres")
    return url_at(wishes().ports["postgres"], database, "postgres", password)


def main() -> None:
    if not wishes().own_databases:
        raise Sorry("The databases are on servers of your own; back them up there.")
    with step("backup"):
        made = BACKUPS.make(server_url("postgres"))
    print(f"  {made}")


if __name__ == "__main__":
    try:
        main()
    except Sorry as sorry:
        sys.exit(f"✗ {sorry}")
