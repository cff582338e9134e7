"""A walk through the running system, from the outside: `python -m deploy.local.tour why lacks_pkp`.

Every request that is sent is printed, so that each can be sent by hand. `PERSON` is the key of a
story in .local/demonstration/files/stories.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import httpx
from standardwebhooks.webhooks import Webhook

from deploy.local import processes
from deploy.local.children import Sorry
from deploy.local.keys import Keys
from deploy.local.layout import LOCAL, Wishes, wishes
from deploy.local.token import token

Plain = dict[str, Any]
RULE = "administrator"
MATTERS = (("integrity", None), ("health", None), ("related_field", RULE))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with the development sign-in's tokens and a terminal."""

    wanted: Wishes
    keys: Keys
    client: httpx.Client

    def ask(
        self, role: str, service: str, path: str, body: Plain | None = None, after: str = ""
    ) -> Plain:
        """One request as `role`; `after` is the token of a command whose effect is waited for."""
        headers = {"Authorization": f"Bearer {token(self.keys, role, service)}"}
        if after:
            headers["Jenjang-After"] = after
        return self.send(service, path, json.dumps(body) if body else None, headers, role)

    def send(
        self, service: str, path: str, content: str | None, headers: dict[str, str], whom: str
    ) -> Plain:
        """Print the request, then send it."""
        url = f"{processes.url(self.wanted, service)}{path}"
        method = "POST" if content else "GET"
        after = f"  after {headers['Jenjang-After']}" if "Jenjang-After" in headers else ""
        print(f"→ {method} {url}  as {whom}{after}{'  ' + content if content else ''}")
        headers = {"Content-Type": "application/json", **headers}
        answer = self.client.request(method, url, content=content, headers=headers)
        said: Plain = answer.json()
        if not answer.is_success:
            raise Sorry(f"{answer.status_code}: {said.get('detail') or said.get('title')}")
        return said

    def download(self, role: str, service: str, path: str) -> bytes:
        """A file, as soon as a signed checkpoint covers what it proves."""
        url = f"{processes.url(self.wanted, service)}{path}"
        headers = {"Authorization": f"Bearer {token(self.keys, role, service)}"}
        print(f"→ GET {url}  as {role}")
        for _ in range(60):
            answer = self.client.get(url, headers=headers)
            if answer.status_code not in (404, 503):
                break
            time.sleep(0.5)
        if not answer.is_success:
            raise Sorry(f"{answer.status_code}: {answer.json().get('title')}")
        return answer.content

    def person(self, story: Plain) -> str:
        body = {"number": story["nip"]}
        return str(self.ask("officer", "profile", "/people/lookup", body)["person_id"])


# What there is to see


def why(visitor: Visitor, story: Plain, given: argparse.Namespace) -> None:
    """Is this person eligible, and which rule in which article says what?"""
    clocks = {"as_of": given.as_of, "known_at": given.known_at}
    query = "&".join(f"{name}={value}" for name, value in clocks.items() if value)
    show(verdict(visitor, visitor.person(story), query))


def judge(visitor: Visitor, story: Plain, given: argparse.Namespace) -> None:
    """An official records what the law leaves to an official: integrity, health, related field."""
    person = visitor.person(story)
    before = verdict(visitor, person)
    for matter, target in MATTERS:
        body = {"matter": matter, "met": True, "judged_on": today().isoformat(), "office": "PYB"}
        body |= {"target": target} if target else {}
        done = visitor.ask("official", "career", f"/people/{person}/judgements", body)
    compare(before, verdict(visitor, person, after=done["token"]))


def finish_training(visitor: Visitor, story: Plain, given: argparse.Namespace) -> None:
    """A provider reports a finished PKP by a signed webhook, and sends the report twice."""
    person = visitor.person(story)
    before = verdict(visitor, person)
    finished = today() - timedelta(days=1)
    began = (finished - timedelta(days=100)).isoformat()
    enrolment = {"person_id": person, "programme": "PKP", "starts_on": began}
    visitor.ask("officer", "training", "/enrolments", enrolment)
    report = {
        "nip": story["nip"],
        "course_code": "PKP",
        "title": "Pelatihan Kepemimpinan Pengawas",
        "form": 2,
        "start": began,
        "end": finished.isoformat(),
        "jp": 905,
        "certificate_no": "PKP/DEMO/0001",
        "provider": "Lembaga Pelatihan Demo",
        "result": "PASSED",
    }
    body = json.dumps(report)
    message = f"msg_{uuid5(NAMESPACE_URL, body)}"
    answers = [deliver(visitor, message, body) for _ in range(2)]
    same = "the same answer" if answers[0] == answers[1] else "ANOTHER answer"
    print(f"  the second delivery got {same}: {json.dumps(answers[1])}")
    compare(before, verdict(visitor, person, after=answers[1]["token"]))


def rate(visitor: Visitor, story: Plain, given: argparse.Namespace) -> None:
    """Last year's performance is rated, or its rating corrected: two marks, 1 above to 3 below."""
    person = visitor.person(story)
    before = verdict(visitor, person)
    year = today().year - 1
    path = f"/people/{person}/appraisals"
    rated = visitor.ask("officer", "assessment", path)["appraisals"]
    marks = {"work_result": given.work_result, "behaviour": given.behaviour}
    if any(rating["year"] == year for rating in rated):
        done = visitor.ask("officer", "assessment", f"{path}/{year}/correction", marks)
    else:
        done = visitor.ask("officer", "assessment", path, {"year": year, **marks})
    compare(before, verdict(visitor, person, after=done["token"]))


def prove(visitor: Visitor, story: Plain, given: argparse.Namespace) -> None:
    """An auditor has an answer written down, and takes home the file that proves it."""
    person = visitor.person(story)
    body = {"as_of": today().isoformat()}
    asked = visitor.ask("auditor", "career", f"/people/{person}/evidence/{RULE}", body)
    path = f"/evidence/{asked['answer_id']}/bundle"
    bundle = LOCAL / "bukti.zip"
    bundle.write_bytes(visitor.download("auditor", "career", path))
    print(f"\n{asked['status']} as {RULE}, from {asked['events']} events: {bundle}")


# How it is shown


def verdict(visitor: Visitor, person: str, query: str = "", after: str = "") -> Plain:
    path = f"/people/{person}/eligibility/{RULE}{'?' + query if query else ''}"
    return visitor.ask("official", "career", path, after=after)


def show(found: Plain) -> None:
    certain = "provisional" if found["provisional"] else "certain"
    print(f"\n{found['status']} as {RULE} on {found['as_of']} ({certain})")
    for finding in found["answer"]["findings"]:
        print(f"  {line(finding)}")


def line(finding: Plain) -> str:
    cites = finding["cites"]
    place = [f"article {cites['article']}", cites["paragraph"] and f"({cites['paragraph']})"]
    article = " ".join(filter(None, [cites["instrument"], *place, cites["letter"]]))
    values = f"{said(finding['found'])} / {said(finding['needed'])}"
    return f"{finding['status']:<8}{finding['requirement']:<18}{values:<56}{article}"


def said(quantity: Plain) -> str:
    amount = "nothing" if quantity["amount"] is None else str(quantity["amount"])
    return f"{amount} {quantity['unit'] or ''}".strip()


def compare(before: Plain, after: Plain) -> None:
    """Both verdicts, and each finding that is not what it was."""
    old = {finding["requirement"]: finding for finding in before["answer"]["findings"]}
    print(f"\n{before['status']} → {after['status']}")
    for finding in after["answer"]["findings"]:
        earlier = old.get(finding["requirement"])
        if earlier != finding:
            print(f"  was  {line(earlier)}" if earlier else "  was  not asked")
            print(f"  now  {line(finding)}")


def deliver(visitor: Visitor, message: str, body: str) -> Plain:
    now = datetime.now(UTC)
    signature = Webhook(visitor.keys.webhook_secret).sign(message, now, body)
    headers = {
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    return visitor.send("training", "/webhooks/completions", body, headers, "a provider")


def today() -> date:
    """The day where the agency is."""
    return datetime.now(ZoneInfo("Asia/Jakarta")).date()


STEPS: dict[str, Callable[[Visitor, Plain, argparse.Namespace], None]] = {
    "why": why,
    "judge": judge,
    "finish-training": finish_training,
    "rate": rate,
    "prove": prove,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.tour", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    for name, step in STEPS.items():
        one = steps.add_parser(name, help=step.__doc__)
        one.add_argument("person", metavar="PERSON")
        if name == "why":
            one.add_argument("--as-of", help="the day the law is applied to: 2025-05-31")
            one.add_argument("--known-at", help="what had been recorded by then: an instant")
        if name == "rate":
            one.add_argument("work_result", type=int, choices=(1, 2, 3))
            one.add_argument("behaviour", type=int, choices=(1, 2, 3))
    given = parser.parse_args()
    with httpx.Client(timeout=30) as client:
        visitor = Visitor(wishes(), Keys(LOCAL / "keys"), client)
        STEPS[given.step](visitor, story(given.person), given)


def story(key: str) -> Plain:
    file: Path = LOCAL / "demonstration" / "files" / "stories.json"
    if not file.exists():
        raise Sorry("The demonstration is not there; run `make up` first.")
    stories: dict[str, Plain] = {one["key"]: one for one in json.loads(file.read_text())}
    if key not in stories:
        raise Sorry(f"Nobody is called {key!r}; there are {', '.join(stories)}.")
    return stories[key]


if __name__ == "__main__":
    try:
        main()
    except Sorry as sorry:
        sys.exit(f"✗ {sorry}")
    except httpx.HTTPError as error:
        sys.exit(f"✗ The system does not answer ({type(error).__name__}); is `make up` running?")
