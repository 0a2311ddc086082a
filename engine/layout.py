"""How an expression is written: the order of terms and factors, and where brackets go.

`arrange` gives the printed form of one expression as a list of strings and sub-expressions. Both the printed size
and the printed text come from it, so the size that is known before printing is the size that is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from .names import is_plain
from .terms import Call, Expr, Number, Product, Sum, Symbol

SHORT = 4_000  # texts up to this size take part in sorting; longer ones sort by size and digest
COMPARISONS = ("<", "<=", "==", "!=", ">", ">=")
_DECIMAL_PLACES = 20
_DECIMAL_UNIT = 10**_DECIMAL_PLACES
_UNIT = Fraction(1)
_LONG = 10**4_000
_DIGITS_A_BIT = 0.30103
_AT_ONCE = 200  # texts up to this size are made with the expression
_CACHED = SHORT  # texts are kept, because sorting asks for the same ones again and again
_BINDING = {"or": 1, "and": 2, "not": 3} | dict.fromkeys(COMPARISONS, 4)


def arrange(item: Expr) -> list[str | Expr]:
    """Return the printed form of `item` as strings and the sub-expressions between them."""
    if isinstance(item, Number):
        return [rational(item.value)]
    if isinstance(item, Symbol):
        return ["pi" if item.constant else quoted(item.name)]
    if isinstance(item, Sum):
        return _arrange_sum(item)
    if isinstance(item, Product):
        return _arrange_product(*item.coefficient.as_integer_ratio(), item.powers)
    assert isinstance(item, Call)
    return _arrange_call(item)


def text_of(item: Expr) -> str:
    """Return the whole expression on one line, however long; ask `item.size` first.

    >>> from .expression import add, number, symbol
    >>> text_of(add([number(84), symbol("d")]))
    'd + 84'
    """
    if item._text is not None:
        return item._text
    out: list[str] = []
    stack: list[str | Expr] = [item]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            out.append(piece)
        elif piece.size <= _CACHED:
            out.append(_kept_text(piece))
        else:
            stack.extend(reversed(arrange(piece)))
    return "".join(out)


def _kept_text(item: Expr) -> str:
    """Return the text of something short, which it keeps, as do its parts: others will have the same parts."""
    stack = [(item, arrange(item))] if item._text is None else []
    while stack:
        top, pieces = stack[-1]
        waiting = [piece for piece in pieces if not isinstance(piece, str) and piece._text is None]
        if waiting:
            stack += [(piece, arrange(piece)) for piece in waiting]
        else:
            top._text = _with_texts(pieces)
            stack.pop()
    assert item._text is not None
    return item._text


def _with_texts(pieces: Iterable[str | Expr]) -> str:
    return "".join([piece if isinstance(piece, str) else piece._text or "" for piece in pieces])


def rational(value: Fraction) -> str:
    """Return a number as a decimal if that ends within 20 places, else as `p/q`.

    >>> rational(Fraction(1, 8)), rational(Fraction(-2, 3))
    ('0.125', '-2/3')
    """
    decimal = _decimal(*value.as_integer_ratio())
    return decimal if decimal is not None else f"{integer(value.numerator)}/{integer(value.denominator)}"


def integer(value: int) -> str:
    """Return all digits of an integer of any size (Python's `str` refuses more than 4,300)."""
    if -_LONG < value < _LONG:
        return str(value)
    from decimal import Decimal

    return f"{Decimal(value):f}"


def number_size(value: Fraction) -> int:
    """Return the length of a number's text; of one with thousands of digits about that, without writing it.

    >>> number_size(Fraction(-2, 3)), number_size(Fraction(10**5000)) in range(4_990, 5_010)
    (4, True)
    """
    if -_LONG < value.numerator < _LONG and value.denominator < _LONG:
        return len(rational(value))
    bits = value.numerator.bit_length() + (value.denominator.bit_length() if value.denominator != 1 else 0)
    return int(bits * _DIGITS_A_BIT) + 2


def measured(item: Expr) -> tuple[int, str | None]:
    """Return the printed size of a new expression, whose parts are measured, and the text too if that is short."""
    if isinstance(item, Number):
        size = number_size(item.value)
        return size, rational(item.value) if size <= _AT_ONCE else None
    pieces = arrange(item)
    size = sum([len(piece) if isinstance(piece, str) else piece.size for piece in pieces])
    return size, _with_texts(pieces) if size <= _AT_ONCE else None  # what is short has short parts, which have theirs


def quoted(name: str) -> str:
    """Return a name as it stands in a formula: plain, or in single quotes.

    >>> quoted("ina.INa"), quoted("P&L!B20")
    ('ina.INa', "'P&L!B20'")
    """
    return name if is_plain(name) else "'" + name.replace("'", "''") + "'"


def sort_sum(pairs: list[tuple[Fraction, Expr]]) -> list[tuple[Fraction, Expr]]:
    """Return terms in printing order: by degree, then by text; the constant last, and no minus first if avoidable."""
    pairs.sort(key=_place_in_sum)
    if pairs[0][0].numerator < 0:
        positive = next((index for index, (coefficient, _) in enumerate(pairs) if coefficient.numerator > 0), 0)
        pairs.insert(0, pairs.pop(positive))
    return pairs


def leads_with_minus(terms: Sequence[tuple[Fraction, Expr]]) -> bool:
    """Return whether the first term by degree and text is negative, wherever printing has put it.

    The printed order will not do: `a - b` and `b - a` both begin with a plus, and a product has to bring the two to
    one sum.
    """
    if terms[0][0].numerator < 0:
        return True
    return len(terms) > 1 and terms[1][0].numerator < 0 and _place_in_sum(terms[1]) < _place_in_sum(terms[0])


def sort_product(powers: Iterable[tuple[Expr, Expr]]) -> list[tuple[Expr, Expr]]:
    """Return powers in printing order: names, powers of numbers, functions, brackets, each by text."""
    found = list(powers)
    if len(found) > 1:
        found.sort(key=lambda pair: (_rank(pair[0]), sort_key(pair[0]), sort_key(pair[1])))
    return found


def sort_key(item: Expr) -> tuple[int, int, str, bytes]:
    """Order by text where that is short, else by size and digest, so that no long text is ever made for sorting."""
    if item.size <= SHORT and not item.is_atom:
        return (0, 0, text_of(item), b"")
    return (1, item.size, "", item.digest)


def _place_in_sum(term: tuple[Fraction, Expr]) -> tuple[bool, Fraction | int, tuple[int, int, str, bytes]]:
    return _is_one(term[1]), -term[1].degree, sort_key(term[1])


def _is_one(item: Expr) -> bool:
    return isinstance(item, Number) and item.value == 1


def _rank(base: Expr) -> int:
    return 0 if isinstance(base, Symbol) else 1 if isinstance(base, Number) else 2 if isinstance(base, Call) else 3


def _decimal(numerator: int, denominator: int) -> str | None:
    """Return the decimal text of a number that ends within 20 places, else None."""
    if denominator == 1:
        return integer(numerator)
    if _DECIMAL_UNIT % denominator:
        return None
    digits = integer(abs(numerator) * (_DECIMAL_UNIT // denominator)).rjust(_DECIMAL_PLACES + 1, "0")
    places = digits[-_DECIMAL_PLACES:].rstrip("0")
    return f"{'-' if numerator < 0 else ''}{digits[:-_DECIMAL_PLACES]}.{places}"


def _arrange_sum(item: Sum) -> list[str | Expr]:
    pieces: list[str | Expr] = []
    for index, (coefficient, monomial) in enumerate(item.terms):
        numerator, denominator = coefficient.as_integer_ratio()
        if index:
            pieces.append(" - " if numerator < 0 else " + ")
            numerator = abs(numerator)
        pieces += _arrange_term(numerator, denominator, monomial)
    return pieces


def _arrange_term(numerator: int, denominator: int, monomial: Expr) -> list[str | Expr]:
    if _is_one(monomial):
        return [rational(Fraction(numerator, denominator))]
    if isinstance(monomial, Product) and not monomial.is_atom:
        return _arrange_product(numerator, denominator, monomial.powers)
    if numerator == denominator:
        return ["(", monomial, ")"] if isinstance(monomial, (Sum, Product)) else [monomial]
    return _arrange_product(numerator, denominator, ((monomial, _UNIT),))


def _arrange_product(numerator: int, denominator: int, powers: Iterable[tuple[Expr, Expr | Fraction]]) -> list[str | Expr]:
    """Return `coefficient*factors/factors`; a coefficient whose decimal does not end puts its q below."""
    above: list[list[str | Expr]] = []
    below: list[list[str | Expr]] = []
    by_zero = False
    for base, exponent in powers:
        negative = _negated(exponent)
        if negative is not None and isinstance(base, Number) and not base.value:
            by_zero = True  # apart from the rest: a bracket with a 0 in it would read back as 0
            continue
        (above if negative is None else below).append(_arrange_power(base, exponent if negative is None else negative))
    decimal = _decimal(abs(numerator), denominator)
    if decimal is None:
        below.insert(0, [integer(denominator)])
        decimal = integer(abs(numerator))
    if decimal != "1" or not above:
        above.insert(0, [decimal])
    pieces = ["-" if numerator < 0 else "", *_joined(above)]
    if below:
        pieces += ["/", *_joined(below)] if len(below) == 1 else ["/(", *_joined(below), ")"]
    return [*pieces, "/0"] if by_zero else pieces


def _joined(factors: list[list[str | Expr]]) -> list[str | Expr]:
    pieces = list(factors[0])
    for factor in factors[1:]:
        pieces.append("*")
        pieces.extend(factor)
    return pieces


def _negated(exponent: Expr | Fraction) -> Fraction | None:
    """Return −exponent for a negative number, else None."""
    return -exponent.value if isinstance(exponent, Number) and exponent.value.numerator < 0 else None


def _arrange_power(base: Expr, exponent: Expr | Fraction) -> list[str | Expr]:
    simple = isinstance(base, (Symbol, Call)) or (
        isinstance(base, Number) and base.value.numerator >= 0 and _decimal(*base.value.as_integer_ratio()) is not None
    )
    pieces: list[str | Expr] = [base] if simple else ["(", base, ")"]
    if isinstance(exponent, Number):
        exponent = exponent.value
    if exponent == 1:
        return pieces
    if isinstance(exponent, Fraction):
        decimal = _decimal(*exponent.as_integer_ratio())
        return [*pieces, f"^({rational(exponent)})" if decimal is None else f"^{decimal}"]
    return [*pieces, "^", exponent] if isinstance(exponent, (Symbol, Call)) else [*pieces, "^(", exponent, ")"]


def _arrange_call(item: Call) -> list[str | Expr]:
    if item.name in _BINDING:
        return _arrange_condition(item)
    pieces: list[str | Expr] = [item.name + "("]
    for index, arg in enumerate(item.args):
        pieces += [", ", arg] if index else [arg]
    return [*pieces, ")"]


def _arrange_condition(item: Call) -> list[str | Expr]:
    """Return a comparison or a logical word with the brackets that its parts need."""
    if item.name == "not":
        return ["not ", *_bracketed(item.args[0], _BINDING["not"])]
    binding = _BINDING[item.name]
    left, right = item.args
    return [*_bracketed(left, binding), f" {item.name} ", *_bracketed(right, binding + 1)]


def _bracketed(part: Expr, binding: int) -> list[str | Expr]:
    loose = _BINDING.get(getattr(part, "name", ""), 9) < binding
    return ["(", part, ")"] if loose else [part]


def _shown(item: Expr) -> str:
    return f"Expr({text_of(item) if item.size <= 200 else f'{item.size} characters'})"


# said here and not in the class: what prints expressions knows their classes, not the other way round
Expr.__repr__ = _shown  # type: ignore[method-assign, assignment]
