"""Who is asking, and what may they see: EdDSA tokens in, `Principal` out.

A key decides what its tokens may claim. The JWK Set of a deployment says beside each public key
who issues with it (`iss`) and which roles, each with which scopes, it may name (`roles`):

    {"kty": "OKP", "crv": "Ed25519", "kid": "sign-in-1", "x": "…", "iss": "sign-in",
     "roles": {"auditor": ["agency"], "reader": ["self", "unit:*"]}}

So a service's own key can speak for that service and never for a human.
"""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
from fastapi import Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.chassis.problems import NotAllowed, NotSignedIn
from services.chassis.settings import CannotStart

# RFC 9864: the algorithm named after its curve; the bare word EdDSA is deprecated.
ALGORITHM = "Ed25519"
SERVICE = "service"
EVERY_AGENCY = "*"
LONGEST = 3600
LEEWAY = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whoever asks: `subject` is a UUID for a human and the name of a service for a service."""

    subject: str
    role: str
    agency: str
    scope: str

    @property
    def is_service(self) -> bool:
        return self.role == SERVICE


def may_see(principal: Principal, agency: str, subject: UUID | str | None = None) -> bool:
    """May the principal read what is recorded about a subject of this agency?

    The one place for row-level scope. `self` reads one's own record, `unit:…` is decided where
    units are known, everything else covers the agency in the token.
    """
    if principal.is_service:
        return principal.agency in (EVERY_AGENCY, agency)
    if principal.agency != agency:
        return False
    if principal.scope == "self":
        return subject is not None and str(subject) == principal.subject
    return principal.scope == "agency"


# Tokens in


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, who signs with it, and what its tokens may claim."""

    key: OKPKey
    issuer: str
    roles: Mapping[str, tuple[str, ...]]

    def allows(self, principal: Principal) -> bool:
        scopes = self.roles.get(principal.role, ())
        if principal.is_service:
            return principal.subject == self.issuer and principal.scope in scopes
        return principal.agency != EVERY_AGENCY and any(
            _covers(scope, principal.scope) for scope in scopes
        )


def _covers(allowed: str, claimed: str) -> bool:
    if allowed.endswith(":*"):
        return claimed.startswith(allowed[:-1]) and len(claimed) > len(allowed) - 1
    return claimed == allowed


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads tokens meant for one audience.

    A token that was found good is remembered, for a signature stays good; whether its time has
    come or gone is asked each time.
    """

    audience: str
    keys: Mapping[str, TrustedKey]
    now: Callable[[], float] = time.time
    remembered: int = 1_000
    _good: dict[str, tuple[Mapping[str, Any], Principal]] = field(default_factory=dict)

    def principal(self, token: str) -> Principal:
        """Who the token speaks for; anything doubtful is `NotSignedIn`, without details."""
        if (known := self._good.get(token)) is not None:
            self._check_times(known[0])
            return known[1]
        try:
            kid = _kid(token)
            trusted = self.keys[kid]
            claims = jwt.decode(token, trusted.key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotSignedIn from None
        self._check(claims, trusted)
        principal = _principal(claims)
        if not trusted.allows(principal):
            raise NotSignedIn("This issuer may not name that role or scope.")
        self._remember(token, claims, principal)
        return principal

    def _remember(self, token: str, claims: Mapping[str, Any], principal: Principal) -> None:
        while len(self._good) >= self.remembered:
            del self._good[next(iter(self._good))]  # whoever is still about is read again
        self._good[token] = (claims, principal)

    def _check(self, claims: Mapping[str, Any], trusted: TrustedKey) -> None:
        self._check_times(claims)
        # A list of audiences is refused on purpose: a token is good at one door.
        if claims.get("aud") != self.audience or claims.get("iss") != trusted.issuer:
            raise NotSignedIn("The token is meant for another service.")

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self.now()
        issued, begins, ends = (_instant(claims, name) for name in ("iat", "nbf", "exp"))
        if now >= ends + LEEWAY:
            raise NotSignedIn("The token has expired.")
        if now < max(begins, issued) - LEEWAY or ends - issued > LONGEST:
            raise NotSignedIn("The token's times are not acceptable.")


def _kid(token: str) -> str:
    header = orjson.loads(_unpadded(token.split(".", 1)[0]))
    return str(header["kid"])


def _unpadded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _instant(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotSignedIn("The token's times are not acceptable.")
    return value


def _principal(claims: Mapping[str, Any]) -> Principal:
    parts = {name: claims.get(key) for name, key in _CLAIMS.items()}
    if not all(isinstance(part, str) and part for part in parts.values()):
        raise NotSignedIn("The token lacks a subject, role, agency or scope.")
    return Principal(**{name: str(part) for name, part in parts.items()})


_CLAIMS = {"subject": "sub", "role": "role", "agency": "agency", "scope": "scope"}


def trusted_keys(path: Path | None) -> dict[str, TrustedKey]:
    """The keys of a deployment's JWK Set, by `kid`."""
    if path is None:
        raise CannotStart("AUTH_JWKS is not set: the service would believe nobody's token.")
    try:
        listed = orjson.loads(path.read_bytes())["keys"]
        return {str(key["kid"]): trusted_key(key) for key in listed}
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        raise CannotStart(
            f"AUTH_JWKS: {path} cannot be read as a JWK Set ({type(error).__name__})."
        ) from None


def trusted_key(jwk: Mapping[str, Any]) -> TrustedKey:
    public = {name: jwk[name] for name in ("kty", "crv", "x", "kid")}
    roles = {str(role): tuple(map(str, scopes)) for role, scopes in jwk["roles"].items()}
    return TrustedKey(OKPKey.import_key(public), str(jwk["iss"]), roles)


# The door's side


class Guard(SecurityBase):
    """What stands at the start of every endpoint but health and metrics.

    A test walks every route and fails for one without a guard. A door that proves its caller by
    other means than a token (a signature) makes a guard of its own from this class.
    """

    model = HTTPBearer(bearerFormat="JWT")
    scheme_name = "token"

    async def __call__(self, request: Request) -> Any:
        raise NotImplementedError


class Require(Guard):
    """A token for this service, with one of these roles."""

    def __init__(self, *roles: str) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, request: Request) -> Principal:
        principal = principal_of(request)
        if self.roles and principal.role not in self.roles:
            raise NotAllowed
        return principal


def require(*roles: str) -> Require:
    """`who: Principal = Depends(require("auditor"))`; without roles, any valid token will do."""
    return Require(*roles)


def principal_of(request: Request) -> Principal:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    verifier: Verifier = request.app.state.verifier
    principal = verifier.principal(token.strip())
    request.state.principal = principal
    return principal


# Tokens out


def new_key(kid: str, issuer: str, roles: Mapping[str, list[str]]) -> dict[str, Any]:
    """A fresh private JWK; `public_part` of it belongs into the deployment's JWK Set."""
    pair = OKPKey.generate_key("Ed25519", {"kid": kid}, private=True)
    return {**pair.as_dict(private=True), "iss": issuer, "roles": dict(roles)}


def new_service_key(service: str) -> dict[str, Any]:
    return new_key(f"service-{service}", service, {SERVICE: [SERVICE]})


def public_part(jwk: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in jwk.items() if name != "d"}


def issue(
    jwk: Mapping[str, Any],
    *,
    audience: str,
    subject: str,
    role: str,
    agency: str,
    scope: str,
    lifetime: int = 900,
    now: Callable[[], float] = time.time,
) -> str:
    """A signed token. Who may sign with the key decides whether it will be believed."""
    at = int(now())
    claims = {
        "iss": jwk["iss"],
        "sub": subject,
        "aud": audience,
        "role": role,
        "agency": agency,
        "scope": scope,
        "iat": at,
        "nbf": at,
        "exp": at + lifetime,
    }
    private = OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "d", "kid")})
    header = {"alg": ALGORITHM, "kid": jwk["kid"]}
    return jwt.encode(header, claims, private, algorithms=[ALGORITHM])


@dataclass(slots=True)
class ServiceTokens:
    """This service's own tokens, one per audience, renewed before they end."""

    jwk: Mapping[str, Any]
    name: str
    lifetime: int = 900
    now: Callable[[], float] = time.time
    _held: dict[str, tuple[str, float]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | None, name: str) -> ServiceTokens:
        if path is None:
            raise CannotStart(f"SERVICE_KEY_{name.upper()} is not set.")
        try:
            return cls(orjson.loads(path.read_bytes()), name)
        except (OSError, ValueError) as error:
            raise CannotStart(
                f"SERVICE_KEY_{name.upper()}: {path} cannot be read ({type(error).__name__})."
            ) from None

    def token_for(self, audience: str) -> str:
        token, ends = self._held.get(audience, ("", 0.0))
        if self.now() >= ends - self.lifetime / 3:
            ends = self.now() + self.lifetime
            token = issue(
                self.jwk,
                audience=audience,
                subject=self.name,
                role=SERVICE,
                agency=EVERY_AGENCY,
                scope=SERVICE,
                lifetime=self.lifetime,
                now=self.now,
            )
            self._held[audience] = (token, ends)
        return token

    def auth_for(self, audience: str) -> httpx.Auth:
        return _Bearer(lambda: self.token_for(audience))


class _Bearer(httpx.Auth):
    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token()}"
        yield request
