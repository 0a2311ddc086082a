"""What was probably meant where a formula cannot be read: hints in the words of the grammar."""

from __future__ import annotations

import re

from .functions import ALIASES, FUNCTIONS
from .names import suggestion

_IMPLICIT = "there is no implicit multiplication: write"
_SHORT = 2  # letters: such a name before a bracket is a factor, not a function with a slip in it
_WORD = re.compile(r"([^\W\d]\w*)\s*$")
_RAISED = re.compile(r"([^\W\d]\w*)\s*(?:\^|\*\*)\s*(\w+)\s*$")

# functions that are none here, and how they are written
INSTEAD = {
    "cot": "1/tan(x)",
    "sec": "1/cos(x)",
    "csc": "1/sin(x)",
    "cosec": "1/sin(x)",
    "coth": "1/tanh(x)",
    "sech": "1/cosh(x)",
    "csch": "1/sinh(x)",
    "pow": "a^b",
    "power": "a^b",
    "square": "x^2",
    "sqr": "x^2",
    "sgn": "sign(x)",
    "fabs": "abs(x)",
    "heaviside": "step(x)",
    "logistic": "sigmoid(x)",
    "expit": "sigmoid(x)",
    "logb": "log(x)/log(b)",
    "clip": "min(max(x, low), high)",
    "clamp": "min(max(x, low), high)",
    "sum": "a + b",
    "mean": "(a + b)/2",
    "rsqrt": "1/sqrt(x)",
    "softmax": "exp(x)/(exp(x) + exp(y))",
    "silu": "x*sigmoid(x)",
    "swish": "x*sigmoid(x)",
    "gelu": "x*normcdf(x)",
    "piecewise": "if(condition, a, b)",
    "where": "if(condition, a, b)",
    "iif": "if(condition, a, b)",
    "ifelse": "if(condition, a, b)",
}
# names that mean a number elsewhere
NUMBERS = {"e": "e^x is exp(x);", "π": "write pi;", "Pi": "write pi;", "PI": "write pi;"}


def function_hint(name: str) -> str:
    """Return what to write for a function that there is not.

    >>> function_hint("cot"), function_hint("sinn"), function_hint("x")
    ('write 1/tan(x)', "did you mean 'sin'?", 'there is no implicit multiplication: write x*(…)')
    """
    if name.casefold() in INSTEAD:
        return f"write {INSTEAD[name.casefold()]}"
    near = suggestion(name, [*FUNCTIONS, *ALIASES]) if len(name) > _SHORT else None
    return near or f"{_IMPLICIT} {name if len(name) <= _SHORT else 'a'}*({'…' if len(name) <= _SHORT else 'b + c'})"


def operator_hint(before: str, found: str) -> str:
    """Return what to write where a value has ended and another begins.

    >>> operator_hint("3 + sqrt ", "x"), operator_hint("sin^2", "("), operator_hint("2", "x")
    ('write sqrt(x)', 'write sin(x)^2', 'there is no implicit multiplication: write 2*x')
    """
    raised, word = _RAISED.search(before), _WORD.search(before)
    if raised and found == "(" and _is_function(raised[1]):
        return f"write {raised[1]}(x)^{raised[2]}"
    if word and _is_function(word[1]) and found.isalnum():
        return f"write {word[1]}({found})"
    return f"{_IMPLICIT} 2*x"


def _is_function(name: str) -> bool:
    return name in FUNCTIONS or name in ALIASES
