"""The command line as a program: the script `gradq`, and `python -m gradq`, also in a clone that is not installed."""

import signal
import sys
from types import FrameType


def main() -> int:
    """Run the command line; a signal that comes while it is still being imported ends it as a later one does."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        from .cli.app import main as run

        return run()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _terminated(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
