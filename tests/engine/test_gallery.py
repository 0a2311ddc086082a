"""The graphs that gradq brings."""

import shlex

import pytest

import gradq
from gradq.engine.gallery import ORDER, examples


@pytest.mark.parametrize("name", ORDER)
def test_an_example_loads_and_answers_the_question_that_it_proposes(name: str) -> None:
    example = examples()[name]
    program, command, of, *rest = shlex.split(example.ask)
    assert (program, example.name) == ("gradq", name) and example.about
    with gradq.open(":memory:") as space:
        graph = space.add(name, example.text)
        assert len(graph.grad(of, at="default" if "default" in rest else None)) > 3
        if command == "d":
            assert str(graph.d(of, wrt=rest[rest.index("--wrt") + 1])) != "0"


def test_the_article_comes_first() -> None:
    assert next(iter(examples())) == "article"
