"""A guard on memory: a load that would take more than there is gives up before the system gives up on it.

It looks once in some thousand items, so that it costs nothing.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from ..store.errors import GaveUp, UsageError

T = TypeVar("T")
GIGABYTE = 1e9
SHARE = 0.8  # of the memory that is free when a load begins
_EVERY = 4096
_allowed: ContextVar[float | None] = ContextVar("allowed", default=None)


@contextmanager
def allowed(gigabytes: float | None) -> Iterator[None]:
    """Say how much the process may take in all while it loads; None leaves it to what is free."""
    if gigabytes is not None and math.isnan(gigabytes):
        raise UsageError("the memory that a load may take is not a number", hint="a number of gigabytes", shell="--max-memory 2")
    token = _allowed.set(None if gigabytes is None else gigabytes * GIGABYTE)
    try:
        yield
    finally:
        _allowed.reset(token)


def guarded(items: Iterable[T], what: str) -> Iterator[T]:
    """Yield items, and look at the memory now and then; raises `GaveUp` where it is more than is allowed.

    >>> list(guarded("abc", "lines"))
    ['a', 'b', 'c']
    """
    most: float | None = None
    for count, item in enumerate(items, 1):
        if count % _EVERY == 0:
            if most is None:
                most = _most()
            if used() > most:
                raise _gave_up(f"{count:,} {what}", most)
        yield item


def used() -> float:
    """Return the bytes of memory that this process has; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return float(file.read().split()[1]) * _PAGE
    except OSError:
        return _peak()


def free() -> float:
    """Return the bytes of memory that the system can still give; infinite where it does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            return next((float(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable:")), float("inf"))
    except OSError:
        return float("inf")


def _most() -> float:
    given = _allowed.get()
    return used() + SHARE * free() if given is None else given


def _peak() -> float:
    try:
        import resource
    except ModuleNotFoundError:  # on Windows
        return 0.0
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * (1 if sys.platform == "darwin" else 1024)


def _page() -> int:
    try:
        import resource
    except ModuleNotFoundError:
        return 0
    return resource.getpagesize()


_PAGE = _page()


def _gave_up(where: str, most: float) -> GaveUp:
    message = f"loading took more than {most / GIGABYTE:.3g} GB of memory, at {where}"
    return GaveUp(message, hint="load it in parts", shell="--max-memory GB allows more; by default it is most of what is free")
