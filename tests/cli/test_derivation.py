"""`d --blocks` and `d --steps`: what they print in each format, and what does not go together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Gradq, Load

B = ("d", "g", "--wrt", "b")


def test_blocks_print_partials_values_and_the_answer(article: Gradq) -> None:
    lines = article(*B, "--blocks").out.splitlines()
    assert lines[0] == "∂g/∂b = ∂g/∂f · ∂f/∂e · (∂e/∂d·∂d/∂b + ∂e/∂c·∂c/∂b)"
    assert [line.strip() for line in lines[1:]] == ["= 3·2·(2*d·5 + 7·2)", "= 60*d + 84"]


def test_steps_print_a_line_a_row_and_with_stats_whence_it_came(article: Gradq) -> None:
    first, second = article(*B, "--steps", "--stats"), article(*B, "--steps", "--stats")
    assert first.out.splitlines()[-1].endswith("= 60*d + 84  (computed)")
    assert (first.err, second.err) == ("memo: 0 reused, 5 computed\n", "memo: 5 reused, 0 computed\n")
    assert second.out == first.out.replace("computed", "reused")


def test_what_steps_worked_out_serves_later_questions(article: Gradq) -> None:
    article(*B, "--steps")
    assert article("d", "g", "--wrt", "a", "--stats").err == "memo: 1 reused, 1 computed\n"


def test_without_the_memo_nothing_is_reused(article: Gradq) -> None:
    article(*B)
    assert article(*B, "--steps", "--stats", "--no-memo").err == "memo: 0 reused, 5 computed\n"


def test_an_unrolled_answer_ends_the_last_line(article: Gradq) -> None:
    assert article(*B, "--steps", "--in", "a").out.endswith(" = 60*d + 84 = 1944 - 900*a\n")
    assert article(*B, "--blocks", "--in", "a").out.endswith("= 60*d + 84\n      = 1944 - 900*a\n")


def test_several_derivatives_stand_apart(article: Gradq) -> None:
    assert article("d", "g", "--wrt", "f,o", "--steps").out == "∂g/∂f = ∂(3*f - o)/∂f = 3\n\n∂g/∂o = ∂(3*f - o)/∂o = -1\n"


@pytest.mark.parametrize("kind", ["blocks", "steps"])
def test_markdown_and_latex(article: Gradq, kind: str) -> None:
    assert article(*B, f"--{kind}", "-f", "md").out.splitlines()[-1].endswith(" = 60*d + 84`")
    latex = article(*B, f"--{kind}", "-f", "latex").out
    assert latex.startswith("\\begin{align*}\n") and latex.endswith("&= 60 d + 84\n\\end{align*}\n")


def test_blocks_in_json(article: Gradq) -> None:
    answer = json.loads(article(*B, "--blocks", "--at", "a=0.5", "--json").out)["answers"][0]
    assert (answer["at"], answer["value"], answer["expression"]) == ({"a": 0.5}, 1494.0, None)
    assert (answer["cuts"], answer["where"], answer["truncated"]) == (["b", "e", "f", "g"], [], False)


def test_steps_in_json_are_never_folded(load: Load) -> None:
    gradq = load("x0\n" + "\n".join(f"x{k} = 2*x{k - 1}" for k in range(1, 60)), "chain")
    document = json.loads(gradq("d", "x59", "--wrt", "x0", "--steps", "--json").out)
    assert len(document["answers"][0]["steps"]) == document["memo"]["computed"] == 59
    assert len(gradq("d", "x59", "--wrt", "x0", "--steps").out.splitlines()) == 21
    assert len(gradq("d", "x59", "--wrt", "x0", "--steps", "--all").out.splitlines()) == 59


def test_no_path_is_a_note(article: Gradq) -> None:
    result = article("d", "b", "--wrt", "g", "--steps")
    assert (result.code, result.out) == (0, "∂b/∂g = 0\n")
    assert "is not upstream" in result.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--blocks", "--steps"], "two ways to look"),
        (["--steps", "--rewrite", "expand"], "--steps shows formulas"),
        (["--all"], "--all of what?"),
        (["--steps", "--csv"], "no format 'csv' here"),
        (["--blocks", "-f", "mathml"], "no format 'mathml' here"),
        (["--blocks", "--at", "a=1", "--in", "a"], "no unrolled form"),
    ],
)
def test_what_does_not_go_together_is_said(article: Gradq, words: list[str], message: str) -> None:
    result = article(*B, *words)
    assert result.code == 2 and message in result.err
