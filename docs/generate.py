"""Renew what the pages show: tables made from the program, and what every command prints.

    python docs/generate.py      write the pages that have changed

Between `<!-- begin NAME -->` and `<!-- end NAME -->` a page has what `BLOCKS[NAME]` makes; what commands print in its
console blocks is made by `terminal.py`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from terminal import shown

import gradq
from gradq.cli.app import GROUPS, application
from gradq.engine.explorer import Explorer
from gradq.engine.flow import flow, whole_flow
from gradq.engine.functions import ALIASES, FUNCTIONS, OPAQUE, Function
from gradq.engine.gallery import examples
from gradq.engine.graphfile import read_graph
from gradq.engine.loader import load
from gradq.engine.sketch import flow_sketch
from gradq.formats.registry import FORMATS
from gradq.store import errors, tables

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]
NEEDS = {"cell-models.md": ("myokit", "libsbml")}  # what a page's commands need and gradq does without
PURPOSE = {
    "graph": "A named graph. Every change of it raises `revision`.",
    "node": "A node: its name, its kind (input, parameter or formula), and what stands after its `=`.",
    "edge": "Parent to child, with the local partial as text over the child's parents.",
    "gradient": "The memo of formulas: a total derivative ∂of/∂wrt, rolled.",
    "point": "A set of bindings. They never change; a name can move to other bindings.",
    "point_name": "The name that a person gave to a point.",
    "point_value": "The value of a node at a point.",
    "point_gradient": "The memo of numbers: a total derivative ∂of/∂wrt at a point.",
    "tape": "A large graph (over 20,000 nodes) once more, flat, for numbers; made anew when its `revision` is not the graph's.",
}
_BLOCK = re.compile(r"(<!-- begin (\w+)[^>]*-->\n)(.*?)(<!-- end \2 -->)", re.DOTALL)


def renewed(text: str) -> str:
    """Return a page with its generated blocks and the output of its commands as they are now."""
    return shown(_BLOCK.sub(lambda found: found[1] + BLOCKS[found[2]]() + found[4], text))


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _formats() -> str:
    """Return the table of formats."""
    rows = []
    for known in FORMATS:
        ways = " and ".join(word for word, is_one in (("read", known.reads), ("written", known.writes)) if is_one)
        extra = f'`pip install "gradq[{known.extra}]"`' + (" to read it" if known.writes else "") if known.extra else ""
        rows.append([f"`{known.name}`", " ".join(f"`{ending}`" for ending in known.endings), ways, known.about, extra])
    return _table(["format", "endings", "", "what it is", "needs"], rows)


def _functions() -> str:
    """Return the table of functions, and the aliases below it."""
    rows = [_function(function) for function in FUNCTIONS.values()]
    aliases = ", ".join(f"`{alias}` is `{name}`" for alias, name in ALIASES.items())
    return _table(["function", "derivative", "has a value where", "kink"], rows) + f"\nOther spellings: {aliases}.\n"


def _function(function: Function) -> list[str]:
    low, high = function.arity
    letters = ["n", "x"] if function.derivatives[:1] == (None,) else ["x", "y"][:low]
    call = f"{function.name}({', '.join(letters)})"
    texts = function.derivatives or [str(gradq.parse(call).d(letter)) for letter in letters]
    partials = [(letter, text) for letter, text in zip(letters, texts, strict=True) if text is not None]
    by = "; ".join((f"by {letter}: " if len(letters) > 1 else "") + f"`{text}`" for letter, text in partials)
    if function.name == OPAQUE:
        return [f"`{OPAQUE}(a, …)`", "not known", "nowhere: it stands for what could not be read", ""]
    kink = function.kink.met.__name__.strip("_").replace("_", " ") if function.kink else ""
    return [f"`{call}`" + (" or more" if high is None else ""), by, function.domain or "everywhere", kink]


def _tables() -> str:
    """Return the tables with their purpose and columns, parents before children."""
    rows = [
        [f"`{table.name}`", PURPOSE[table.name], ", ".join(f"`{column.name}`" for column in table.columns)]
        for table in tables.metadata.sorted_tables
    ]
    return _table(["table", "what a row is", "columns"], rows)


def _views() -> str:
    """Return the views with what their columns mean, from `v_help`."""
    with tempfile.TemporaryDirectory() as folder, gradq.open(f"{folder}/any.db") as space:
        space.new("any")
        _, rows = space.sql("select view, column_name, help from v_help")
    views: dict[str, list[list[str]]] = {}
    for view, column, text in rows:
        views.setdefault(str(view), []).append([f"`{column}`", str(text)])
    return "\n".join(f"### {view}\n\n{_table(['column', 'what it is'], found)}" for view, found in views.items())


def _errors() -> str:
    """Return the tree of errors, a line for each class."""
    rows = [
        [f"`{'· ' * depth}{kind.__name__}`", str(kind.exit), f"`{kind.code}`", _builtin(kind), _first_line(kind)]
        for depth, kind in _family(errors.GradqError)
    ]
    return _table(["class", "exit", "code", "is also", "when"], rows)


def _family(kind: type[errors.GradqError], depth: int = 0) -> Iterator[tuple[int, type[errors.GradqError]]]:
    yield depth, kind
    for child in kind.__subclasses__():
        yield from _family(child, depth + 1)


def _builtin(kind: type[errors.GradqError]) -> str:
    """Return the exceptions of Python that a class is too, without their own bases."""
    found = [base for base in kind.__mro__ if base.__module__ == "builtins" and base not in (Exception, BaseException, object)]
    closest = [base for base in found if not any(other is not base and issubclass(other, base) for other in found)]
    return ", ".join(f"`{base.__name__}`" for base in closest)


def _first_line(thing: object) -> str:
    return (thing.__doc__ or "").split("\n")[0]


def _commands() -> str:
    """Return every command with its help text, its arguments and its own options."""
    from typer.main import get_command

    app: Any = get_command(application([]))
    parts = [_common(app.commands["d"])]
    for name, command in app.commands.items():
        pairs = [(name, command)] if name not in GROUPS else [(f"{name} {sub}", command.commands[sub]) for sub in GROUPS[name]]
        parts += [_command(words, found) for words, found in pairs]
    return "\n".join(parts)


def _common(command: Any) -> str:
    rows = [_option(param) for param in command.params if set(param.opts) & _EVERYWHERE]
    return "Every command takes these, and so does `gradq` before the command:\n\n" + _table(["option", "what it does"], rows)


def _command(words: str, command: Any) -> str:
    """Return the section of one command."""
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not set(p.opts) & _EVERYWHERE]
    usage = [f"gradq {words}", *map(_metavar, arguments), *(["[OPTIONS]"] if options else [])]
    text, _, examples = command.help.partition("\b\n")
    section = f"## gradq {words}\n\n{_plain(text.strip())}\n\n```bash\n{examples.strip()}\n```\n\nUsage: `{' '.join(usage)}`\n"
    rows = [[f"`{_metavar(param)}`", _plain(param.help)] for param in arguments if param.help]
    rows += [_option(param) for param in options]
    return section + ("\n" + _table(["word", "what it is"], rows) if rows else "")


def _metavar(param: Any) -> str:
    word = (param.metavar or param.name).upper().replace("_", "-") + ("..." if param.nargs == -1 else "")
    return word if param.required else f"[{word}]"


def _option(param: Any) -> list[str]:
    value = "" if param.is_flag else f" {param.metavar or param.opts[-1].lstrip('-').upper()}"
    return [f"`{', '.join(param.opts)}{value}`", _plain(param.help) + (" Can be repeated." if param.multiple else "")]


def _plain(text: str) -> str:
    """Return a text in which Markdown sees no emphasis."""
    return text.replace("*", "\\*")


_EVERYWHERE = {"-g", "--db", "-f", "--json", "--csv", "--help", "--timeout", "--max-nodes"}
BLOCKS: dict[str, Callable[[], str]] = {
    "formats": _formats,
    "functions": _functions,
    "tables": _tables,
    "views": _views,
    "errors": _errors,
    "commands": _commands,
}


def pictures() -> dict[Path, str]:
    """Return the pictures of the pages, laid out by gradq itself, so that they are the same wherever they are made."""
    with Explorer(":memory:") as explorer:
        load(explorer, "article", read_graph(examples()["article"].text))
        pair = flow_sketch(flow(explorer, "article", "g", "b", point={"a": 0.5}))
        whole = flow_sketch(whole_flow(explorer, "article", "g"))
    return {ROOT / "docs" / "flow.svg": whole.svg(), ROOT / "docs" / "pair.svg": pair.svg()}


if __name__ == "__main__":
    for path, picture in pictures().items():
        path.write_text(picture, encoding="utf-8")
    for page in PAGES:
        lacking = [module for module in NEEDS.get(page.name, ()) if find_spec(module) is None]
        if lacking:
            print(f"{page.relative_to(ROOT)} stays as it is: {', '.join(lacking)} is not installed")
            continue
        before = page.read_text(encoding="utf-8")
        after = renewed(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"renewed {page.relative_to(ROOT)}")
