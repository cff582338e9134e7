"""Load the demonstration agency as an officer would: its files, through the doors for files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.local import processes
from deploy.local.children import Child, Sorry
from deploy.local.keys import Keys
from deploy.local.layout import LOCAL, ROOT, SERVICES, Wishes
from deploy.local.progress import step
from deploy.local.stack import Stack
from deploy.local.token import token

FOLDER = LOCAL / "demonstration"
# Posts before people, people before what happened to them. After the first of a pair that must
# have been heard elsewhere, everybody is awaited.
PEOPLE = (
    ("profile", "post-map", "post-map.xlsx"),
    ("profile", "siasn-export", "siasn-export.xlsx"),
)
HISTORY = (
    ("profile", "history", "history-profile.xlsx"),
    ("training", "history", "history-training.xlsx"),
    ("assessment", "history", "history-assessment.xlsx"),
)
# What rests on what others have said of people, units and competencies; money on classes.
PLANS = (
    ("training", "catalogue", "catalogue-training.xlsx"),
    ("training", "budget", "budget-training.xlsx"),
    ("training", "training-needs", "needs-training.xlsx"),
)
CALM = 3  # looks in a row without anything left to do; heads are asked for every two seconds


def invitation() -> list[str]:
    """Whom to look up first, once the demonstration is there."""
    stories = FOLDER / "files" / "stories.json"
    if not (FOLDER / "loaded.json").exists() or not stories.exists():
        return []
    first = json.loads(stories.read_text())[0]
    return [f"Look up:  NIP {first['nip']} ({first['title'].lower()})"]


@dataclass(frozen=True, slots=True)
class Loader:
    stack: Stack
    wanted: Wishes
    keys: Keys

    def load(self) -> None:
        """Once: a second call, also after a crash half-way, goes on where the first one ended."""
        asked = {"people": self.wanted.people, "seed": self.wanted.seed}
        loaded = FOLDER / "loaded.json"
        if loaded.exists():
            self._remind(json.loads(loaded.read_text()), asked)
            return
        self._make_files(asked)
        for group in (PEOPLE, HISTORY, PLANS):
            for service, kind, file in group:
                self._import(service, kind, FOLDER / "files" / file)
            self.settle()
        loaded.write_text(json.dumps(asked))

    def settle(self) -> None:
        """Wait until everything said has been heard and projected everywhere."""
        with step("what was said is heard and projected") as current:
            calm = 0

            def is_calm() -> bool:
                nonlocal calm
                behind = sum(self._behind(name) for name in SERVICES)
                current.says = f"{behind} to go" if behind else ""
                calm = 0 if behind else calm + 1
                return calm >= CALM

            self.stack.wait_until(is_calm, within=900, every=1.0)

    def _behind(self, service: str) -> int:
        answer = httpx.get(f"{processes.url(self.wanted, service)}/health/ready", timeout=10)
        lags: dict[str, dict[str, dict[str, float]]] = answer.json().get("lag", {})
        return sum(int(lag["events"]) for sources in lags.values() for lag in sources.values())

    def _remind(self, loaded: dict[str, int], asked: dict[str, int]) -> None:
        given = [name for name in ("PEOPLE", "SEED") if os.environ.get(name)]
        if given and loaded != asked:
            print(
                f"  The demonstration is there with {loaded['people']} people (seed "
                f"{loaded['seed']}); `make reset` first for another one."
            )

    def _make_files(self, asked: dict[str, int]) -> None:
        made = FOLDER / "files.json"
        if made.exists() and json.loads(made.read_text()) == asked:
            return
        flags = [word for name, value in asked.items() for word in (f"--{name}", str(value))]
        child = Child(
            name="The generator of the demonstration",
            command=[
                *(sys.executable, "-m", "deploy.local.demonstration", *flags),
                *("--out", str(FOLDER / "files")),
            ],
            cwd=ROOT,
            log=processes.log_of("demonstration"),
        )
        with step(f"files of {self.wanted.people} people"):
            (FOLDER / "files").mkdir(parents=True, exist_ok=True)
            child.start()
            try:
                while not child.ended(within=0.5):
                    self.stack.check()
            finally:
                child.stop()
        if child.exit_code != 0:
            raise Sorry(child.obituary())
        made.write_text(json.dumps(asked))

    def _import(self, service: str, kind: str, file: Path) -> None:
        with step(f"import {file.name}") as current, self._asking(service) as door:
            receipt = self._answer(
                door.post(f"/imports/{kind}", files={"file": (file.name, file.read_bytes())})
            )
            current.says = f"{receipt['accepted']} rows, {receipt['rejected']} refused"

    @contextmanager
    def _asking(self, service: str) -> Iterator[httpx.Client]:
        """As the officer of the agency; a child that died meanwhile is the better explanation."""
        bearer = {"Authorization": f"Bearer {token(self.keys, 'officer', service)}"}
        url = processes.url(self.wanted, service)
        try:
            with httpx.Client(base_url=url, headers=bearer, timeout=600) as client:
                yield client
        except httpx.HTTPError as error:
            self.stack.check()
            raise Sorry(f"{service} did not answer: {error}.") from None

    def _answer(self, answer: httpx.Response) -> dict[str, Any]:
        said: dict[str, Any] = answer.json()
        if answer.is_success:
            return said
        reason = said.get("detail") or said.get("title") or answer.reason_phrase
        raise Sorry(f"The demonstration was refused ({answer.status_code}): {reason}")
