"""Local partials: a formula differentiated with respect to each of its names, the others held still."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from ..store.errors import InvalidGraph
from .expression import (
    MINUS_ONE,
    ONE,
    ZERO,
    Call,
    Expr,
    Product,
    Sum,
    Symbol,
    add,
    call,
    multiply,
    number,
    power,
)
from .functions import FUNCTIONS, OPAQUE
from .traverse import postorder, substitute

Gradient = dict[str, Expr]


def partials(root: Expr) -> Gradient:
    """Return `{name: ∂root/∂name}` for every name in `root`, zeros included.

    One pass from the leaves up: the work is the sum over sub-expressions of the names in each, so a sum of
    20,000 terms is linear.

    >>> from .formula import parse_expression
    >>> partials(parse_expression("7*c + d^2"))
    {'d': Expr(2*d), 'c': Expr(7)}
    """
    done: dict[Expr, Gradient] = {}
    for item in postorder(root):
        if isinstance(item, Symbol):
            done[item] = {} if item.constant else {item.name: ONE}
        elif isinstance(item, Sum):
            done[item] = _of_sum(item, done)
        elif isinstance(item, Product):
            done[item] = _of_product(item, done)
        else:
            done[item] = _of_call(item, done) if isinstance(item, Call) else {}
    return done[root]


def function_partial(name: str, args: tuple[Expr, ...], index: int) -> Expr:
    """Return ∂name(args)/∂args[index], from the table of functions."""
    if name in ("min", "max"):
        return _extreme_partial(name, args, index)
    template = _template(name, index)
    if template is None:
        raise InvalidGraph(
            f"{name} is not differentiable with respect to its argument {index + 1}",
            hint="use a number there",
        )
    return substitute(template, dict(zip(_placeholders(name), args, strict=True)))


def _placeholders(name: str) -> tuple[str, ...]:
    return ("n", "x") if name == "polygamma" else ("x", "y")[: FUNCTIONS[name].arity[0]]


@cache
def _template(name: str, index: int) -> Expr | None:
    from .formula import parse_expression

    text = FUNCTIONS[name].derivatives[index]
    return None if text is None else parse_expression(text)


def _extreme_partial(name: str, args: tuple[Expr, ...], index: int) -> Expr:
    """Return the share of one argument of min or max: 1, 0, or an even split between ties."""
    mine, others = args[index], [arg for position, arg in enumerate(args) if position != index]
    if len(others) == 1:
        ahead = [mine, others[0]] if name == "max" else [others[0], mine]
        gap = add([ahead[0], multiply([MINUS_ONE, ahead[1]])])
        return multiply([number(1) if gap is ZERO else add([ONE, call("sign", [gap])]), power(number(2), MINUS_ONE)])
    wins = call(">=" if name == "max" else "<=", [mine, call(name, others)])
    ties = add([ONE, *(call("if", [call("==", [other, mine]), ONE, ZERO]) for other in others)])
    return call("if", [wins, power(ties, MINUS_ONE), ZERO])


def _gather(shares: Iterable[tuple[Expr, Gradient]]) -> Gradient:
    """Return the sum over shares of factor × inner gradient, name by name."""
    terms: dict[str, list[Expr]] = {}
    for factor, inner in shares:
        for name, partial in inner.items():
            terms.setdefault(name, []).append(partial if factor is ONE else multiply([factor, partial]))
    return {name: found[0] if len(found) == 1 else add(found) for name, found in terms.items()}


def _of_sum(item: Sum, done: dict[Expr, Gradient]) -> Gradient:
    return _gather((number(coefficient), done[monomial]) for coefficient, monomial in item.terms)


def _of_product(item: Product, done: dict[Expr, Gradient]) -> Gradient:
    """Product rule; a factor `b^e` brings e·b^(e−1)·b′ and, where e varies, log(b)·b^e·e′."""
    shares: list[tuple[Expr, Gradient]] = []
    factors = [power(base, exponent) for base, exponent in item.powers]
    for index, (base, exponent) in enumerate(item.powers):
        if done[base]:
            rest = _others(item, factors, index)
            lowered = power(base, add([exponent, MINUS_ONE]))
            shares.append((multiply([rest, exponent, lowered]), done[base]))
        if done[exponent]:
            shares.append((multiply([item, call("log", [base])]), done[exponent]))
    return _gather(shares)


def _others(item: Product, factors: list[Expr], index: int) -> Expr:
    return multiply([number(item.coefficient), *factors[:index], *factors[index + 1 :]])


def _of_call(item: Call, done: dict[Expr, Gradient]) -> Gradient:
    if item.name == "if":
        return _of_if(item, done)
    if item.name == OPAQUE:
        return {name: item for arg in item.args for name in done[arg]}  # not known: whatever has it is refused
    if item.name not in FUNCTIONS:
        return {name: ZERO for arg in item.args for name in done[arg]}  # a condition is constant between its jumps
    return _gather((function_partial(item.name, item.args, index), done[arg]) for index, arg in enumerate(item.args) if done[arg])


def _of_if(item: Call, done: dict[Expr, Gradient]) -> Gradient:
    condition, yes, no = item.args
    names = dict.fromkeys([*done[condition], *done[yes], *done[no]])
    return {name: call("if", [condition, done[yes].get(name, ZERO), done[no].get(name, ZERO)]) for name in names}
