"""The shape of the house: which room may import which, where the rooms lie, how long a file may get.

Imports are read from the source and not from a running program, so that one inside a function counts as well.
"""

import ast
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).resolve().parents[1]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]

FACE = "gradq"
# the explorer and its wings: rows written back, numbers in bulk, nodes alone, pairs, all above, looking around, edits, loads,
# checks, changes by hand, every row; below it the database as a whole
WINGS = ("database", "writeback", "bulk", "nodes", "flow", "reach", "browser", "editor", "loader", "check", "mend", "audit")
DOORS = {f"gradq.engine.{name}" for name in ("explorer", *WINGS)}
ROOMS = {package.removeprefix("gradq."): folder for package, folder in SETUPTOOLS["package-dir"].items()}

# A room → the rooms that it may import. `gradq.__main__`, the one way from outside into cli, is not held to it.
MAY_IMPORT = {
    "cli": {"cli", "formats", "engine", "store", FACE},
    FACE: {FACE, "formats", "engine", "store", "migrations"},
    "formats": {"formats", "engine", "store"},
    "engine": {"engine", "store"},
    "store": {"store"},
    "migrations": {"migrations", "store"},
}
FOR_EVERYBODY = {"gradq.store.errors", "gradq.store.rows"}  # the rest of the store is the database
DATABASES = {"sqlalchemy", "alembic", "sqlite3", "psycopg"}
MATHEMATICS = {"networkx", "sympy", "mpmath", "numpy"}
EXECUTES_TEXT = {"eval", "exec", "sympify", "parse_expr", "pickle", "numexpr"}
LONGEST_FILE = 300


def _modules() -> dict[str, Path]:
    """Return every module of the program by its dotted name; `rglob` does not follow the links in gradq/."""
    modules = {}
    for room, folder in ROOMS.items():
        for path in (ROOT / folder).rglob("*.py"):
            inside = path.relative_to(ROOT / folder).with_suffix("").parts
            prefix = (FACE,) if room == FACE else (FACE, room)
            modules[".".join(prefix + inside).removesuffix(".__init__")] = path
    return modules


def _imports(module: str, tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, as deep as it names a module of ours."""
    is_package = MODULES[module].name == "__init__.py"
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                above = module.split(".")
                above = above[: len(above) - node.level + is_package]
                origin = ".".join([*above, origin]).removesuffix(".")
            for alias in node.names:
                deeper = f"{origin}.{alias.name}"
                yield deeper if deeper in MODULES else origin


MODULES = _modules()
TREES = {module: ast.parse(path.read_bytes()) for module, path in MODULES.items()}
IMPORTS = {module: set(_imports(module, tree)) for module, tree in TREES.items()}


def _room(module: str) -> str:
    """Return the room of a module of gradq, and "" for a module of somebody else."""
    top, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    return "" if top != FACE else room if room in ROOMS else FACE


def _top(module: str) -> str:
    return module.partition(".")[0]


def test_imports_flow_one_way() -> None:
    against_the_flow = [
        f"{module} imports {target}"
        for module, targets in IMPORTS.items()
        for target in targets
        if module != "gradq.__main__" and _room(target) not in {"", *MAY_IMPORT[_room(module)]}
    ]
    assert against_the_flow == []


def test_only_main_imports_the_command_line() -> None:
    importers = {m for m, targets in IMPORTS.items() if _room(m) != "cli" and "cli" in map(_room, targets)}
    assert importers == {"gradq.__main__"}


def test_no_module_comes_back_to_itself_through_its_imports() -> None:
    flow = nx.DiGraph((m, target) for m, targets in IMPORTS.items() for target in targets if target in MODULES)
    assert [sorted(ring) for ring in nx.strongly_connected_components(flow) if len(ring) > 1] == []


def test_imports_of_gradq_are_relative() -> None:
    by_full_name = {
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(_top(alias.name) == FACE for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and not node.level and _top(node.module or "") == FACE)
    }
    # Alembic loads this one by its path, so it has no parent to be relative to.
    assert by_full_name <= {"gradq.migrations.env"}


def test_the_engine_has_one_door_to_the_database() -> None:
    def reaches_the_database(target: str) -> bool:
        return _top(target) in DATABASES or (_room(target) == "store" and target not in FOR_EVERYBODY)

    doors = {m for m, targets in IMPORTS.items() if _room(m) == "engine" and any(map(reaches_the_database, targets))}
    assert doors == DOORS


def test_the_command_line_and_the_formats_talk_to_no_database_themselves() -> None:
    assert [m for m, targets in IMPORTS.items() if _room(m) in ("cli", "formats") and DATABASES & set(map(_top, targets))] == []


def test_the_store_has_never_heard_of_mathematics() -> None:
    assert [m for m, targets in IMPORTS.items() if _room(m) == "store" and MATHEMATICS & set(map(_top, targets))] == []


def test_every_package_is_installed() -> None:
    with_source = {module if path.name == "__init__.py" else module.rpartition(".")[0] for module, path in MODULES.items()}
    assert with_source == set(SETUPTOOLS["packages"])


def test_every_room_is_mapped() -> None:
    packages_at_the_top = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages_at_the_top == set(ROOMS.values())


def test_links_point_where_the_mapping_says() -> None:
    links = {path.name: os.readlink(path) for path in (ROOT / FACE).iterdir() if path.is_symlink()}
    assert links == {room: f"../{folder}" for room, folder in ROOMS.items() if room != FACE}


def test_no_file_is_long() -> None:
    sources = [*MODULES.values(), *ROOT.glob("benchmarks/**/*.py"), *ROOT.glob("docs/*.py"), *ROOT.glob(".ci/*")]
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_text_is_ever_executed() -> None:
    found = [f"{MODULES[module]}: {name}" for module, tree in TREES.items() for name in _executors(tree)]
    assert found == []


def _executors(tree: ast.AST) -> Iterator[str]:
    """Yield what would execute a text: by name, as an attribute of a module, or through an import.

    `graph.eval(…)` is a method of ours and no executor, so of attributes only `builtins.eval` and its kin count.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in EXECUTES_TEXT:
                yield f"line {node.lineno}: {name}"
            case ast.Attribute(value=ast.Name(id="builtins" | "__builtins__"), attr=name) if name in EXECUTES_TEXT:
                yield f"line {node.lineno}: builtins.{name}"
            case ast.Attribute(attr="sympify" | "parse_expr" as name):
                yield f"line {node.lineno}: {name}"
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                words = {word for alias in names for word in alias.name.split(".")}
                words |= set((getattr(node, "module", None) or "").split("."))
                yield from (f"line {node.lineno}: import {word}" for word in sorted(words & EXECUTES_TEXT))
