"""The packed tape: a whole graph as a few flat arrays, for numbers on a large cone without reading its rows.

It is made from the rows of one revision and stands for that revision only. Places are the order of (level, id), so that
parents come before children. A formula and a partial are a shape, kept as one example text, and the places of its names.
"""

from __future__ import annotations

import json
import math
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from ..store.rows import Cone
from .shapes import shape
from .values import default_value

_MAGIC = b"gradq tape 1\n"
_NONE = -1  # the shape of a node without a formula, and of a partial that is too long for its column


class Tape(NamedTuple):
    """A graph of n nodes and m edges, flat.

    `ids`, `defaults` (NaN: none) and `shape` have n items; the arguments of node i are `args[start[i] : start[i + 1]]`. Its
    edges are `edges[i]` to `edges[i + 1]`, each with `parent`, `partial` (a shape) and `slots[slot[e] : slot[e + 1]]`.
    """

    ids: list[int]
    defaults: list[float]
    shape: list[int]
    start: list[int]
    args: list[int]
    edges: list[int]
    parent: list[int]
    partial: list[int]
    slot: list[int]
    slots: list[int]
    shapes: list[str]


class Bulk(NamedTuple):
    """A tape, or the whole graph that one is to be made of; and the point by ids."""

    data: bytes | None
    whole: Cone
    bound: dict[int, float]


_CODES = ("q", "d", *"iiiiiiii")  # of the arrays, in the order of the fields


def tape_of(cone: Cone, pi_is_node: bool) -> Tape:
    """Return the tape of a whole graph."""
    nodes = sorted(cone.nodes, key=lambda node: (node.level, node.id))
    shapes = _Shapes({node.name: index for index, node in enumerate(nodes)}, pi_is_node)
    defaults = [default_value(node) for node in nodes]
    kinds, start, args = _flat(shapes.look(node.formula) for node in nodes)
    by_id = {node.id: index for index, node in enumerate(nodes)}
    links = sorted((by_id[child], by_id[parent], partial) for child, parent, partial, _ in _texts(cone))
    counts = Counter(child for child, _, _ in links)
    partial, slot, slots = _flat(shapes.look(text or None) for _, _, text in links)
    return Tape(
        [node.id for node in nodes],
        [math.nan if value is None else value for value in defaults],
        kinds,
        start,
        args,
        list(accumulate((counts[index] for index in range(len(nodes))), initial=0)),
        [parent for _, parent, _ in links],
        partial,
        slot,
        slots,
        shapes.examples,
    )


class _Shapes:
    """The shapes of formulas, of each its first formula: a graph has few, and each text is read once."""

    def __init__(self, place: Mapping[str, int], pi_is_node: bool) -> None:
        self.examples: list[str] = []
        self._place, self._pi_is_node = place, pi_is_node
        self._numbers: dict[str, int] = {}
        self._read: dict[str | None, tuple[int, list[int]]] = {None: (_NONE, [])}

    def look(self, text: str | None) -> tuple[int, list[int]]:
        """Return the number of a formula's shape, and the places of the nodes that it names."""
        found = self._read.get(text)
        if found is None:
            assert text is not None
            key, names = shape(text, self._pi_is_node)
            number = self._numbers.setdefault(key, len(self.examples))
            if number == len(self.examples):
                self.examples.append(text)
            found = self._read[text] = number, [self._place[name] for name in names]
        return found


def packed(tape: Tape) -> bytes:
    """Return the tape as bytes, the same on every machine."""
    whole = (tape.shape, tape.start, tape.args, tape.edges, tape.parent, tape.partial, tape.slot, tape.slots)
    arrays: list[array[Any]] = [array("q", tape.ids), array("d", tape.defaults), *(array("i", field) for field in whole)]
    if sys.byteorder == "big":
        for numbers in arrays:
            numbers.byteswap()
    head = json.dumps({"lengths": list(map(len, arrays)), "shapes": tape.shapes}).encode()
    body = b"".join([len(head).to_bytes(8, "little"), head, *(numbers.tobytes() for numbers in arrays)])
    return _MAGIC + zlib.crc32(body).to_bytes(4, "little") + body


def unpacked(data: bytes) -> Tape | None:
    """Return the tape of these bytes; None if they are damaged or of another gradq, which is as good as no tape."""
    body = memoryview(data)[len(_MAGIC) + 4 :]
    if not data.startswith(_MAGIC) or zlib.crc32(body).to_bytes(4, "little") != data[len(_MAGIC) : len(_MAGIC) + 4]:
        return None
    position = 8 + int.from_bytes(body[:8], "little")
    head = json.loads(bytes(body[8:position]))
    fields: list[Any] = []
    for code, length in zip(_CODES, head["lengths"], strict=True):
        numbers: array[Any] = array(code)
        end = position + length * numbers.itemsize
        numbers.frombytes(body[position:end])
        position = end
        if sys.byteorder == "big":
            numbers.byteswap()
        fields.append(numbers.tolist())
    return Tape._make([*fields, head["shapes"]])


def _texts(cone: Cone) -> Iterable[tuple[int, int, str, str]]:
    """Yield the edges with "" for a partial that has no text: texts can be sorted."""
    return ((child, parent, partial or "", digest) for child, parent, partial, digest in cone.edges)


def _flat(items: Iterable[tuple[int, list[int]]]) -> tuple[list[int], list[int], list[int]]:
    """Return shapes, where the places of each begin and end, and all places in a row."""
    kinds, start, places = [], [0], list[int]()
    for kind, found in items:
        kinds.append(kind)
        places += found
        start.append(len(places))
    return kinds, start, places
