"""`make up`: start everything, stop it as one; whatever goes wrong is one sentence."""

from __future__ import annotations

import signal
import sys
from types import FrameType


def _stop_as_asked(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, _stop_as_asked)
    signal.signal(signal.SIGINT, _stop_as_asked)
    try:
        # Reading the code takes a moment, and Ctrl-C may come in that moment too.
        from deploy.local.children import Sorry
        from deploy.local.layout import wishes
        from deploy.local.supervisor import up

        try:
            up(wishes())
        except Sorry as sorry:
            print(f"✗ {sorry}", file=sys.stderr, flush=True)
            return 1
    except KeyboardInterrupt:
        print("  stopped", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
