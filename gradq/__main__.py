"""The command line as a program: the script `gradq`, and `python -m gradq`, also in a clone that is not installed.

A signal may come at any moment: while the command line is imported, where Python ignores an exception (a finalizer,
a callback), and after the last line of gradq, while Python ends. Each time it is one line at most, and 130 or 143.
"""

import os
import signal
import sys
from types import FrameType


def main() -> int:
    """Run the command line; a signal that comes while it is still being imported ends it as a later one does."""
    try:
        sys.unraisablehook = _unraisable
        signal.signal(signal.SIGTERM, _terminated)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell may have it ignored
            signal.signal(signal.SIGINT, _interrupted)
        try:
            from .cli.app import main as run

            return run()
        finally:
            # what was asked is done and printed: from here on a signal may end the process as it ends any
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    signal.signal(number, signal.SIG_DFL)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _interrupted(signum: int, frame: FrameType | None) -> None:
    _hush()
    raise KeyboardInterrupt


def _terminated(signum: int, frame: FrameType | None) -> None:
    _hush()
    raise SystemExit(143)


def _hush() -> None:
    """Keep libraries from logging the exception of a signal, as SQLAlchemy does where it closes a connection."""
    import logging

    logging.getLogger().addHandler(logging.NullHandler())


def _unraisable(ignored: "sys.UnraisableHookArgs") -> None:
    """End at once where Python would print the exception of a signal, forget it and go on."""
    if isinstance(ignored.exc_value, KeyboardInterrupt):
        os.write(2, b"interrupted\n")
        os._exit(130)
    if isinstance(ignored.exc_value, SystemExit):
        os._exit(143)
    sys.__unraisablehook__(ignored)


if __name__ == "__main__":
    sys.exit(main())
