"""The rulebook over HTTP: what counts, in full text, and how another text comes to count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, StringConstraints

from services.career import commands, queries
from services.career.adapters.policy_files import parse_policy
from services.career.api.asking import (
    Anyone,
    Done,
    Given,
    Incoming,
    PolicyAdmin,
    PolicyName,
    origin_of,
)
from services.career.deps import Deps
from services.career.projections.adopted_policies import Adopted
from services.chassis.auth import Principal
from services.chassis.problems import NotAllowed, NotFound
from services.chassis.tokens import say

router = APIRouter(tags=["policies"])

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
LayerName = Literal["national", "agency"]


class DraftIn(Incoming):
    content: Annotated[str, Field(min_length=1, max_length=500_000)]


class ApprovalIn(Incoming):
    layer: LayerName
    sha256: Digest


class DraftDone(BaseModel):
    policy: str
    layer: str
    sha256: str


class PolicyOut(BaseModel):
    """`versions` are the days from which each text of the law counts."""

    policy: str
    layer: str
    agency: str | None
    sha256: str
    shipped: bool
    approved_by: list[str]
    recorded_at: datetime
    versions: list[date]

    @classmethod
    def of(cls, adopted: Adopted) -> PolicyOut:
        return cls(**_told(adopted))


class PolicyText(PolicyOut):
    content: str


@router.get("/policies")
async def policies(deps: Given, who: Anyone) -> list[PolicyOut]:
    """Every text that counts for the reader's agency."""
    return [PolicyOut.of(adopted) for adopted in await queries.policies(deps, who.agency)]


@router.get("/policies/{name}")
async def policy(name: PolicyName, deps: Given, who: Anyone) -> list[PolicyText]:
    """One policy in full: the national text, and the agency's if it has one."""
    found = [text for text in await queries.policies(deps, who.agency) if text.policy == name]
    if not found:
        raise NotFound
    return [PolicyText(**_told(text), content=text.content) for text in found]


@router.post("/policies/{name}/drafts")
async def draft(name: PolicyName, body: DraftIn, deps: Given, who: PolicyAdmin) -> DraftDone:
    """Propose a text. It counts when two different people have approved it."""
    readable = commands.readable(body.content)
    if readable.policy != name:
        raise commands.UnreadablePolicy("The text is of another policy.")
    _within(deps, who, readable.layer)
    text = await commands.draft_policy(
        deps, who.agency, body.content, who.subject, origin_of(who, "drafts")
    )
    return DraftDone(policy=text.policy, layer=text.layer, sha256=text.sha256)


@router.post("/policies/{name}/approvals")
async def approve(
    name: PolicyName, body: ApprovalIn, deps: Given, who: PolicyAdmin, response: Response
) -> Done:
    """Approve exactly the text with this hash."""
    _within(deps, who, body.layer)
    done = await commands.approve_policy(
        deps, who.agency, name, body.layer, body.sha256, who.subject, origin_of(who, "approvals")
    )
    return Done(token=say(response, done.token))


def _within(deps: Deps, who: Principal, layer: str) -> None:
    """A national text counts for every agency: only the deployment's own agency keeps it."""
    if layer == "national" and who.agency != deps.agency:
        raise NotAllowed


def _told(adopted: Adopted) -> dict[str, object]:
    return {
        "policy": adopted.policy,
        "layer": adopted.layer,
        "agency": adopted.agency if adopted.layer == "agency" else None,
        "sha256": adopted.sha256,
        "shipped": adopted.shipped,
        "approved_by": list(adopted.approved_by),
        "recorded_at": adopted.recorded_at,
        "versions": [v.in_force_from for v in parse_policy(adopted.content).versions],
    }
