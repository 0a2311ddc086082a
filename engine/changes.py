"""What can be different about a node of two graphs."""

from __future__ import annotations

from typing import NamedTuple

from .graphfile import Definition

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class NodeChange(NamedTuple):
    """A node that is not in both graphs as it is: `before` and `after` are its lines, None where it is not there.

    `parts` says what of a changed one differs: kind, formula, default, note. `same` says that its formulas are only
    written differently. An edit is whatever is not a note alone.
    """

    node: str
    what: str
    before: Definition | None
    after: Definition | None
    parts: tuple[str, ...] = ()
    same: bool = False

    @property
    def is_edit(self) -> bool:
        """Whether it may change a value."""
        return self.what != CHANGED or self.parts != ("note",)
