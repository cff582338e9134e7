"""The portal before anybody asks a service: who gets in, and where a page may lead."""

from __future__ import annotations

from pathlib import Path

import httpx
import orjson
import pytest

from services.chassis import auth
from services.chassis.settings import CannotStart
from services.portal import settings
from services.portal.main import app
from services.portal.pages.sign_in import _inside
from services.portal.session import PERSONAS, SignIn


@pytest.fixture
def jwk() -> dict[str, object]:
    return auth.new_key("sign-in-1", "sign-in", {"officer": ["agency"], "employee": ["self"]})


@pytest.fixture
def given(tmp_path: Path, jwk: dict[str, object]) -> settings.Settings:
    (tmp_path / "key.json").write_bytes(orjson.dumps(jwk))
    return settings.read({"SIGN_IN_KEY": str(tmp_path / "key.json")})


async def answer(given: settings.Settings, host: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app(given))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        return await client.get("/health/live")


def test_anybody_may_be_anyone_only_on_this_machine(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"does not listen on 0\.0\.0\.0"):
        settings.read({"SIGN_IN_KEY": str(tmp_path), "HOST": "0.0.0.0"})
    meant = {"SIGN_IN_KEY": str(tmp_path), "HOST": "0.0.0.0", "SIGN_IN_FOR_EVERYBODY": "yes"}
    assert settings.read(meant).host == "0.0.0.0"


async def test_a_foreign_name_for_this_address_is_refused(given: settings.Settings) -> None:
    assert (await answer(given, "127.0.0.1:8100")).status_code == 200
    assert (await answer(given, "attacker.example")).status_code == 400


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/pegawai", "/pegawai"),
        ("//attacker.example", "/"),
        ("/\\attacker.example", "/"),
        ("https://attacker.example", "/"),
        ("/\nLocation: x", "/"),
    ],
)
def test_after_signing_in_nobody_is_led_away(asked: str, leads_to: str) -> None:
    assert _inside(asked) == leads_to


def test_a_session_ends_and_is_good_at_the_portal_alone(jwk: dict[str, object]) -> None:
    clock = [1_000_000.0]
    sign_in = SignIn(jwk, "demo", now=lambda: clock[0])
    officer = next(one for one in PERSONAS if one.role == "officer")
    cookie = sign_in.session_of(officer)
    reader = sign_in.reader(cookie)
    assert reader is not None
    assert reader.role == "officer"
    assert sign_in.reader(sign_in.token_for("career", reader)) is None
    assert sign_in.reader(cookie[:-2]) is None
    clock[0] += 2 * 3600
    assert sign_in.reader(cookie) is None
