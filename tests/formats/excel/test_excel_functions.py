"""Each function of Excel against its value as Microsoft's pages and a calculator give it."""

import math
from collections.abc import Callable

import pytest

pytest.importorskip("openpyxl", reason='no openpyxl: pip install "gradq[excel]"')

from gradq.formats.excel_finance import FINANCE
from gradq.formats.excel_functions import SCALAR
from gradq.formats.excel_lookup import LOOKUPS
from gradq.formats.excel_ranges import RANGES
from gradq.formats.reading import Reading

ReadCells = Callable[..., Reading]
ValueOf = Callable[[Reading, str], float]

# A1:A4 = 2, -1.5, a text, blank; B1:B4 = 1, 2, 3, 4; C1:C4 = north, south, North, 9; D1 = TRUE; E1 = 0.1
CELLS = {"A1": 2, "A2": -1.5, "A3": "words", "D1": True, "E1": 0.1, "F1": 43831, "F2": 44197}
CELLS |= {"B1": 1, "B2": 2, "B3": 3, "B4": 4, "C1": "north", "C2": "south", "C3": "North", "C4": 9}
# fmt: off
TABLE = {
    "IF(A1>1,B1,B2)": 1, "IF(A2,,5)": 0, "IF(A1<1,7)+0": 0, "IF(D1,3,4)": 3, 'IF(C1="NORTH",1,2)': 1, 'IF(A4="",1,2)': 1,
    "IF(NOT(A1>5),1,2)": 1, "IF(TRUE(),1,2)": 1, "IF(FALSE(),1,2)": 2,
    "IFERROR(B1/A4,7)": 7, "IFERROR(B1/A1,7)": 0.5, "IFERROR(LN(A2)+SQRT(A2),7)": 7, "IFERROR(A1,7)": 2, "IFNA(A1/B1,7)": 2,
    "ISERROR(A1/G1)+0": 1, "ISERR(A1/B1)+0": 0, "IFERROR(IF(A1>9,1,2),7)": 2,
    "ABS(A2)": 1.5, "SIGN(A2)": -1, "EXP(A1)": math.exp(2), "LN(A1)": math.log(2), "LOG10(A1)": math.log10(2),
    "LOG(A1)": math.log10(2), "LOG(A1,2)": 1, "SQRT(A1)": math.sqrt(2), "POWER(A1,3)": 8, "MOD(-3,A1)": 1,
    "SIN(A1)": math.sin(2), "COS(A1)": math.cos(2), "TAN(A1)": math.tan(2), "ASIN(E1)": math.asin(0.1),
    "ACOS(E1)": math.acos(0.1), "ATAN(A1)": math.atan(2), "ATAN2(1,A1)": math.atan2(2, 1), "SINH(A1)": math.sinh(2),
    "COSH(A1)": math.cosh(2), "TANH(A1)": math.tanh(2), "ASINH(A1)": math.asinh(2), "ACOSH(A1)": math.acosh(2),
    "ATANH(E1)": math.atanh(0.1), "PI()*A1": math.tau, "RADIANS(90)": math.pi / 2, "DEGREES(PI())": 180,
    "INT(A2)": -2, "ROUND(2.5,0)": 3, "ROUND(-2.5,0)": -3, "ROUND(A2,0)": -2, "ROUND(1234.567,-2)": 1200,
    "ROUND(3.14159,3)": 3.142, "ROUND(0,2)": 0, "ROUNDUP(3.2,0)": 4, "ROUNDUP(-3.14159,1)": -3.2, "ROUNDDOWN(A2,0)": -1,
    "TRUNC(8.9)": 8, "TRUNC(-8.99,1)": -8.9, "CEILING(2.5,1)": 3, "CEILING(-2.5,-2)": -4, "FLOOR(3.7,2)": 2,
    "GAMMALN(4)": math.log(6), "GAMMA(5)": 24, "ERF(E1)": math.erf(0.1), "ERF.PRECISE(E1)": math.erf(0.1),
    "ERFC(E1)": math.erfc(0.1), "NORMSDIST(0)": 0.5, "NORM.S.DIST(0,FALSE)": 0.3989422804014327,
    "NORMDIST(42,40,1.5,TRUE)": 0.9087887802741321, "NORM.DIST(42,40,1.5,FALSE)": 0.10934004978399577,
    "N(A1)": 2, "N(C1)": 0, "DATE(2020,1,1)": 43831, "DATE(2008,14,2)": 39846, "DAYS(F2,F1)": 366, "EXACT(C1,C3)+0": 0,
    'BIN2DEC("1100100")': 100, 'BIN2DEC("1111111111")': -1, 'OCT2DEC("54")': 44, 'HEX2DEC("A5")': 165,
    "ISNUMBER(A1)+0": 1, "ISTEXT(A3)+0": 1, "ISBLANK(A4)+0": 1, "ISLOGICAL(D1)+0": 1, "ISNUMBER(A3)+0": 0,

    "SUM(A1:A4,10)": 10.5, "SUM(D1:E1)": 0.1, "SUM(TRUE,2)": 3, "AVERAGE(A1:A4)": 0.25, "MIN(A1:A4)": -1.5, "MAX(A1:A4)": 2,
    "MIN(G1:G4)": 0, "PRODUCT(A1:A4,2)": -6, "SUMSQ(B1:B3)": 14, "COUNT(A1:C4)": 7, "COUNTA(A1:C4)": 11,
    "SUMPRODUCT(A1:A4,B1:B4)": -1, "SUMPRODUCT((B1:B4>2)*B1:B4)": 7, "SUMPRODUCT(--(B1:B4>=2),B1:B4^2)": 29,
    "SUMPRODUCT(B1:B2,{10;20})": 50, "AND(A1>1,D1)+0": 1, "OR(A1>5,A2>5)+0": 0, "AND(B1:B4)+0": 1,
    "NPV(0.1,-10000,3000,4200,6800)": 1188.4434123352207, "NPV(E1,B1:B3)+0": 1 / 1.1 + 2 / 1.21 + 3 / 1.331,
    "XNPV(E1,B1:B2,F1:F2)": 1 + 2 / 1.1 ** (366 / 365),
    'SUMIF(B1:B4,">2")': 7, 'SUMIF(C1:C4,"north",B1:B4)': 4, 'SUMIF(C1:C4,"<>north",B1)': 6, "SUMIF(B1:B4,A1)": 2,
    'SUMIFS(B1:B4,C1:C4,"north",B1:B4,"<3")': 1, 'COUNTIF(C1:C4,"north")': 2, 'COUNTIF(B1:B4,">=2")': 3,
    'COUNTIFS(B1:B4,">1",B1:B4,"<4")': 2, 'AVERAGEIF(C1:C4,"north",B1:B4)': 2,

    "PMT(0.08/12,10,10000)": -1037.0320893591606, "PMT(0.08/12,10,10000,0,1)": -1030.1643271779742, "PMT(0,10,1000)": -100,
    "PMT(E1,2,100)": -57.61904761904762, "FV(0.06/12,10,-200,-500,1)": 2581.4033740601185, "FV(0,3,-2,-1)": 7,
    "PV(0.08/12,240,500)": -59777.145851187809, "PV(E1,2,0,121)": -100, "NPER(0.01,-100,-1000,10000,1)": 59.673865674294614,
    "SLN(30000,7500,10)": 2250, "SYD(30000,7500,10,1)": 4090.909090909091,

    "ROW()": 9, "ROW(B3)": 3, "ROWS(A1:B3)": 3, "COLUMN()": 8, "COLUMN(C2)": 3, "COLUMNS(A:C)": 3, "CHOOSE(2,A1,B3)": 3,
    "INDEX(A1:B4,3,2)": 3, "INDEX(B1:B4,2)": 2, 'MATCH("south",C1:C4,0)': 2, 'VLOOKUP("North",C1:F3,4,FALSE)': 43831,
    "VLOOKUP(E1*15,B1:F4,5)+0": 43831, "VLOOKUP(2,B:F,5,TRUE)+0": 44197, "HLOOKUP(A1,E1:F2,1)": 0.1,
    'HLOOKUP("words",A3:B4,2,FALSE)+5': 5, 'INDEX(B1:B4,MATCH("south",C1:C4,0))*2': 4,
}
# fmt: on


@pytest.mark.parametrize("formula", TABLE)
def test_a_function_has_the_value_that_excel_gives_it(
    formula: str, read_cells: Callable[..., Reading], value_of: Callable[[Reading, str], float]
) -> None:
    reading = read_cells(CELLS | {"H9": f"={formula}"})
    assert reading.refused == ()
    assert value_of(reading, "S!H9") == pytest.approx(TABLE[formula], rel=1e-12, abs=1e-12)


def test_every_function_stands_in_the_table() -> None:
    functions = SCALAR | FINANCE | RANGES | LOOKUPS
    assert [name for name in functions if not any(f"{name}(" in formula for formula in TABLE)] == []


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("XIRR(A1,B1)", "XIRR is not supported"),
        ("ROUND(A1,B1)", "the number of digits must be written as a whole number"),
        ("A3+1", "arithmetic on a text ('words')"),
        ('A1&"x"', "its value is a text"),
        ('IF(A1>1,"yes",0)', "an IF that gives a text in one branch and a number in the other"),
        ("A1+#REF!", "the error #REF!"),
        ("SUM()", "SUM with 0 arguments"),
        ("Nowhere!A1*2", "there is no sheet 'Nowhere'"),
        ("[1]Other!A1*2", "[1]Other!A1 is in another workbook"),
        ("unknown_name+1", "the name unknown_name is not defined"),
        ("VLOOKUP(A1,A1:B4,2,FALSE)", "a look-up by a number, which may change"),
        ("VLOOKUP(1,A1:B4,2)", "a look-up of the nearest value in a table that is not sorted"),
        ("VLOOKUP(1,G1:H4,2)", "a look-up of the nearest among 0 values"),
        ("VLOOKUP(C1,B1:C4,2)", "a look-up of the nearest value to what is no number"),
        ("VLOOKUP(A1,B1:C4,1,A2)", "a look-up that is not plainly exact or of the nearest value"),
        ("SUMPRODUCT(A1:A2,B1:B3)", "SUMPRODUCT of ranges of different shapes"),
        ("SUMPRODUCT(IF(B1:B4>1,1,0))", "an IF over a range that is no array formula"),
        ("IFERROR(IF(B1>0,A1/B1,0),7)", "what to do about an error that may come from anywhere"),
        ("IFERROR(1/B1^A2,7)", "what to do about an error that may come from anywhere"),
        ("B1:B4*2", "a range where one value is needed"),
        ("AVERAGE(G1:G4)", "an average of no numbers"),
    ],
)
def test_what_has_no_counterpart_says_why(formula: str, reason: str, read_cells: ReadCells) -> None:
    (refused,) = read_cells(CELLS | {"H9": f"={formula}"}).refused
    assert refused == ("S!H9", "S!H9", reason)
