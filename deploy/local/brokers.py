"""What both brokers have in common: an address, a life, and a first question."""

from __future__ import annotations

import socket
import struct
from typing import Literal, Protocol

from deploy.local.children import Child

Kind = Literal["memory", "kafka"]


class Broker(Protocol):
    """A broker of our own on this machine."""

    @property
    def kind(self) -> Kind: ...
    @property
    def bootstrap(self) -> str: ...
    @property
    def child(self) -> Child | None: ...
    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...


API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)


def answers(port: int) -> bool:
    """Does a broker answer the first question that every Kafka client asks?"""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as wire:
            wire.settimeout(2)
            wire.sendall(struct.pack(">i", len(API_VERSIONS)) + API_VERSIONS)
            return len(wire.recv(8)) == 8
    except OSError:
        return False
