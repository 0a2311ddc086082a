"""The commands that change a graph: set, rm-node, rename."""

from typing import Annotated

import typer

from .complete import complete_node
from .session import DONE, Session, node_name

Name = Annotated[str, typer.Argument(help="A node.", show_default=False, autocompletion=complete_node)]
NewName = Annotated[str, typer.Argument(help="Its new name.", show_default=False)]


def set_command(
    session: Session,
    definition: Annotated[str, typer.Argument(help="A line such as 'd = 5*b + 7'.")],
    new_inputs: Annotated[bool, typer.Option("--new-inputs", help="Unknown names on the right become inputs.")] = False,
) -> None:
    """Make or change a node.

    \b
    gradq set "d = 5*b + 7"
    gradq set "h = g^2 + k" --new-inputs
    """
    from ..engine import editor
    from ..engine.graphfile import read_definition, write_definition

    session.check_format(*DONE)
    line = read_definition(definition)
    change = editor.set_node(session.explorer, session.graph, line, new_inputs=new_inputs)
    did = "unchanged" if change.kept else "added" if change.added else "changed"
    kind = {"formula": "", "input": ", an input", "parameter": ", a parameter"}[line.kind]
    session.done(f"{did} '{line.name}'{kind}", did=did, node=line.name, kind=line.kind, new_inputs=change.implied)
    if change.lost is not None:
        session.note(f"it was: {write_definition(line._replace(formula=change.lost, note=None))}")
    for name in change.implied:
        session.note(f"'{name}' is a new input")


def rm_node_command(session: Session, node: Name) -> None:
    """Remove a node that no formula uses.

    \b
    gradq rm-node g
    """
    from ..engine import editor

    session.check_format(*DONE)
    editor.remove_node(session.explorer, session.graph, node_name(node))
    session.done(f"removed '{node_name(node)}'", node=node_name(node))


def rename_command(session: Session, old: Name, new: NewName) -> None:
    """Give a node another name, everywhere.

    \b
    gradq rename d delta
    """
    from ..engine import editor

    session.check_format(*DONE)
    editor.rename_node(session.explorer, session.graph, node_name(old), node_name(new))
    session.done(f"renamed '{node_name(old)}' to '{node_name(new)}'", node=node_name(new), before=node_name(old))
