"""The operators and functions of SBML's mathematics, as a table: arguments in, a piece of a formula out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import libsbml

from . import texts
from .texts import Piece

Rule = Callable[[Sequence[Piece]], Piece]
ZERO, ONE = texts.number(0), texts.number(1)
TRUE, FALSE = texts.compare("==", ZERO, ZERO), texts.compare("==", ZERO, ONE)
_NOWHERE = texts.binary("/", ZERO, ZERO)  # a value that is not there: asked for, it is an error that shows the formula


def _chain(operator: str, alone: Piece) -> Rule:
    """Return the rule of an operator that takes any number of arguments."""

    def rule(arguments: Sequence[Piece]) -> Piece:
        made = arguments[0] if arguments else alone
        for argument in arguments[1:]:
            made = texts.binary(operator, made, argument)
        return made

    return rule


def _two(operator: str) -> Rule:
    def rule(arguments: Sequence[Piece]) -> Piece:
        left, right = arguments
        return texts.binary(operator, left, right)

    return rule


def _minus(arguments: Sequence[Piece]) -> Piece:
    return texts.negative(arguments[0]) if len(arguments) == 1 else _two("-")(arguments)


def _one(name: str) -> Rule:
    def rule(arguments: Sequence[Piece]) -> Piece:
        (argument,) = arguments
        return texts.call(name, [argument])

    return rule


def _of_inverse(name: str) -> Rule:
    """Return the rule of a function that is another one of 1/x, as arcsec is acos(1/x)."""

    def rule(arguments: Sequence[Piece]) -> Piece:
        (argument,) = arguments
        return texts.call(name, [texts.binary("/", ONE, argument)])

    return rule


def _inverse_of(name: str) -> Rule:
    """Return the rule of a function that is 1 by another one, as sec is 1/cos."""
    return lambda arguments: texts.binary("/", ONE, _one(name)(arguments))


def _log(arguments: Sequence[Piece]) -> Piece:
    base, argument = arguments if len(arguments) == 2 else (texts.number(10), *arguments)
    if base.text == "10":
        return texts.call("log10", [argument])
    return texts.binary("/", texts.call("log", [argument]), texts.call("log", [base]))


def _root(arguments: Sequence[Piece]) -> Piece:
    degree, argument = arguments if len(arguments) == 2 else (texts.number(2), *arguments)
    if degree.text == "2":
        return texts.call("sqrt", [argument])
    return texts.binary("^", argument, texts.binary("/", ONE, degree))


def _factorial(arguments: Sequence[Piece]) -> Piece:
    (argument,) = arguments
    return texts.call("gamma", [texts.binary("+", argument, ONE)])


def _quotient(arguments: Sequence[Piece]) -> Piece:
    """Return the whole part of left/right, cut towards zero."""
    ratio = _two("/")(arguments)
    return texts.choice(texts.compare("<", ratio, ZERO), texts.call("ceil", [ratio]), texts.call("floor", [ratio]))


def _remainder(arguments: Sequence[Piece]) -> Piece:
    left, right = arguments
    return texts.binary("-", left, texts.binary("*", right, _quotient(arguments)))


def _extreme(name: str) -> Rule:
    def rule(arguments: Sequence[Piece]) -> Piece:
        return arguments[0] if len(arguments) == 1 else texts.call(name, arguments)

    return rule


def _piecewise(arguments: Sequence[Piece]) -> Piece:
    """Return values and conditions in turn as one `if` in the other; without a last value there is none for the rest."""
    pairs = len(arguments) // 2
    made = arguments[-1] if len(arguments) % 2 else _NOWHERE
    for at in range(2 * pairs - 2, -1, -2):
        made = texts.choice(arguments[at + 1], arguments[at], made)
    return made


def _relation(operator: str) -> Rule:
    """Return the rule of a comparison; of more than two arguments each is compared with the next."""

    def rule(arguments: Sequence[Piece]) -> Piece:
        found = [texts.compare(operator, left, right) for left, right in pairwise(arguments)]
        return found[0] if len(found) == 1 else texts.join("and", found)

    return rule


def _logic(word: str, alone: Piece) -> Rule:
    def rule(arguments: Sequence[Piece]) -> Piece:
        if len(arguments) < 2:
            return texts.condition(arguments[0]) if arguments else alone
        return texts.join(word, arguments)

    return rule


def _not(arguments: Sequence[Piece]) -> Piece:
    (argument,) = arguments
    return texts.inverse(argument)


def _xor(arguments: Sequence[Piece]) -> Piece:
    made = FALSE if not arguments else texts.condition(arguments[0])
    for argument in arguments[1:]:
        made = texts.compare("!=", texts.value(made), texts.value(texts.condition(argument)))
    return made


def _implies(arguments: Sequence[Piece]) -> Piece:
    left, right = arguments
    return texts.join("or", [texts.inverse(left), right])


# fmt: off
RULES: dict[int, Rule] = {
    libsbml.AST_PLUS:   _chain("+", ZERO),
    libsbml.AST_TIMES:  _chain("*", ONE),
    libsbml.AST_MINUS:  _minus,
    libsbml.AST_DIVIDE: _two("/"),
    libsbml.AST_POWER:  _two("^"),
    libsbml.AST_FUNCTION_POWER:     _two("^"),
    libsbml.AST_FUNCTION_LOG:       _log,
    libsbml.AST_FUNCTION_ROOT:      _root,
    libsbml.AST_FUNCTION_FACTORIAL: _factorial,
    libsbml.AST_FUNCTION_QUOTIENT:  _quotient,
    libsbml.AST_FUNCTION_REM:       _remainder,
    libsbml.AST_FUNCTION_MIN:       _extreme("min"),
    libsbml.AST_FUNCTION_MAX:       _extreme("max"),
    libsbml.AST_FUNCTION_PIECEWISE: _piecewise,
    libsbml.AST_LOGICAL_AND:        _logic("and", TRUE),
    libsbml.AST_LOGICAL_OR:         _logic("or", FALSE),
    libsbml.AST_LOGICAL_NOT:        _not,
    libsbml.AST_LOGICAL_XOR:        _xor,
    libsbml.AST_LOGICAL_IMPLIES:    _implies,
    libsbml.AST_RELATIONAL_EQ:      _relation("=="),
    libsbml.AST_RELATIONAL_NEQ:     _relation("!="),
    libsbml.AST_RELATIONAL_LT:      _relation("<"),
    libsbml.AST_RELATIONAL_LEQ:     _relation("<="),
    libsbml.AST_RELATIONAL_GT:      _relation(">"),
    libsbml.AST_RELATIONAL_GEQ:     _relation(">="),
}
_SAME = {"ABS": "abs", "CEILING": "ceil", "EXP": "exp", "FLOOR": "floor", "LN": "log"}
_SAME |= {name.upper(): name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}
_SAME |= {f"ARC{name.upper()}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}
_RECIPROCAL = {"SEC": "cos", "CSC": "sin", "COT": "tan", "SECH": "cosh", "CSCH": "sinh", "COTH": "tanh"}
# fmt: on
RULES |= {getattr(libsbml, f"AST_FUNCTION_{word}"): _one(name) for word, name in _SAME.items()}
RULES |= {getattr(libsbml, f"AST_FUNCTION_{word}"): _inverse_of(name) for word, name in _RECIPROCAL.items()}
RULES |= {getattr(libsbml, f"AST_FUNCTION_ARC{word}"): _of_inverse(f"a{name}") for word, name in _RECIPROCAL.items()}
