"""The formats that gradq reads and writes: names, endings, and the module of each, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from ..store.errors import UsageError
from .reading import Reading


class Format(NamedTuple):
    """A format: the endings of its files, the module that has `read`, `write` or both, and the extra that it needs.

    `read(path) -> Reading`; `write(...)` is the way back.
    """

    name: str
    endings: tuple[str, ...]
    module: str
    reads: bool = False
    writes: bool = False
    extra: str | None = None
    needs: tuple[str, ...] = ()  # the modules that the extra brings


FORMATS: tuple[Format, ...] = (
    Format("excel", (".xlsx", ".xlsm"), "excel", reads=True, extra="excel", needs=("openpyxl", "defusedxml")),
    Format("sbml", (".sbml", ".xml"), "sbml", reads=True, extra="sbml", needs=("libsbml",)),
    Format("mmt", (".mmt",), "mmt", reads=True, extra="mmt", needs=("myokit",)),
    Format("cellml", (".cellml",), "mmt", reads=True, extra="mmt", needs=("myokit",)),
)
BY_NAME = {known.name: known for known in FORMATS}
BY_ENDING = {ending: known for known in FORMATS for ending in known.endings}


def reader(known: Format) -> Callable[[Path], Reading]:
    """Return the function that reads a format; raises `UsageError` with the `pip install` line if its extra is missing."""
    return getattr(_module(known), "read")  # noqa: B009


def _module(known: Format) -> object:
    try:
        for needed in known.needs:
            import_module(needed)
    except ImportError as error:
        raise UsageError(
            f"reading {known.name} needs {error.name}, which is not installed", hint=f'pip install "gradq[{known.extra}]"'
        ) from None
    return import_module(f".{known.module}", __package__)
