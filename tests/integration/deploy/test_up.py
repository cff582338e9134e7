"""`make up`, seen from the keyboard."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from deploy.local.children import free_port
from deploy.local.layout import PORTS
from tests.support.sharing import ROOT


def up(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    ports = {f"PORT_{name.upper()}": str(free_port()) for name in PORTS}
    return subprocess.run(
        [sys.executable, "-m", "deploy.local.up"],
        env={**os.environ, **ports, "LOCAL_FOLDER": str(folder), "DEMO": "0", **given},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def one_sentence(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 1, run
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.startswith("✗ ")
    return run.stderr


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = one_sentence(up(tmp_path, PORT_CAREER=port))
    assert f"Port {port}, which career needs, is in use" in said
    assert "PORT_CAREER=" in said


def test_an_unknown_broker_is_refused(tmp_path: Path) -> None:
    assert "BROKER is either memory or kafka" in one_sentence(up(tmp_path, BROKER="rabbit"))


def test_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "PEOPLE is a number, not 'many'" in one_sentence(up(tmp_path, PEOPLE="many"))


def test_apache_kafka_without_java_says_what_to_install(tmp_path: Path) -> None:
    said = one_sentence(up(tmp_path, BROKER="kafka", PATH="/nowhere", JAVA_HOME="/nowhere"))
    assert "openjdk-17-jre-headless" in said
