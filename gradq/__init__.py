"""gradq: a gradient explorer backed by a graph database.

import gradq
space = gradq.open()                      # the same database as the command line means
graph = space.load("demo.gq")
print(graph.d("g", wrt="b"))              # 60*d + 84
print(gradq.parse("x^2").d("x"))          # 2*x, with no database at all
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .store.errors import (
    CycleError,
    DatabaseError,
    EvaluationError,
    FileError,
    FormulaError,
    GaveUp,
    GradqError,
    InvalidGraph,
    MissingValue,
    NotFound,
    RefusedSQL,
    SchemaError,
    Undefined,
    UnknownGraph,
    UnknownNode,
    UnknownPoint,
    UsageError,
)

if TYPE_CHECKING:
    from .engine.derivative import Derivative
    from .engine.diff import Diff
    from .engine.graph import Graph
    from .engine.ledger import Ledger
    from .engine.space import Space, open
    from .engine.symbolic import Formula, parse
    from .engine.tables import Gradient, Hessian, Jacobian

__version__ = "0.1.0"
_FACE = {
    "Derivative": "derivative",
    "Diff": "diff",
    "Formula": "symbolic",
    "Gradient": "tables",
    "Graph": "graph",
    "Hessian": "tables",
    "Jacobian": "tables",
    "Ledger": "ledger",
    "Space": "space",
    "open": "space",
    "parse": "symbolic",
}
__all__ = [
    "CycleError",
    "DatabaseError",
    "Derivative",
    "Diff",
    "EvaluationError",
    "FileError",
    "Formula",
    "FormulaError",
    "GaveUp",
    "Gradient",
    "GradqError",
    "Graph",
    "Hessian",
    "InvalidGraph",
    "Jacobian",
    "Ledger",
    "MissingValue",
    "NotFound",
    "RefusedSQL",
    "SchemaError",
    "Space",
    "Undefined",
    "UnknownGraph",
    "UnknownNode",
    "UnknownPoint",
    "UsageError",
    "open",
    "parse",
]


def __getattr__(name: str) -> object:
    """Import the face when it is first asked for: the command line starts without it."""
    if name in _FACE:
        found = globals()[name] = getattr(import_module(f".engine.{_FACE[name]}", __name__), name)
        return found
    raise AttributeError(f"module 'gradq' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the face, also what nobody has asked for yet."""
    return sorted([*__all__, "__all__", "__doc__", "__version__"])
