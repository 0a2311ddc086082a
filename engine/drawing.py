"""How sums, products, fractions, brackets and names look in LaTeX, MathML and Unicode: what SymPy's printers ask.

SymPy's printers let an object draw itself through the printing methods `_latex`, `_mathml_presentation` and `_pretty`.
`Drawn` has these once; each class below says how it looks from the looks of its pieces. A piece is an object that can be
drawn, or a string that stands as it is. SymPy cannot look into them: nothing is reordered or worked out.

This imports SymPy, as `typeset.py` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import pairwise
from typing import Any

import sympy
from sympy.printing.pretty.stringpict import prettyForm, stringPict

_LATEX_WORDS = {"and": r" \wedge ", "or": r" \vee ", "not": r"\neg "}
_WORDS = {"and": "∧", "or": "∨", "not": "¬"}
_LONG_NAMES = (r"\mathrm{", r"\mathtt{")
_INVISIBLE_TIMES = "<mo>\N{INVISIBLE TIMES}</mo>"


class Drawn(sympy.Expr):  # type: ignore[misc]
    """What draws itself. It binds most tightly, so that SymPy sets no brackets: they are set by hand."""

    is_commutative = True
    precedence = 1_000

    def __new__(cls, *pieces: Any) -> Any:
        made = super().__new__(cls)
        made.pieces = pieces
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.pieces  # type: ignore[no-any-return]

    def _latex(self, printer: Any, **_: Any) -> str:
        return self.in_latex(*(p if isinstance(p, str) else printer._print(p) for p in self.pieces))

    def _mathml_presentation(self, printer: Any, **_: Any) -> Any:
        text = self.in_mathml(*(p if isinstance(p, str) else printer._print(p).toxml() for p in self.pieces))
        return printer.dom.createTextNode(text)  # SymPy's own, which does not escape: notation.py did

    def _pretty(self, printer: Any, **_: Any) -> Any:
        return self.in_unicode(*(p if isinstance(p, str) else printer._print(p) for p in self.pieces))

    def in_latex(self, *pieces: str) -> str:
        raise NotImplementedError

    def in_mathml(self, *pieces: str) -> str:
        raise NotImplementedError

    def in_unicode(self, *pieces: Any) -> Any:
        raise NotImplementedError


class Leaf(Drawn):
    """A name or digits, written in the language that is printed."""

    def in_latex(self, *pieces: str) -> str:
        return pieces[0]

    def in_mathml(self, *pieces: str) -> str:
        return pieces[0]

    def in_unicode(self, *pieces: Any) -> Any:
        return prettyForm(pieces[0])


class Terms(Drawn):
    """A sum: sign and term by turns, the first sign is empty or a minus."""

    def in_latex(self, *pieces: str) -> str:
        return " ".join(piece for piece in pieces if piece)

    def in_mathml(self, *pieces: str) -> str:
        return _row(f"<mo>{piece}</mo>" if piece in ("+", "-") else piece for piece in pieces)

    def in_unicode(self, *pieces: Any) -> Any:
        first = [pieces[0]] if pieces[0] else []
        rest = (f" {piece} " if isinstance(piece, str) else piece for piece in pieces[2:])
        return prettyForm(*stringPict.next(*first, pieces[1], *rest), binding=prettyForm.ADD)


class Minus(Drawn):
    """What has a minus before it and stands alone."""

    def in_latex(self, *pieces: str) -> str:
        return f"- {pieces[0]}"

    def in_mathml(self, *pieces: str) -> str:
        return _row(["<mo>-</mo>", pieces[0]])

    def in_unicode(self, *pieces: Any) -> Any:
        return prettyForm(*stringPict.next("-", pieces[0]), binding=prettyForm.NEG)


class Factors(Drawn):
    """A product of two or more."""

    def in_latex(self, *pieces: str) -> str:
        text = pieces[0]
        for before, after in pairwise(pieces):
            text += (r" \cdot " if _needs_dot(before, after) else " ") + after
        return text

    def in_mathml(self, *pieces: str) -> str:
        times = "<mo>⋅</mo>" if any(map(_is_long_element, pieces)) else _INVISIBLE_TIMES
        return _row([times.join(pieces)])

    def in_unicode(self, *pieces: Any) -> Any:
        return prettyForm.__mul__(*pieces)


class Over(Drawn):
    """A fraction."""

    def in_latex(self, *pieces: str) -> str:
        return rf"\frac{{{pieces[0]}}}{{{pieces[1]}}}"

    def in_mathml(self, *pieces: str) -> str:
        return f"<mfrac>{pieces[0]}{pieces[1]}</mfrac>"

    def in_unicode(self, *pieces: Any) -> Any:
        return pieces[0] / pieces[1]


class Bracketed(Drawn):
    """What stands in brackets."""

    def in_latex(self, *pieces: str) -> str:
        return rf"\left({pieces[0]}\right)"

    def in_mathml(self, *pieces: str) -> str:
        return _row(["<mo>(</mo>", pieces[0], "<mo>)</mo>"])

    def in_unicode(self, *pieces: Any) -> Any:
        return prettyForm(*pieces[0].parens())


class Applied(Drawn):
    """A function by its name: the name, then the arguments."""

    def in_latex(self, *pieces: str) -> str:
        name, *args = pieces
        return rf"\operatorname{{{name}}}{{\left({', '.join(args)} \right)}}"

    def in_mathml(self, *pieces: str) -> str:
        name, *args = pieces
        return _row([f"<mi>{escape(name)}</mi>", _row(["<mo>(</mo>", "<mo>,</mo>".join(args), "<mo>)</mo>"])])

    def in_unicode(self, *pieces: Any) -> Any:
        name, first, *args = pieces
        inside = stringPict.next(first, *(part for arg in args for part in (", ", arg)))
        return prettyForm(*stringPict.next(name, prettyForm(*prettyForm(*inside).parens())))


class Logic(Drawn):
    """`and`, `or`, `not`: the word, then what it joins."""

    def in_latex(self, *pieces: str) -> str:
        word, *args = pieces
        return _LATEX_WORDS[word] + args[0] if word == "not" else _LATEX_WORDS[word].join(args)

    def in_mathml(self, *pieces: str) -> str:
        word, *args = pieces
        sign = f"<mo>{_WORDS[word]}</mo>"
        return _row([sign, *args] if word == "not" else [sign.join(args)])

    def in_unicode(self, *pieces: Any) -> Any:
        word, first, *rest = pieces
        sign = _WORDS[word]
        return prettyForm(*(stringPict.next(sign, first) if word == "not" else stringPict.next(first, f" {sign} ", *rest)))


class Cases(sympy.Piecewise):  # type: ignore[misc]
    """A Piecewise whose MathML is a table, where SymPy writes a call of `piecewise`."""

    def _latex(self, printer: Any, **_: Any) -> Any:
        return printer._print_Piecewise(self)

    def _pretty(self, printer: Any, **_: Any) -> Any:
        return printer._print_Piecewise(self)

    def _mathml_presentation(self, printer: Any, **_: Any) -> Any:
        rows = []
        for value, condition in (pair.args for pair in self.args):
            word = "otherwise" if condition == sympy.true else "if&#xA0;"
            shown = "" if condition == sympy.true else printer._print(condition).toxml()
            cells = f"<mtd>{printer._print(value).toxml()}</mtd><mtd><mtext>{word}</mtext>{shown}</mtd>"
            rows.append(f"<mtr>{cells}</mtr>")
        return printer.dom.createTextNode(_row(["<mo>{</mo><mtable>", *rows, "</mtable>"]))


def _row(pieces: Iterable[str]) -> str:
    return f"<mrow>{''.join(pieces)}</mrow>"


def _needs_dot(before: str, after: str) -> bool:
    """Return whether two factors side by side would be read as one name, one number or a function and its argument."""
    if after[0].isdigit() or before.startswith(_LONG_NAMES) or after.startswith(_LONG_NAMES):
        return True
    return before.startswith("\\") and after.startswith(r"\left(") and before.split("_")[0][1:].isalpha()


def _is_long_element(element: str) -> bool:
    """Return whether a factor in MathML begins with a name of several letters, or is text."""
    name = element.removeprefix("<msup>").removeprefix("<msub>")
    return name.startswith("<mtext>") or (name.startswith("<mi>") and name.find("</mi>") > len("<mi>x"))
