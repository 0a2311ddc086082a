"""Mermaid: names are codes inside quotes, so that none can be a word of the language, of Markdown or of HTML."""

import html
import re

from gradq.engine.mermaid import mermaid
from gradq.engine.picture import EdgeStyle, PictureEdge, PictureNode
from gradq.engine.sketch import Sketch

LINE = re.compile(
    r"flowchart (LR|RL)"
    r'|    (n\d+|said)(\["[^"]*"\]|\(\["[^"]*"\]\))'
    r'|    n\d+ (-- "[^"]*" )?--> n\d+'
    r"|    (style|linkStyle|classDef|class) [\w,]+ [\w#:.,\- ]+"
)


def decoded(text: str) -> str:
    return html.unescape(re.sub(r"#(\d+);", r"&#\1;", text))


def test_every_line_is_one_of_ours_whatever_the_names(hostile: Sketch) -> None:
    text = mermaid(hostile)
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
    labels = re.findall(r'"([^"]*)"', text)
    assert not any(re.search(r"%%|[<>&`{}\\*_]|^[-+] |^\d+\. ", label.replace("<br/>", "")) for label in labels)


def test_decoded_the_labels_are_the_names(hostile: Sketch) -> None:
    found = re.findall(r'^    n\d+\["(.*?)<br/>', mermaid(hostile), re.MULTILINE)
    assert [decoded(label).strip() for label in found] == [name.strip() for name in (node.name for node in hostile.nodes)]


def test_arrows_of_a_gradient_lead_to_the_parents_and_keep_their_looks() -> None:
    nodes = [PictureNode("a", "", "input", 0), PictureNode("b", "-3*a", "formula", 1)]
    edges = [PictureEdge("a", "b", "-3", EdgeStyle("#c2410c", 2.0, "7 4"))]
    lines = mermaid(Sketch("t", [], ["9 nodes are left out"], nodes, edges, True)).splitlines()
    assert lines[0] == "flowchart RL" and '    n1 -- "#45;3" --> n0' in lines
    assert "    linkStyle 0 stroke:#c2410c,stroke-width:2.0px,stroke-dasharray:7 4" in lines
    assert '    said["t<br/>9 nodes are left out"]' in lines
