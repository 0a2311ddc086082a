"""The commands that look around: nodes, deps, rdeps, why, lint."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load


def first_column(text: str) -> list[str]:
    return [line.split("\t")[0] for line in text.splitlines()]


def test_nodes_lists_every_node_parents_first(article: Gradq) -> None:
    out = article("nodes").out
    assert first_column(out)[-4:] == ["d", "e", "f", "g"] or first_column(out)[-1] == "g"
    assert {tuple(line.split("\t")[:3]) for line in out.splitlines()} >= {("a", "input", ""), ("e", "formula", "7*c + d^2")}


@pytest.mark.parametrize(
    ("select", "found"),
    [
        ("+d", {"a", "b", "d"}),
        ("e+", {"e", "f", "g"}),
        ("1+e+1", {"c", "d", "e", "f"}),
        ("+e,b+", {"b", "c", "d", "e"}),
        ("a o", {"a", "o"}),
        ("?", {"a", "b", "c", "d", "e", "f", "g", "o"}),
    ],
)
def test_a_selection_names_nodes_by_their_place(article: Gradq, select: str, found: set[str]) -> None:
    assert set(first_column(article("nodes", "--select", select).out)) == found


@pytest.mark.parametrize(("select", "code"), [("gg+", 3), ("++", 2), ("", 2)])
def test_a_selection_that_means_nothing_is_refused(article: Gradq, select: str, code: int) -> None:
    result = article("nodes", "--select", select)
    assert (result.code, result.out) == (code, "") and result.err.startswith("error: ")


def test_deps_go_up_and_rdeps_down_nearest_first(article: Gradq) -> None:
    assert [line.split("\t")[:2] for line in article("deps", "e").out.splitlines()] == [
        ["c", "1"],
        ["d", "1"],
        ["b", "2"],
        ["a", "3"],
    ]
    assert first_column(article("rdeps", "b", "--depth", "2").out) == ["c", "d", "e"]
    (nearest, *_) = json.loads(article("rdeps", "b", "--json").out)["answers"]
    assert nearest == {"node": "c", "distance": 1, "kind": "formula", "definition": "2*b + 3"}


def test_a_long_list_of_dependencies_is_cut_and_says_so(article: Gradq) -> None:
    result = article("deps", "g", "--limit", "2")
    assert (result.code, first_column(result.out)) == (0, ["f", "o"])
    assert result.err == "note: the nearest 2 of 7: --limit lists more, --depth N goes no further\n"
    document = json.loads(article("rdeps", "a", "--limit", "1", "--json").out)
    assert (len(document["answers"]), document["truncated"]) == (1, True)
    assert json.loads(article("rdeps", "f", "--json").out)["truncated"] is False


def test_why_shows_a_shortest_route_with_its_partials(article: Gradq) -> None:
    assert article("why", "g", "b").out == "b\tc\t2\nc\te\t7\ne\tf\t2\nf\tg\t3\n"
    (route,) = json.loads(article("why", "g", "b", "--json").out)["answers"]
    assert route["nodes"] == ["b", "c", "e", "f", "g"]
    assert article("why", "b", "g") == (0, "", "note: 'g' is not upstream of 'b'\n")
    assert json.loads(article("why", "b", "g", "--json").out)["answers"] == []


def test_lint_finds_slips_and_exits_with_1(article: Gradq, load: Load) -> None:
    assert article("lint") == (0, "", "note: nothing looks like a slip\n")
    gradq = load("unused = 1\nrate_of_x = 2\nRate_of_x = 3\ny = rate_of_x + Rate_of_x + 0*z\n", "slips")
    result = gradq("lint", "--json")
    found = {(finding["kind"], finding["node"]) for finding in json.loads(result.out)["answers"]}
    assert result.code == 1 and ("unused", "unused") in found and {kind for kind, _ in found} == {"alike", "constant", "unused"}


@pytest.mark.parametrize("words", [["deps", "gg"], ["rdeps", "gg"], ["why", "g", "gg"], ["show", "gg"]])
def test_an_unknown_node_is_told_a_near_one(article: Gradq, words: list[str]) -> None:
    result = article(*words)
    assert (result.code, result.out) == (3, "") and "no node 'gg'" in result.err
