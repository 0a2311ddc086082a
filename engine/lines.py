"""Lines of the chain rule as text and as Markdown; LaTeX is in `aligned.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .expression import Expr
from .factors import Factor, Form, Line, Value, long_text, sides
from .layout import quoted, text_of
from .steps import shortest


def text_lines(lines: Iterable[Line | int], *, broken: bool, whole: bool = False, stats: bool = False) -> list[str]:
    """Return lines as text, a number as what is left out; `broken` puts each right side on a line of its own.

    >>> text_lines([Line("g", "f", None, 3.0)], broken=False)
    ['∂g/∂f = 3']
    """
    form = _form(" · " if broken else "·")
    out: list[str] = []
    for line in lines:
        if isinstance(line, int):
            out.append(_left_out_lines(line))
        elif broken:
            out += _broken(line, form, whole, stats)
        else:
            out.append(" = ".join([_left(line), *sides(line, form, whole=whole)]) + _remark(line, stats))
    return out


def markdown_lines(lines: Iterable[Line | int], *, whole: bool = False, stats: bool = False) -> list[str]:
    """Return lines as items of a Markdown list, in code spans, so that no name is taken for emphasis.

    >>> markdown_lines([Line("g", "a*b", None, 3.0)])
    ["- `∂g/∂'a*b' = 3`"]
    """
    return list(_items(lines, whole, stats))


def _items(lines: Iterable[Line | int], whole: bool, stats: bool) -> Iterator[str]:
    form = _form("·")
    for line in lines:
        if isinstance(line, int):
            yield f"- {_left_out_lines(line)}"
        else:
            word = "where " if line.where else ""
            text = " = ".join([_partial(line.of, line.wrt), *sides(line, form, whole=whole)])
            yield f"- {word}{_code(text)}{_remark(line, stats)}"


def side_texts(line: Line, *, whole: bool) -> list[str]:
    """Return the right sides of a line as text.

    >>> side_texts(Line("g", "f", None, 3.0), whole=False)
    ['3']
    """
    return sides(line, _form("·"), whole=whole)


def _form(wide: str) -> Form:
    return Form(
        name=_name,
        value=_value,
        formula=lambda formula, wrt: f"∂({text_of(formula)})/∂{quoted(wrt)}",
        dot="·",
        wide=wide,
        brackets=("(", ")"),
        left_out=lambda count: f"… {count:,} more …",
        long=lambda size: f"… ({long_text(size)})",
    )


def _broken(line: Line, form: Form, whole: bool, stats: bool) -> list[str]:
    left = _left(line)
    first, *rest = sides(line, form, whole=whole)
    return [f"{left} = {first}{_remark(line, stats)}", *(f"{' ' * len(left)} = {side}" for side in rest)]


def _left(line: Line) -> str:
    return ("where " if line.where else "") + _partial(line.of, line.wrt)


def _partial(of: str, wrt: str) -> str:
    return f"∂{quoted(of)}/∂{quoted(wrt)}"


def _name(factor: Factor) -> str:
    return _partial(factor.of, factor.wrt) + ("|edge" if factor.bar else "")


def _value(value: Value) -> str:
    return text_of(value) if isinstance(value, Expr) else shortest(value)


def _remark(line: Line, stats: bool) -> str:
    return f"  ({line.source})" if stats and line.source else ""


def _left_out_lines(count: int) -> str:
    return f"… {count:,} more line{'s' if count > 1 else ''}: --all (whole=True in Python) shows them"


def _code(text: str) -> str:
    """Return a code span; its fence is longer than any run of backticks in it."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{text}{fence}" if len(fence) == 1 else f"{fence} {text} {fence}"
