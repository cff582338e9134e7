"""A library that may be replaced is imported in few places, named here."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.architecture.the_tree import ROOT, modules, names_imported

HOMES = {
    "httpx": r"services/(chassis/\w+|[a-z]+/adapters/\w+|portal/clients)\.py",
    "asyncpg": r"services/(chassis/\w+|[a-z]+/(projections|adapters)/\w+)\.py",
    "aiokafka": r"services/chassis/(kafka|relay|hearing)\.py",
    "faststream": r"services/chassis/(kafka|hearing)\.py",
    "yaml": r"services/career/(adapters|policies)/\w+\.py",
    "xlsxwriter": r"services/chassis/workbook\w*\.py",
    "standardwebhooks": r"services/[a-z]+/adapters/\w+\.py",
    "joserfc": r"services/(chassis/auth\w*|portal/\w+)\.py",
    "cryptography": r"services/chassis/\w+\.py",
    "prometheus_client": r"services/chassis/telemetry\.py",
}


def away_from_home(sources: Mapping[str, str]) -> list[str]:
    """Imports of a library outside its homes."""
    return sorted(
        f"{where} imports {library}"
        for where, source in sources.items()
        for library in {name.split(".")[0] for name in names_imported(source)} & HOMES.keys()
        if not re.fullmatch(HOMES[library], where)
    )


def test_libraries_stay_at_home() -> None:
    sources = {
        module.as_posix(): (ROOT / module).read_text() for module in modules("services/**/*.py")
    }
    assert away_from_home(sources) == []


def test_the_deprecated_test_client_is_not_used() -> None:
    using = [
        module.as_posix()
        for module in modules("tests/**/*.py")
        if any("testclient" in name for name in names_imported((ROOT / module).read_text()))
    ]
    assert using == []


def test_a_library_away_from_home_is_found() -> None:
    spoilt = {"services/career/queries.py": "import httpx\nfrom aiokafka.errors import KafkaError"}
    assert away_from_home(spoilt) == [
        "services/career/queries.py imports aiokafka",
        "services/career/queries.py imports httpx",
    ]
