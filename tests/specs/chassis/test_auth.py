"""Who is believed: one key, one issuer, its own roles; and every way of pretending."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from services.chassis import http
from services.chassis.auth import (
    Guard,
    Principal,
    ServiceTokens,
    Verifier,
    issue,
    may_see,
    new_key,
    new_service_key,
    public_part,
    require,
    trusted_key,
    trusted_keys,
)
from services.chassis.problems import NotSignedIn
from services.chassis.settings import CannotStart

NOW = 1_800_000_000
SIGN_IN = new_key("sign-in-1", "sign-in", {"auditor": ["agency"], "reader": ["self", "unit:*"]})
SHOP = new_service_key("shop")
STRANGER = new_key("sign-in-1", "sign-in", {"auditor": ["agency"]})
ORDINARY: dict[str, Any] = {
    "iss": "sign-in",
    "sub": "0197f2b0-1111-7222-8333-444444444444",
    "aud": "archive",
    "role": "auditor",
    "agency": "demo",
    "scope": "agency",
    "iat": NOW,
    "nbf": NOW,
    "exp": NOW + 900,
}


def verifier(now: int = NOW) -> Verifier:
    keys = {jwk["kid"]: trusted_key(public_part(jwk)) for jwk in (SIGN_IN, SHOP)}
    return Verifier("archive", keys, now=lambda: now)


def signed(claims: dict[str, Any], jwk: dict[str, Any] = SIGN_IN, kid: str | None = None) -> str:
    key = OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "d")})
    header = {"alg": "Ed25519", "kid": kid or jwk["kid"]}
    return jwt.encode(header, claims, key, algorithms=["Ed25519"])


def but(**changes: Any) -> dict[str, Any]:
    """An ordinary token's claims with some changed, or taken out (None)."""
    return {name: value for name, value in {**ORDINARY, **changes}.items() if value is not None}


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_an_ordinary_token_names_its_principal() -> None:
    assert verifier().principal(signed(ORDINARY)) == Principal(
        subject=ORDINARY["sub"], role="auditor", agency="demo", scope="agency"
    )


@pytest.mark.parametrize(
    "claims",
    [
        but(aud="shop"),
        but(aud=["archive", "shop"]),
        but(aud=None),
        but(iss="shop"),
        but(iss=None),
        but(exp=NOW - 31),
        but(exp=None),
        but(exp="soon"),
        but(exp=float(NOW + 900)),
        but(exp=True),
        but(nbf=NOW + 31),
        but(iat=NOW + 31),
        but(iat=None),
        but(exp=NOW + 3601),
        but(agency=None),
        but(agency=""),
        but(agency="*"),
        but(agency=["demo"]),
        but(scope=None),
        but(scope="self"),
        but(role=None),
        but(role="operator"),
        but(role="service", scope="service"),
        but(role="reader", scope="agency"),
        but(role="reader", scope="unit:"),
        but(sub=None),
    ],
    ids=lambda claims: " ".join(
        f"{name}={claims.get(name)}" for name in ORDINARY if claims.get(name) != ORDINARY[name]
    ),
)
def test_a_doubtful_token_signs_nobody_in(claims: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        verifier().principal(signed(claims))


def test_a_scope_of_a_family_is_allowed_with_its_member() -> None:
    claims = but(role="reader", scope="unit:7")
    assert verifier().principal(signed(claims)).scope == "unit:7"


def test_a_token_ends_when_it_says() -> None:
    token = signed(ORDINARY)
    assert verifier(NOW + 929).principal(token)
    with pytest.raises(NotSignedIn):
        verifier(NOW + 930).principal(token)


def test_a_token_that_is_remembered_ends_all_the_same() -> None:
    clock = [NOW]
    keys = {"sign-in-1": trusted_key(public_part(SIGN_IN))}
    reading = Verifier("archive", keys, now=lambda: clock[0])
    token = signed(ORDINARY)
    assert reading.principal(token) is reading.principal(token)
    clock[0] = NOW + 10_000
    with pytest.raises(NotSignedIn):
        reading.principal(token)
    clock[0] = NOW - 10_000
    with pytest.raises(NotSignedIn):
        reading.principal(token)


def test_no_more_tokens_are_remembered_than_the_bound_allows() -> None:
    keys = {"sign-in-1": trusted_key(public_part(SIGN_IN))}
    reading = Verifier("archive", keys, now=lambda: NOW, remembered=2)
    tokens = [signed({**ORDINARY, "exp": NOW + seconds}) for seconds in (100, 200, 300)]
    first = [reading.principal(token) for token in tokens]
    again = [reading.principal(token) for token in reversed(tokens)]
    assert again[:2] == [first[2], first[1]]
    assert again[0] is first[2]
    assert again[2] is not first[0]
    with pytest.raises(NotSignedIn):
        reading.principal(tokens[0][:-4] + "AAAA")


def test_no_algorithm_but_the_one_is_believed() -> None:
    none = f"{part({'alg': 'none', 'kid': 'sign-in-1'})}.{part(ORDINARY)}."
    # The public key used as a shared secret: the oldest trick there is.
    shared = OctKey.import_key(base64.urlsafe_b64decode(SIGN_IN["x"] + "="))
    confused = jwt.encode(
        {"alg": "HS256", "kid": "sign-in-1"}, ORDINARY, shared, algorithms=["HS256"]
    )
    for token in (none, confused):
        with pytest.raises(NotSignedIn):
            verifier().principal(token)


def test_a_key_inside_the_token_is_not_looked_at() -> None:
    key = OKPKey.import_key({name: STRANGER[name] for name in ("kty", "crv", "x", "d")})
    header = {"alg": "Ed25519", "kid": "sign-in-1", "jwk": public_part(STRANGER)}
    token = jwt.encode(header, ORDINARY, key, algorithms=["Ed25519"])
    with pytest.raises(NotSignedIn):
        verifier().principal(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a",
        "a.b.c",
        "..",
        f"{part({'alg': 'Ed25519'})}.e30.x",
        "é.é.é",
        "[].[].[]",
        "bnVsbA..",
        f"{part({'alg': 'Ed25519', 'kid': 'unknown'})}.{part(ORDINARY)}.AAAA",
        f"{part({'alg': 'Ed25519', 'kid': ['sign-in-1']})}.{part(ORDINARY)}.AAAA",
    ],
)
def test_rubbish_is_not_a_token(token: str) -> None:
    with pytest.raises(NotSignedIn):
        verifier().principal(token)


def test_a_changed_token_is_not_a_token() -> None:
    head, _, signature = signed(ORDINARY).split(".")
    with pytest.raises(NotSignedIn):
        verifier().principal(f"{head}.{part(but(agency='other'))}.{signature}")


def test_a_service_speaks_for_itself_and_for_no_human() -> None:
    own = but(iss="shop", sub="shop", role="service", agency="*", scope="service")
    assert verifier().principal(signed(own, SHOP)).is_service
    for pretence in (
        {**own, "role": "auditor", "agency": "demo", "scope": "agency"},
        {**own, "sub": "archive"},
        {**own, "iss": "archive", "sub": "archive"},
        {**own, "scope": "agency"},
    ):
        with pytest.raises(NotSignedIn):
            verifier().principal(signed(pretence, SHOP))
    with pytest.raises(NotSignedIn):
        verifier().principal(signed(own, SHOP, kid="sign-in-1"))


def test_service_tokens_are_kept_while_they_are_good_and_renewed_in_time() -> None:
    clock = [float(NOW)]
    tokens = ServiceTokens(SHOP, "shop", now=lambda: clock[0])
    first = tokens.token_for("archive")
    assert verifier().principal(first).subject == "shop"
    clock[0] += 500
    assert tokens.token_for("archive") == first
    assert tokens.token_for("elsewhere") != first
    clock[0] += 200
    assert tokens.token_for("archive") != first


def test_row_level_scope_has_one_place() -> None:
    one, other = "0197f2b0-1111-7222-8333-444444444444", "0197f2b0-1111-7222-8333-555555555555"
    service = Principal(subject="shop", role="service", agency="*", scope="service")
    reader = Principal(subject=one, role="reader", agency="demo", scope="self")
    auditor = Principal(subject=other, role="auditor", agency="demo", scope="agency")
    unit = Principal(subject=other, role="reader", agency="demo", scope="unit:7")
    assert may_see(service, "demo", one)
    assert may_see(reader, "demo", one)
    assert not may_see(reader, "demo", other)
    assert not may_see(reader, "demo")
    assert not may_see(reader, "elsewhere", one)
    assert may_see(auditor, "demo", one)
    assert not may_see(auditor, "elsewhere", one)
    assert not may_see(unit, "demo", one)


def test_keys_that_cannot_be_read_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="AUTH_JWKS is not set"):
        trusted_keys(None)
    with pytest.raises(CannotStart, match="FileNotFoundError"):
        trusted_keys(tmp_path / "nowhere.json")
    for broken in ("{", "[]", '{"keys": [{"kid": "a"}]}', '{"keys": 7}'):
        (tmp_path / "keys.json").write_text(broken)
        with pytest.raises(CannotStart, match="JWK Set"):
            trusted_keys(tmp_path / "keys.json")
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [public_part(SIGN_IN)]}))
    token = issue(
        SIGN_IN, audience="archive", subject="x", role="auditor", agency="demo", scope="agency"
    )
    assert Verifier("archive", trusted_keys(tmp_path / "keys.json")).principal(token).subject == "x"


def test_the_public_part_keeps_the_secret() -> None:
    assert "d" in SIGN_IN
    assert "d" not in public_part(SIGN_IN)


# The guard that walks every route, and its negative proof


class _Books:
    name = "books"
    refused = Exception

    def __init__(self, *routers: APIRouter) -> None:
        self.routers = routers


class _Signed(Guard):
    async def __call__(self, request: Any) -> None:
        """A signature instead of a token."""


async def _nothing() -> None:
    """An endpoint."""


async def _with_principal(who: Principal = Depends(require("auditor"))) -> None:
    """An endpoint that takes its principal through another dependency."""


async def _through(who: None = Depends(_with_principal)) -> None:
    """An endpoint guarded two steps away."""


def test_every_guarded_route_passes_the_walk() -> None:
    inner = APIRouter(prefix="/inner", dependencies=[Depends(require())])
    inner.add_api_route("/a", _nothing)
    router = APIRouter()
    router.add_api_route("/b", _with_principal)
    router.add_api_route("/c", _through)
    router.add_api_route("/d", _nothing, dependencies=[Depends(_Signed())])
    router.include_router(inner)
    assert http.unguarded(http.app(_Books(router), verifier=verifier())) == []


def test_the_walk_finds_a_route_without_a_guard() -> None:
    nested = APIRouter(prefix="/deep")
    nested.add_api_route("/open", _nothing)
    router = APIRouter()
    router.add_api_route("/b", _with_principal)
    router.add_api_route("/health/everything", _nothing)
    router.include_router(nested)
    api = http.app(_Books(router), verifier=verifier())
    api.mount("/mounted", FastAPI(openapi_url=None))
    assert sorted(http.unguarded(api)) == ["/deep/open", "/health/everything", "/mounted"]
