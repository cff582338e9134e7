"""Settings: from the environment, once, and one sentence when something is missing."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import Field, ValidationError

from services.chassis.settings import CannotStart, ServiceSettings, read, variable, variables


class Settings(ServiceSettings):
    """A shop's settings."""

    service: str = "shop"

    port: int = Field(8190, json_schema_extra=variable("PORT", per_service=True))
    """The shop's port."""

    service_urls: dict[str, str] = Field(
        default_factory=lambda: {"stock": "http://127.0.0.1:8191", "till": "http://127.0.0.1:8192"}
    )
    """Where the others answer."""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for setting in variables(Settings):
        for name in (setting.name, setting.name.removesuffix("_SHOP")):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL_SHOP", "postgresql://shop:hunter2@db/shop")
    return monkeypatch


def test_the_services_own_variable_comes_first(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgresql://fallback")
    environment.setenv("PORT", "1")
    settings = read(Settings)
    assert settings.database_url.get_secret_value() == "postgresql://shop:hunter2@db/shop"
    assert settings.port == 1
    environment.setenv("PORT_SHOP", "2")
    environment.delenv("DATABASE_URL_SHOP")
    settings = read(Settings)
    assert settings.database_url.get_secret_value() == "postgresql://fallback"
    assert settings.port == 2


def test_what_is_given_in_code_wins_over_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT_SHOP", "2")
    assert read(Settings, port=3).port == 3


def test_addresses_of_others_are_changed_one_by_one(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SERVICE_URL_TILL", "https://till.test")
    assert read(Settings).service_urls == {
        "stock": "http://127.0.0.1:8191",
        "till": "https://till.test",
    }


def test_lists_are_read_newest_first(environment: pytest.MonkeyPatch) -> None:
    keys = [bytes([number]) * 32 for number in (2, 1)]
    environment.setenv("KEK_SHOP", ", ".join(base64.b64encode(key).decode() for key in keys))
    assert read(Settings).key_encryption_keys() == tuple(keys)
    assert read(Settings).webhook_secrets == ()


@pytest.mark.parametrize("text", ["", "short", "a" * 43 + "é", base64.b64encode(b"x").decode()])
def test_a_bad_key_is_named_and_not_shown(environment: pytest.MonkeyPatch, text: str) -> None:
    environment.setenv("LOOKUP_KEY", text)
    if not text:
        assert read(Settings).lookup_key_bytes() is None
        return
    with pytest.raises(CannotStart, match="LOOKUP_KEY") as refusal:
        read(Settings).lookup_key_bytes()
    assert text not in str(refusal.value)


def test_what_is_missing_or_wrong_is_named_by_its_variable(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("DATABASE_URL_SHOP")
    environment.setenv("PARTITIONS", "many198704122009011002")
    with pytest.raises(CannotStart) as refusal:
        read(Settings)
    assert "DATABASE_URL_SHOP: field required" in str(refusal.value)
    assert "PARTITIONS: " in str(refusal.value)
    assert "1987" not in str(refusal.value)


def test_secrets_do_not_show_themselves() -> None:
    assert "hunter2" not in repr(read(Settings))


def test_settings_cannot_be_changed_or_misspelt() -> None:
    settings = read(Settings)
    with pytest.raises(ValidationError):
        setattr(settings, "port", 4)  # noqa: B010 - mypy would not let it through
    with pytest.raises(CannotStart, match="prot"):
        read(Settings, prot=4)


def test_every_setting_says_what_it_is_for() -> None:
    listed = list(variables(Settings))
    assert len({one.name for one in listed}) == len(listed)
    assert [one.name for one in listed if not one.says] == []


def test_secrets_have_no_default() -> None:
    assert [one.name for one in variables(Settings) if one.secret and one.default] == []


def test_reading_a_module_opens_nothing(tmp_path: Path) -> None:
    assert read(Settings, auth_keys=tmp_path / "nowhere").auth_keys == tmp_path / "nowhere"
