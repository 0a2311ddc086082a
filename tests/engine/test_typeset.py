"""LaTeX, MathML and Unicode of whole expressions: our order, valid, and nothing worked out."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from gradq.engine.expression import call, multiply, symbol
from gradq.engine.formula import parse_expression
from gradq.engine.functions import FUNCTIONS
from gradq.engine.typeset import latex, mathml, unicode
from gradq.store.errors import GaveUp

# fmt: off
LATEX = [
    ("60*d + 84",                r"60 d + 84"),
    ("1944 - 900*a",             r"1944 - 900 a"),
    ("2700*a - 5832",            r"2700 a - 5832"),
    ("-180*d - 252",             r"- 180 d - 252"),
    ("2*a/3 - 0.25",             r"\frac{2 a}{3} - 0.25"),
    ("-a/b^2",                   r"- \frac{a}{b^{2}}"),
    ("-2/3",                     r"- \frac{2}{3}"),
    ("x*(b + a)^2/(d + c)",      r"\frac{x \left(a + b\right)^{2}}{c + d}"),
    ("0.0173*V*2^x",             r"0.0173 V \cdot 2^{x}"),
    ("9^9^9",                    r"9^{387420489}"),
    ("(-2)^y*(2/3)^x",           r"\left(- 2\right)^{y} \left(\frac{2}{3}\right)^{x}"),
    ("(a^b)^c",                  r"\left(a^{b}\right)^{c}"),
    ("x^(-y)",                   r"x^{- y}"),
    ("x_1*x[0]*alpha",           r"\alpha x_{0} x_{1}"),
    ("INa*gNa*3",                r"3 \cdot \mathrm{INa} \cdot \mathrm{gNa}"),
    ("Gamma*(a + b)",            r"\Gamma \cdot \left(a + b\right)"),
    ("x1*x_1",                   r"\mathrm{x1} \cdot \mathrm{x\_1}"),
    ("x'^2",                     r"x'^{2}"),
    ("sin(x)^2",                 r"\sin^{2}{\left(x \right)}"),
    ("exp(x)^2",                 r"\left(e^{x}\right)^{2}"),
    ("e*exp(x)",                 r"e \operatorname{exp}{\left(x \right)}"),
    ("sqrt(a + b)/cbrt(c)",      r"\frac{\sqrt{a + b}}{\sqrt[3]{c}}"),
    ("max(b, a)",                r"\operatorname{max}{\left(b, a \right)}"),
    ("pi*x",                     r"\pi x"),
]
# fmt: on
CONDITION = "if(b > 1 and (a < 1 or not c == 2), 2, x) + 1"
ALL = [CONDITION, *(text for text, _ in LATEX)]
ALL += [f"{name}({', '.join('xyz'[: max(function.arity[0], 1)])})^2 - y" for name, function in FUNCTIONS.items()]
HOSTILE = [r"\input{/etc/passwd}", "<script>", "P&L!B20", "a%b", "$x$", "'", "x^2"]


@pytest.mark.parametrize(("text", "tex"), LATEX)
def test_latex_has_our_order_and_brackets(text: str, tex: str) -> None:
    assert latex(parse_expression(text)) == tex


def test_latex_of_cases_keeps_the_order_of_a_condition() -> None:
    tex = latex(parse_expression(CONDITION))
    assert tex.startswith(r"\left(\begin{cases} 2 & ") and tex.endswith(r"x & \text{otherwise} \end{cases}\right) + 1")
    assert r"b > 1 \wedge \left(a < 1 \vee \neg \left(c = 2\right)\right)" in tex


@pytest.mark.parametrize("text", ALL)
def test_everything_can_be_drawn_in_all_three(text: str) -> None:
    item = parse_expression(text)
    assert latex(item).count("{") == latex(item).count("}")
    assert latex(item).count(r"\left") == latex(item).count(r"\right")
    tree = ElementTree.fromstring(mathml(item))
    assert tree.tag == "{http://www.w3.org/1998/Math/MathML}math" and len(tree) == 1
    assert "piecewise" not in mathml(item)
    assert "object at" not in unicode(item) and unicode(item).strip()


def test_mathml_has_our_order() -> None:
    text = "".join(ElementTree.fromstring(mathml(parse_expression("1944 - 900*a*x_1"))).itertext())
    assert text.replace("\N{INVISIBLE TIMES}", "*") == "1944-900*a*x1"


def test_mathml_of_cases_is_a_table_with_its_conditions() -> None:
    tree = ElementTree.fromstring(mathml(parse_expression("if(a < 1, 2, if(a >= 3, b, c))")))
    rows = ["".join(row.itertext()) for row in tree.iter("{http://www.w3.org/1998/Math/MathML}mtr")]
    assert rows == ["2if\N{NO-BREAK SPACE}a<1", "bif\N{NO-BREAK SPACE}a≥3", "cotherwise"]


def test_unicode_has_our_order() -> None:
    assert unicode(parse_expression("1944 - 900*a")) == "1944 - 900⋅a"
    assert unicode(parse_expression("x*(b + a)^2/alpha_1")).split("\n") == ["         2", "x⋅(a + b)", "──────────", "    α₁"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_harmless_in_a_product(name: str) -> None:
    item = multiply([symbol(name), symbol("y"), call("sin", [symbol(name)])])
    assert not re.search(r"\\(input|write|def)|<script|[^\\][%$]", latex(item))
    assert name in "".join(ElementTree.fromstring(mathml(item)).itertext())
    assert name.replace("'", "''") in unicode(item)


def test_too_long_or_too_deep_is_said() -> None:
    deep = symbol("x")
    for _ in range(2_000):
        deep = call("sin", [deep])  # type: ignore[assignment]
    wide = parse_expression(" + ".join(f"x{k}*y{k}" for k in range(2_000)))
    for draw in (latex, mathml, unicode):
        for item in (deep, wide):
            with pytest.raises(GaveUp, match="too"):
                draw(item)
