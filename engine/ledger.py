"""The ledger of paths: what is known of the paths between two nodes, and how it prints.

`gradq.engine.paths` draws one up. As text it is a summary in two lines and a line for each path that is listed; of long
rows of names the middle is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from .layout import quoted
from .printing import LIMIT
from .steps import Kink, shortest
from .symbolic import Formula

Amount: TypeAlias = Formula | float
Stop: TypeAlias = "str | tuple[str, str]"  # a node, or the edge from one node to another
DIGITS = 40  # a count of more is rounded
_FOLDED = 24  # names or factors in a row; of more the middle is left out
_ENDS = 8  # of those, how many stand at each end


@dataclass(frozen=True, slots=True)
class Path:
    """One path, from the input on; `share` is the size of its product as a part of gross, None for formulas.

    A product that no double holds is inf or 0, with the log10 of its size beside it.
    """

    nodes: tuple[str, ...]
    factors: tuple[Amount, ...]
    product: Amount
    share: float | None = None
    product_log10: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Ledger:
    """What is known of the paths from `wrt` to `of`; amounts are floats at a point, formulas without one.

    `rest` is net − Σ of the products that are listed; a path with a factor that is exactly 0 is counted and not listed.
    What no double holds is inf or 0, with the log10 of its size beside it.

    >>> import gradq
    >>> with gradq.open(":memory:") as space:
    ...     ledger = space.add("demo", "m = x^2\\ny = x*m").d("y", wrt="x").paths(at={"x": 2})
    ...     ledger.count, ledger.net, [path.nodes for path in ledger.paths]
    (2, 12.0, [('x', 'm', 'y'), ('x', 'y')])
    """

    graph: str
    revision: int
    of: str
    wrt: str
    at: dict[str, float] | None
    through: tuple[Stop, ...]
    avoid: tuple[Stop, ...]
    count: int
    shortest: int | None
    longest: int | None
    net: Amount
    gross: float | None
    cancellation: float | None
    paths: tuple[Path, ...]
    rest: Amount
    truncated: bool
    notes: tuple[str, ...]
    net_log10: float | None = None
    gross_log10: float | None = None
    rest_log10: float | None = None
    kinks: Sequence[Kink] = ()

    def __repr__(self) -> str:
        """Return a summary in two lines, then a line for each path that is listed."""
        return _text(self)


def count_text(count: int) -> str:
    """Return a number of paths; past 40 digits rounded, with the number of its digits.

    >>> count_text(2**58), count_text(2**100_000)
    ('288230376151711744', '9.990e30102 (30103 digits)')
    """
    # Python writes no integer of more than 4,300 digits, a Decimal does
    number = Decimal(count)
    digits = number.adjusted() + 1
    return str(count) if digits <= DIGITS else f"{number:.3e} ({digits} digits)".replace("e+", "e")


def stop_text(stop: Stop) -> str:
    """Return a node, or an edge with an arrow.

    >>> stop_text("m"), stop_text(("u", "P&L"))
    ('m', "u→'P&L'")
    """
    return quoted(stop) if isinstance(stop, str) else "→".join(map(quoted, stop))


def path_text(path: Path) -> str:
    """Return one path with its product, and at a point with its factors and its share of gross."""
    names = _folded([quoted(name) for name in path.nodes], "→")
    line = f"{names}: {amount_text(path.product, path.product_log10)}"
    if path.share is None:
        return line
    factors = _folded([_factor(value) for value in path.factors], "·") if len(path.factors) > 1 else ""
    return f"{line}  ({factors}{', ' if factors else ''}{100 * path.share:.3g} % of gross)"


def amount_text(amount: Amount, log10: float | None = None) -> str:
    """Return a number, with its log10 where no double holds it; or a formula that fits a line."""
    if isinstance(amount, float):
        return shortest(amount) + ("" if log10 is None else f" (log10 {log10:.6g})")
    return str(amount) if amount.size <= LIMIT else f"(a formula of more than {LIMIT:,} characters)"


def _text(ledger: Ledger) -> str:
    """Return the summary, and a line for each path that is listed."""
    lines = [_counted(ledger) + _listed(ledger), _summed(ledger), *map(path_text, ledger.paths)]
    return "\n".join(lines)


def _counted(ledger: Ledger) -> str:
    text = (
        f"{count_text(ledger.count)} {'path' if ledger.count == 1 else 'paths'} from {quoted(ledger.wrt)} to {quoted(ledger.of)}"
    )
    for word, stops in (("through", ledger.through), ("avoiding", ledger.avoid)):
        text += f" {word} {' and '.join(map(stop_text, stops))}" if stops else ""
    if ledger.shortest is None:
        return text
    low, high = ledger.shortest, ledger.longest
    return f"{text}, {low if low == high else f'{low} to {high}'} {'edge' if high == 1 else 'edges'} long"


def _listed(ledger: Ledger) -> str:
    """Return which paths are listed, where not all are."""
    order = "shortest" if ledger.at is None else "strongest"
    which = f"the {order} {len(ledger.paths)}" if ledger.paths else "none"
    return f"; listed: {which}" if ledger.truncated else ""


def _summed(ledger: Ledger) -> str:
    parts = [f"net {amount_text(ledger.net, ledger.net_log10)}"]
    if ledger.gross is not None:
        parts.append(f"gross {amount_text(ledger.gross, ledger.gross_log10)}")
    if ledger.cancellation is not None:
        parts.append(f"cancellation {ledger.cancellation:.6g}")
    return ", ".join([*parts, f"rest {amount_text(ledger.rest, ledger.rest_log10)}"])


def _folded(texts: Sequence[str], sign: str) -> str:
    if len(texts) <= _FOLDED:
        return sign.join(texts)
    between = f"… {len(texts) - 2 * _ENDS} more …"
    return sign.join([*texts[:_ENDS], between, *texts[-_ENDS:]])


def _factor(value: Amount) -> str:
    text = str(value) if not isinstance(value, float) else shortest(value)
    return f"({text})" if text.startswith("-") else text
