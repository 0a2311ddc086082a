"""Formulas: text to a tree as it was written, and that tree to a canonical expression.

`parse` reads the grammar (an operator-precedence parser with its own stacks: nesting costs no Python frames);
`lower` builds the expression; `parse_expression` does both. The tree keeps what canonical form loses: `x/x` is
still a quotient, so that its value at 0 is an error. `tree.py` says how one is made.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple, TypeVar

from ..store.errors import FormulaError, InvalidGraph
from .expression import MINUS_ONE, Expr, add, call, multiply, number, power, symbol
from .functions import ALIASES, FUNCTIONS, OPAQUE
from .lexer import Token, literal, tokens
from .meant import function_hint, operator_hint
from .names import checked, composed, has_odd_digits
from .tree import Tree, parts, walk

T = TypeVar("T")
MAX_LENGTH = 1_000_000
MAX_NESTING = 1_000
_PRECEDENCE = {"or": 1, "and": 2, "not": 3, "<": 4, "<=": 4, "==": 4, "!=": 4, ">": 4, ">=": 4}
_PRECEDENCE |= {"+": 5, "-": 5, "*": 6, "/": 6, "neg": 7, "pos": 7, "^": 8}
_STACKING = frozenset({"neg", "pos", "not", "^"})
_CONDITIONS = frozenset({"or", "and", "not", "<", "<=", "==", "!=", ">", ">="})


def parse_expression(text: str, *, pi_is_node: bool = False) -> Expr:
    """Return the canonical expression of a formula; raises `FormulaError` with the place of what is wrong.

    >>> parse_expression("12*d*5 + 42*2")
    Expr(60*d + 84)
    """
    return lower(parse(text, pi_is_node=pi_is_node))


def parse(text: str, *, pi_is_node: bool = False) -> Tree:
    """Return the tree of a formula as it was written. `pi_is_node`: a node of the graph is called `pi`."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text):,} characters", hint=f"at most {MAX_LENGTH:,} are read")
    return _Parser(composed(text), pi_is_node).run()


def lower(tree: Tree) -> Expr:
    """Return the canonical expression of a tree."""
    stack: list[Expr] = []
    for item in walk(tree):
        count = len(parts(item))
        args = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(_LOWER[item[0]](item, args))
    return stack[0]


def _lower_sum(tree: Tree, args: list[Expr]) -> Expr:
    signed = zip(tree[1], args, strict=True)
    return add(multiply([MINUS_ONE, arg]) if sign == "-" else arg for (sign, _), arg in signed)


def _lower_product(tree: Tree, args: list[Expr]) -> Expr:
    signed = zip(tree[1], args, strict=True)
    return multiply(power(arg, MINUS_ONE) if sign == "/" else arg for (sign, _), arg in signed)


_LOWER: dict[str, Callable[[Tree, list[Expr]], Expr]] = {
    "number": lambda tree, args: _number(*tree[1]),
    "name": lambda tree, args: symbol(tree[1]),
    "constant": lambda tree, args: symbol(tree[1], constant=True),
    "group": lambda tree, args: args[0],
    "-": lambda tree, args: multiply([MINUS_ONE, args[0]]),
    "^": lambda tree, args: power(args[0], args[1]),
    "call": lambda tree, args: call(tree[1], args),
    "sum": _lower_sum,
    "product": _lower_product,
}


def _number(mantissa: Fraction, exponent: int) -> Expr:
    """Return mantissa × 10^exponent; a power too large to write out stays a power."""
    return multiply([number(mantissa), power(number(10), number(exponent))])


class _Frame(NamedTuple):
    """An open bracket: what it belongs to, and how full the stacks were."""

    function: str | None
    column: int
    args: list[tuple[Tree, bool]]
    operators: int


class _Parser:
    """One formula being read. Operands are `(tree, is a condition)`; operators wait on a stack by precedence."""

    def __init__(self, text: str, pi_is_node: bool) -> None:
        self.text, self.pi_is_node = text, pi_is_node
        self.operands: list[tuple[Tree, bool]] = []
        self.operators: list[tuple[str, int]] = []
        self.frames: list[_Frame] = []
        self.stacked = 0  # waiting operators of the kinds that can wait on their own kind
        self.wants_operand = True

    def run(self) -> Tree:
        stream = [*tokens(self.text), Token("end", "", len(self.text.rstrip()) + 1)]
        skip = False
        for token, following in zip(stream, [*stream[1:], stream[-1]], strict=True):
            if skip:
                skip = False
                continue
            if self.wants_operand:
                skip = self._operand(token, following)
            else:
                self._operator(token)
            if len(self.frames) > MAX_NESTING or self.stacked > MAX_NESTING:
                raise FormulaError(f"nested deeper than {MAX_NESTING:,}", column=token.column)
        tree, condition = self.operands.pop()
        if condition:
            raise FormulaError("a comparison is not a value", hint="use it in if(condition, a, b)", column=1)
        return tree

    def _operand(self, token: Token, following: Token) -> bool:
        """Take a token where a value must begin; return whether the next one was used too."""
        kind, text, column = token
        if (kind == "op" and text in "+-") or text == "not":
            self._push({"+": "pos", "-": "neg"}.get(text, text), column)
            return False
        if kind == "op" and text == "(":
            self._open(None, column)
            return False
        if kind == "name" and following.text == "(" and following.kind == "op" and text not in ("and", "or"):
            self._open(self._function(text, column), column)
            return True
        if text == ")" and self.frames and self.frames[-1].function and not self.frames[-1].args:
            frame = self.frames[-1]
            if frame.function == OPAQUE:
                self.frames.pop()
                self.operands.append((("call", OPAQUE, []), False))
                self.wants_operand = False
                return False
            raise FormulaError(f"{self.frames[-1].function}() without an argument", column=column)
        self.operands.append((self._value(token), False))
        self.wants_operand = False
        return False

    def _value(self, token: Token) -> Tree:
        kind, text, column = token
        if kind == "number":
            return ("number", _placed(literal, text, column))
        if kind == "quoted":
            return ("name", _placed(checked, text[1:-1].replace("''", "'"), column))
        if kind != "name" or text in ("and", "or", "if"):
            found = "the end" if kind == "end" else f"'{text}'"
            hint = {"if": "if(condition, a, b)", "/": "a note begins with #"}.get(text)
            raise FormulaError(f"expected a value, found {found}", hint=hint, column=column)
        if has_odd_digits(text):
            raise FormulaError(f"'{text}' has a raised digit", hint="write a power as x^2", column=column)
        if text == "pi" and not self.pi_is_node:
            return ("constant", "pi")
        return ("name", _placed(checked, text, column))

    def _function(self, name: str, column: int) -> str:
        name = ALIASES.get(name, name)
        if name not in FUNCTIONS and name != "if":
            raise FormulaError(f"unknown function '{name}'", hint=function_hint(name), column=column)
        return name

    def _open(self, function: str | None, column: int) -> None:
        self.frames.append(_Frame(function, column, [], len(self.operators)))

    def _operator(self, token: Token) -> None:
        """Take a token where a value has ended."""
        kind, text, column = token
        text = "^" if text == "**" else text
        if kind == "end" or text in (")", ","):
            self._reduce(0)
            self._close(token)
        elif text in _PRECEDENCE and text != "not" and kind in ("op", "name"):
            self._reduce(_PRECEDENCE[text] + (text == "^" or _PRECEDENCE[text] == 4))
            if _PRECEDENCE[text] == 4 and self._pending() and _PRECEDENCE[self.operators[-1][0]] == 4:
                raise FormulaError("comparisons do not chain", hint="write a < b and b < c", column=column)
            self._push(text, column)
            self.wants_operand = True
        else:
            hint = operator_hint(self.text[: column - 1], text)
            if not (self.operators or self.frames) and self.operands[0][0][0] == "number":
                hint += "; a unit stands in the note, after #"
            raise FormulaError(f"expected an operator, found '{text}'", hint=hint, column=column)

    def _pending(self) -> bool:
        """Return whether operators wait inside the innermost bracket."""
        return len(self.operators) > (self.frames[-1].operators if self.frames else 0)

    def _reduce(self, precedence: int) -> None:
        """Apply the waiting operators that bind at least as tightly."""
        while self._pending() and _PRECEDENCE[self.operators[-1][0]] >= precedence:
            self._apply(*self.operators.pop())

    def _push(self, operator: str, column: int) -> None:
        self.operators.append((operator, column))
        self.stacked += operator in _STACKING

    def _apply(self, operator: str, column: int) -> None:
        self.stacked -= operator in _STACKING
        right = self.operands.pop()
        if operator in ("neg", "pos", "not"):
            self._expect(right, operator == "not", operator, column)
            tree = right[0] if operator == "pos" else ("-", right[0])
            self.operands.append((("call", "not", [right[0]]), True) if operator == "not" else (tree, False))
            return
        left = self.operands.pop()
        for operand in (left, right):
            self._expect(operand, operator in ("and", "or"), operator, column)
        if operator in _CONDITIONS:
            self.operands.append((("call", operator, [left[0], right[0]]), True))
        elif operator == "^":
            self.operands.append((("^", left[0], right[0]), False))
        else:
            self.operands.append((_chained(operator, left[0], right[0]), False))

    def _expect(self, operand: tuple[Tree, bool], condition: bool, operator: str, column: int) -> None:
        if operand[1] != condition:
            word = {"neg": "-", "pos": "+"}.get(operator, operator)
            needs = "a condition" if condition else "a value"
            hint = "comparisons stand inside if(condition, a, b)" if operand[1] else "compare first: x > 0 and y > 0"
            raise FormulaError(f"'{word}' needs {needs} on each side", hint=hint, column=column)

    def _close(self, token: Token) -> None:
        """End an argument, a bracket or the whole formula."""
        if not self.frames:
            if token.kind != "end":
                hint = "a decimal is written with a point: 0.5" if token.text == "," else None
                raise FormulaError(f"'{token.text}' without an opening bracket", hint=hint, column=token.column)
            return
        frame = self.frames[-1]
        if token.kind == "end":
            raise FormulaError(f"the bracket of column {frame.column} is not closed", hint="add ')'", column=token.column)
        if token.text == "," and frame.function is None:
            raise FormulaError("unexpected ','", hint="arguments belong to a function", column=token.column)
        frame.args.append(self.operands.pop())
        if token.text == ",":
            self.wants_operand = True
            return
        self.frames.pop()
        self.operands.append(_called(frame))


def _placed(read: Callable[[str], T], text: str, column: int) -> T:
    """Return `read(text)`; its errors get the column."""
    try:
        return read(text)
    except InvalidGraph as error:
        raise FormulaError(error.message, hint=error.hint, column=column) from None


def _chained(operator: str, left: Tree, right: Tree) -> Tree:
    """Return `left operator right`; a chain of sums or products that has no bracket grows in place."""
    kind, first = ("sum", "+") if operator in "+-" else ("product", "*")
    if left[0] == kind:
        left[1].append((operator, right))
        return left
    return (kind, [(first, left), (operator, right)])


def _called(frame: _Frame) -> tuple[Tree, bool]:
    """Return the operand that a closed bracket has made."""
    if frame.function is None:
        tree, condition = frame.args[0]
        return (("group", tree), condition)
    wants = [index == 0 and frame.function == "if" for index in range(len(frame.args))]
    low, high = (3, 3) if frame.function == "if" else FUNCTIONS[frame.function].arity
    if len(frame.args) < low or (high is not None and len(frame.args) > high):
        count = f"{low} or more" if high is None else str(low)
        message = f"{frame.function} takes {count} argument{'s' * (count != '1')}, found {len(frame.args)}"
        hint = "to the base b it is log(x)/log(b)" if frame.function == "log" else None
        raise FormulaError(message, hint=hint, column=frame.column)
    for (_, condition), want in zip(frame.args, wants, strict=True):
        if condition != want:
            hint = "if(condition, a, b) with a comparison first" if want else "comparisons stand first in if(condition, a, b)"
            raise FormulaError(
                f"{frame.function}: {'a condition' if want else 'a value'} is needed", hint=hint, column=frame.column
            )
    return (("call", frame.function, [tree for tree, _ in frame.args]), False)
