"""Every contract there is, found by its type, and the one way to read a body."""

from __future__ import annotations

from types import ModuleType

import orjson
from pydantic import ValidationError

from contracts.envelope import ContractEvent, Fact
from contracts.events import assessment, career, profile, training
from contracts.upcasting import STEPS, StepMissing, Steps, upcast


class UnknownContract(Exception):
    """No contract of this name is known here."""


class UnreadableBody(Exception):
    """The body is not what its type and revision promise."""


def contracts_in(module: ModuleType) -> tuple[type[ContractEvent], ...]:
    return tuple(
        found
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, ContractEvent)
        and found not in (ContractEvent, Fact)
    )


ALL: tuple[type[ContractEvent], ...] = tuple(
    contract
    for module in (profile, assessment, training, career)
    for contract in contracts_in(module)
)
_BY_TYPE: dict[str, type[ContractEvent]] = {contract.TYPE: contract for contract in ALL}


def by_type(type_name: str) -> type[ContractEvent]:
    try:
        return _BY_TYPE[type_name]
    except KeyError:
        raise UnknownContract(type_name) from None


def said_by(source: str) -> tuple[type[ContractEvent], ...]:
    """What one service says, in the order of its module."""
    return tuple(contract for contract in ALL if contract.source() == source)


def decode(type_name: str, schema: int, body: bytes) -> ContractEvent:
    """A body of any released revision as today's class.

    An older revision is upcast. A newer one is read as it is: full compatibility promises that
    today's fields are still there and mean the same, and unknown fields are skipped.
    """
    return decode_as(by_type(type_name), schema, body)


def decode_as(
    contract: type[ContractEvent], schema: int, body: bytes, *, steps: Steps = STEPS
) -> ContractEvent:
    try:
        if schema < contract.SCHEMA:
            raw = upcast(contract.TYPE, schema, orjson.loads(body), to=contract.SCHEMA, steps=steps)
            body = orjson.dumps(raw)
        return contract.model_validate_json(body, strict=True)
    except (ValidationError, StepMissing, ValueError, TypeError, KeyError) as wrong:
        raise UnreadableBody(f"{contract.TYPE} revision {schema}: {reason_of(wrong)}") from wrong


def reason_of(wrong: Exception) -> str:
    """What is wrong, without repeating the value: it may be somebody's."""
    if isinstance(wrong, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, error['loc'])) or 'body'}: {error['type']}"
            for error in wrong.errors(include_input=False, include_url=False)
        )
    return type(wrong).__name__
