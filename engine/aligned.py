"""Lines of the chain rule as LaTeX: `align*` of the package amsmath, a right side a row. Imports SymPy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .expression import Expr
from .factors import Factor, Form, Line, Terms, Value, long_text, sides
from .notation import distinct, latex_literal, latex_name
from .printing import LIMIT
from .steps import shortest
from .traverse import names_of
from .typeset import latex

ROWS = 20  # in one `align*`, which no page break may cut: about as many fractions as a page holds


def aligned(lines: Sequence[Line | int], *, whole: bool = False, stats: bool = False) -> str:
    r"""Return the lines as LaTeX; a number stands for so many that are left out.

    >>> print(aligned([Line("g", "f", None, 3.0)]))
    \begin{align*}
    \frac{\partial g}{\partial f} &= 3
    \end{align*}
    """
    names = _names(lines)
    shown = distinct(sorted(names), latex_name, latex_literal)
    form = _form(names, shown)
    rows = [row for line in lines for row in _rows(line, form, shown, whole, stats)]
    parts = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    return "\n".join("\\begin{align*}\n" + " \\\\\n".join(part) + "\n\\end{align*}" for part in parts)


def _rows(line: Line | int, form: Form, shown: Mapping[str, str], whole: bool, stats: bool) -> Iterator[str]:
    if isinstance(line, int):
        yield rf"& \;\;\vdots \quad \text{{({line:,} more)}}"
        return
    left = (r"\text{where } " if line.where else "") + _partial(line.of, line.wrt, shown)
    first, *rest = sides(line, form, whole=whole)
    yield f"{left} &= {first}" + (rf" && \text{{({line.source})}}" if stats and line.source else "")
    yield from (f"&= {side}" for side in rest)


def _form(names: Iterable[str], shown: Mapping[str, str]) -> Form:
    def value(item: Value) -> str:
        return latex(item, among=names) if isinstance(item, Expr) else _number(item)

    def name(factor: Factor) -> str:
        partial = _partial(factor.of, factor.wrt, shown)
        return rf"\left.{partial}\right|_{{\mathrm{{edge}}}}" if factor.bar else partial

    return Form(
        name=name,
        value=value,
        formula=lambda formula, wrt: rf"\frac{{\partial \left({value(formula)}\right)}}{{\partial {shown[wrt]}}}",
        dot=r" \cdot ",
        wide=r" \cdot ",
        brackets=(r"\left(", r"\right)"),
        left_out=lambda count: rf"\cdots \text{{ ({count:,} more) }} \cdots",
        long=lambda size: rf"\ldots \text{{ ({long_text(size)})}}",
    )


def _partial(of: str, wrt: str, shown: Mapping[str, str]) -> str:
    return rf"\frac{{\partial {shown[of]}}}{{\partial {shown[wrt]}}}"


def _number(value: float) -> str:
    mantissa, _, exponent = shortest(value).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _names(lines: Iterable[Line | int]) -> set[str]:
    """Return every name that the lines show; a value past the limit is not shown."""
    found: set[str] = set()
    stack: list[Any] = list(lines)
    while stack:
        item = stack.pop()
        if isinstance(item, (Line, Factor)):
            found |= {item.of, item.wrt}
            stack += [item.value] if isinstance(item, Factor) else [item.value, item.terms, item.formula, item.further]
        elif isinstance(item, Terms):
            stack += [piece for product in item.products for piece in product]
        elif isinstance(item, Expr) and item.size <= LIMIT:
            found |= names_of(item)
    return found
