"""May a contract change like this? Compares JSON Schemas, the frozen one with today's.

Compatibility is *full* and *transitive*, between tolerant readers:

* backward: today's reader reads every body ever said under this type (bodies are stored for ever);
* forward: every reader ever released reads what is said today (nobody is upgraded on our day);
* transitive: both hold against every released revision, not only against the last one.

A tolerant reader skips fields it does not know, and fills a missing optional field with its
default. So exactly one thing is free: to **add an optional field**. Everything else breaks one of
the two directions, and is refused with the direction it breaks:

=====================================  ==========================================================
field removed or renamed               old readers still look for it (forward)
required field added                   old bodies do not have it (backward)
optional made required                 old bodies may lack it (backward)
required made optional                 old readers cannot do without it (forward)
enum value removed, type narrowed      old bodies may hold it (backward)
enum value added, type widened         old readers refuse it (forward)
default changed                        the same silence would mean something else (both)
=====================================  ==========================================================

Words for people (title, description, examples) may change freely. What is not understood here is
refused when it differs: the checker has no blind spot that a new keyword could slip through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

WORDS = frozenset({"title", "description", "examples", "$defs", "$schema", "$id", "default"})
NESTED = frozenset({"properties", "required", "items", "additionalProperties", "anyOf", "enum"})
BACKWARD = "old bodies become unreadable"
FORWARD = "old readers cannot read new bodies"


def problems(released: Schema, today: Schema) -> list[str]:
    """What about `today` breaks a promise made by `released`; empty when nothing does."""
    return list(_Comparison(released, today).schemas(released, today, "$"))


class _Comparison:
    """Two documents side by side; references are looked up in the document they stand in."""

    def __init__(self, released: Schema, today: Schema) -> None:
        self._released = released
        self._today = today

    def schemas(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        old, new = _resolved(old, self._released), _resolved(new, self._today)
        yield from self._properties(old, new, at)
        yield from self._alternatives(old, new, at)
        yield from _choices(old, new, at)
        yield from _constraints(old, new, at)
        for nested in ("items", "additionalProperties"):
            if isinstance(old.get(nested), Mapping) and isinstance(new.get(nested), Mapping):
                yield from self.schemas(old[nested], new[nested], f"{at}.{nested}")
            elif old.get(nested) != new.get(nested):
                yield f"{at}: {nested} differs"

    def _properties(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        had: Schema = old.get("properties", {})
        has: Schema = new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        gone, come = [name for name in had if name not in has], [n for n in has if n not in had]
        for name in gone:
            heir = next((new_name for new_name in come if has[new_name] == had[name]), None)
            how = f"renamed to {heir}" if heir else "removed"
            yield f"{at}.{name}: field {how}: {FORWARD}"
        yield from (f"{at}.{n}: required field added: {BACKWARD}" for n in come if n in needs)
        for name in (name for name in had if name in has):
            if name in needs - needed:
                yield f"{at}.{name}: made required: {BACKWARD}"
            if name in needed - needs:
                yield f"{at}.{name}: made optional: {FORWARD}"
            if _default(had[name]) != _default(has[name]):
                yield f"{at}.{name}: default changed: the same silence means something else"
            yield from self.schemas(had[name], has[name], f"{at}.{name}")

    def _alternatives(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        """Alternatives are paired by their type; each pair is compared like any schema."""
        had = {_kind(one, self._released): one for one in old.get("anyOf", ())}
        has = {_kind(one, self._today): one for one in new.get("anyOf", ())}
        if not had and not has:
            return
        if not had or not has:
            yield f"{at}: type {'widened' if has else 'narrowed'}: {FORWARD if has else BACKWARD}"
            return
        yield from (f"{at}: type narrowed, no {k}: {BACKWARD}" for k in sorted(set(had) - set(has)))
        yield from (f"{at}: type widened by {k}: {FORWARD}" for k in sorted(set(has) - set(had)))
        for kind in sorted(set(had) & set(has)):
            yield from self.schemas(had[kind], has[kind], at)


def _choices(old: Schema, new: Schema, at: str) -> Iterator[str]:
    if ("enum" in old) != ("enum" in new):
        yield f"{at}: a closed list became open or an open one closed"
        return
    had, has = old.get("enum", []), new.get("enum", [])
    yield from (f"{at}: enum value {v!r} removed: {BACKWARD}" for v in had if v not in has)
    yield from (f"{at}: enum value {v!r} added: {FORWARD}" for v in has if v not in had)


def _constraints(old: Schema, new: Schema, at: str) -> Iterator[str]:
    """Type, format, pattern and limits: narrower breaks old bodies, wider breaks old readers."""
    for keyword in sorted((set(old) | set(new)) - WORDS - NESTED):
        if old.get(keyword) != new.get(keyword):
            yield (
                f"{at}: {keyword} was {old.get(keyword)!r}, is {new.get(keyword)!r}: "
                f"narrower: {BACKWARD}; wider: {FORWARD}"
            )


def _resolved(schema: Schema, document: Schema) -> Schema:
    """The schema a reference points to, with what stands beside the reference."""
    while "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**document["$defs"][name], **beside}
    return schema


def _default(schema: Schema) -> tuple[bool, Any]:
    return "default" in schema, schema.get("default")


def _kind(schema: Schema, document: Schema) -> str:
    found = _resolved(schema, document)
    return f"{found.get('type', 'any')}/{found.get('format', '')}"
