"""What the tests of the engine share: a look at LaTeX."""

import re
from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def is_latex() -> Callable[[str | None], bool]:
    """Return a check of what a notebook is given."""

    def look(text: str | None) -> bool:
        """Return whether a text is one formula between dollars, with every bracket closed and no tag of HTML in it."""
        if text is None or re.fullmatch(r"\$(?:[^$\\]|\\.)+\$", text, re.DOTALL) is None:
            return False
        bare = re.sub(r"\\[{}\\$]", "", text)
        depth = 0
        for letter in bare:
            depth += (letter == "{") - (letter == "}")
            if depth < 0:
                return False
        return not depth and bare.count(r"\left") == bare.count(r"\right") and not re.search("<[A-Za-z/!?]", text)

    return look
