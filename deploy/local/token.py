"""Print a token of the development sign-in: `python -m deploy.local.token --role official`."""

from __future__ import annotations

import argparse
import json
import os
import sys

from deploy.local.keys import SIGN_IN_ROLES, Keys
from deploy.local.layout import LOCAL, SERVICES
from services.chassis import auth

NOBODY_IN_PARTICULAR = "00000000-0000-7000-8000-000000000000"


def token(
    keys: Keys,
    role: str,
    audience: str,
    subject: str = NOBODY_IN_PARTICULAR,
    scope: str | None = None,
) -> str:
    """Signed by the development sign-in, good for an hour at one service's doors."""
    return auth.issue(
        json.loads(keys.sign_in.read_text()),
        audience=audience,
        subject=subject,
        role=role,
        agency=os.environ.get("AGENCY", "demo"),
        scope=scope or SIGN_IN_ROLES[role][0],
        lifetime=auth.LONGEST,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", required=True, choices=sorted(SIGN_IN_ROLES))
    parser.add_argument("--audience", required=True, choices=SERVICES)
    parser.add_argument("--subject", default=NOBODY_IN_PARTICULAR, help="the person's id")
    parser.add_argument("--scope", help="the role's own, unless told")
    given = parser.parse_args()
    keys = Keys(LOCAL / "keys")
    if not keys.sign_in.exists():
        sys.exit("✗ There are no keys yet; run `make up` first.")
    print(token(keys, given.role, given.audience, given.subject, given.scope))


if __name__ == "__main__":
    main()
