"""What lint remarks on, and as important: what it does not, on the names of real models."""

import random
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradq.engine.graphfile import read_graph
from gradq.engine.lint import Finding, lint
from gradq.store.rows import NodeRow

MYOKIT = """
[membrane]
V = -84.4
dot_V = -(i_ion + stimulus.i_stim)/C
i_ion = ina.INa + ik1.IK1 + ikr.IKr + iks.IKs + ica.ICa
C = 1
[stimulus]
i_stim = stim_amplitude*stim_level
stim_amplitude = 80
stim_level = 0
[ina]
INa = gNa*m^3*h*j*(membrane.V - ENa)
gNa = 16
m = alpha_m/(alpha_m + beta_m)
h = alpha_h/(alpha_h + beta_h)
j = alpha_j/(alpha_j + beta_j)
alpha_m = 0.32*membrane.V
beta_m = 0.08*membrane.V
alpha_h = 0.135*membrane.V
beta_h = 3.56*membrane.V
alpha_j = 0.2*membrane.V
beta_j = 0.3*membrane.V
ENa = nernst.RTF*log(nernst.Na_o/nernst.Na_i)
[ik1]
IK1 = gK1*K1_inf*(membrane.V - EK)
gK1 = 0.6
K1_inf = 1/(1 + EK)
EK = nernst.RTF*log(nernst.K_o/nernst.K_i)
[ikr]
IKr = gKr*xr1*xr2*ik1.EK
gKr = 0.1
xr1 = tau_xr1
xr2 = tau_xr2
tau_xr1 = 2*membrane.V
tau_xr2 = 3*membrane.V
[iks]
IKs = gKs*xs^2*ik1.EK
gKs = 0.1
xs = xs_inf*tau_xs
xs_inf = membrane.V
tau_xs = membrane.V
[ica]
ICa = gCa*d*f*d_inf*f_inf
gCa = 0.1
d = membrane.V
f = membrane.V
d_inf = membrane.V
f_inf = membrane.V
[nernst]
RTF = R*T/F
R = 8.3
T = 310
F = 96.5
Na_o = 140
Na_i = 10
K_o = 5.4
K_i = 145
"""
SHEET = """
'Sheet1!C3' = 'Sheet1!B3'*'Sheet1!B4'
'Sheet1!AI1' = 'Sheet1!A11' + 'Sheet1!I11' - 'Sheet1!II1'/'Sheet2!B3'
'Sheet1!C4' = SUMB3 + 'Sheet1!AI1'*'Net price 2023' - 'Net price 2024'
out = 'Sheet1!C3'*'Sheet1!C4'
"""
FINANCE = """
d1 = (log(S/K) + (r + sigma^2/2)*T)/(sigma*sqrt(T))
d2 = d1 - sigma*sqrt(T)
call = S*normcdf(d1) - K*exp(-r*T)*normcdf(d2)
put = call - S + K*exp(-r*T)*s/k*strike_min/strike_max*xmin/ymin*zmin
"""
ML = """
z1 = w1*x1 + w2*x2 + b1
z2 = W_xi*x1 + W_hi*h0 + W_xf*x2 + W_hf*h0 + b_i + b_f + beta*zeta*theta*eta
y' = conv1_1*conv1_2*conv11*gate_i*gate_f*posx*posy*bias_ih*bias_hh*x[0]*x[1]*w[0,1]*w[1,0] + z1 + z2
y'' = y'*Vmax*Kmax*INaL*INaK*stressxy*stressyx
"""


def findings(text: str, zero_edges: tuple[tuple[str, str], ...] = (), kind: str | None = None) -> list[Finding]:
    """Return what lint says of a graph given as text, or of one kind."""
    read = read_graph(text)
    rows = [NodeRow(k, d.name, d.kind, d.formula, d.default, 0, d.note) for k, d in enumerate(read.definitions)]
    parents = {row.name: read.parents.get(row.name, []) for row in rows}
    return [finding for finding in lint(rows, parents, zero_edges) if kind in (None, finding.kind)]


def alike(*names: str, bare: tuple[str, ...] = ()) -> list[str]:
    """Return what is said of these names, all of them used; those in `bare` have no value."""
    rows = [
        NodeRow(k, name, "input" if name in bare else "parameter", None, None if name in bare else "1", 0, None)
        for k, name in enumerate(names)
    ]
    found = lint([*rows, NodeRow(99, "_", "formula", "…", None, 1, None)], {"_": names}, [])
    assert all(finding.kind == "alike" and finding.node in names for finding in found)
    return [finding.message for finding in found]


@pytest.mark.parametrize("text", [MYOKIT, SHEET, FINANCE, ML], ids=["myokit", "sheet", "finance", "ml"])
def test_real_models_raise_no_false_alarm(text: str) -> None:
    assert findings(text) == []


def test_an_input_or_a_parameter_that_no_formula_uses() -> None:
    assert findings("a = 2\nb\ny = 2*x") == [
        Finding("unused", "a", "no formula uses the parameter 'a'"),
        Finding("unused", "b", "no formula uses the input 'b'"),
    ]


def test_a_name_in_a_condition_is_meant_to_have_no_slope() -> None:
    assert findings("y = if(x > 2, q, q^2)", (("y", "x"),), "constant") == []
    assert len(findings("y = if(q > 2, q, q^2) + 0*x", (("y", "x"),), "constant")) == 1


def test_a_formula_without_names_and_an_edge_that_is_zero() -> None:
    assert findings("k = 2*3\ny = k + 0*x", (("y", "x"),)) == [
        Finding("constant", "k", "the formula of 'k' names no node, so a derivative with respect to it treats it as free"),
        Finding("constant", "y", "a change of 'x' never reaches 'y' through its formula: the local partial is exactly 0"),
    ]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("Total", "total"), "'Total' and 'total' differ only in upper and lower case"),
        (("ina.INa", "ina.Ina"), "'ina.INa' and 'ina.Ina' differ only in upper and lower case"),
        (("Κόστος", "κόστος"), "'Κόστος' and 'κόστος' differ only in upper and lower case"),
        (("netto_cost", "nettocost"), "'netto_cost' and 'nettocost' differ only in underscores"),
        (("netCost", "net_cost"), "'netCost' and 'net_cost' differ only in underscores and case"),
        (("a", "а"), "'a' and 'а' look alike, but not all their letters are the same (CYRILLIC SMALL LETTER A)"),
        (("o", "ο"), "'o' and 'ο' look alike, but not all their letters are the same (GREEK SMALL LETTER OMICRON)"),
        (
            ("Alpha", "Αlpha"),
            "'Alpha' and 'Αlpha' look alike, but not all their letters are the same (GREEK CAPITAL LETTER ALPHA)",
        ),
        (("x1", "x₁"), "'x1' and 'x₁' look alike, but not all their letters are the same (SUBSCRIPT ONE)"),
        (("µ", "μ"), "'µ' and 'μ' look alike, but not all their letters are the same (MICRO SIGN, GREEK SMALL LETTER MU)"),
        (("x0", "xO"), "'x0' and 'xO' look alike: 0 and O"),
        (("K1_on", "Kl_on"), "'K1_on' and 'Kl_on' look alike: 1 and l"),
        (("aI", "al"), "'aI' and 'al' look alike: I and l"),
        (("lenght", "length"), "'lenght' and 'length' differ by two letters in another order"),
        (("alpha", "alpa"), "'alpa' and 'alpha' differ by one letter"),
        (("cost", "costt"), "'cost' and 'costt' differ by one letter"),
        (("cell.sigma_x", "cell.sogma_x"), "'cell.sigma_x' and 'cell.sogma_x' differ by one letter"),
    ],
)
def test_names_that_are_hard_to_tell_apart(names: tuple[str, ...], said: str) -> None:
    assert alike(*names) == [said]


@pytest.mark.parametrize(
    ("defined", "bare"), [("rate", "rata"), ("rate", "rtae"), ("cost", "costs"), ("cost", "coszt"), ("alpha", "alphs")]
)
def test_a_slip_that_may_be_meant_counts_where_one_name_has_no_value(defined: str, bare: str) -> None:
    assert len(alike(defined, bare, bare=(bare,))) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("s", "S", "x_s", "x_S", "dS", "ds"),
        ("I", "l", "cell.I", "cell.l"),
        ("x1", "x2", "x12", "x'", "x''", "x[0]", "x[1]", "layer1", "layer2", "layer12"),
        ("alpha_m", "alpha_n", "alpha", "beta_m"),
        ("ina.gate", "ica.gate", "ik.gate"),
        ("rate", "rata"),
        ("state", "stage", "stake"),
        ("w1_1", "w11", "x_1", "x1"),
    ],
)
def test_families_of_names_are_ordinary(names: tuple[str, ...]) -> None:
    assert alike(*names) == []


def test_a_slip_that_may_be_meant_does_not_count_in_the_name_of_a_section() -> None:
    assert alike("ical.d_inf", "icab.d_inf", bare=("icab.d_inf",)) == []


def test_a_section_that_is_spelled_in_two_ways_is_one_finding() -> None:
    names = [f"{section}.v{k}" for section in ("membrane", "membrne") for k in range(40)]
    assert alike(*names) == ["'membrane.v0' and 'membrne.v0' differ by one letter (as 39 more pairs do)"]


def test_the_order_is_by_kind_then_name() -> None:
    found = findings("unusedb = 1\nunuseda = 2\nk = 3*1\ny = lenght*length*k")
    assert [(finding.kind, finding.node) for finding in found] == [
        ("alike", "lenght"),
        ("constant", "k"),
        ("unused", "unuseda"),
        ("unused", "unusedb"),
    ]


def one_slip(first: str, second: str) -> bool:
    """Return whether one inner letter was left out, or two were exchanged; the slow, plain way."""
    short, long = sorted((first, second), key=len)
    if len(long) == len(short) + 1:
        return any(
            long[:k] + long[k + 1 :] == short and (0 < k < len(short) or long[k] in (long[k - 1 : k], long[k + 1 : k + 2]))
            for k in range(len(long))
        )
    return any(first[:k] + first[k : k + 2][::-1] + first[k + 2 :] == second for k in range(len(first))) and len(first) > 4


@given(st.sets(st.text("abcde", min_size=4, max_size=6), min_size=1, max_size=12))
@settings(max_examples=200)
def test_slips_are_what_comparing_each_with_each_finds(words: set[str]) -> None:
    said = " ".join(alike(*sorted(words)))
    found = {tuple(re.findall(r"'(\w+)'", part)) for part in re.findall(r"'\w+' and '\w+' differ by [^']+", said)}
    expected = {(a, b) for a in words for b in words if a < b and one_slip(a, b)}
    replaced = {(a, b) for a, b in found if len(a) == len(b) and sorted(a) != sorted(b)}
    assert all(sum(one != other for one, other in zip(*pair, strict=True)) == 1 for pair in replaced)
    assert found - replaced == expected


def test_thirty_thousand_names_are_ordinary() -> None:
    chance = random.Random(1)
    names = ["".join(chance.choices(string.ascii_lowercase, k=9)) for _ in range(30_000)]
    names += ["measurement", "measurment"]
    assert any("'measurement' and 'measurment'" in message for message in alike(*dict.fromkeys(names)))
