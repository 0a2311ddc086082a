"""What `gradq doctor` looks at: versions, extras, and which database and graph are meant, and why."""

import platform
from importlib.metadata import PackageNotFoundError, version

from ..store.errors import GradqError
from .session import Session

Row = tuple[str, str, str]
CORE = ("gradq", "alembic", "mpmath", "networkx", "platformdirs", "sqlalchemy", "sympy", "typer")
EXTRAS = {
    "postgres": ("psycopg", "databases on a PostgreSQL server"),
    "plot": ("matplotlib", "plots of a scan as PNG"),
    "draw": ("pygraphviz", "PNG pictures, without the program Graphviz"),
}


def examine(session: Session) -> tuple[list[Row], bool]:
    """Return a row for each thing that was looked at, and whether the database can be used."""
    rows = [("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")]
    rows += [_package(name) for name in CORE]
    rows += [_extra(name, package, use) for name, (package, use) in EXTRAS.items()]
    found = _database(session)
    return [*rows, *found], all(state != "problem" for _, state, _ in found)


def _package(name: str) -> Row:
    try:
        return (name, "ok", version(name))
    except PackageNotFoundError:
        return (name, "missing", "run from a folder, not installed" if name == "gradq" else f"pip install {name}")


def _extra(name: str, package: str, use: str) -> Row:
    try:
        return (f"extra {name}", "ok", f"{package} {version(package)}")
    except PackageNotFoundError:
        return (f"extra {name}", "not installed", f'for {use}: pip install "gradq[{name}]"')


def _database(session: Session) -> list[Row]:
    """Return what there is to say of the database and the graph; the first problem ends it."""
    rows: list[Row] = []
    try:
        explorer = session.explorer
        schema = explorer.schema()
        explorer.check_place()
        rows.append(("database", "ok", f"{explorer.url}, because {explorer.location.why}"))
        rows.append(("schema", "ok", schema or "none yet: the first load makes it"))
        graphs = explorer.summaries()
        rows.append(("graphs", "ok", f"{len(graphs):,}, with {sum(graph.nodes for graph in graphs):,} nodes"))
        name, why = session.meant_graph()
        explorer.require(name)
        rows.append(("graph", "ok", f"{name}, because {why}"))
    except GradqError as error:
        what = "graph" if any(what == "graphs" for what, _, _ in rows) else "database"
        rows.append((what, "none" if what == "graph" else "problem", error.message))
    return rows
