"""What a door answers when it cannot say yes: problem+json (RFC 9457), for people and machines.

A refusal is a class: its name in kebab-case is the `type`, its docstring is the sentence.
Nothing that was sent is echoed, for it may be personal.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

import orjson

if TYPE_CHECKING:
    from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:jenjang:problem:"


class Problem(Exception):
    """The request cannot be answered."""

    status: ClassVar[int] = 400

    def __init__(
        self, detail: str | None = None, *, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail or "")
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members


class Malformed(Problem):
    """The request cannot be read."""


class NotValid(Problem):
    """Some values are missing or not allowed; each is listed."""

    status = 422


class NotSignedIn(Problem):
    """A valid token for this service is needed."""

    status = 401

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class NotAllowed(Problem):
    """Your role or scope does not cover this."""

    status = 403


class NotFound(Problem):
    """There is nothing here under this name."""

    status = 404


class TooLarge(Problem):
    """The body is larger than this door accepts."""

    status = 413


class Busy(Problem):
    """Too many people changed the same record at once; please try again."""

    status = 503

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": "1"})


class Unavailable(Problem):
    """The service cannot reach what it needs just now; please try again."""

    status = 503

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": "2"})


class Unexpected(Problem):
    """Something went wrong on our side; it has been noted under the request's id."""

    status = 500


def kebab(name: str) -> str:
    """
    >>> kebab("ContradictsRecord"), kebab("NIPTaken")
    ('contradicts-record', 'nip-taken')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def type_of(reason: type[Exception]) -> str:
    return PREFIX + kebab(reason.__name__)


def sentence_of(reason: type[Exception]) -> str:
    """The docstring's first paragraph, which is what a person reads."""
    said = inspect.cleandoc(reason.__doc__ or reason.__name__)
    return " ".join(said.split("\n\n")[0].split())


def body(
    status: int, reason: type[Exception], detail: str | None, members: Mapping[str, Any]
) -> bytes:
    problem: dict[str, Any] = {"type": type_of(reason), "title": sentence_of(reason)}
    problem["status"] = status
    if detail:
        problem["detail"] = detail
    return orjson.dumps({**members, **problem}, default=str)


def answer(
    reason: type[Exception],
    status: int,
    *,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    # Not needed by whoever only raises problems, such as the codec in an auditor's hands.
    from starlette.responses import Response

    content = body(status, reason, detail, members or {})
    return Response(content, status, dict(headers or {}), MEDIA_TYPE)


def answer_to(problem: Problem) -> Response:
    return answer(
        type(problem),
        problem.status,
        detail=problem.detail,
        headers=problem.headers,
        members=problem.members,
    )


def invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """A list of fields and what is wrong with each; the values stay where they are."""
    fields = [
        {"field": _place(error), "reason": str(error["type"]), "message": _said(error)}
        for error in errors
    ]
    malformed = any(error["type"] == "json_invalid" for error in errors)
    return Malformed("The body is not JSON.") if malformed else NotValid(errors=fields)


def _place(error: Mapping[str, Any]) -> str:
    """`body.rows.3.name`; a name that the sender made up is not repeated."""
    loc = list(error["loc"])
    if error["type"] == "extra_forbidden":
        loc[-1] = "…"
    return ".".join(str(part) if _plain(part) else "…" for part in loc)


def _plain(part: Any) -> bool:
    return isinstance(part, int) or bool(re.fullmatch(r"[A-Za-z_][A-Za-z_-]{0,63}", str(part)))


def _said(error: Mapping[str, Any]) -> str:
    """Pydantic's sentence, except where that sentence quotes the value."""
    if error["type"] == "union_tag_invalid":
        return "This kind is not known here"
    return str(error["msg"]).removeprefix("Value error, ")


def status_reason(status: int) -> type[Exception]:
    """A reason for a bare status that a library raised."""
    known: dict[int, type[Problem]] = {
        400: Malformed,
        401: NotSignedIn,
        403: NotAllowed,
        404: NotFound,
        413: TooLarge,
        422: NotValid,
        500: Unexpected,
        503: Unavailable,
    }
    if status in known:
        return known[status]
    phrase = HTTPStatus(status).phrase
    name = "".join(word.capitalize() for word in re.findall("[A-Za-z]+", phrase))
    return type(name, (Problem,), {"__doc__": f"{phrase}.", "status": status})
