"""LaTeX of lines: balanced, one environment around every page of rows, every name harmless."""

import re
from itertools import accumulate

import pytest

from gradq.engine.aligned import ROWS, aligned
from gradq.engine.explanation import Explanation
from gradq.engine.gallery import examples
from gradq.engine.space import open as open_space

ODD = "'P&L!B20' = x_1*x1^2\n'a + b' = sin(x1)/'P&L!B20'\n'50%_#{~^' = 'a + b'*if(x1 > 0, x1, 2)\ny = '50%_#{~^'*x_1 + 1e-30*x1"


def balanced(text: str) -> bool:
    """Return whether braces, brackets that grow and environments close what they open."""
    bare = re.sub(r"\\[{}\\]", "", text)
    depths = list(accumulate({"{": 1, "}": -1}.get(letter, 0) for letter in bare))
    begins, ends = re.findall(r"\\begin{(\S+?)}", text), re.findall(r"\\end{(\S+?)}", text)
    grow = len(re.findall(r"\\left\b", text)) == len(re.findall(r"\\right\b", text))
    return min(depths) >= 0 and depths[-1] == 0 and sorted(begins) == sorted(ends) and grow


def explanations() -> dict[str, Explanation]:
    with open_space(":memory:") as space:
        article, odd = space.add("article", examples()["article"].text), space.add("odd", ODD)
        chain = space.add("chain", "x0\n" + "\n".join(f"x{k} = sin(x{k - 1})" for k in range(1, 100)))
        return {
            "article": article.d("g", wrt="b").blocks(),
            "odd": odd.d("y", wrt="x1").steps(),
            "number": odd.d("y", wrt="x1").blocks(at={"x1": 1e-20, "x_1": 2.0}),
            "chain": chain.d("x99", wrt="x0").steps(whole=True),
            "folded": chain.d("x99", wrt="x0").blocks(),
        }


FOUND = explanations()


@pytest.mark.parametrize("name", FOUND)
def test_everything_that_opens_closes(name: str) -> None:
    text = FOUND[name].latex(stats=True)
    assert balanced(text) and not balanced(text[:-1])
    assert "&=" in text and not re.search(r"\\\\\n\\end", text)


def test_blocks_read_as_the_article_has_them() -> None:
    rows = FOUND["article"].latex().split("\n")
    assert rows[2] == r"&= 3 \cdot 2 \cdot \left(2 d \cdot 5 + 7 \cdot 2\right) \\"
    assert (rows[0], rows[-1]) == (r"\begin{align*}", r"\end{align*}")


def test_names_that_would_look_the_same_do_not() -> None:
    text = FOUND["odd"].latex()
    assert r"\partial x_{1}" not in text and r"\partial \mathrm{x1}" in text and r"\mathrm{x\_1}" in text


def test_powers_of_ten_are_written_out() -> None:
    assert r" \cdot 10^{-" in FOUND["number"].latex() and "e-" not in FOUND["number"].latex()


def test_an_environment_never_gets_long() -> None:
    parts = FOUND["chain"].latex().split(r"\end{align*}")
    assert len(parts) > 5 and max(part.count(r"\\" + "\n") for part in parts) < ROWS


def test_nothing_gives_nothing() -> None:
    assert aligned([]) == ""
