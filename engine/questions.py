"""What Python may ask of a graph: derivatives, values and formulas, and what matters most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, SupportsFloat

from ..store.errors import UsageError
from . import nodes
from .derivative import Derivative
from .names import checked
from .points import AnyPoint, Bindings, checked_count, checked_number, checked_point, maybe_point, point_parts
from .symbolic import Formula
from .tables import Gradient, Hessian, Jacobian

if TYPE_CHECKING:
    from .budget import Budget
    from .check import Check
    from .explorer import Explorer
    from .health import Health
    from .scan import Scan


class Questions:
    """The questions to one graph of a space; `Graph` adds what changes it."""

    def __init__(self, explorer: Explorer, name: str) -> None:
        self._explorer, self.name = explorer, name

    def d(self, of: str, *, wrt: str) -> Derivative:
        """Return ∂of/∂wrt, the change of `of` when `wrt` is moved and everything downstream of it follows.

        It is the total over all paths from `wrt` to `of`; where there is none it is 0, and a note says so. The names
        are looked up now (raises `UnknownNode`); the answer is worked out when it is looked at, and what was worked
        out is kept in the database for later questions. For several names at once see `grad` and `jacobian`.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     answer = space.add("demo", "m = x^2\\ny = x*m").d("y", wrt="x")
        ...     str(answer), answer.at(x=2)
        ('2*x^2 + m', 12.0)
        """
        for name in (of, wrt):
            if isinstance(name, (list, tuple, set, frozenset)):
                hint = "for several at once: graph.jacobian(of=[…], wrt=[…]), or graph.grad(of) for all"
                raise UsageError(f"d takes one name, not a {type(name).__name__}", hint=hint)
            self._explorer.node(self.name, checked(name))
        return Derivative(self._explorer, self.name, checked(of), checked(wrt))

    def grad(self, of: str, *, at: AnyPoint | None = None, inputs: bool = False) -> Gradient:
        """Return the derivatives of a node by every node above it, or by the inputs and parameters alone.

        They are formulas, or numbers at a point: bindings or a stored point's name (`{}` for the defaults alone). What is
        not known, for a node is opaque, is in `unknown` of the gradient; raises `Undefined` where nothing is known.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "d = 5*b + 6\\ne = d^2").grad("e", at={"b": 2})
        ∂e/∂d = 32
        ∂e/∂b = 160
        """
        name = checked(of)
        return Gradient(name, self._explorer.derivatives(self.name, name, None, point=maybe_point(at), inputs=inputs))

    def jacobian(self, *, of: Iterable[str], wrt: Iterable[str], at: AnyPoint | None = None) -> Jacobian:
        """Return the derivatives of several nodes by several others, all of one revision.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "u = x*y\\nv = x + y").jacobian(of=["u", "v"], wrt=["x"])
        ∂u/∂x = y
        ∂v/∂x = 1
        """
        from .jacobian import jacobian

        ofs, wrts = _several("jacobian", of), _several("jacobian", wrt)
        return Jacobian(jacobian(self._explorer, self.name, ofs, wrts, point=maybe_point(at)))

    def hessian(self, of: str, *, wrt: Iterable[str], at: AnyPoint | None = None) -> Hessian:
        """Return the second derivatives of a node by each pair of others, total ones. Nothing is stored.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "y = a^2*b").hessian("y", wrt=["a", "b"], at={"a": 1, "b": 5}).rows()
        [[10.0, 2.0], [2.0, 0.0]]
        """
        from .second import pairs_of, second

        pairs = pairs_of(_several("hessian", wrt))
        name = checked(of)
        return Hessian(name, second(self._explorer, self.name, name, pairs, point=maybe_point(at)))

    def budget(self, of: str, sigma: Bindings, *, at: AnyPoint | None = None) -> Budget:
        """Return how uncertain a node is, to first order, when others vary with these standard deviations.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "a = 1\\nb = 1\\ny = 3*a + 4*b").budget("y", {"a": 0.1, "b": 0.1}).sigma
        0.5
        """
        from .budget import budget

        return budget(self._explorer, self.name, checked(of), checked_point(sigma), point=point_parts(at, {}))

    def scan(
        self, of: str, *, wrt: str, start: SupportsFloat, stop: SupportsFloat, n: int = 31, at: AnyPoint | None = None
    ) -> Scan:
        """Return a node's values and derivatives at `n` places on a line. Nothing is stored.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     line = space.add("demo", "y = x^2").scan("y", wrt="x", start=0, stop=2, n=3)
        ...     [(sample.x, sample.value, sample.derivative) for sample in line.samples]
        [(0.0, 0.0, 0.0), (1.0, 1.0, 2.0), (2.0, 4.0, 4.0)]
        """
        from .scan import scan

        names, first, last = (checked(of), checked(wrt)), checked_number(start, "start"), checked_number(stop, "stop")
        count = checked_count(n, "n")
        return scan(self._explorer, self.name, *names, start=first, stop=last, count=count, point=point_parts(at, {}))

    def health(self, of: str, *, at: AnyPoint | None = None) -> Health:
        """Return how healthy a node's gradient is: its gains by level, where it dies or explodes, what cancels.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "x = 1\\nh = x/10^4\\ny = h/10^4").health("y").dies.node
        'x'
        """
        from .health import health

        return health(self._explorer, self.name, checked(of), point=point_parts(at, {}))

    def check(self, at: AnyPoint | None = None) -> Check:
        """Hold every local partial and stored gradient against an independent estimate, and keep what came of it.

        Without a point some are picked inside the domain.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     found = space.add("demo", "d = 5*b + 6\\ne = d^2").check()
        ...     len(found.findings), found.failures
        (2, [])
        """
        from .check import check

        return check(self._explorer, self.name, point=None if at is None else point_parts(at, {}))

    def eval(
        self, node: str, point: AnyPoint | None = None, /, *, at: AnyPoint | SupportsFloat | None = None, **more: SupportsFloat
    ) -> float:
        """Return the value of a node at a point: bindings or a stored point's name, over the graph's defaults.

        `at` is a point too, as elsewhere; if it is a number, it is the value of a node of that name. Raises
        `MissingValue`, or `Undefined` where the formula has no value.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     space.add("demo", "d = 5*b + 6\\ne = d^2").eval("e", b=1)
        121.0
        """
        name, parts = checked(node), point_parts(point, {})
        if isinstance(at, (str, Mapping, Sequence)):
            parts += point_parts(at, {})
        elif at is not None:
            more = {**more, "at": at}
        return nodes.evaluate(self._explorer, self.name, [name], parts + point_parts(None, more)).values[name]

    def formula(self, node: str, *frontier: str) -> Formula:
        """Return a node's own formula in canonical form, unrolled down to these names if there are any.

        >>> import gradq
        >>> with gradq.open(":memory:") as space:
        ...     graph = space.add("demo", "d = 5*b + 6\\ne = d^2")
        ...     print(graph.formula("e"), graph.formula("e", "b"))
        d^2 (5*b + 6)^2
        """
        names = [checked(name) for name in frontier]
        reply = nodes.formula(self._explorer, self.name, checked(node), names or None)
        return Formula(reply.root, notes=tuple(reply.notes))


def _several(question: str, names: Iterable[str]) -> list[str]:
    """Return names as a list, each once; a text alone would pass for a list of its letters."""
    found = [] if isinstance(names, str) or not isinstance(names, Iterable) else [checked(name) for name in names]
    if not found:
        raise UsageError(f"{question} needs lists of names, with one or more", hint='such as ["a", "b"], or ["a"]')
    return list(dict.fromkeys(found))
