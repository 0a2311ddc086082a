"""DOT with `formula`, `default` and `note` as attributes of nodes; Graphviz reads it, in a process of its own.

A node is called by its attribute `name`, or by its identifier. gradq's own identifiers are names as in a formula, for
Graphviz takes those that begin with % for its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from ..engine.layout import quoted
from ..store.errors import GaveUp, InvalidGraph
from . import plain
from .reading import Reading

if TYPE_CHECKING:
    from ..engine.browser import Surroundings

_SECONDS = 30.0
_READ = """\
import json, sys, pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
nodes = [[str(node), dict(node.attr)] for node in graph.nodes()]
edges = [[str(edge[0]), str(edge[1]), dict(edge.attr)] for edge in graph.edges()]
print(json.dumps([graph.is_directed(), nodes, edges]))
"""
_HEAD = '    graph [rankdir=LR]\n    node [shape=box, fontname="DejaVu Sans Mono"]\n'


def read_text(text: str, source: str | None) -> Reading:
    """Return the graph of a DOT text; raises `InvalidGraph`, and `GaveUp` where Graphviz is not done in time."""
    what = f"'{source}'" if source else "the text"
    is_directed, nodes, edges = _read(text, what)
    if not is_directed:
        raise InvalidGraph(f"{what} has a graph without directions", hint="digraph { parent -> child }")
    facts = [(identifier, {key: _plain(value) for key, value in said.items()}) for identifier, said in nodes]
    names = {identifier: said.get("name") or _plain(identifier) for identifier, said in facts}
    arrows = [(names[start], names[end], said) for start, end, said in edges]
    return plain.reading([(names[identifier], said) for identifier, said in facts], arrows, place=lambda name: f"node {name}")


def write(found: Surroundings) -> str:
    """Return a graph as DOT, with the local partials on the arrows; reading it gives the same graph."""
    lines = ["digraph {", _HEAD.rstrip()]
    for node in found.nodes:
        word = quoted(node.name)
        said = {"formula": node.formula, "default": node.default, "note": node.note}
        said |= {"name": node.name if word != node.name else None, "tooltip": node.formula or node.default}
        lines.append(f"    {in_quotes(word)} [{_attributes(said)}]")
    for (child, parent), partial in found.partials.items():
        lines.append(f"    {in_quotes(quoted(parent))} -> {in_quotes(quoted(child))} [{_attributes({'label': partial})}]")
    return "\n".join([*lines, "}", ""])


def _attributes(said: dict[str, str | None]) -> str:
    return ", ".join(f"{key}={in_quotes(value)}" for key, value in said.items() if value is not None)


def in_quotes(text: str) -> str:
    r"""Return a text of DOT; a backslash is doubled, for one at the end would take the quote with it.

    >>> print(in_quotes('say "hi" \\'))
    "say \"hi\" \\"
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "") + '"'


def _plain(text: str) -> str:
    r"""Return a text of DOT, in which a backslash is written twice."""
    return text.replace("\\\\", "\\")


def _read(text: str, what: str) -> Any:
    # -P: nothing is imported from the current folder; in a process of its own, for a parser in C may end it
    command = [sys.executable, "-P", "-c", _READ]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise GaveUp(f"Graphviz had not read {what} after {_SECONDS:g} s") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        shown = next((line for line in said if line.startswith("Error: ")), said[-1])
        raise InvalidGraph(f"{what} is no DOT that Graphviz reads: {shown[:200]}")
    return json.loads(done.stdout)
