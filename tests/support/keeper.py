"""Keeps one server for a test run: `python -m tests.support.keeper postgres FOLDER`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Protocol

from deploy.local import postgres
from deploy.local.brokers import Broker
from deploy.local.children import free_port
from deploy.local.postgres import Postgres
from tests.support.servers import new_broker
from tests.support.sharing import ADDRESS, nobody_uses


class Server(Protocol):
    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


def main(what: str, folder: Path) -> None:
    server, address = _server(what, folder)
    server.start()
    draft = folder / f"{ADDRESS}.draft"
    draft.write_text(json.dumps(address))
    draft.rename(folder / ADDRESS)
    while server.running and not nobody_uses(folder):
        time.sleep(0.2)
    server.stop()
    postgres.forget(folder / "data")
    (folder / ADDRESS).unlink()


def _server(what: str, folder: Path) -> tuple[Server, dict[str, str]]:
    if what == "postgres":
        log = folder / "postgres.log"
        server = Postgres(folder / "data", free_port(), log, settings=postgres.FORGETFUL)
        return server, {"url": server.url("{database}")}
    broker: Broker = new_broker(folder / "data", folder / "broker.log")
    return broker, {"bootstrap": broker.bootstrap, "kind": broker.kind}


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1], Path(sys.argv[2]))
