"""What every reader hands over: the nodes that it took, and by name and place what it could not take."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..engine.graphfile import Definition


class Refused(NamedTuple):
    """Something that a reader did not take, where it stands, and why; it is told and never guessed."""

    name: str
    place: str
    reason: str


class Reading(NamedTuple):
    """The nodes of a foreign graph as definitions, formulas in the grammar of `.gq` with full, quoted names.

    `values` are numbers that the file itself has for nodes, to be compared with ours; `notes` are for the reader's eyes.
    """

    definitions: list[Definition]
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()
    values: Mapping[str, float] = MappingProxyType({})
