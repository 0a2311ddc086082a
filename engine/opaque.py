"""Opaque nodes: `opaque(a, b)` stands for a formula that gradq cannot read, whose parents are known.

It has no value and no derivative, and says so when a question needs one; until then it is a node like any other. What
could not be read is the node's note.
"""

from __future__ import annotations

from ..store.errors import Undefined
from ..store.rows import NodeRow
from .expression import Call, Expr
from .functions import OPAQUE
from .layout import quoted
from .lettering import clipped
from .traverse import postorder

_BEGIN = f"{OPAQUE}("
_SHOWN = 200  # characters of what could not be read


def is_opaque(root: Expr) -> bool:
    """Return whether an expression has an opaque part.

    >>> from .formula import parse_expression
    >>> is_opaque(parse_expression("2*opaque(a) + b")), is_opaque(parse_expression("2*a"))
    (True, False)
    """
    return any(isinstance(item, Call) and item.name == OPAQUE for item in postorder(root))


def is_opaque_node(node: NodeRow) -> bool:
    """Return whether a node's formula begins with `opaque(…)`, so that no value of its parents gives it one."""
    return node.formula is not None and node.formula.startswith(_BEGIN)


def opaque_error(node: NodeRow, *, wrt: str | None = None) -> Undefined:
    """Return the error of a question that needs the value of an opaque node, or its derivative with respect to a parent."""
    said = f"'{node.name}' is opaque: gradq cannot read {clipped(node.note or 'its formula', _SHOWN)}"
    word = quoted(node.name)
    if wrt is None:
        return Undefined(said, hint="give it a value at the point", shell=f'give it a value: --at "{word}=…"')
    said += f", so its derivative by '{wrt}' is not known"
    shell = f'look at the paths around it (gradq paths … --avoid "{word}"), or make it a number: gradq set'
    return Undefined(said, hint=f"look at the paths around it: paths(avoid=[{node.name!r}]), or make it a number", shell=shell)
