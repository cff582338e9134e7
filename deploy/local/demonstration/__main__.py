"""python -m deploy.local.demonstration --people 2000 --seed 7 --out DIR"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

from deploy.local.demonstration.agency import offices, units_of
from deploy.local.demonstration.answer_key import write_key
from deploy.local.demonstration.learning_history import assessment_history, training_history
from deploy.local.demonstration.lives import Course, Life, Registry, life
from deploy.local.demonstration.people import CLERK, S1, Story, population, stories
from deploy.local.demonstration.profile_history import profile_history
from deploy.local.demonstration.sheets import Sheet, write
from deploy.local.demonstration.siasn import SLIPS, siasn
from deploy.local.demonstration.structure_files import post_map
from deploy.local.demonstration.training_plan import budget, needs, offered


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was written: the files in the order in which their doors want them."""

    workbooks: dict[str, list[Sheet]]
    stories: list[Story]
    lives: list[Life]


def made(people: int, seed: int) -> Demonstration:
    """The same people for the same seed; stories do not depend on how many others there are."""
    chance = Random(seed)  # noqa: S311 - a demonstration is repeatable
    registry = Registry()
    every = offices(people)
    units = units_of(every)
    told = stories(seed, registry, every)
    lives = [story.life for story in told]
    lives += population(chance, registry, every, max(0, people - len(lives)))
    for one in lives[len(told) :: 200]:
        one.post_on_map = False
    slips = SLIPS * max(1, people // 400 // SLIPS)
    strangers = [life(chance, registry, every[0], _CLERK) for _ in range(slips)]
    shown = lives[len(told) :] or lives
    workbooks = {
        "post-map": post_map(units, every),
        "siasn-export": [siasn(chance, lives, strangers, units)],
        "history-profile": profile_history(chance, [*shown, *lives[: len(told)]]),
        "history-training": training_history(chance, lives),
        "history-assessment": assessment_history(chance, lives),
        "catalogue-training": offered(chance),
        "budget-training": budget(),
        "needs-training": needs(lives, units),
    }
    return Demonstration(workbooks, told, lives)


_CLERK = Course("PNS", ((*CLERK, 5),), S1)


def write_to(folder: Path, demonstration: Demonstration) -> None:
    """The workbooks, what is wrong in them, and who the stories are about."""
    folder.mkdir(parents=True, exist_ok=True)
    answers: dict[str, list[dict[str, object]]] = {}
    for name, sheets in demonstration.workbooks.items():
        write(folder / f"{name}.xlsx", sheets)
        answers[f"{name}.xlsx"] = [answer for sheet in sheets for answer in sheet.answers()]
    _write_json(folder / "answers.json", answers)
    write_key(folder, demonstration.workbooks)
    _write_json(folder / "stories.json", [_story(one) for one in demonstration.stories])


def _story(story: Story) -> dict[str, object]:
    return {
        "key": story.key,
        "nip": story.life.number,
        "name": story.life.name,
        "title": story.title,
        "target": story.target,
        "expect": story.expect,
        "then": story.then,
        "post": story.life.present.post.code,
        "unit": story.life.present.post.unit,
    }


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.demonstration")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    demonstration = made(given.people, given.seed)
    write_to(given.out, demonstration)
    rows = sum(len(sheet.rows) for sheets in demonstration.workbooks.values() for sheet in sheets)
    print(f"{len(demonstration.lives)} people, {rows} rows in {given.out}")


if __name__ == "__main__":
    main()
