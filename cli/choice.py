"""The graph that a user has chosen, kept by database in the user's own state directory."""

import json
from contextlib import suppress
from pathlib import Path


def chosen(url: str) -> str | None:
    """Return the graph chosen for a database, or None."""
    name = _read().get(url)
    return name if isinstance(name, str) else None


def choose(url: str, graph: str | None) -> None:
    """Remember the graph for a database; None forgets it. A state directory that cannot be written is no error."""
    data = _read()
    data.pop(url, None)
    if graph is not None:
        data[url] = graph
    with suppress(OSError):
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(data, ensure_ascii=False, indent=1))


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file through a temporary name, so that it is whole or as it was."""
    from ..store.whole import whole_file

    with whole_file(path) as half:
        half.write_bytes(content.encode() if isinstance(content, str) else content)


def _path() -> Path:
    import platformdirs

    return Path(platformdirs.user_state_dir("gradq", appauthor=False)) / "chosen.json"


def _read() -> dict[str, object]:
    try:
        data = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
