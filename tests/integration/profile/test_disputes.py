"""A person disputes a fact; each step says whom it waits for; outsiders learn nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.integration.profile.test_people import facts, person
from tests.support.at_hand import AtHand

__all__ = ["person"]


async def test_a_dispute_from_the_claim_to_the_corrected_fact(
    profile: AtHand, person: UUID
) -> None:
    await facts(profile, person)
    me, officer, other = person, uuid4(), uuid4()

    async def post(path: str, body: object, **who: Any) -> Any:
        return await profile.client.post(path, json=body, headers=profile.who(**who))

    async def list_of(**who: Any) -> Any:
        await profile.settled()
        return (await profile.client.get("/disputes", headers=profile.who(**who))).json()

    mine: dict[str, Any] = {"role": "employee", "subject": me}
    card = (await profile.get(f"/people/{person}")).json()
    [rank] = [line for line in card["lines"] if line["kind"] == "rank"]
    claim = {"fact": rank["event_id"], "claim": "TMT seharusnya 1 Oktober"}
    assert (await post(f"/people/{person}/disputes", claim, role="employee")).status_code == 404
    stray = {**claim, "fact": str(uuid4())}
    assert (await post(f"/people/{person}/disputes", stray, **mine)).status_code == 404
    filed = await post(f"/people/{person}/disputes", claim, **mine)
    assert filed.status_code == 201, filed.text
    path = f"/disputes/{filed.json()['event_ids'][0]}"
    [waiting] = await list_of()
    assert (waiting["status"], waiting["waits_for"], waiting["owner"]) == ("FILED", "OFFICER", None)
    assert len(await list_of(**mine)) == 1
    assert await list_of(role="employee", subject=other) == []
    assert (await post(f"{path}/taking", None, subject=officer)).status_code == 201
    asked = {"words": "lampirkan SK"}
    assert (await post(f"{path}/return", asked, subject=other)).status_code == 409
    assert (await post(f"{path}/return", asked, subject=officer)).status_code == 201
    assert [one["waits_for"] for one in await list_of()] == ["PERSON"]
    assert (await post(f"{path}/answer", {"words": "terlampir"}, **mine)).status_code == 201
    right = {"golongan": "III/b", "effective_from": "2019-10-01", "replaces": rank["event_id"]}
    [now] = (await profile.post(f"/people/{person}/ranks", right)).json()["event_ids"]
    decision = {"accepted": True, "reason": "sesuai SK", "corrected_by": rank["event_id"]}
    assert (await post(f"{path}/decision", decision, subject=officer)).status_code == 409
    decision["corrected_by"] = now
    assert (await post(f"{path}/decision", decision, subject=officer)).status_code == 201
    [over] = await list_of()
    assert (over["status"], over["due"], over["corrected_by"]) == ("ACCEPTED", None, now)
    told = (await profile.client.get(f"{path}/steps", headers=profile.who(**mine))).json()
    assert [one["words"] for one in told] == [
        *("TMT seharusnya 1 Oktober", None, "lampirkan SK", "terlampir", "sesuai SK"),
    ]
    stranger = profile.who("employee", subject=other)
    assert (await profile.client.get(f"{path}/steps", headers=stranger)).status_code == 404
