"""The command `paths`: text, JSON and tables, and what it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load


def _answer(gradq: Gradq, *words: str) -> dict[str, Any]:
    """Return the one answer of a document."""
    document = json.loads(gradq("paths", *words, "--json").out)
    assert document["schema"] == "gradq.paths/1"
    (answer,) = document["answers"]
    assert isinstance(answer, dict)
    return answer


def test_the_article_s_paths(article: Gradq) -> None:
    assert article("paths", "g", "b").out.splitlines() == [
        "2 paths from b to g, 4 edges long",
        "net 60*d + 84, rest 0",
        "b→c→e→f→g: 84",
        "b→d→e→f→g: 60*d",
    ]
    assert article("paths", "g", "b", "--at", "a=0.5").out.splitlines() == [
        "2 paths from b to g, 4 edges long",
        "net 1494, gross 1494, cancellation 1, rest 0",
        "b→d→e→f→g: 1410  (5·47·2·3, 94.4 % of gross)",
        "b→c→e→f→g: 84  (2·7·2·3, 5.62 % of gross)",
    ]


def test_json_has_all_of_it(article: Gradq) -> None:
    answer = _answer(article, "g", "b", "--at", "a=0.5", "--top", "1")
    (path,) = answer.pop("paths")
    assert path == {"nodes": [*"bdefg"], "factors": [5, 47, 2, 3], "product": 1410, "share": 1410 / 1494}
    assert answer == {
        **{"of": "g", "wrt": "b", "at": {"a": 0.5}, "count": 2, "shortest": 4, "longest": 4, "net": 1494},
        **{"gross": 1494, "cancellation": 1, "rest": 84, "truncated": True},
    }
    answer = _answer(article, "g", "b")
    assert (answer["net"], answer["rest"], answer["gross"], answer["at"]) == ("60*d + 84", "0", None, None)
    assert answer["paths"][1]["factors"] == ["5", "2*d", "2", "3"]


def test_tables_have_a_row_for_each_path(article: Gradq) -> None:
    assert article("paths", "g", "b", "--csv").out.splitlines()[1:] == [
        "b→c→e→f→g,4,84,,2·7·2·3",
        "b→d→e→f→g,4,60*d,,5·2*d·2·3",
    ]
    assert "| b→d→e→f→g | 4 | 1410 |" in article("paths", "g", "b", "--at", "a=0.5", "-f", "md").out


def test_through_and_avoid_take_a_node_or_an_edge(article: Gradq) -> None:
    assert _answer(article, "g", "b", "--at", "a=0.5", "--through", "d")["net"] == 1410
    assert _answer(article, "g", "b", "--at", "a=0.5", "--avoid", "b,d")["net"] == 84
    document = json.loads(article("paths", "g", "b", "--through", "b,c", "--through", "e", "--avoid", "d", "--json").out)
    assert (document["through"], document["avoid"]) == ([["b", "c"], "e"], ["d"])
    result = article("paths", "g", "b", "--through", "o")
    assert (result.code, result.err) == (0, "note: no path is left: the sum of none is exactly 0\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["g", "zz"], 3, "no node 'zz'"),
        (["g", "b", "--through", "zz"], 3, "no node 'zz'"),
        (["g", "b", "--avoid", "e,d"], 3, "no edge from 'e' to 'd'"),
        (["g", "b", "--through", "b,c,d"], 2, "neither a node nor an edge"),
        (["g", "b", "--at", "o=1"], 5, "a value for 'a' is needed"),
        (["g", "b", "--top", "-1"], 2, "--top"),
    ],
)
def test_what_cannot_be_asked_is_refused(article: Gradq, words: list[str], code: int, said: str) -> None:
    result = article("paths", *words)
    assert (result.code, result.out) == (code, "") and said in result.err


def test_counts_and_amounts_beyond_a_double(load: Load) -> None:
    lines = [f"a{k} = 2*x{k}\nb{k} = 2*x{k}\nx{k + 1} = a{k} + b{k}" for k in range(600)]
    gradq = load("x0\n" + "\n".join(lines), "ladder")
    answer = _answer(gradq, "x600", "x0", "--at", "x0=1", "--top", "1")
    assert answer["count"] == str(2**600) and answer["truncated"] is True
    assert (answer["net"], answer["gross"], answer["gross_log10"]) == ("inf", "inf", pytest.approx(361.2359947967774))
    assert answer["paths"][0]["product"] == 2.0**600 and "product_log10" not in answer["paths"][0]
    assert _answer(gradq, "x53", "x0", "--at", "x0=1")["count"] == 2**53
    assert _answer(gradq, "x54", "x0", "--at", "x0=1")["count"] == str(2**54)
    result = gradq("paths", "x600", "x0", "--at", "x0=1")
    assert result.code == 0 and result.out.startswith("4.150e180 (181 digits) paths from x0 to x600, 1200 edges long; ")


def test_a_node_with_a_comma_is_a_node(load: Load) -> None:
    gradq = load("w[0,1]\n'p,q' = 2*w[0,1]\ny = 3*'p,q' + w[0,1]\n", "commas")
    assert _answer(gradq, "y", "w[0,1]", "--through", "p,q")["net"] == "6"
    assert _answer(gradq, "y", "w[0,1]", "--avoid", "w[0,1],'p,q'")["net"] == "1"
