"""Names in LaTeX, MathML and Unicode: as a reader expects them, and harmless."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from gradq.engine.layout import quoted
from gradq.engine.notation import GREEK, distinct, latex_literal, latex_name, mathml_literal, mathml_name, unicode_name

# fmt: off
TABLE = [  # name, LaTeX, MathML, Unicode
    ("x",               r"x",                                   "<mi>x</mi>",                                    "x"),
    ("x_1",             r"x_{1}",                               "<msub><mi>x</mi><mn>1</mn></msub>",             "x₁"),
    ("x12",             r"x_{12}",                              "<msub><mi>x</mi><mn>12</mn></msub>",            "x₁₂"),
    ("x[0]",            r"x_{0}",                               "<msub><mi>x</mi><mn>0</mn></msub>",             "x₀"),
    ("w[0,1]",          r"w_{0,1}",                             "<msub><mi>w</mi><mn>0,1</mn></msub>",           "w[0,1]"),
    ("x'",              r"x'",                                  "<mi>x'</mi>",                                   "x'"),
    ("alpha",           r"\alpha",                              "<mi>α</mi>",                                    "α"),
    ("α",               r"\alpha",                              "<mi>α</mi>",                                    "α"),
    ("lambda_2",        r"\lambda_{2}",                         "<msub><mi>λ</mi><mn>2</mn></msub>",             "λ₂"),
    ("Omega",           r"\Omega",                              "<mi>Ω</mi>",                                    "Ω"),
    ("tau_m",           r"\tau_{m}",                            "<msub><mi>τ</mi><mi>m</mi></msub>",             "tau_m"),
    ("g_Na",            r"g_{\mathrm{Na}}",                     "<msub><mi>g</mi><mi>Na</mi></msub>",            "g_Na"),
    ("INa",             r"\mathrm{INa}",                        "<mi>INa</mi>",                                  "INa"),
    ("ina.INa",         r"\mathrm{ina.INa}",                    "<mi>ina.INa</mi>",                              "ina.INa"),
    ("a_b_c",           r"\mathrm{a\_b\_c}",                    "<mi>a_b_c</mi>",                                "a_b_c"),
    ("P&L!B20",         r"\mathrm{P\&L{!}B20}",                 "<mi>P&amp;L!B20</mi>",                          "'P&L!B20'"),
    ("a + b",           r"\mathtt{a\ {+}\ b}",                  "<mtext>a + b</mtext>",                          "'a + b'"),
    ("2x",              r"\mathtt{2x}",                         "<mtext>2x</mtext>",                             "'2x'"),
]
# fmt: on
SPECIAL = "&%$#_{}~^\\<> "
HOSTILE = [
    r"\input{/etc/passwd}",
    "<script>alert(1)</script>",
    "}{",
    "$$",
    "a%b",
    r"\\",
    "x^2",
    "''",
    "]]>",
    "&pi;",
    "\\",
    "a}\\def\\x{",
]
KNOWN_COMMANDS = {"backslash", "sim", "wedge", "mathrm", "mathtt", *GREEK}


@pytest.mark.parametrize(("name", "tex", "mml", "plain"), TABLE)
def test_a_name_looks_as_expected(name: str, tex: str, mml: str, plain: str) -> None:
    assert (latex_name(name), mathml_name(name), unicode_name(name)) == (tex, mml, plain)


@pytest.mark.parametrize("name", [*HOSTILE, *(row[0] for row in TABLE)])
def test_latex_is_balanced_and_has_no_command_of_the_name(name: str) -> None:
    for text in (latex_name(name), latex_literal(name)):
        rest = re.sub(r"\\[&%$#_{} ]", "", text)  # escaped characters
        assert set(re.findall(r"\\([A-Za-z]+|.)", rest)) <= KNOWN_COMMANDS
        bare = re.sub(r"\\[A-Za-z]+", "", rest)
        assert not set("\\$%#&~^") & set(bare)
        depth = 0
        for letter in bare:
            depth += (letter == "{") - (letter == "}")
            assert depth >= 0
        assert depth == 0


@pytest.mark.parametrize("name", HOSTILE)
def test_mathml_shows_the_name_and_is_well_formed(name: str) -> None:
    for text in (mathml_name(name), mathml_literal(name)):
        element = ElementTree.fromstring(text)
        assert len(element) == 0 and element.text == name


def test_every_special_character_is_escaped() -> None:
    assert latex_name(SPECIAL) == r"\mathtt{\&\%\$\#\_\{\}{\sim}{\wedge}{\backslash}{<}{>}\ }"
    assert mathml_name(SPECIAL) == r"<mtext>&amp;%$#_{}~^\&lt;&gt; </mtext>"


def test_greek_words_are_the_letters_of_that_name() -> None:
    assert GREEK["alpha"] == "α" and GREEK["omega"] == "ω" and GREEK["sigma"] == "σ" and GREEK["Sigma"] == "Σ"
    assert GREEK["pi"] == "π" and GREEK["varsigma"] == "ς" and GREEK["lambda"] == "λ" and GREEK["Psi"] == "Ψ"


def test_names_that_would_look_the_same_are_written_out() -> None:
    names = ["x1", "x_1", "x[1]", "x2", "alpha", "α"]
    for shown, literal in ((latex_name, latex_literal), (mathml_name, mathml_literal), (unicode_name, quoted)):
        found = distinct(names, shown, literal)
        assert len(set(found.values())) == len(names)
        assert found["x2"] == shown("x2")
