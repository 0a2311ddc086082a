"""Second order on the command line: d --order 2, hessian, derive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq


def test_order_2_is_by_each_name_twice(article: Gradq) -> None:
    assert article("d", "g", "--wrt", "b", "--order", "2").out == "300\n"
    assert article("d", "g", "--wrt", "a,b", "--order", "2", "--at", "a=0.5").out == "a\t2700\nb\t300\n"
    assert article("d", "e", "--wrt", "d", "--order", "2", "-f", "latex").out == "2\n"


def test_the_hessian_in_every_format(article: Gradq) -> None:
    assert article("hessian", "g", "--wrt", "a,b").out == "a\ta\t2700\na\tb\t-900\nb\ta\t-900\nb\tb\t300\n"
    assert article("hessian", "g", "--wrt", "a,b", "-f", "md").out.splitlines()[-1] == "| b | -900 | 300 |"
    assert article("hessian", "g", "--wrt", "a", "--csv").out == "of,wrt,wrt2,derivative\ng,a,a,2700\n"
    document = json.loads(article("hessian", "g", "--wrt", "a,o", "--at", "a=0.5", "--json").out)
    assert document["schema"] == "gradq.second/1"
    assert [(answer["wrt"], answer["value"]) for answer in document["answers"]][1] == (["a", "o"], 0.0)


def test_a_second_derivative_is_unrolled_as_a_first_is(article: Gradq) -> None:
    assert article("set", "d = 5*b^2").code == 0
    assert article("hessian", "g", "--wrt", "b", "--in", "b").out == "1800*b^2\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["hessian", "g"], 2),
        (["hessian", "g", "--wrt", "zz"], 3),
        (["d", "g", "--wrt", "b", "--order", "3"], 2),
        (["d", "g", "--wrt", "b", "--order", "2", "--stats"], 2),
        (["derive", "g", "--wrt", "b", "--name", "c"], 2),
        (["derive", "g", "--wrt", "zz", "--name", "h"], 3),
    ],
)
def test_what_cannot_be_asked_is_an_error(article: Gradq, words: list[str], code: int) -> None:
    result = article(*words)
    assert (result.code, result.out) == (code, "") and result.err.startswith("error: ")


def test_a_derivative_becomes_a_node(article: Gradq) -> None:
    assert article("derive", "g", "--wrt", "b", "--name", "dg_db").err == "'dg_db' is the derivative of 'g' with respect to 'b'\n"
    assert article("d", "dg_db", "--wrt", "a").out == "-900\n"
    answer = json.loads(article("derive", "g", "--wrt", "a", "--name", "dg_db", "--replace", "--json").out)["answers"][0]
    assert (answer["node"], answer["kind"], answer["steps"], answer["removed"]) == ("dg_db", "formula", [], [])
