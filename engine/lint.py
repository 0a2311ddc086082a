"""What looks wrong in a graph though nothing forbids it: `lint` gives one plain sentence for each finding.

    unused    an input or a parameter that no formula uses
    alike     two names that look alike, or differ by one letter as a slip of the pen does
    constant  a formula that names no node, or an edge whose local partial is exactly zero, but for that of a condition

Names that are a family are no finding: x1 and x2, alpha_m and alpha_h, s and S, Vmax and Kmax. So a difference counts
only inside one word of at least four letters, and where it may be meant (at an end of the word, or in a short word)
only if one of the two names is an input without a value, as a name that was mistyped in a formula is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..store.rows import NodeRow

# Letters of other scripts that are drawn as a Latin one is; each column is a pair.
_DRAWN_ALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅοΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɡɑ",
    "aeopcyxijshdqwABEKMHOPCTYXIJSoABEZHIKMNOPTYXiga",
)
_DIGITS = str.maketrans("01I", "Oll")
_UNDERSCORE = re.compile(r"(?<=[^\W\d_])_|_(?=[^\W\d_])")  # not one between digits: w1_1 is not w11
_CELL = re.compile(r"(?:.*[!.])?\$?[A-Z]{1,3}\$?[1-9][0-9]*")  # a cell of a spreadsheet: A11 and AI1 are two of many
_RUN = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")  # gNaBar is three words
_SHORT, _LONG = 4, 5  # letters: a word below _SHORT never counts, one of _LONG may count by itself
_AXES = frozenset("ijkuvwxyz")  # stressxy and stressyx are meant
_GREEK = frozenset({"beta", "zeta"})  # the only two names of Greek letters that are one letter apart and long enough


class Finding(NamedTuple):
    """One remark on one node: its kind (alike, constant or unused), the node and a sentence."""

    kind: str
    node: str
    message: str


class Slip(NamedTuple):
    """Two words one slip of the pen apart; `sure` if the slip speaks for itself."""

    first: str
    second: str
    how: str
    sure: bool


def lint(
    nodes: Sequence[NodeRow], parents: Mapping[str, Sequence[str]], zero_edges: Collection[tuple[str, str]]
) -> list[Finding]:
    """Return what looks wrong, by kind and then by name.

    `parents` maps a node to its parents, `zero_edges` are the `(child, parent)` whose local partial is exactly zero.

    >>> rows = [NodeRow(1, "alpha", "parameter", None, "2", 0, None), NodeRow(2, "alhpa", "input", None, None, 0, None)]
    >>> rows += [NodeRow(3, "y", "formula", "3*alhpa", None, 1, None)]
    >>> for finding in lint(rows, {"y": ["alhpa"]}, []):
    ...     print(finding.message)
    'alhpa' and 'alpha' differ by two letters in another order
    no formula uses the parameter 'alpha'
    """
    found = [*_unused(nodes, parents), *_constants(nodes, parents, zero_edges)]
    undefined = {node.name for node in nodes if node.kind == "input"}
    looks = dict(_looks_alike([node.name for node in nodes]))
    slips = dict(_slips([node.name for node in nodes], undefined))
    found += [Finding("alike", pair[0], message) for pair, message in {**slips, **looks}.items()]
    return sorted(found)


def _unused(nodes: Sequence[NodeRow], parents: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    used = {parent for above in parents.values() for parent in above}
    for node in nodes:
        if node.kind != "formula" and node.name not in used:
            yield Finding("unused", node.name, f"no formula uses the {node.kind} '{node.name}'")


def _constants(
    nodes: Sequence[NodeRow], parents: Mapping[str, Sequence[str]], zero_edges: Collection[tuple[str, str]]
) -> Iterator[Finding]:
    for node in nodes:
        if node.kind == "formula" and not parents.get(node.name):
            text = f"the formula of '{node.name}' names no node, so a derivative with respect to it treats it as free"
            yield Finding("constant", node.name, text)
    formulas = {node.name: node.formula for node in nodes} if zero_edges else {}
    for child, parent in zero_edges:
        if _decides(parent, formulas.get(child)):
            continue
        text = f"a change of '{parent}' never reaches '{child}' through its formula: the local partial is exactly 0"
        yield Finding("constant", child, text)


def _decides(name: str, formula: str | None) -> bool:
    """Return whether a name stands in a condition of a formula: there it is meant to have no slope."""
    if formula is None or "if" not in formula:
        return False
    from .expression import Call
    from .formula import parse_expression
    from .traverse import names_of, postorder

    calls = (item for item in postorder(parse_expression(formula)) if isinstance(item, Call) and item.name == "if")
    return any(name in names_of(item.parts[0]) for item in calls)


def _looks_alike(names: Sequence[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each two names that look alike, with what to say: neighbours in each group of one look."""
    looks = [_folded, _with_letters]
    if not all(map(str.isascii, names)):
        looks.append(_in_latin)
    for look in looks:
        for group in _groups(names, look):
            for pair in pairwise(group):
                said = _likeness(*pair)
                if said:
                    yield pair, f"'{pair[0]}' and '{pair[1]}' {said}"


def _groups(names: Iterable[str], look: Callable[[str], str]) -> list[list[str]]:
    """Return the names that share their look with another, sorted, group by group."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[look(name)].append(name)
    return [sorted(group) for group in groups.values() if len(group) > 1]


def _folded(name: str) -> str:
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    return (_UNDERSCORE.sub("", name) if "_" in name else name).casefold()


def _in_latin(name: str) -> str:
    return _folded(unicodedata.normalize("NFKC", name).translate(_DRAWN_ALIKE))


def _with_letters(name: str) -> str:
    return name.translate(_DIGITS)


def _likeness(first: str, second: str) -> str | None:
    """Return how two names of one look differ, or None if such names are ordinary."""
    if first.lower() == second.lower():
        pairs = zip(_RUN.findall(first), _RUN.findall(second), strict=False)
        long = any(one != other and len(one) > 2 for one, other in pairs)
        return "differ only in upper and lower case" if long else None
    bare = [_UNDERSCORE.sub("", name) for name in (first, second)]
    if bare[0].lower() == bare[1].lower():
        long = sum(map(str.isalpha, first)) >= _SHORT
        return f"differ only in underscores{'' if bare[0] == bare[1] else ' and case'}" if long else None
    odd = {letter for letter in {*first} ^ {*second} if not letter.isascii()}
    if odd:
        shown = ", ".join(unicodedata.name(letter, f"U+{ord(letter):04X}") for letter in sorted(odd)[:2])
        return f"look alike, but not all their letters are the same ({shown})"
    return _digit_likeness(first, second)


def _digit_likeness(first: str, second: str) -> str | None:
    """Return how two names differ in 0 and O or 1, l and I; not for I beside l alone, nor for cells."""
    if _CELL.fullmatch(first) and _CELL.fullmatch(second):
        return None
    differing = [(one, other) for one, other in zip(first, second, strict=False) if one != other]
    single = all(len(run) == 1 for name in (first, second) for run in _RUN.findall(name.rpartition(".")[2]))
    if single and all({*pair} == {"I", "l"} for pair in differing):
        return None
    return "look alike: " + ", ".join(f"{one} and {other}" for one, other in dict.fromkeys(differing))


def _slips(names: Sequence[str], undefined: Collection[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield two names for each two words that a slip made of one, with what to say.

    One pair speaks for all that differ by the same words: a section that is spelled in two ways is one finding.
    """
    words = Counter(word for word in _WORD.findall("\n".join(names)) if len(word) >= _SHORT)
    slips = [(min(slip[:2], key=lambda word: (words[word], word)), slip) for slip in _word_slips(words)]
    places = _places(names, {rare for rare, _ in slips})
    known = set(names)
    for rare, slip in slips:
        other = slip.second if rare == slip.first else slip.first
        pairs = []
        for name, start in places[rare]:
            twin = name[:start] + other + name[start + len(rare) :]
            inside = "." in name[start + len(rare) :]  # ical.d and icab.d are meant
            if twin in known and (slip.sure or (not inside and (name in undefined) != (twin in undefined))):
                pairs.append((min(name, twin), max(name, twin)))
        if pairs:
            pair, more = min(pairs), len(pairs) - 1
            rest = f" (as {more:,} more {'pair does' if more == 1 else 'pairs do'})" if more else ""
            yield pair, f"'{pair[0]}' and '{pair[1]}' differ by {slip.how}{rest}"


def _places(names: Iterable[str], wanted: Collection[str]) -> dict[str, list[tuple[str, int]]]:
    """Return the names in which each wanted word stands, and where."""
    places: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name in names if wanted else ():
        for word in _WORD.finditer(name):
            if word[0] in wanted:
                places[word[0]].append((name, word.start()))
    return places


def _word_slips(words: Collection[str]) -> Iterator[Slip]:
    """Yield each two words one slip apart, by what is left of a word without one of its letters.

    Comparing each word with each would take hours on 100,000 words. Here all words of one length lose the letter at
    one place together; only what then collides is looked at.
    """
    lengths: dict[int, list[str]] = defaultdict(list)
    for word in words:
        lengths[len(word)].append(word)
    for length, same in lengths.items():
        shorter_words = set(lengths.get(length - 1, ()))
        for at in range(length):
            rests = [word[:at] + word[at + 1 :] for word in same]
            distinct = set(rests)
            if len(distinct) < len(rests):
                yield from _replaced(zip(rests, same, strict=True), at)
            if not distinct.isdisjoint(shorter_words):
                yield from _left_out(zip(rests, same, strict=True), at, shorter_words)
        yield from _swapped(same, length)


def _replaced(rests: Iterable[tuple[str, str]], at: int) -> Iterator[Slip]:
    """Yield each two words that differ at one place; three or more that do are a family, and no slip."""
    groups: dict[str, list[str]] = defaultdict(list)
    for rest, word in rests:
        groups[rest].append(word)
    for rest, group in groups.items():
        if len(group) == 2 and group[0].casefold() != group[1].casefold() and not _GREEK.issuperset(group):
            yield Slip(group[0], group[1], "one letter", len(rest) >= _LONG - 1 and 0 < at < len(rest))


def _left_out(rests: Iterable[tuple[str, str]], at: int, words: Collection[str]) -> Iterator[Slip]:
    """Yield each two words of which one lacks the letter at one place; of a doubled letter, the first."""
    for rest, word in rests:
        if rest in words and (at == 0 or word[at - 1] != word[at]):
            doubled = word[at] == word[at + 1 : at + 2]
            yield Slip(rest, word, "one letter", doubled or 0 < at < len(rest))


def _swapped(words: Sequence[str], length: int) -> Iterator[Slip]:
    """Yield each two words of which one has two neighbours in another order."""
    known = set(words)
    for at in range(length - 1):
        for word in words:
            if word[at] < word[at + 1] and (other := word[:at] + word[at + 1] + word[at] + word[at + 2 :]) in known:
                sure = length >= _LONG and not _AXES.issuperset(word[at : at + 2])
                yield Slip(word, other, "two letters in another order", sure)
