"""The commands that change a graph: set, rm-node, rename."""

from typing import Annotated

import typer

from .complete import complete_node
from .session import Session, node_name, note, say

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
    from ..engine.graphfile import read_definition

    line = read_definition(definition)
    change = editor.set_node(session.explorer, session.graph, line, new_inputs=new_inputs)
    if change.kept:
        say(f"'{line.name}' is so already")
    else:
        say(f"{'added' if change.added else 'changed'} '{line.name}'")
    for name in change.implied:
        note(f"'{name}' is a new input")


def rm_node_command(session: Session, node: Name) -> None:
    """Remove a node that no formula uses.

    \b
    gradq rm-node g
    """
    from ..engine import editor

    editor.remove_node(session.explorer, session.graph, node_name(node))
    say(f"removed '{node_name(node)}'")


def rename_command(session: Session, old: Name, new: NewName) -> None:
    """Give a node another name, everywhere.

    \b
    gradq rename d delta
    """
    from ..engine import editor

    editor.rename_node(session.explorer, session.graph, node_name(old), node_name(new))
    say(f"renamed '{node_name(old)}' to '{node_name(new)}'")
