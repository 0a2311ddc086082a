"""Formulas in the spelling of Python: names as identifiers, expressions of `math`, and the functions that `math` lacks."""

from __future__ import annotations

import builtins
import keyword
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from ..engine.evaluate import as_double
from ..engine.tree import Tree, parts, walk
from ..store.errors import InvalidGraph

_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(9)
_RESERVED = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "math", "f", "grad"})
_CHUNK = 100  # terms of a chain; a longer one is bracketed, for the compiler of Python enters each
_DEEPEST = 150  # brackets within brackets; at 200 Python gives up
_Piece = tuple[str, int]

# fmt: off
_MATH = (
    "exp log log2 log10 log1p expm1 sqrt cbrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh "
    "floor ceil erf erfc gamma lgamma hypot"
).split()
CALLS = {name: f"math.{name}" for name in _MATH} | {name: name for name in ("abs", "min", "max")}
CALLS |= {name: f"_{name}" for name in ("sign", "step", "mod", "relu", "sigmoid", "softplus", "normcdf", "normpdf")}
CALLS |= {name: f"_{name}" for name in ("digamma", "polygamma")}
# fmt: on

HELPERS = {
    "_sign": "def _sign(x):\n    return float((x > 0) - (x < 0))\n",
    "_step": "def _step(x):\n    return 1.0 if x > 0 else 0.0\n",
    "_mod": "def _mod(x, y):\n    return x % y + 0.0\n",
    "_relu": "def _relu(x):\n    return x if x > 0 else 0.0\n",
    "_sigmoid": (
        "def _sigmoid(x):\n    if x >= 0:\n        return 1.0 / (1.0 + math.exp(-x))\n"
        "    tail = math.exp(x)  # 1/(1 + exp(-x)) overflows below -709\n    return tail / (1.0 + tail)\n"
    ),
    "_softplus": "def _softplus(x):\n    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))\n",
    "_normcdf": "def _normcdf(x):\n    return 0.5 * math.erfc(-x * math.sqrt(0.5))\n",
    "_normpdf": "def _normpdf(x):\n    return math.exp(-0.5 * x * x) / math.sqrt(math.tau)\n",
    "_digamma": "def _digamma(x):\n    return _polygamma(0, x)\n",
    "_polygamma": '''\
def _polygamma(n, x):
    """Return the n-th derivative of digamma: by its recurrence to a large x, and there by its asymptotic series."""
    n, total, turn = int(n), 0.0, -1.0 if n % 2 else 1.0
    while x < 20 + n:
        total -= turn * math.factorial(n) / x ** (n + 1)
        x += 1.0
    if n:
        rest = math.factorial(n - 1) / x**n + math.factorial(n) / (2 * x ** (n + 1))
    else:
        rest = 1 / (2 * x) - math.log(x)
    bernoulli = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
    for k, b in enumerate(bernoulli, 1):
        rest += b * math.factorial(2 * k + n - 1) / (math.factorial(2 * k) * x ** (2 * k + n))
    return total - turn * rest
''',
}
_NEEDS = {"_digamma": ("_polygamma",)}


def helpers(code: str) -> str:
    """Return the functions that a text of Python calls and `math` lacks."""
    needed: dict[str, None] = {}
    for word in HELPERS:
        if re.search(rf"(?<![\w.]){word}\(", code):
            needed |= dict.fromkeys((*_NEEDS.get(word, ()), word))
    return "".join(f"{HELPERS[word]}\n\n" for word in HELPERS if word in needed)


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """Return an identifier for each name; a name that is one stays, and no two are the same to Python.

    None begins with an underscore, which is for what the module has of its own.

    >>> identifiers(["x", "P&L!B20", "P.L.B20", "class", "2x", "_x", "名"])
    {'x': 'x', 'P&L!B20': 'P_L_B20', 'P.L.B20': 'P_L_B20_2', 'class': 'class_', '2x': 'n2x', '_x': 'n_x', '名': '名'}
    """
    found: dict[str, str] = {}
    given = list(names)
    taken = {name for name in given if _is_plain(name)}
    for name in given:
        if _is_plain(name):
            found[name] = name
            continue
        wanted = made = _identifier(name)
        count = 1
        while made in taken:
            count += 1
            made = f"{wanted}_{count}"
        taken.add(made)
        found[name] = made
    return found


def expression(tree: Tree, names: Mapping[str, str]) -> str:
    """Return a formula as an expression of Python.

    >>> from ..engine.formula import parse
    >>> expression(parse("-x^2 + if(a > 0 and not b > 1, sin(x), 2^x)/y"), {name: name for name in "abxy"})
    '-x**2 + (math.sin(x) if a > 0 and not b > 1 else math.pow(2, x))/y'
    """
    stack: list[_Piece] = []
    for item in walk(tree):
        count = len(parts(item))
        args = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(_piece(item, args, names))
    text = stack[0][0]
    if _depth(text) > _DEEPEST:
        raise InvalidGraph("a formula is nested too deeply for Python", hint="a .gq file keeps it")
    return text


def number(value: float) -> str:
    """Return a number in the spelling of Python.

    >>> number(2.0), number(0.1), number(1e300)
    ('2', '0.1', '1e+300')
    """
    if math.isinf(value):
        return "math.inf" if value > 0 else "-math.inf"
    return (
        str(int(value)) if value.is_integer() and abs(value) < 2**53 and (value or math.copysign(1, value) > 0) else repr(value)
    )


def _is_plain(name: str) -> bool:
    is_one = name.isidentifier() and unicodedata.normalize("NFKC", name) == name  # Python folds what it reads
    return is_one and not name.startswith("_") and name not in _RESERVED


def _identifier(name: str) -> str:
    made = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", name)).strip("_") or "node"
    if name.startswith("_") and _is_plain("n" + name):
        return "n" + name
    made = made if made[0].isalpha() else f"n{made}"
    if not made.isidentifier():
        made = "node"
    return f"{made}_" if made in _RESERVED else made


def _piece(item: Tree, args: list[_Piece], names: Mapping[str, str]) -> _Piece:
    kind = item[0]
    if kind == "number":
        text = number(as_double(*item[1]))
        return text, _SIGN if text[0] == "-" else _ATOM
    if kind == "name":
        return names[item[1]], _ATOM
    if kind == "constant":
        return "math.pi", _ATOM
    if kind == "group":
        return args[0]
    if kind == "-":
        return f"-{_held(args[0], _SIGN)}", _SIGN
    if kind == "^":
        return _power(item, args)
    return _call(item[1], args) if kind == "call" else _chain([sign for sign, _ in item[1]], args)


def _power(item: Tree, args: list[_Piece]) -> _Piece:
    exponent, base = item[2], item[1]
    whole = exponent[0] == "number" and as_double(*exponent[1]).is_integer() and as_double(*exponent[1]) < 100
    if whole and base[0] != "number":
        return f"{_held(args[0], _ATOM)}**{args[1][0]}", _POWER
    return f"math.pow({args[0][0]}, {args[1][0]})", _ATOM  # 9**9**9 would be worked out as a whole number


def _chain(signs: Sequence[str], args: Sequence[_Piece]) -> _Piece:
    """Return a sum or a product; a long one in brackets of a hundred, from the left."""
    own, unit = (_SUM, "0.0") if signs[0] == "+" else (_PRODUCT, "1.0")
    while len(args) > _CHUNK:
        chunks = [(signs[at : at + _CHUNK], args[at : at + _CHUNK]) for at in range(0, len(args), _CHUNK)]
        args = [_chain_text([signs[0], *inner], [(unit, _ATOM), *terms], own) for inner, terms in chunks]
        signs = [signs[0]] * len(args)
    return _chain_text(signs, args, own)


def _chain_text(signs: Sequence[str], args: Sequence[_Piece], own: int) -> _Piece:
    text = _held(args[0], own)
    for sign, arg in zip(signs[1:], args[1:], strict=True):
        text += (f" {sign} " if own == _SUM else sign) + _held(arg, own + 1)
    return text, own


def _call(name: str, args: list[_Piece]) -> _Piece:
    if name == "if":
        test, yes, no = args
        return f"({yes[0]} if {test[0]} else {no[0]})", _ATOM
    if name in ("and", "or"):
        own = _AND if name == "and" else _OR
        return f" {name} ".join((_held(args[0], own), _held(args[1], own + 1))), own
    if name == "not":
        return f"not {_held(args[0], _NOT)}", _NOT
    if not name[0].isalpha():
        return f"{_held(args[0], _SUM)} {name} {_held(args[1], _SUM)}", _COMPARISON
    return f"{CALLS[name]}({', '.join(text for text, _ in args)})", _ATOM


def _held(piece: _Piece, least: int) -> str:
    return piece[0] if piece[1] >= least else f"({piece[0]})"


def _depth(text: str) -> int:
    depth = deepest = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest
