"""Names of nodes as mathematics shows them, in LaTeX, MathML and plain Unicode; SymPy is not needed for it.

A plain name is shown as a reader expects it: `x_1`, `x1` and `x[0]` with an index, `alpha` as its Greek letter, a
name of several letters upright. Any other name is shown as it is, every character that the language would interpret
escaped: in typewriter letters (LaTeX), as text (MathML), in quotes as in a formula (Unicode). `distinct` keeps two
names from looking the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape

from .layout import quoted
from .names import is_plain

_LOWER = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau upsilon"
_LOWER += " phi chi psi omega"
_UPPER = {"Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"}  # TeX has these
GREEK = {word: chr(0x3B1 + place) for place, word in enumerate(_LOWER.split()) if word != "omicron"}
GREEK |= {word.title(): chr(0x391 + place) for place, word in enumerate(_LOWER.split()) if word.title() in _UPPER}
_COMMANDS = {letter: rf"\{word}" for word, letter in GREEK.items()}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_INDEXED = re.compile(r"([^\W\d_]+)(?:_?([0-9]+)|_([^\W_]+)|\[([0-9,]+)\])?('*)")
_UPRIGHT = re.compile(r"[^\W\d_][\w.!:@$%&#\[\],']*")  # names that cannot be taken for a formula
_TEX = {"\\": r"{\backslash}", "~": r"{\sim}", "^": r"{\wedge}", " ": r"\ "} | {letter: "\\" + letter for letter in "&%$#_{}"}


def latex_name(name: str) -> str:
    r"""Return a name as LaTeX for mathematics; harmless whatever the name is.

    >>> print(latex_name("x_1"), latex_name("alpha"), latex_name("INa"), latex_name("P&L!B20"))
    x_{1} \alpha \mathrm{INa} \mathrm{P\&L{!}B20}
    """
    head, index, primes = _split(name)
    if not head:
        return latex_literal(name)
    return _tex_word(head) + (f"_{{{_tex_word(index)}}}" if index else "") + primes


def latex_literal(name: str) -> str:
    r"""Return every character of a name as LaTeX, upright; typewriter if it could be taken for a formula.

    >>> print(latex_literal("x_1"), latex_literal("a + b"))
    \mathrm{x\_1} \mathtt{a\ {+}\ b}
    """
    style = "mathrm" if _UPRIGHT.fullmatch(name) else "mathtt"
    return rf"\{style}{{{''.join(map(_tex_letter, name))}}}"


def mathml_name(name: str) -> str:
    """Return a name as presentation MathML.

    >>> mathml_name("x_1")
    '<msub><mi>x</mi><mn>1</mn></msub>'
    """
    head, index, primes = _split(name)
    if not head:
        return mathml_literal(name)
    shown = f"<mi>{_greek(head)}{primes}</mi>"
    tag = "mi" if index[:1].isalpha() else "mn"
    return f"<msub>{shown}<{tag}>{_greek(index)}</{tag}></msub>" if index else shown


def mathml_literal(name: str) -> str:
    """Return a name as it is, escaped, as an identifier or, if it could be taken for a formula, as text."""
    tag = "mi" if _UPRIGHT.fullmatch(name) else "mtext"
    return f"<{tag}>{escape(name)}</{tag}>"


def unicode_name(name: str) -> str:
    """Return a name with Greek letters and small figures, or as it stands in a formula.

    >>> unicode_name("alpha_1"), unicode_name("a b")
    ('α₁', "'a b'")
    """
    head, index, primes = _split(name)
    if not head or (index and not index.isdecimal()):
        return quoted(name)
    return _greek(head) + index.translate(_SUBSCRIPTS) + primes


def distinct(names: Iterable[str], shown: Callable[[str], str], literal: Callable[[str], str]) -> dict[str, str]:
    """Return how each name is shown; those that would look the same stand literally.

    >>> distinct(["x1", "x_1", "x_2"], unicode_name, quoted)
    {'x1': 'x1', 'x_1': 'x_1', 'x_2': 'x₂'}
    """
    wanted = {name: shown(name) for name in names}
    count = Counter(wanted.values())
    return {name: text if count[text] == 1 else literal(name) for name, text in wanted.items()}


def _split(name: str) -> tuple[str, str, str]:
    """Return head, index and primes of a plain name; an empty head if it has another shape."""
    found = _INDEXED.fullmatch(name) if is_plain(name) else None
    if found is None:
        return "", "", ""
    head, digits, word, numbers, primes = found.groups()
    return head, digits or word or numbers or "", primes


def _greek(word: str) -> str:
    return GREEK.get(word, word)


def _tex_word(word: str) -> str:
    letter = _greek(word)
    if letter in _COMMANDS:
        return _COMMANDS[letter]
    return word if len(word) == 1 or not any(map(str.isalpha, word)) else rf"\mathrm{{{word}}}"


def _tex_letter(letter: str) -> str:
    """Return one character as LaTeX takes it literally; what is no letter or digit loses its meaning in braces."""
    if letter in _TEX:
        return _TEX[letter]
    return letter if letter.isalnum() or letter == "." else f"{{{letter}}}"
