"""The pages say what the program does: generated tables, the output of commands, the keys of JSON, links."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

from gradq.cli.app import COMMANDS, GROUPS
from gradq.cli.asked import ASKED

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/*.md"))]
JSON = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^### (gradq\.\w+/1)$(.*?)(?=^##|\Z)", JSON, re.DOTALL | re.MULTILINE)


def _generate() -> ModuleType:
    """Import the script, which is in no package, and finds its neighbour as a script does."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    with mock.patch.object(sys, "path", [str(ROOT / "docs"), *sys.path]):
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=lambda page: page.name)
def test_a_page_is_what_would_be_generated(page: Path) -> None:
    generate = _generate()
    for module in generate.NEEDS.get(page.name, ()):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"the commands of {page.name} need {module}, which is not installed")
    text = page.read_text(encoding="utf-8")
    assert generate.renewed(text) == text, "run: python docs/generate.py"


def test_the_pictures_are_those_that_would_be_drawn() -> None:
    found = _generate().pictures()
    assert {path: path.read_text(encoding="utf-8") == text for path, text in found.items()} == dict.fromkeys(found, True)


def test_a_page_that_says_something_else_is_renewed() -> None:
    page = "```console\n$ gradq example article\n$ gradq d g --wrt b\n59*d\n$ echo $?\n1\n```\n"
    assert _generate().renewed(page).endswith("$ gradq d g --wrt b\n60*d + 84\n$ echo $?\n0\n```\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_relative_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not _leads(page, link)] == []


def test_the_links_of_the_tour_lead_somewhere() -> None:
    page = ROOT / "docs" / "tour.ipynb"
    links = re.findall(r"\]\(([\w./-]+)\)", page.read_text(encoding="utf-8"))
    assert links and all(_leads(page, link) for link in links)


def _leads(page: Path, link: str) -> bool:
    """Return whether a link names a file that is there and, after `#`, a heading in it."""
    name, _, heading = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not heading or heading in _headings(target))


def _headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize(("schema", "section"), SECTIONS, ids=[schema for schema, _ in SECTIONS])
def test_the_keys_of_a_document_are_the_keys_that_its_section_explains(schema: str, section: str) -> None:
    explained = {key for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)}
    found = {key for document in _documents(section) if document["schema"] == schema for key in _keys(document)}
    assert explained == found


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """Yield the documents in a text; a list that is cut loses the mark of it."""
    for line in text.splitlines():
        if line.startswith('{"schema"'):
            yield json.loads(line.replace(", …]", "]"))


def _keys(document: dict[str, Any]) -> set[str]:
    """Return the keys of a document and of its answers."""
    return {*document, *(key for answer in document["answers"] if isinstance(answer, dict) for key in answer)}


def test_every_command_has_an_example_with_json() -> None:
    words = {f"{name} {sub}" for name, subs in GROUPS.items() for sub in subs} | (set(COMMANDS) - set(GROUPS) - {"ask", "draw"})
    lines = [line for line in re.findall(r"^\$ gradq (.*)$", JSON, re.MULTILINE) if line.endswith("--json")]
    assert {word for word in words if not any(f"{line} ".startswith(f"{word} ") for line in lines)} == set()


def test_the_words_of_a_question_are_those_that_ask_takes() -> None:
    section = JSON.split("`gradq ask`", 1)[1].split("## Errors")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \|", section, re.MULTILINE)
    explained = {word: set(ASKED if kinds == "all" else kinds.split(", ")) for word, kinds in rows}
    everywhere = {word: set(ASKED) for word in ("ask", "id", "graph")}
    words = {word for asked in ASKED.values() for word in asked.words}
    taken = {word: {name for name, asked in ASKED.items() if word in asked.words} for word in words}
    assert explained == everywhere | taken
