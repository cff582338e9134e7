"""Reads policies, refusing anything it does not know.

Text in, text out of mind: what was adopted is read by the same function as what lies on disk.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from services.career.adapters.policy_rows import (
    AnyRow,
    Cites,
    Exact,
    InstrumentId,
    Row,
    Slug,
    Strict,
    Verification,
    bands,
    day_after,
)
from services.career.domain.competency import Setting
from services.career.domain.rulebook import Layer, Version
from services.career.domain.terms import EmploymentKind

POLICIES = Path(__file__).parent.parent / "policies"


class NotAPolicy(ValueError):
    """The text is not a policy: it says what is wrong with it."""


class _PlainLoader(yaml.SafeLoader):
    """YAML 1.1 without its traps: `on`, `no`, `off` are words, and a key is given once.

    Nothing stands for something else either: a short text of aliases can mean a huge one.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise NotAPolicy("aliases are not read here")
        return super().compose_node(parent, index)


_PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:merge")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _truth(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> bool:
    return bool(node.value == "true")


def _once(loader: _PlainLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = {str(key) for key, times in Counter(keys).items() if times > 1}
    if twice:
        raise NotAPolicy(f"given twice: {', '.join(sorted(twice))}")
    values = [loader.construct_object(value, deep=True) for _, value in node.value]
    return dict(zip(keys, values, strict=True))


_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf")
)
_PlainLoader.add_constructor("tag:yaml.org,2002:bool", _truth)
_PlainLoader.add_constructor("tag:yaml.org,2002:map", _once)


def plain_yaml(text: str) -> Any:
    """The value of a YAML text; what is wrong with it is told by line, not by quoting it."""
    try:
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 (a SafeLoader with fewer words)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise NotAPolicy(f"line {line}: {wrong.problem}") from None
    except (yaml.YAMLError, TypeError, RecursionError):
        raise NotAPolicy("the text cannot be read as YAML") from None


class Instrument(Strict):
    """A law in the register. `promulgated` is since when everybody could know it."""

    id: InstrumentId
    title: str
    promulgated: date
    in_force: date
    in_force_to: date | None = None
    verification: Verification
    source: str
    invented: Annotated[bool, Field(strict=True)] = False
    note: str | None = None


class SettingRow(Strict):
    requirement: Slug
    bands: dict[str, Exact] | None = None
    cap_at_required: Annotated[bool, Field(strict=True)] | None = None
    valid_months: Annotated[int, Field(ge=1, strict=True)] | None = None
    cites: Cites

    def setting(self, layer: str) -> Setting:
        return Setting(
            requirement=self.requirement,
            layer=layer,
            cites=self.cites.citation(),
            bands=bands(self.bands) if self.bands else None,
            cap_at_required=self.cap_at_required,
            valid_months=self.valid_months,
        )


class VersionRow(Strict):
    """One text: what it says itself, and which rows of the version before it keeps unchanged."""

    in_force_from: date
    in_force_to: date | None = None
    asked_of: tuple[EmploymentKind, ...] = tuple(EmploymentKind)
    keeps: tuple[Slug, ...] = ()
    requirements: tuple[AnyRow, ...] = ()
    sets: tuple[SettingRow, ...] = ()
    switches_on: tuple[Slug, ...] = ()

    def instruments(self) -> set[str]:
        rows = [row.instruments() for row in self.requirements]
        return set().union(*rows, {setting.cites.instrument for setting in self.sets})


class PolicyFile(Strict):
    policy: Slug
    layer: Literal["national", "agency"]
    versions: Annotated[tuple[VersionRow, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _says_what_it_is(self) -> PolicyFile:
        for earlier, later in zip(self.versions, self.versions[1:], strict=False):
            until = earlier.in_force_to
            if earlier.in_force_from >= later.in_force_from or (
                until is not None and until >= later.in_force_from
            ):
                raise ValueError("versions overlap, or are not in the order of their dates")
        for version, rows in zip(self.versions, self.rows(), strict=True):
            ids = [row.id for row in rows]
            if len(ids) != len(set(ids)):
                raise ValueError("a requirement is named twice in one version")
            if self.layer == "national" and (version.sets or version.switches_on):
                raise ValueError("only an agency sets what the law leaves to it")
            if not rows and not version.sets and not version.switches_on:
                raise ValueError("a version says something")
        self.read()
        return self

    def rows(self) -> list[tuple[Row, ...]]:
        """The rows of every version, kept ones included."""
        rows: list[tuple[Row, ...]] = []
        before: dict[str, Row] = {}
        for version in self.versions:
            unknown = set(version.keeps) - set(before)
            if unknown:
                raise ValueError(f"nothing to keep under the name {', '.join(sorted(unknown))}")
            said = [*(before[name] for name in version.keeps), *version.requirements]
            # A row said anew stays in its place.
            rows.append(tuple(sorted(said, key=lambda row: [*before, row.id].index(row.id))))
            before = {row.id: row for row in rows[-1]}
        return rows

    def read(self, known: Set[date] | None = None) -> Layer:
        """The layer; while only some versions were `known`, each lasted until the next of those."""
        rows = [
            (version, rows)
            for version, rows in zip(self.versions, self.rows(), strict=True)
            if known is None or version.in_force_from in known
        ]
        following = [*(version.in_force_from for version, _ in rows[1:]), None][: len(rows)]
        return Layer(
            policy=self.policy,
            layer=self.layer,
            versions=tuple(
                self._version(version, rows_, until)
                for (version, rows_), until in zip(rows, following, strict=True)
            ),
        )

    def _version(self, row: VersionRow, rows: Sequence[Row], following: date | None) -> Version:
        return Version(
            layer=self.layer,
            in_force_from=row.in_force_from,
            until=day_after(row.in_force_to) or following,
            requirements=tuple(self._made(r) for r in rows if not r.switched_off),
            switched_off=tuple(self._made(r) for r in rows if r.switched_off),
            switches_on=row.switches_on,
            settings=tuple(setting.setting(self.layer) for setting in row.sets),
            asked_of=row.asked_of,
        )

    def _made(self, row: Any) -> Any:
        return row.requirement(self.layer, self.policy)


@lru_cache(maxsize=64)
def parse_policy(text: str) -> PolicyFile:
    """The policy that a text is; reading one costs more than judging by it, so it is kept."""
    try:
        return PolicyFile.model_validate(plain_yaml(text))
    except ValidationError as wrong:
        raise NotAPolicy(_places(wrong)) from None


def _places(wrong: ValidationError) -> str:
    """Where it is wrong and what is expected there; what was written is not repeated."""
    faults = wrong.errors(include_input=False, include_url=False, include_context=False)
    said = [
        f"{'.'.join(map(str, fault['loc'])) or 'the file'}: "
        + ("no such kind" if fault["type"] == "union_tag_invalid" else fault["msg"])
        for fault in faults[:20]
    ]
    return "; ".join(said)


def read_instruments(path: Path = POLICIES / "instruments.yaml") -> dict[str, Instrument]:
    listed = TypeAdapter(list[Instrument]).validate_python(plain_yaml(path.read_text("utf-8")))
    register = {instrument.id: instrument for instrument in listed}
    if len(register) != len(listed):
        raise NotAPolicy("an instrument is registered twice")
    return register


def check_registered(policy: PolicyFile, register: Mapping[str, Instrument]) -> None:
    """Every law cited is registered, and nothing is in force before it could be known."""
    for version in policy.versions:
        missing = version.instruments() - set(register)
        if missing:
            raise NotAPolicy(f"not in the register of instruments: {', '.join(sorted(missing))}")
        for name in version.instruments():
            if register[name].promulgated > version.in_force_from:
                raise NotAPolicy(f"{name} was not promulgated by {version.in_force_from}")


def known_since(policy: PolicyFile, register: Mapping[str, Instrument]) -> dict[date, date]:
    """Per version, the day on which the youngest law it cites was promulgated."""
    return {
        version.in_force_from: max(
            (register[name].promulgated for name in version.instruments()),
            default=version.in_force_from,
        )
        for version in policy.versions
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A policy that comes with a deployment; `agency` is the one whose decree it encodes."""

    agency: str | None
    policy: PolicyFile
    text: str


def shipped(folder: Path = POLICIES) -> list[Shipped]:
    """Every policy that comes with a deployment, checked against the register."""
    register = read_instruments(folder / "instruments.yaml")
    found = []
    for path in sorted([*folder.glob("national/*.yaml"), *folder.glob("agency/*/*.yaml")]):
        text = path.read_text("utf-8")
        policy = parse_policy(text)
        check_registered(policy, register)
        agency = path.parent.name if path.parent.parent.name == "agency" else None
        if path.stem != policy.policy or (policy.layer == "agency") != (agency is not None):
            raise NotAPolicy(f"{path.name} lies in the wrong place for what it says it is")
        found.append(Shipped(agency=agency, policy=policy, text=text))
    return found
