"""What an Excel formula works with while it is turned into one of gradq: scalars, grids of them, and areas.

A scalar carries its text in the grammar of `.gq`, how tightly that text binds, and how deep its brackets are. Whether
it is a number, a truth or a text is known before any number is: that decides what Excel's functions skip.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple

from .excel_book import Area
from .excel_formula import Unsupported

OR, AND, NOT, COMPARISON, SUM, PRODUCT, NEGATIVE, POWER, ATOM = range(1, 10)
DEEPEST = 900  # the grammar reads brackets 1,000 deep
LONGEST = 900_000  # and 1,000,000 characters


Needs = tuple[str, ...] | None  # conditions under which a value is no error; None: it may be one for other reasons
_NEVER_FAIL = frozenset({"abs", "sign", "floor", "ceil", "min", "max", "sin", "cos", "atan", "tanh", "exp", "erf", "erfc"})
_FAIL_BELOW = {"log": ">", "log10": ">", "sqrt": ">="}  # than 0


class Scalar(NamedTuple):
    """One value. `kind`: number, truth, text, blank, missing; mixed: a number, or else FALSE; unknown: of an opaque cell.

    `text` is a formula, of a truth a condition. `constant`: of a literal its exact value; of a text its letters.
    """

    kind: str
    text: str = ""
    level: int = ATOM
    depth: int = 0
    constant: Fraction | bool | str | None = None
    needs: Needs = ()


class Grid(NamedTuple):
    """Values in rows of equal length."""

    rows: list[list[Scalar]]


Value = Scalar | Grid | Area
NUMERIC = ("number", "mixed", "unknown")  # the kinds that a sum over a range takes
ZERO = Scalar("number", "0", constant=Fraction(0))
BLANK = Scalar("blank")
MISSING = Scalar("missing")
TRUE = Scalar("truth", "1 == 1", COMPARISON, constant=True)
FALSE = Scalar("truth", "1 == 0", COMPARISON, constant=False)
WORDS = Scalar("text")  # a text that depends on numbers, so that nobody knows its letters


def literal(text: str) -> Scalar:
    """Return a number as it is written."""
    try:
        return Scalar("number", text, constant=Fraction(Decimal(text)) if len(text) < 40 else None)
    except InvalidOperation:
        raise Unsupported(f"{text} is not a number") from None


def constant_number(value: Fraction) -> Scalar:
    """Return an exact number that ends as a decimal, or as a quotient."""
    size = abs(value)
    places = next((places for places in range(20) if (size * 10**places).denominator == 1), None)
    if places is None:
        result = Scalar("number", f"{size.numerator}/{size.denominator}", PRODUCT)
    else:
        digits = str(int(size * 10**places)).rjust(places + 1, "0")
        result = Scalar("number", f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    return (negated(result) if value < 0 else result)._replace(constant=value)


def text(letters: str) -> Scalar:
    """Return a text that is known."""
    return Scalar("text", constant=letters)


def truth(value: bool) -> Scalar:
    """Return TRUE or FALSE."""
    return TRUE if value else FALSE


def number(value: Scalar) -> Scalar:
    """Return a value as arithmetic takes it: a blank is 0, TRUE is 1; raises `Unsupported` for a text."""
    if value.kind in ("number", "mixed", "unknown"):
        return value
    if value.kind == "truth":
        if isinstance(value.constant, bool):
            return Scalar("number", "1", constant=Fraction(1)) if value.constant else ZERO
        return _checked("number", f"if({value.text}, 1, 0)", ATOM, value.depth + 1, needs=value.needs)
    if value.kind == "text":
        shown = f" ('{value.constant}')" if value.constant is not None else ""
        raise Unsupported(f"arithmetic on a text{shown}")
    return ZERO


def condition(value: Scalar) -> Scalar:
    """Return a value as a condition: a number holds where it is not 0."""
    if value.kind == "truth":
        return value
    value = number(value)
    if isinstance(value.constant, Fraction):
        return truth(value.constant != 0)
    return _checked("truth", f"{bracketed(value, SUM)} != 0", COMPARISON, value.depth + 1, needs=value.needs)


def bracketed(value: Scalar, level: int) -> str:
    """Return the text of a value, in brackets if it binds less tightly than `level`."""
    return value.text if value.level >= level else f"({value.text})"


def negated(value: Scalar) -> Scalar:
    """Return −value; a double minus makes a number of a truth and no more."""
    value = number(value)
    if value.level == NEGATIVE:
        return Scalar("number", value.text[1:], POWER, value.depth, None, value.needs)  # --x
    exact = -value.constant if isinstance(value.constant, Fraction) else None
    return _checked("number", f"-{bracketed(value, POWER)}", NEGATIVE, value.depth + 1, exact, value.needs)


def percent(value: Scalar) -> Scalar:
    """Return value/100; a literal stays exact."""
    value = number(value)
    if isinstance(value.constant, Fraction):
        return constant_number(value.constant / 100)
    return operated("/", value, Scalar("number", "100"))


def operated(operator: str, left: Scalar, right: Scalar) -> Scalar:
    """Return `left operator right` of two numbers."""
    left, right = number(left), number(right)
    depth = max(left.depth, right.depth) + 1
    needs = _both(left, right)
    if operator == "^":
        safe = isinstance(right.constant, Fraction) and right.constant.denominator == 1 and right.constant > 0
        shown = f"{bracketed(left, ATOM)}^{bracketed(right, ATOM)}"
        return _checked("number", shown, POWER, depth, needs=needs if safe else None)
    if operator in "+-":
        shown = bracketed(right, ATOM if right.text.startswith("-") else PRODUCT)
        return _checked("number", f"{bracketed(left, SUM)} {operator} {shown}", SUM, _flat(left, right, SUM), needs=needs)
    if operator == "/" and needs is not None and not right.constant:
        needs = (*needs, f"{bracketed(right, SUM)} != 0")
    shown = f"{bracketed(left, PRODUCT)}{operator}{bracketed(right, POWER)}"
    return _checked("number", shown, PRODUCT, _flat(left, right, PRODUCT), needs=needs)


def _flat(left: Scalar, right: Scalar, level: int) -> int:
    """Return the depth of a chain: one that goes on needs no bracket, and is no deeper."""
    return max(left.depth if left.level == level else left.depth + 1, right.depth + 1)


def total(terms: list[Scalar]) -> Scalar:
    """Return the sum of numbers; of none it is 0."""
    if not terms:
        return ZERO
    if len(terms) == 1:
        return number(terms[0])
    numbers = [number(term) for term in terms]
    rest = (bracketed(term, ATOM if term.text.startswith("-") else PRODUCT) for term in numbers[1:])
    parts = [bracketed(numbers[0], SUM), *rest]
    return _checked("number", " + ".join(parts), SUM, max(term.depth for term in numbers) + 1, needs=_both(*numbers))


def called(function: str, *args: Scalar) -> Scalar:
    """Return a call of a function of gradq on numbers."""
    numbers = [number(arg) for arg in args]
    depth = max((arg.depth for arg in numbers), default=0) + 1
    needs = _both(*numbers)
    if needs is not None and function in _FAIL_BELOW:
        needs = (*needs, f"{bracketed(numbers[0], SUM)} {_FAIL_BELOW[function]} 0")
    elif function not in _NEVER_FAIL:
        needs = None
    return _checked("number", f"{function}({', '.join(arg.text for arg in numbers)})", ATOM, depth, needs=needs)


def chosen(test: Scalar, yes: Scalar, no: Scalar) -> Scalar:
    """Return IF: both branches are kept, unless texts and literals have settled the condition."""
    test = condition(test)
    if isinstance(test.constant, bool):
        return yes if test.constant else no
    if "text" in (yes.kind, no.kind):
        if yes.kind == no.kind:
            return WORDS
        raise Unsupported("an IF that gives a text in one branch and a number in the other")
    depth = max(test.depth, yes.depth, no.depth) + 1
    kind = "number"
    if "truth" in (yes.kind, no.kind):
        if yes.kind == no.kind:
            either = [joined("and", [test, yes]), joined("and", [denied(test), no])]
            return joined("or", either)
        kind = "mixed"
    if "mixed" in (yes.kind, no.kind):
        kind = "mixed"
    needs = test.needs if _both(yes, no) == () else None  # a branch that is not taken may fail
    return _checked(kind, f"if({test.text}, {number(yes).text}, {number(no).text})", ATOM, depth + 1, needs=needs)


def compared(operator: str, left: Scalar, right: Scalar) -> Scalar:
    """Return a comparison; one that texts decide is settled at once, for a text never changes."""
    if {left.kind, right.kind} == {"blank", "text"}:
        left, right = (text("") if value.kind == "blank" else value for value in (left, right))
    if "mixed" in (left.kind, right.kind):
        raise Unsupported("a comparison with an IF that may be FALSE")
    if "unknown" in (left.kind, right.kind) and {"text", "truth"} & {left.kind, right.kind}:
        raise Unsupported("a comparison with a cell that may be a number or a text")
    ranks = {"text": 1, "truth": 2}
    ordered = ranks.get(left.kind, 0), ranks.get(right.kind, 0)
    if ordered[0] != ordered[1] and "blank" not in (left.kind, right.kind):
        return truth(_holds(operator, *ordered))  # Excel: every number is below every text, and that below FALSE
    if ordered == (1, 1):
        if not isinstance(left.constant, str) or not isinstance(right.constant, str) or operator not in ("=", "<>"):
            raise Unsupported("a comparison of texts that are not fixed")
        return truth((left.constant.casefold() == right.constant.casefold()) == (operator == "="))
    left, right = number(left), number(right)
    if isinstance(left.constant, Fraction) and isinstance(right.constant, Fraction):
        return truth(_holds(operator, left.constant, right.constant))
    sign = {"=": "==", "<>": "!="}.get(operator, operator)
    depth = max(left.depth, right.depth) + 1
    return _checked(
        "truth", f"{bracketed(left, SUM)} {sign} {bracketed(right, SUM)}", COMPARISON, depth, needs=_both(left, right)
    )


def joined(word: str, conditions: list[Scalar]) -> Scalar:
    """Return AND or OR of conditions."""
    settles = word == "or"
    found = [condition(each) for each in conditions]
    if any(each.constant is settles for each in found):
        return truth(settles)
    found = [each for each in found if not isinstance(each.constant, bool)]
    if not found:
        return truth(not settles)
    if len(found) == 1:
        return found[0]
    level = OR if settles else AND
    shown = f" {word} ".join(bracketed(each, level + 1) for each in found)
    return _checked("truth", shown, level, max(each.depth for each in found) + 1, needs=_both(*found))


def denied(value: Scalar) -> Scalar:
    """Return NOT of a condition."""
    value = condition(value)
    if isinstance(value.constant, bool):
        return truth(not value.constant)
    return _checked("truth", f"not ({value.text})", NOT, value.depth + 2, needs=value.needs)


def defined(value: Scalar) -> Scalar:
    """Return the condition under which a value is no error; raises `Unsupported` where that cannot be told."""
    if value.needs is None:
        raise Unsupported("what to do about an error that may come from anywhere")
    conditions = [Scalar("truth", each, COMPARISON, value.depth + 1) for each in dict.fromkeys(value.needs)]
    return joined("and", conditions) if conditions else TRUE


def _holds(operator: str, left: Fraction | int, right: Fraction | int) -> bool:
    return {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[operator]


def _both(*values: Scalar) -> Needs:
    """Return what several values need together."""
    if any(value.needs is None for value in values):
        return None
    return tuple(dict.fromkeys(each for value in values for each in value.needs or ()))


def _checked(kind: str, shown: str, level: int, depth: int, constant: Fraction | None = None, needs: Needs = ()) -> Scalar:
    if depth > DEEPEST:
        raise Unsupported("the formula is nested too deep")
    if len(shown) > LONGEST:
        raise Unsupported(f"the formula would have {len(shown):,} characters")
    return Scalar(kind, shown, level, depth, constant, needs)
