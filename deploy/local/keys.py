"""The secrets of a local stack: made once, kept in .local/keys, readable by their owner alone."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.layout import SERVICES
from services.chassis import auth
from services.chassis.checkpoint_keys import KnownKey, KnownKeys
from services.chassis.outside import write_private, write_public
from services.chassis.signed_note import PrivateKey, Use

# Which scopes the development sign-in may put beside a role. A real sign-in has its own list.
SIGN_IN_ROLES: Mapping[str, list[str]] = {
    "employee": ["self"],
    "official": ["agency"],
    "officer": ["agency"],
    "assessor": ["agency"],
    "provider_manager": ["agency"],
    "policy_admin": ["agency"],
    "auditor": ["agency"],
    "operator": ["agency"],
}
DEPLOYMENT = "jenjang.local"
WITH_IDENTITY_DOORS = ("profile", "assessment", "training")


@dataclass(frozen=True, slots=True)
class Keys:
    folder: Path

    @property
    def jwks(self) -> Path:
        return self.folder / "trusted.jwks.json"

    @property
    def sign_in(self) -> Path:
        return self.folder / "sign-in.jwk.json"

    @property
    def webhook_secret(self) -> str:
        return self._text("webhook-secret", _new_webhook_secret)

    def private(self, service: str) -> Path:
        return self.folder / f"{service}.jwk.json"

    def password(self, role: str) -> str:
        return self._text(f"{role}.password", lambda: secrets.token_urlsafe(24))

    def make(self) -> None:
        """Make whatever is missing; never replace what is there."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        jwks = [self._service_key(name) for name in (*SERVICES, "portal")]
        jwks.append(self._jwk(self.sign_in, _new_sign_in_key))
        public = {"keys": [auth.public_part(jwk) for jwk in jwks]}
        _write(self.jwks, json.dumps(public, indent=1))
        self._make_checkpoint_keys()

    def environment(self, service: str) -> dict[str, str]:
        """The secrets that one process gets, and no other's."""
        name = service.upper()
        env = {
            "AUTH_JWKS": str(self.jwks),
            f"SERVICE_KEY_{name}": str(self.private(service)),
            f"KEK_{name}": self._text(f"{service}.kek", _new_key),
            f"CHECKPOINT_KEY_{name}": str(self.checkpoint_key(service)),
            "CHECKPOINT_KEYS": str(self.checkpoint_keys),
        }
        if service in WITH_IDENTITY_DOORS:
            env["LOOKUP_KEY"] = self._text("lookup.key", _new_key)
        if service == "training":
            env["WEBHOOK_SECRETS"] = self.webhook_secret
        return env

    def checkpoint_key(self, signer: str) -> Path:
        """The private key of a log's checkpoints, or of the witness."""
        return self.folder / f"{signer}.checkpoint.key"

    @property
    def checkpoint_keys(self) -> Path:
        """The public keys of all checkpoints; rotation adds to them."""
        return self.folder / "checkpoint-keys.json"

    def _make_checkpoint_keys(self) -> None:
        made = [self._signer(f"{DEPLOYMENT}/{name}", name, Use.LOG) for name in SERVICES]
        made.append(self._signer(f"{DEPLOYMENT}/witness", "witness", Use.WITNESS))
        file = self.checkpoint_keys
        known = KnownKeys.parse(file.read_text()) if file.exists() else KnownKeys()
        for key in made:
            if not any(one.key.name == key.name for one in known.keys):
                known = known.with_key(KnownKey(key.public()))
        write_public(file, known.text())

    def _signer(self, name: str, signer: str, use: Use) -> PrivateKey:
        file = self.checkpoint_key(signer)
        if not file.exists():
            write_private(file, PrivateKey.made(name, use).spelled() + "\n")
        return PrivateKey.parse(file.read_text().strip())

    def _service_key(self, name: str) -> dict[str, Any]:
        return self._jwk(self.private(name), lambda: auth.new_service_key(name))

    def _jwk(self, file: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if not file.exists():
            _write(file, json.dumps(make()))
        jwk: dict[str, Any] = json.loads(file.read_text())
        return jwk

    def _text(self, name: str, make: Callable[[], str]) -> str:
        file = self.folder / name
        if not file.exists():
            _write(file, make())
        return file.read_text()


def _new_sign_in_key() -> dict[str, Any]:
    return auth.new_key("sign-in-1", "sign-in", SIGN_IN_ROLES)


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _new_webhook_secret() -> str:
    return "whsec_" + _new_key()


def _write(file: Path, text: str) -> None:
    """Whole or not at all, and for its owner's eyes only."""
    draft = file.with_suffix(file.suffix + ".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
        output.write(text)
    draft.replace(file)
