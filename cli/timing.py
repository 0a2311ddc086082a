"""`--timeout`: a command that takes longer is ended as Ctrl-C would end it, and says so."""

import math
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ..store.errors import GaveUp, UsageError

LONGEST = 1e9  # seconds that every clock takes; nobody waits for longer


class _TimeUp(KeyboardInterrupt):
    """As Ctrl-C: nothing on the way may take it for an error of its own, and psycopg has the server end its statement."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Let the block run for so many seconds; raises `GaveUp` after that. What was not committed by then is not done.

    The clock is the system's, which costs nothing while the work goes on and is heeded wherever that may be.
    """
    if seconds is None:
        yield
        return
    if math.isnan(seconds):
        raise UsageError("--timeout is not a number of seconds", hint="--timeout 10")
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        raise UsageError("--timeout needs the signals of Unix, in the main thread")
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, min(max(seconds, 1e-6), LONGEST))
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    except _TimeUp:
        raise GaveUp(f"not done after {seconds:g} s", hint="--timeout gives it more") from None


def _ring(number: int, frame: FrameType | None) -> None:
    raise _TimeUp
