"""Needs from everywhere become one plan, locked by decree, and the same for ever."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from contracts import registry
from contracts.events.assessment import CompetencyAssessedV1, PostStandardPublishedV1
from contracts.events.profile import WorkUnitDefinedV1
from services.chassis.deciding import execute
from services.chassis.events import Origin
from services.chassis.rebuilding import Rebuild
from services.chassis.words import Dictionary
from services.training.domain import training_need
from services.training.domain.training_need import Move, Stage, Standing
from services.training.main import SERVICE
from services.training.projections import (
    budget_movements,
    study_assignments,
    training_needs,
    training_plans,
)
from services.training.streams import need_stream
from tests.integration.training.test_budget import a_line, commitment, problem, rows_of
from tests.integration.training.test_studies import on_record
from tests.integration.training.test_studies import plan as study
from tests.support.at_hand import AtHand

UNIT = UUID(int=11)


async def grounds(training: AtHand) -> None:
    """A unit, and a standard that names two competencies."""
    unit = WorkUnitDefinedV1(unit_id=UNIT, code="KC-01", name="Dinas Contoh")
    standard = PostStandardPublishedV1(
        standard_id=UUID(int=12),
        post="P-1",
        in_force_from=date(2026, 1, 1),
        decree_number="SK-SKJ",
        required={"TK-01": 3, "M.01": 2},
    )
    await training.hears(unit, standard)


def need(**changes: Any) -> dict[str, Any]:
    return {
        "year": 2027,
        "competency": "TK-01",
        "cause": "GAP",
        "reference": "SKJ-2026",
        "gap": 2,
        "priority": 1,
        "form": 3,
        "jp": 20,
        "cost": 3_000_000,
        "provider": "BPSDM Contoh",
        "quarter": 2,
        **changes,
    }


async def proposed(training: AtHand, **changes: Any) -> str:
    answer = await training.post("/training-needs", need(**changes))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["need_id"])


async def moved(training: AtHand, need_id: str, *steps: str) -> None:
    for step in steps:
        answer = await training.post(f"/training-needs/{need_id}/{step}", {})
        assert answer.status_code == 200, answer.text


LOCK = {"decree_number": "SK-HCDP", "on_day": "2026-11-02"}


async def test_a_plan_is_what_was_validated_when_it_was_locked_for_ever(
    training: AtHand, person: UUID
) -> None:
    await grounds(training)
    of_person = await proposed(training, person_id=str(person))
    of_unit = await proposed(training, unit_id=str(UNIT), people=12, cost=1_000_000)
    left_out = await proposed(training, unit_id=str(UNIT), competency="M.01")
    await moved(training, of_person, "verification", "validation")
    await moved(training, of_unit, "verification", "validation")
    await moved(training, left_out, "verification")
    await training.settled()
    open_ = await training.get("/reports/hcdp?year=2027")
    assert problem(open_) == (409, "plan-is-open")
    assert (await training.post("/training-plans/2027/lock", LOCK)).status_code == 403
    locked = await training.post("/training-plans/2027/lock", LOCK, "official")
    assert locked.status_code == 200, locked.text
    await training.settled()
    found = (await training.get("/reports/hcdp?year=2027", "auditor")).json()
    assert [one["need_id"] for one in found["people"]] == [of_person]
    assert [one["need_id"] for one in found["units"]] == [of_unit]
    assert found["agency"] == [
        {"competency": "TK-01", "needs": 2, "people": 13, "jp": 260, "cost": 15_000_000}
    ]
    assert found["people"][0]["origins"][0]["reference"] == "SKJ-2026"
    book = (await training.get("/reports/hcdp/workbook?year=2027")).content
    for path, body in (
        (f"/training-needs/{of_person}/return", {"words": "Terlambat"}),
        (f"/training-needs/{left_out}/validation", {}),
        ("/training-needs", need(person_id=str(person), competency="M.01")),
        (f"/training-needs/{left_out}/merge", {"into": of_unit}),
    ):
        assert problem(await training.post(path, body)) == (409, "plan-is-locked")
    await training.settled()
    assert (await training.get("/reports/hcdp/workbook?year=2027")).content == book
    assert rows_of(book)[1][1] == date(2026, 11, 2)


async def test_what_is_sealed_after_the_lock_is_not_in_the_plan(
    training: AtHand, person: UUID
) -> None:
    """A command that had looked before the lock and appends after it."""
    await grounds(training)
    first = await proposed(training, person_id=str(person))
    second = await proposed(training, person_id=str(person), competency="M.01")
    await moved(training, first, "verification", "validation")
    await moved(training, second, "verification")
    await training.settled()
    assert (await training.post("/training-plans/2027/lock", LOCK, "official")).is_success
    for need_id, stage in ((second, Stage.VALIDATED), (first, Stage.RETURNED)):
        await execute(
            training.runtime.store,
            training_need,
            need_stream(UUID(need_id)),
            Move(to=stage, words="terlambat", standing=Standing(), on=date(2026, 11, 2)),
            subject=person,
            agency="demo",
            origin=Origin(actor="late", door="test"),
        )
    await training.settled()
    found = (await training.get("/reports/hcdp?year=2027")).json()
    assert [one["need_id"] for one in found["people"]] == [first]
    await rebuilt_is_live(training)


async def rebuilt_is_live(training: AtHand) -> None:
    """What is made anew from the log is what was there."""
    known = {contract.TYPE for contract in registry.ALL}
    words = Dictionary(decode=registry.decode, known=known, codec=SERVICE.codec)
    for projection in (training_needs, training_plans, budget_movements, study_assignments):
        statement = f"SELECT * FROM {projection.table} ORDER BY 1, 2, 3"
        live = await training.runtime.pool.fetch(statement)
        await Rebuild(projection, training.runtime.pool, words, "training").run()
        assert await training.runtime.pool.fetch(statement) == live


async def test_duplicates_become_one_and_keep_their_history(training: AtHand, person: UUID) -> None:
    await grounds(training)
    kept = await proposed(training, person_id=str(person))
    again = await proposed(
        training, person_id=str(person), cause="EVALUATION", reference="SKP-2025"
    )
    assert again == kept
    other = await proposed(training, person_id=str(person), competency="M.01")
    answer = await training.post(f"/training-needs/{other}/merge", {"into": kept})
    assert answer.status_code == 200, answer.text
    refused = await training.post(f"/training-needs/{other}/verification", {})
    assert problem(refused) == (409, "need-is-merged")
    await training.settled()
    listed = (await training.get("/training-needs?year=2027")).json()["needs"]
    by_id = {one["need_id"]: one for one in listed}
    assert [one["cause"] for one in by_id[kept]["origins"]] == ["GAP", "EVALUATION"]
    assert by_id[other]["merged_into"] == kept
    book = await training.get("/training-needs/workbook?year=2027")
    assert len(rows_of(book.content)) == 3 + 2
    assert (await training.post(f"/training-needs/{kept}/return", {"words": "Lengkapi"})).is_success
    steps = (await training.get(f"/training-needs/{kept}/steps")).json()
    assert [(one["stage"], one["words"]) for one in steps][-1] == ("RETURNED", "Lengkapi")
    await training.settled()
    me = training.who("employee", subject=person)
    own = await training.client.get(f"/people/{person}/training-needs", headers=me)
    assert {one["need_id"] for one in own.json()["needs"]} == {kept, other}
    stranger = await training.get(f"/people/{person}/training-needs", "employee")
    assert stranger.status_code == 403
    few = (await training.get("/training-needs?year=2027&limit=1")).json()["needs"]
    assert len(few) == 1
    await rebuilt_is_live(training)


async def test_what_is_not_known_is_refused_by_name(training: AtHand, person: UUID) -> None:
    await grounds(training)
    someone = str(person)
    cases = [
        (need(person_id=someone, competency="XX"), "competency-not-heard"),
        (need(unit_id=str(uuid4())), "unknown-unit"),
        (need(person_id=str(uuid4())), "unknown-person"),
        (need(person_id=someone, line_id=str(uuid4())), "unknown-line"),
    ]
    for body, reason in cases:
        assert problem(await training.post("/training-needs", body)) == (409, reason)
    for body in (
        need(),
        need(person_id=someone, unit_id=str(UNIT)),
        need(person_id=someone, gap=6),
    ):
        assert problem(await training.post("/training-needs", body)) == (422, "not-valid")
    me = training.who("employee", subject=person)
    mine = need(person_id=someone)
    told = await training.client.post("/training-needs", json=mine, headers=me)
    assert told.status_code == 403
    wish = {**mine, "cause": "OWN_WISH"}
    assert (await training.client.post("/training-needs", json=wish, headers=me)).is_success


async def test_the_money_of_a_line_bounds_its_needs(training: AtHand) -> None:
    await grounds(training)
    line = str(await a_line(training, 30_000_000))
    asked = {"unit_id": str(UNIT), "people": 10, "line_id": line}
    dear = await training.post("/training-needs", need(**asked, cost=3_000_001))
    assert problem(dear) == (409, "cost-above-ceiling")
    first = await proposed(training, **asked, cost=3_000_000)
    second = await proposed(training, **asked, competency="M.01", cost=1)
    for one in (first, second):
        await moved(training, one, "verification", "validation")
    await training.settled()
    refused = await training.post("/training-plans/2027/lock", LOCK, "official")
    assert problem(refused) == (409, "plan-above-ceiling")
    await rebuilt_is_live(training)
    pay = commitment(purpose="NEED", reference=first, amount=1)
    assert (await training.post(f"/budget-lines/{line}/commitments", pay)).is_success
    for purpose, reference in (("STUDY", "PKP-2026-1"), ("STUDY", str(uuid4())), ("CLASS", first)):
        unknown = commitment(number="SPK-2", purpose=purpose, reference=reference, amount=1)
        answer = await training.post(f"/budget-lines/{line}/commitments", unknown)
        assert problem(answer) == (409, "purpose-unknown")


async def test_gaps_propose_their_needs_once(training: AtHand, person: UUID) -> None:
    await grounds(training)
    await on_record(training, person)  # in the post P-1, whose standard asks TK-01 3 and M.01 2

    def measured(day: date, **changes: Any) -> CompetencyAssessedV1:
        told = {"person_id": person, "assessed_on": day, "institution": "Pusat Contoh", **changes}
        return CompetencyAssessedV1(**told)

    await training.hears(
        measured(date(2024, 5, 6), levels={"TK-01": 1, "M.01": 1}),
        measured(date(2026, 5, 4), levels={"TK-01": 1, "M.01": 2}),
        measured(date(2026, 6, 1), levels={"TK-01": 3}, valid_until=date(2026, 7, 1)),
    )

    async def gaps(day: str) -> list[tuple[str, int, int]]:
        found = (await training.get(f"/reports/competency-gaps?as_of={day}")).json()["gaps"]
        return [(one["competency"], one["required"], one["held"]) for one in found]

    assert await gaps("2026-05-03") == [("M.01", 2, 1), ("TK-01", 3, 1)]
    assert await gaps("2026-05-04") == [("TK-01", 3, 1)]
    assert await gaps("2026-06-15") == []
    assert await gaps("2026-07-01") == [("TK-01", 3, 1)]
    assert await gaps("2025-12-31") == []  # before the standard
    book = await training.get("/reports/competency-gaps/workbook?as_of=2026-07-01")
    assert rows_of(book.content)[3][2:6] == ["TK-01", 3, 1, 2]
    body = {
        name: need()[name] for name in ("priority", "form", "jp", "cost", "provider", "quarter")
    }
    path = "/training-plans/2027/needs-from-gaps"
    answers = [
        (await training.post(path, {**body, "as_of": "2026-05-03"})).json() for _ in range(2)
    ]
    counted = [[one[name] for name in ("gaps", "proposed", "unchanged")] for one in answers]
    assert counted == [[2, 2, 0], [2, 0, 2]]
    await training.settled()
    needs = (await training.get("/training-needs?year=2027")).json()["needs"]
    assert {one["competency"]: one["gap"] for one in needs} == {"M.01": 1, "TK-01": 2}
    assert {one["origins"][0]["cause"] for one in needs} == {"GAP"}


async def test_the_need_in_the_plan_is_a_condition_of_the_study(
    training: AtHand, person: UUID
) -> None:
    await grounds(training)
    wanted = await proposed(training, person_id=str(person))
    await moved(training, wanted, "verification", "validation")
    asked = study(person, starts_on="2027-01-04", need=wanted)
    answer = await training.post("/study-assignments", asked)
    assert answer.status_code == 200, answer.text
    path = f"/study-assignments/{answer.json()['study_id']}/examination"

    async def in_plan() -> str:
        findings = (await training.get(path)).json()["findings"]
        return str(next(x["status"] for x in findings if x["condition"] == "IN_PLAN"))

    await training.settled()
    assert await in_plan() == "UNKNOWN"
    assert (await training.post("/training-plans/2027/lock", LOCK, "official")).is_success
    await training.settled()
    assert await in_plan() == "MET"
    unknown = study(person, starts_on="2028-01-04", need=str(uuid4()))
    assert (await training.post("/study-assignments", unknown)).status_code == 404
