"""The commands that change a graph: set, rm-node, rename."""

from typing import Annotated

import typer

from .session import Session, note, say

Name = Annotated[str, typer.Argument(help="A node.", show_default=False)]


def set_command(
    session: Session,
    definition: Annotated[str, typer.Argument(help="A line such as 'd = 5*b + 7'.")],
    new_inputs: Annotated[bool, typer.Option("--new-inputs", help="Unknown names on the right become inputs.")] = False,
) -> None:
    """Make or change a node: gradq set "d = 5*b + 7" """
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
    """Remove a node that no formula uses: gradq rm-node g"""
    from ..engine import editor
    from ..engine.names import bare_name

    editor.remove_node(session.explorer, session.graph, bare_name(node))
    say(f"removed '{bare_name(node)}'")


def rename_command(session: Session, old: Name, new: Name) -> None:
    """Give a node another name, everywhere: gradq rename d delta"""
    from ..engine import editor
    from ..engine.names import bare_name

    editor.rename_node(session.explorer, session.graph, bare_name(old), bare_name(new))
    say(f"renamed '{bare_name(old)}' to '{bare_name(new)}'")
