"""gradq: a gradient explorer backed by a graph database.

import gradq
space = gradq.open()                      # the same database as the command line means
graph = space.load("demo.gq")
print(graph.d("g", wrt="b"))              # 60*d + 84
"""

from typing import TYPE_CHECKING

from .store.errors import GradqError

if TYPE_CHECKING:
    from .engine.space import Derivative, Graph, Space, open

__all__ = ["Derivative", "GradqError", "Graph", "Space", "open"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import the face when it is first asked for: the command line starts without it."""
    if name in __all__:
        from .engine import space

        return getattr(space, name)
    raise AttributeError(f"module 'gradq' has no attribute {name!r}")
