"""Standard Webhooks: who may speak through the provider's door.

The secrets are given newest first and all are tried, so a secret can be exchanged without a gap.
The comparison is the library's, in constant time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.chassis.problems import Problem
from services.chassis.settings import CannotStart

WINDOW = timedelta(minutes=5)
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"

# Id, timestamp and body are signed with full stops between them, so the first two hold none.
_ID = re.compile(r"[A-Za-z0-9_:-]{1,128}")
_TIMESTAMP = re.compile(r"\d{1,12}")


class WebhookUnsigned(Problem):
    """The message carries no signature that this door knows."""

    status = 401


class WebhookStale(Problem):
    """The message was signed more than five minutes ago, or for a time still to come."""

    status = 400


@dataclass(frozen=True, slots=True)
class Signatures:
    """The secrets shared with the providers."""

    known: tuple[Webhook, ...]

    @classmethod
    def of(cls, secrets: Iterable[SecretStr]) -> Signatures:
        try:
            return cls(tuple(Webhook(secret.get_secret_value()) for secret in secrets))
        except Exception:  # the library's and base64's kinds; none may repeat the secret
            raise CannotStart("WEBHOOK_SECRETS: each must be whsec_ and base64.") from None

    def checked(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """The id of a message that is signed and fresh."""
        said = {name: headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE)}
        if not all(said.values()):
            raise WebhookUnsigned
        if not _ID.fullmatch(said[ID]) or not _TIMESTAMP.fullmatch(said[TIMESTAMP]):
            raise WebhookUnsigned
        if abs(now.timestamp() - int(said[TIMESTAMP])) > WINDOW.total_seconds():
            raise WebhookStale
        if not any(_signed(webhook, said, body) for webhook in self.known):
            raise WebhookUnsigned
        return said[ID]

    def made(self, webhook_id: str, body: bytes, now: datetime) -> dict[str, str]:
        """The headers with which a provider would send this now, by the newest secret."""
        if not self.known:
            raise CannotStart("WEBHOOK_SECRETS is not set: there is nothing to sign with.")
        return {
            ID: webhook_id,
            TIMESTAMP: str(int(now.timestamp())),
            SIGNATURE: self.known[0].sign(webhook_id, now, body.decode()),
        }


def _signed(webhook: Webhook, headers: dict[str, str], body: bytes) -> bool:
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: base64, commas, bad UTF-8
        return False
    return True
