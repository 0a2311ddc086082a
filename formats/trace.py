"""Tracing: a function of Python run on numbers that remember what was done to them.

`trace(f, "x", "y")` calls `f` and gives back its graph as `.gq` text. Loops unroll and calls are followed, for they are run;
a part that is used more than once is a node. A branch cannot be followed both ways: it is an error that says what to write.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from ..engine.functions import FUNCTIONS
from ..engine.graphfile import Definition, graph_text, read_definition, write_graph
from ..engine.layout import quoted
from ..engine.names import checked
from ..store.errors import GaveUp, UsageError
from . import calls, texts
from .texts import Piece

_MOST = 1_000_000  # operations of one trace
_LONG = 160  # characters: a longer formula is cut into steps
_WHERE = "np.where(x > 0, a, b), or (x > 0).where(a, b); np.maximum(a, b) for max(a, b)"
_OPERATORS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "^"}
_NAMED = {"mod": "mod", "floordiv": "floor_divide", "and": "logical_and", "or": "logical_or"}
_COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}


def trace(function: Callable[..., Any], *names: str) -> str:
    """Run a function on traced numbers of these names, and return its graph as `.gq` text; `space.add` takes that.

    Without names they are those of the function's parameters. Raises `UsageError` where the function needs a number.

    >>> print(trace(lambda a, b: sum((a - k)**2 for k in range(3)) / b, "a", "b"))
    a
    b
    result = ((a - 0)^2 + (a - 1)^2 + (a - 2)^2)/b
    <BLANKLINE>
    """
    given = [checked(name) for name in names] or _parameters(function)
    tape = _Tape()
    inputs = [Traced(tape, texts.name(name), ()) for name in given]
    name = getattr(function, "__name__", "result")
    try:
        found = function(*inputs)
    except TypeError as error:
        if "'Traced'" not in str(error):
            raise
        hint = 'give it a list of traced numbers: gradq.trace(lambda *x: f(x), "x[0]", "x[1]")'
        raise UsageError(f"'{name}' takes a number for more than a number: {error}", hint=hint) from error
    outputs = dict(_outputs("result" if name == "<lambda>" else name, found, set(given)))
    if not outputs:
        raise UsageError(f"'{name}' gave back nothing that was traced", hint="it must return numbers, or a list of them")
    lines = [*map(Definition, given), *_definitions(outputs, {*given, *outputs})]
    graph_text(lines)  # refuses what no graph can be
    return write_graph(lines)


class _Tape:
    """What one trace counts."""

    def __init__(self) -> None:
        self.count = 0

    def made(self) -> None:
        self.count += 1
        if self.count > _MOST:
            raise GaveUp(f"more than {_MOST:,} operations were traced", hint="trace a smaller case of the function")


class Traced:
    """A number, or a condition, that remembers how it was made: a template over its parts, or a piece of its own.

    It has the operators of a number, the functions of the grammar as methods (`x.sin()`), and answers NumPy's functions.
    """

    __array_priority__ = 1_000  # an array of NumPy leaves the operation to us

    def __init__(self, tape: _Tape, made: Piece | Callable[..., Piece], parts: tuple[Any, ...], condition: bool = False) -> None:
        tape.made()
        self._tape, self._made, self._parts, self._condition = tape, made, parts, condition

    def where(self, yes: Any, no: Any) -> Traced:
        """Return `yes` where this condition holds, else `no`."""
        return self._called("where", self, yes, no)

    def __abs__(self) -> Traced:
        return self._called("abs", self)

    def __neg__(self) -> Traced:
        return self._new(texts.negative, self)

    def __pos__(self) -> Traced:
        return self

    def __invert__(self) -> Traced:
        return self._new(texts.inverse, self, condition=True)

    def __floor__(self) -> Traced:
        return self._called("floor", self)

    def __ceil__(self) -> Traced:
        return self._called("ceil", self)

    def __trunc__(self) -> Traced:
        return self._called("trunc", self)

    __hash__ = object.__hash__

    def __bool__(self) -> NoReturn:
        raise UsageError("a traced number has no value, so Python cannot branch on it", hint=f"write {_WHERE}")

    def __float__(self) -> NoReturn:
        hint = "functions of math take plain floats: write np.sin(x), or x.sin()"
        raise UsageError("a traced number has no value, so it cannot become a float", hint=hint)

    __int__ = __index__ = __complex__ = __float__

    def __iter__(self) -> NoReturn:
        raise UsageError("a traced number is one number, and has no parts", hint='give each a name: "x[0]", "x[1]"')

    def __round__(self, digits: int | None = None) -> NoReturn:
        raise UsageError("round has no derivative that is of use", hint="leave it out, or use floor")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Traced:
        """Answer a function of NumPy such as `np.sin`."""
        if method != "__call__" or any(value is not None for value in options.values()):
            raise UsageError(f"np.{ufunc.__name__}.{method} cannot be traced", hint="write it as a loop")
        return self._called(ufunc.__name__, *inputs)

    def __array_function__(self, function: Any, types: Any, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Traced:
        """Answer a function of NumPy that is no ufunc, such as `np.where`."""
        if options:
            raise UsageError(f"np.{function.__name__} with {', '.join(options)} cannot be traced", hint="write it as a loop")
        return self._called(function.__name__, *inputs)

    def _called(self, name: str, *inputs: Any) -> Traced:
        """Return a function of others' by its name there; raises `UsageError` for one that has no counterpart."""
        letters = [texts.name(letter) for letter in "xyz"[: len(inputs)]]
        sample = calls.known(name, letters)
        if sample is None:
            raise UsageError(f"{name} of {len(inputs)} cannot be traced", hint="docs/formats.md lists what can be")
        return self._new(lambda *pieces: _known(name, pieces), *inputs, condition=sample.condition)

    def _new(self, made: Callable[..., Piece], *inputs: Any, condition: bool = False) -> Traced:
        return Traced(self._tape, made, tuple(map(_part, inputs)), condition)


def _known(name: str, pieces: tuple[Piece, ...]) -> Piece:
    found = calls.known(name, pieces)
    assert found is not None
    return found


def _part(value: Any) -> Any:
    """Return what an operation is of: a traced number, or the piece of a plain one."""
    if isinstance(value, Traced):
        return value
    if isinstance(value, bool):
        return texts.compare("==", texts.number(int(value)), texts.number(1))
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise UsageError(f"a traced number and {type(value).__name__} do not go together", hint="numbers do") from None
    if not math.isfinite(number):
        raise UsageError(f"{number} is no number of a formula")
    return texts.number(value if isinstance(value, int) and abs(value) < 2**53 else number)


def _operator(name: str) -> Callable[[Traced, Any], Traced]:
    """Return the method for an operator, by the name that Python has for it."""
    swapped = name.startswith("r") and name[1:] in (*_OPERATORS, *_NAMED)
    plain = name[1:] if swapped else name

    def method(self: Traced, other: Any) -> Traced:
        if hasattr(other, "__array__") and getattr(other, "ndim", None):
            return NotImplemented  # type: ignore[no-any-return]  # an array does it item by item
        sides = (other, self) if swapped else (self, other)
        if plain == "add" and isinstance(other, int) and other == 0:
            return self  # what `sum` begins with
        if plain in _COMPARISONS:
            return self._new(lambda a, b: texts.compare(_COMPARISONS[plain], a, b), *sides, condition=True)
        if plain in _OPERATORS:
            return self._new(lambda a, b: texts.binary(_OPERATORS[plain], a, b), *sides)
        if plain in ("and", "or") and not all(map(_is_condition, sides)):
            raise UsageError("& and | join conditions", hint="(x > 0) & (y > 0)")
        return self._called(_NAMED[plain], *sides)

    return method


def _is_condition(side: Any) -> bool:
    return isinstance(side, bool) or (isinstance(side, Traced) and side._condition)


def _function(name: str) -> Callable[..., Traced]:
    def method(self: Traced, *others: Any) -> Traced:
        least, most = FUNCTIONS[name].arity
        if not least <= 1 + len(others) <= (most or 1_000):
            raise UsageError(f"{name} takes {least} arguments, found {1 + len(others)}")
        return self._new(lambda *pieces: texts.call(name, pieces), self, *others)

    method.__doc__ = f"Return {name} of this number."
    return method


for _name in [*_OPERATORS, *_NAMED, *(f"r{name}" for name in (*_OPERATORS, *_NAMED)), *_COMPARISONS]:
    setattr(Traced, f"__{_name}__", _operator(_name))
for _name in FUNCTIONS:
    if _name != "opaque":
        setattr(Traced, _name, _function(_name))
for _alias in ("arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh"):
    setattr(Traced, _alias, _function(f"a{_alias[3:]}"))


def _parameters(function: Callable[..., Any]) -> list[str]:
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise UsageError("what are its arguments called?", hint='gradq.trace(f, "x", "y")') from None
    if any(parameter.kind in (parameter.VAR_POSITIONAL, parameter.KEYWORD_ONLY) for parameter in found):
        raise UsageError("the function takes arguments without a place: name those to trace", hint='gradq.trace(f, "x", "y")')
    return [parameter.name for parameter in found if parameter.default is parameter.empty]


def _outputs(name: str, found: Any, taken: set[str]) -> Iterator[tuple[str, Any]]:
    """Yield what a function gave back, with names."""
    if isinstance(found, Traced) or (isinstance(found, (int, float)) and not isinstance(found, bool)):
        yield name if name not in taken else f"{name}_out", _part(found)
    elif isinstance(found, Mapping):
        for key, item in found.items():
            yield from _outputs(str(key) if str(key) not in taken else f"{name}.{key}", item, taken)
    elif isinstance(found, (list, tuple)) or getattr(found, "ndim", None) == 1:
        for at, item in enumerate(found):
            yield from _outputs(f"{name}[{at}]", item, taken)
    elif getattr(found, "ndim", None) == 0 and hasattr(found, "item"):
        yield from _outputs(name, found.item(), taken)
    else:
        raise UsageError(f"the function gave back {type(found).__name__}, which is no number", hint="return numbers")


def _definitions(outputs: Mapping[str, Any], taken: set[str]) -> Iterator[Definition]:
    """Yield the nodes of what was traced, parts before the whole: a part that is used twice is one, and a long formula."""
    roots = [item for item in outputs.values() if isinstance(item, Traced)]
    order = list(_postorder(roots))
    uses: dict[int, int] = {}
    for item in order:
        for part in item._parts:
            uses[id(part)] = uses.get(id(part), 0) + 1
    always = _always_needed(order, roots)
    made = [(name, item) for name, item in outputs.items() if isinstance(item, Traced) and item._parts]
    names = {id(item): name for name, item in reversed(made)}
    pieces: dict[int, Piece] = {}
    count = 0
    for item in order:
        piece = item._made if isinstance(item._made, Piece) else item._made(*(pieces.get(id(p), p) for p in item._parts))
        is_step = uses.get(id(item), 0) > 1 or len(piece.text) > _LONG
        if id(item) in names:
            yield _line(names[id(item)], piece)
            piece = texts.name(names[id(item)])
        elif is_step and item._parts and not item._condition and id(item) in always:
            count += 1
            while f"t{count}" in taken:
                count += 1
            yield _line(f"t{count}", piece)
            piece = texts.name(f"t{count}")
        pieces[id(item)] = piece
    for name, item in outputs.items():
        if names.get(id(item)) != name or not isinstance(item, Traced):
            yield _line(name, pieces.get(id(item), item))


def _line(name: str, piece: Piece) -> Definition:
    return read_definition(f"{quoted(name)} = {texts.value(piece).text}")


def _postorder(roots: list[Traced]) -> Iterator[Traced]:
    seen: set[int] = set()
    stack: list[tuple[Traced, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        item, ready = stack.pop()
        if ready:
            yield item
        elif id(item) not in seen:
            seen.add(id(item))
            stack.append((item, True))
            stack.extend((part, False) for part in reversed(item._parts) if isinstance(part, Traced))


def _always_needed(order: list[Traced], roots: list[Traced]) -> set[int]:
    """Return the parts that are needed whichever way a `where` goes: a node of another may have no value there."""
    found = {id(root) for root in roots}
    for item in reversed(order):
        if id(item) in found:
            is_where = not item._condition and len(item._parts) == 3 and getattr(item._parts[0], "_condition", False)
            found.update(id(part) for part in (item._parts[:1] if is_where else item._parts))
    return found
