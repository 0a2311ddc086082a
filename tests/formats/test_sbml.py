"""SBML: what its specification says of symbols, rules, reactions and rates, on models of a few lines."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import gradq
from gradq.engine.graphfile import GraphText
from gradq.engine.values import Values
from gradq.formats.files import graph_of, open_file
from gradq.formats.reading import Reading
from gradq.formats.registry import BY_NAME, reader

pytest.importorskip("libsbml", reason='libsbml is not installed: pip install "gradq[sbml]"')
from gradq.formats import sbml, sbml_math

Forward = Callable[[GraphText], Values]
Read = Callable[..., Reading]

LEVELS = {
    (3, 1): "http://www.sbml.org/sbml/level3/version1/core",
    (3, 2): "http://www.sbml.org/sbml/level3/version2/core",
    (2, 4): "http://www.sbml.org/sbml/level2/version4",
    (1, 2): "http://www.sbml.org/sbml/level1",
}
LISTS = "functionDefinition compartment species parameter initialAssignment rule constraint reaction event".split()
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML" xmlns:sbml="http://www.sbml.org/sbml/level3/version1/core">{}</math>'
SYMBOL = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/{}"> {} </csymbol>'
TIME = SYMBOL.format("time", "t")


def _math(formula: str) -> str:
    """Return a formula of libsbml's own infix as MathML; what begins with `<` is MathML already."""
    import libsbml

    if formula.startswith("<"):
        return MATH.format(formula)
    return str(libsbml.writeMathMLToString(libsbml.parseL3Formula(formula))).partition("?>")[2]


def rule(kind: str, symbol: str, formula: str) -> str:
    return f'<{kind}Rule variable="{symbol}">{_math(formula)}</{kind}Rule>'


def initial(symbol: str, formula: str) -> str:
    return f'<initialAssignment symbol="{symbol}">{_math(formula)}</initialAssignment>'


def parameter(name: str, value: str = "1", constant: str = "false") -> str:
    return f'<parameter id="{name}" value="{value}" constant="{constant}"/>'


def compartment(name: str = "C", size: str = "2", dimensions: str = "3") -> str:
    return f'<compartment id="{name}" size="{size}" spatialDimensions="{dimensions}" constant="false"/>'


def species(name: str, more: str = 'initialConcentration="3"', amounts: bool = False, boundary: bool = False) -> str:
    words = f'hasOnlySubstanceUnits="{str(amounts).lower()}" boundaryCondition="{str(boundary).lower()}"'
    return f'<species id="{name}" compartment="C" {more} {words} constant="false"/>'


def reaction(name: str, takes: str, makes: str, law: str, local: str = "", more: str = 'reversible="false"') -> str:
    sides = [" ".join(_reference(word) for word in side.split()) for side in (takes, makes)]
    lists = [f"<listOf{kind}>{side}</listOf{kind}>" for kind, side in zip(("Reactants", "Products"), sides, strict=True) if side]
    parameters = "".join(f'<localParameter id="{word}" value="7"/>' for word in local.split())
    local = f"<listOfLocalParameters>{parameters}</listOfLocalParameters>" if local else ""
    held = f"<kineticLaw>{_math(law)}{local}</kineticLaw>" if law else ""
    return f'<reaction id="{name}" fast="false" {more}>{"".join(lists)}{held}</reaction>'


def _reference(word: str) -> str:
    """Return a reference from `S`, `2:S`, `n=2:S` (with an identifier) or `n=:S` (that alone)."""
    number, _, name = word.rpartition(":")
    identifier, _, number = number.rpartition("=") if "=" in number else ("", "", number or "1")
    words = (f'id="{identifier}" ' if identifier else "") + (f'stoichiometry="{number}" ' if number else "")
    return f'<speciesReference {words}species="{name}" constant="false"/>'


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a model of these elements."""

    def read(*elements: str, level: tuple[int, int] = (3, 1), more: str = "") -> Reading:
        groups: dict[str, list[str]] = {word: [] for word in LISTS}
        for element in elements:
            word = element[1:].split(" ")[0].split(">")[0]
            groups["rule" if word.endswith("Rule") else word].append(element)
        held = [
            f"<listOf{'Species' if word == 'species' else word[0].upper() + word[1:] + 's'}>{''.join(group)}"
            f"</listOf{'Species' if word == 'species' else word[0].upper() + word[1:] + 's'}>"
            for word, group in groups.items()
            if group
        ]
        path = tmp_path / "model.xml"
        path.write_text(
            f'<?xml version="1.0" encoding="UTF-8"?><sbml xmlns="{LEVELS[level]}" level="{level[0]}" version="{level[1]}">'
            f'<model id="m" {more}>{"".join(held)}</model></sbml>'
        )
        return sbml.read(path)

    return read


def texts(reading: Reading) -> dict[str, str | None]:
    return {d.name: d.default if d.formula is None else d.formula for d in reading.definitions}


def rates(reading: Reading) -> dict[str, str | None]:
    return {name: text for name, text in texts(reading).items() if name.startswith("dot(")}


def test_rules_and_initial_assignments_are_formulas_and_numbers_are_defaults(read: Read) -> None:
    found = read(
        compartment(), parameter("a", "0.1"), parameter("b"), parameter("c"), parameter("x", "4e-7"),
        rule("assignment", "b", "a^2"), initial("c", "3*a"), rule("rate", "x", "-a*x"),
    )  # fmt: skip
    assert texts(found) == {"C": "2", "a": "0.1", "b": "a^2", "c": "3*a", "x": "4e-07", "dot(x)": "-a*x"}
    assert found.refused == ()


def test_what_has_no_number_is_an_input(read: Read) -> None:
    found = read('<parameter id="a" constant="true"/>', parameter("b", "NaN"), parameter("c", "INF"))
    assert texts(found) == {"a": None, "b": None, "c": None}


def test_a_concentration_changes_by_what_its_reactions_make_by_the_size(read: Read) -> None:
    found = read(compartment(), species("S"), species("P"), parameter("k"), reaction("r", "2:S", "P", "k*S^2*C"))
    assert texts(found)["r"] == "k*S^2*C"
    assert rates(found) == {"dot(S)": "-2*r/C", "dot(P)": "r/C"}


def test_an_amount_changes_by_what_its_reactions_make(read: Read) -> None:
    given = 'initialAmount="3"'
    found = read(compartment(), species("S", given, amounts=True), reaction("r", "", "0.5:S", "S"), reaction("q", "S", "", "S"))
    assert texts(found)["S"] == "3"
    assert rates(found) == {"dot(S)": "0.5*r - q"}


def test_a_compartment_without_dimensions_holds_amounts(read: Read) -> None:
    point = '<compartment id="C" spatialDimensions="0" constant="true"/>'
    found = read(point, species("S", 'initialAmount="3"'), reaction("r", "", "S", "S"))
    assert texts(found) == {"S": "3", "r": "S", "dot(S)": "r"}


def test_a_symbol_that_is_given_in_the_other_kind_keeps_the_literal_as_a_node_of_its_own(read: Read) -> None:
    found = read(compartment(), species("S", 'initialAmount="3"'), species("A", 'initialConcentration="5"', amounts=True))
    assert texts(found) == {
        "C": "2", "amount(S)": "3", "S": "'amount(S)'/C", "concentration(A)": "5", "A": "'concentration(A)'*C",
    }  # fmt: skip


def test_a_boundary_and_a_species_under_a_rule_are_not_moved_by_reactions(read: Read) -> None:
    found = read(
        compartment(), species("B", boundary=True), species("R", boundary=True), species("S"),
        reaction("r", "B R", "S", "S"), rule("rate", "R", "1"),
    )  # fmt: skip
    assert rates(found) == {"dot(R)": "1", "dot(S)": "r/C"}


def test_a_species_with_a_rule_and_reactions_is_named(read: Read) -> None:
    found = read(compartment(), species("S"), reaction("r", "", "S", "S"), rule("rate", "S", "1"))
    assert rates(found) == {"dot(S)": "1"}
    (refused,) = found.refused
    assert (refused.name, refused.reason) == ("S", "a rule and reactions move it at once: the rule is taken")


def test_what_a_reaction_takes_and_makes_again_cancels(read: Read) -> None:
    found = read(compartment(), species("E"), species("S"), reaction("r", "E S", "E 3:S", "E*S"))
    assert rates(found) == {"dot(E)": "0", "dot(S)": "2*r/C"}


def test_a_size_with_a_rate_thins_concentrations(read: Read, forward: Forward) -> None:
    found = read(compartment(), species("S"), species("N", boundary=True), reaction("r", "", "S", "5"), rule("rate", "C", "0.5"))
    assert rates(found) == {"dot(C)": "0.5", "dot(S)": "(r - S*'dot(C)')/C", "dot(N)": "-N*'dot(C)'/C"}
    assert forward(graph_of(found, None)).found["dot(S)"] == (5 - 3 * 0.5) / 2


def test_a_size_that_a_rule_fixes_for_ever_is_a_divisor_and_one_that_time_moves_is_refused(read: Read) -> None:
    parts = (compartment(), species("S"), reaction("r", "", "S", "5"), parameter("a"))
    assert rates(read(*parts, rule("assignment", "C", "2*a"))) == {"dot(S)": "r/C"}
    for moving in (f"<apply><times/>{TIME}<ci> a </ci></apply>", "1 + S"):
        found = read(*parts, rule("assignment", "C", moving))
        assert rates(found) == {"dot(S)": "opaque(r)"}
        assert "the size of 'C' changes by an assignment rule" in found.refused[0].reason


def test_conversion_factors_multiply(read: Read) -> None:
    own = species("S", 'initialConcentration="3" conversionFactor="g"')
    parts = (compartment(), own, species("P"), parameter("f", constant="true"), parameter("g", constant="true"))
    found = read(*parts, reaction("r", "S", "P", "S"), more='conversionFactor="f"')
    assert rates(found) == {"dot(S)": "g*(-r)/C", "dot(P)": "f*r/C"}


def test_a_stoichiometry_that_has_a_name_is_a_node_where_it_is_used(read: Read) -> None:
    parts = (compartment(), species("S"), species("P"), species("Q"), parameter("a"))
    law = reaction("r", "n=2:S o=3:Q", "m=:P", "a*n")
    found = texts(read(*parts, law, rule("assignment", "m", "a + 1")))
    assert {name: found[name] for name in ("n", "m", "dot(S)", "dot(P)", "dot(Q)")} == {
        "n": "2", "m": "a + 1", "dot(S)": "-n*r/C", "dot(P)": "m*r/C", "dot(Q)": "-3*r/C",
    }  # fmt: skip
    assert "o" not in found


def test_the_rule_of_a_stoichiometry_is_there_though_nothing_uses_it(read: Read) -> None:
    parts = (compartment(), species("S", boundary=True), species("P"), reaction("r", "m=:S", "n=2:P", "1"))
    found = texts(read(*parts, rule("assignment", "m", "n + 1")))
    assert (found["m"], found["n"], found["dot(P)"]) == ("n + 1", "2", "n*r/C")


def test_a_stoichiometry_that_nothing_says_makes_the_rate_opaque(read: Read) -> None:
    found = read(compartment(), species("S"), reaction("r", "", "n=:S", "1"))
    assert rates(found) == {"dot(S)": "opaque(r)"}
    assert [(item.name, item.reason) for item in found.refused] == [
        ("dot(S)", "how much of it the reaction 'r' moves is not said")
    ]


def test_a_fast_reaction_makes_the_rates_opaque(read: Read) -> None:
    fast = reaction("r", "", "S", "1").replace('fast="false"', 'fast="true"')
    assert rates(read(compartment(), species("S"), fast)) == {"dot(S)": "opaque(r)"}


@pytest.mark.parametrize(
    "twice",
    [
        (parameter("a"), parameter("a")),
        (parameter("a"), compartment("a")),
        (parameter("a"), rule("rate", "a", "1"), rule("assignment", "a", "1")),
        (parameter("a"), initial("a", "1"), initial("a", "2")),
    ],
)
def test_what_is_defined_twice_is_refused(twice: tuple[str, ...], read: Read) -> None:
    with pytest.raises(gradq.InvalidGraph, match="the model says twice what 'a' is"):
        read(*twice)


def test_a_rule_or_a_species_of_what_is_not_there_is_named(read: Read) -> None:
    found = read(species("S"), rule("rate", "x", "1"), initial("y", "2"), reaction("r", "", "Z S", "3"))
    assert [item.name for item in found.refused] == ["x", "y", "r", "S"]
    assert texts(found) == {"S": None, "r": "3", "dot(S)": "r"}


def test_local_parameters_shadow_and_are_named_after_their_reaction(read: Read) -> None:
    found = read(parameter("k", "1"), reaction("r", "", "", "k*j", local="k"), reaction("q", "", "", "k"), parameter("j"))
    assert {name: texts(found)[name] for name in ("k", "r.k", "r", "q")} == {"k": "1", "r.k": "7", "r": "r.k*j", "q": "k"}


def test_a_reaction_without_a_law_is_an_input(read: Read) -> None:
    found = read(compartment(), species("S"), reaction("r", "S", "", ""))
    assert (texts(found)["r"], rates(found)) == (None, {"dot(S)": "-r/C"})


def _function(name: str, variables: str, body: str) -> str:
    bound = "".join(f"<bvar><ci> {word} </ci></bvar>" for word in variables.split())
    inner = _math(body)
    inner = inner[inner.index(">") + 1 : inner.rindex("<")]
    return f'<functionDefinition id="{name}">{MATH.format(f"<lambda>{bound}{inner}</lambda>")}</functionDefinition>'


def test_functions_are_written_out_without_capture(read: Read) -> None:
    found = read(
        _function("f", "x y", "x - y/x"), _function("g", "y x", "f(y + x, x)*2"),
        parameter("x"), parameter("y"), parameter("z"), rule("assignment", "z", "g(y, x^2) + f(y, x)"),
    )  # fmt: skip
    assert texts(found)["z"] == "(y + x^2 - x^2/(y + x^2))*2 + (y - x/y)"


@pytest.mark.parametrize(
    ("functions", "formula", "said"),
    [
        ([("f", "x", "f(x)")], "f(a)", "'f' calls itself"),
        ([("f", "x", "g(x)"), ("g", "x", "f(x)")], "f(a)", "calls itself"),
        ([("f", "x", "x")], "f(a, a)", "takes 1 arguments, found 2"),
        ([("f", "x", "x*a")], "f(a)", "uses 'a', which is none of its arguments"),
        ([], "f(a)", "'f' is not defined"),
        ([], "a*lost", "'lost' is not defined"),
        ([(f"f{at}", "x", f"f{at + 1}(x*x + x)") for at in range(40)] + [("f40", "x", "x")], "f0(a)", "it is too long"),
        ([(f"f{at}", "x", f"f{at + 1}(x) + f{at + 1}(x)") for at in range(40)] + [("f40", "x", "1")], "f0(a)", "are too long"),
        ([("f", "x", "-(" * 60 + "x" + ")" * 60)], "f(" * 20 + "a" + ")" * 20, "nested deeper than 1,000"),
        ([], f"<apply>{SYMBOL.format('delay', 'd')}<ci> a </ci><cn> 1 </cn></apply>", "d is not read"),
        ([], "<infinity/>", "is no finite number"),
        ([], "<apply><divide/><cn> 1 </cn></apply>", "1 arguments"),
    ],
)
def test_mathematics_that_cannot_be_read_makes_an_opaque_node(
    functions: list[tuple[str, str, str]], formula: str, said: str, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sbml_math, "MOST_WRITTEN_OUT", 20_000)
    made = [_function(*function) for function in functions]
    found = read(*made, parameter("a"), parameter("z"), rule("assignment", "z", formula))
    assert str(texts(found)["z"]).startswith("opaque(")
    assert [(item.name, item.place) for item in found.refused] == [("z", "its formula")]
    assert said in found.refused[0].reason


def test_an_opaque_node_keeps_its_parents_and_its_text(read: Read) -> None:
    delay = f"<apply><plus/><apply>{SYMBOL.format('delay', 'd')}<ci> a </ci><ci> b </ci></apply><ci> a </ci></apply>"
    found = read(parameter("a"), parameter("b"), parameter("z"), rule("assignment", "z", delay)).definitions[-1]
    assert (found.formula, found.note) == ("opaque(a, b)", "delay(a, b) + a")


def test_time_is_a_parameter_where_it_is_used_and_gives_way_to_a_node_of_that_name(read: Read) -> None:
    at = f"<apply><times/><cn> 2 </cn>{TIME}</apply>"
    assert texts(read(parameter("a"), rule("assignment", "a", at))) == {"a": "2*time", "time": "0"}
    found = read(parameter("a"), parameter("time", "5"), rule("assignment", "a", at))
    assert texts(found) == {"a": "2*'csymbol(time)'", "time": "5", "csymbol(time)": "0"}


def test_pi_is_the_constant_unless_a_node_is_called_so(read: Read) -> None:
    assert texts(read(parameter("a"), rule("assignment", "a", "<pi/>")))["a"] == "pi"
    assert texts(read(parameter("a"), parameter("pi", "3"), rule("assignment", "a", "<pi/>")))["a"] == "3.141592653589793"


def test_the_rate_of_a_symbol_is_its_node_or_zero(read: Read) -> None:
    def of(name: str) -> str:
        symbol = SYMBOL.format("rateOf", "rateOf")
        return f"<apply>{symbol}<ci> {name} </ci></apply>"

    parts = (parameter("a"), parameter("x"), parameter("y"), parameter("z"), rule("rate", "x", "a"))
    found = read(*parts, rule("assignment", "y", of("x")), rule("assignment", "z", of("a")), level=(3, 2))
    assert (texts(found)["y"], texts(found)["z"]) == ("'dot(x)'", "0")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("-x^2 + (-x)^2", 0.0),
        ("x - (y - 2) - (-2)", 2.5 + 1.5 + 2 + 2),
        ("x/(y/2)*3", 2.5 / (-1.5 / 2) * 3),
        ("plus(x, y, 1)*times(x, y)", 2.0 * -3.75),
        ("<apply><plus/></apply>", 0.0),
        ("<apply><times/></apply>", 1.0),
        ("<cn type='e-notation'> 2.5 <sep/> -3 </cn>", 2.5e-3),
        ("<cn type='rational'> 1 <sep/> 3 </cn>", 1 / 3),
        ("<cn type='integer'> 7 </cn>", 7.0),
        ("<exponentiale/>", 2.718281828459045),
        (SYMBOL.format("avogadro", "N"), 6.02214179e23),
        ("log(2, 8) + log10(100) + ln(exp(2))", 7.0),
        ("sqrt(16) + root(3, 8) + abs(y)", 7.5),
        ("floor(y) + 10*ceil(y) + factorial(3)", -2.0 - 10 + 6),
        ("sec(x) + csc(x) + cot(x)", -1.2482156514688179 + 1.6709215455586797 - 1.3386481283041514),
        ("sech(x) + csch(x) + coth(x)", 0.16307123192997783 + 0.16528366985509554 + 1.0135673098126083),
        ("arcsec(x) + arccsc(x) + arccot(x)", 1.1592794807274085 + 0.4115168460674880 + 0.3805063771123649),
        ("arcsech(0.4) + arccsch(x) + arccoth(x)", 1.5667992369724109 + 0.3900353197707155 + 0.4236489301936018),
        ("piecewise(1, x < 0, 2, y < 0, 3) + piecewise(x, x > 0)", 4.5),
        ("piecewise(1, x > 2 && !(y > 0) || x == 1, 0)", 1.0),
        ("piecewise(1, xor(x > 0, y > 0, x > 1), 0)", 0.0),
        ("piecewise(1, xor(x > 0, y > 0), 0)", 1.0),
        ("piecewise(1, lt(1, x, 3), 0) + piecewise(1, lt(1, 3, x), 0)", 1.0),
        ("piecewise(1, <true/>, 0)".replace("<true/>", "true"), 1.0),
        ("piecewise(1, false, 0)", 0.0),
        ("piecewise(1, x != 2.5, 0) + piecewise(1, eq(x > 0, y < 0), 0)", 1.0),
        ("min(x, y, 0) + 10*max(x, y) + max(y, y)", -1.5 + 25 - 1.5),
        ("quotient(7, -2) + 10*rem(-7, 2) + 100*rem(7, 2)", -3.0 - 10 + 100),
        ("piecewise(1, implies(x > 0, y > 0), 0) + piecewise(1, implies(x < 0, y > 0), 0)", 1.0),
    ],
)
def test_mathematics_has_the_value_that_sbml_gives_it(formula: str, expected: float, read: Read, forward: Forward) -> None:
    found = read(parameter("x", "2.5"), parameter("y", "-1.5"), parameter("z"), rule("assignment", "z", formula), level=(3, 2))
    assert found.refused == ()
    assert forward(graph_of(found, None)).found["z"] == pytest.approx(expected, rel=1e-14)


def test_a_piecewise_without_a_rest_has_no_value_there(read: Read, forward: Forward) -> None:
    found = read(parameter("x", "1"), parameter("z"), rule("assignment", "z", "piecewise(x, x > 2)"))
    with pytest.raises(gradq.EvaluationError, match="'z' = if"):
        forward(graph_of(found, None))


def test_events_algebraic_rules_and_constraints_are_named_with_their_lines(read: Read) -> None:
    found = read(
        parameter("a"), f"<algebraicRule>{_math('a - 1')}</algebraicRule>",
        f"<constraint>{_math('a > 0')}</constraint>",
        f'<event id="e" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">{_math("a > 2")}'
        f'</trigger><listOfEventAssignments><eventAssignment variable="a">{_math("1")}</eventAssignment>'
        "</listOfEventAssignments></event>",
    )  # fmt: skip
    assert [item.name for item in found.refused] == ["e", "algebraic rule 1", "constraint 1"]
    assert all(item.place.startswith("line ") for item in found.refused)


def test_level_2_has_stoichiometries_that_are_formulas(read: Read) -> None:
    law = f"<kineticLaw>{_math('k*S')}<listOfParameters><parameter id='k' value='2'/></listOfParameters></kineticLaw>"
    product = f'<speciesReference species="P"><stoichiometryMath>{_math("2*a")}</stoichiometryMath></speciesReference>'
    change = (
        f'<reaction id="r"><listOfReactants><speciesReference species="S"/></listOfReactants><listOfProducts>{product}'
        f"</listOfProducts>{law}</reaction>"
    )
    found = texts(read(compartment(), species("S"), species("P"), parameter("a"), change, level=(2, 4)))
    wanted = {"r.k": "2", "r": "r.k*S", "dot(S)": "-r/C", "dot(P)": "2*a*r/C"}
    assert {name: found[name] for name in wanted} == wanted


def test_level_1_is_read(tmp_path: Path) -> None:
    path = tmp_path / "model.sbml"
    path.write_text(
        f'<sbml xmlns="{LEVELS[1, 2]}" level="1" version="2"><model name="m"><listOfCompartments><compartment name="C"/>'
        '</listOfCompartments><listOfSpecies><species name="S" compartment="C" initialAmount="3"/></listOfSpecies>'
        '<listOfReactions><reaction name="r"><listOfReactants><speciesReference species="S" stoichiometry="2"/>'
        '</listOfReactants><kineticLaw formula="k*S"><listOfParameters><parameter name="k" value="4"/></listOfParameters>'
        "</kineticLaw></reaction></listOfReactions></model></sbml>"
    )
    assert texts(sbml.read(path)) == {
        "C": "1", "amount(S)": "3", "S": "'amount(S)'/C", "r.k": "4", "r": "r.k*S", "dot(S)": "-2*r/C",
    }  # fmt: skip


def test_a_formula_as_deep_as_its_xml_may_be_is_read_or_refused_and_nothing_ends_the_process(read: Read) -> None:
    deep = "<apply><minus/>" * 900 + "<ci> a </ci>" + "</apply>" * 900
    found = graph_of(read(parameter("a"), parameter("z"), rule("assignment", "z", deep)), None)
    assert found.parents["z"] == ["a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html/>", "is no SBML: its first element is 'html'"),
        ("<model xmlns='http://www.cellml.org/cellml/1.0#'/>", 'format="cellml" reads it'),
        (f"<sbml xmlns='{LEVELS[3, 1]}' level='3' version='1'/>", "model.xml"),
        (f"<sbml xmlns='{LEVELS[3, 1]}' level='3' version='1'><model><lost/></model></sbml>", "model.xml"),
        (f"<sbml xmlns='{LEVELS[3, 1]}' level='9' version='1'><model/></sbml>", "model.xml"),
        (f"<sbml xmlns='{LEVELS[3, 1]}' level='3' version='1'><model>", "is no XML"),
        ("", "is no XML"),
    ],
)
def test_a_file_that_is_no_model_is_refused_in_one_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "model.xml"
    path.write_text(text)
    with pytest.raises(gradq.InvalidGraph) as caught:
        open_file(str(path))
    message = f"{caught.value.message} {caught.value.hint}"
    assert said in message and "\n" not in message


def test_a_missing_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(gradq.UsageError) as caught:
        reader(BY_NAME["sbml"])
    assert caught.value.hint == 'pip install "gradq[sbml]"'
