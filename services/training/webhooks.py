"""Where training providers report: POST /webhooks/completions, signed by Standard Webhooks.

The signature stands in for a token. What is signed is kept as it came before anybody interprets
it; what is not signed leaves no trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.chassis.auth import Guard
from services.chassis.edge import Unacceptable
from services.chassis.problems import MEDIA_TYPE
from services.training.adapters.completion_report import CompletionReport
from services.training.commands.reports import receive_report
from services.training.deps import Deps

LARGEST = 65_536

router = APIRouter(tags=["webhooks"])


@dataclass(frozen=True, slots=True)
class Message:
    """A message whose sender is known to share a secret with us."""

    id: str
    body: bytes


class Signed(Guard):
    """A fresh signature over the very bytes of the message."""

    async def __call__(self, request: Request) -> Message:
        deps: Deps = request.app.state.deps
        body = await _bytes_of(request)
        return Message(deps.signatures.checked(request.headers, body, deps.now()), body)


async def _bytes_of(request: Request) -> bytes:
    """The body as it came, also when it is no JSON: that it was sent is worth keeping."""
    try:
        return await request.body()
    except Unacceptable as unreadable:
        return unreadable.body


@router.post(
    "/webhooks/completions",
    status_code=202,
    max_body_size=LARGEST,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": CompletionReport.model_json_schema()}},
        }
    },
)
async def completions(request: Request, message: Annotated[Message, Depends(Signed())]) -> Response:
    """A provider reports that a person has been through a training."""
    answer = await receive_report(request.app.state.deps, message.id, message.body)
    kind = "application/json" if answer.status < 400 else MEDIA_TYPE
    return Response(answer.body, answer.status, media_type=kind)
