"""Published input-output tables: both layouts, their faults, and the published multipliers to the printed figure.

Expected multipliers, all of 2019, Open Government Licence v3.0: Scottish Government, Supply, Use and Input-Output Tables
1998-2019 (October 2022), file Mult1_wide; Office for National Statistics, UK Input-Output Analytical
Tables 2019, sheet Multipliers. The publishers' own figures, rounded here to six decimals; none was computed with this code.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from changemaking.model.io_tables import published_table, table_multipliers

DATA = Path(os.environ.get("CHANGEMAKING_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "io"

# code: Type I output
SCOTTISH = {
    "01": 1.500812,
    "10.1": 1.722134,
    "35.1": 1.664209,
    "41-43": 1.528769,
    "64": 1.357985,
    "81": 1.422062,
    "84": 1.276226,
    "85": 1.164089,
    "86": 1.228644,
    "87, 88": 1.274789,
}
BRITISH = {
    "A01": 2.034841,
    "A02": 1.801173,
    "B06 & B07": 1.582821,
    "F41, F42  & F43": 2.102844,
    "N81": 1.860539,
    "O84": 1.567071,
    "P85": 1.390625,
    "Q86": 1.473353,
    "Q87 & Q88": 1.558492,
    "T97": 1.0,
}
PRINTED = 1e-6  # half a unit in the sixth decimal, and as much again for flows published as rounded binary figures


def real(name):
    if not (DATA / name).exists():
        pytest.skip(f"needs {name}; set CHANGEMAKING_DATA to the folder that holds io/")
    return DATA / name


def test_scottish_type_i_as_published():
    frame = table_multipliers(real("scotland_IxI_2019.csv"))
    assert list(frame.columns) == ["name", "output", "type_i"]
    assert len(frame) == 98
    assert frame.loc["84", "name"] == "Public administration & defence"
    assert {code: frame.type_i[code] for code in SCOTTISH} == pytest.approx(SCOTTISH, abs=PRINTED)
    assert frame.type_i["12"] == 1.0  # Scotland makes no tobacco


def test_british_type_i_as_published():
    frame = table_multipliers(real("uk_ioat_2019_IOT.csv"))
    assert len(frame) == 105
    assert {code: frame.type_i[code] for code in BRITISH} == pytest.approx(BRITISH, abs=PRINTED)
    assert frame.loc["F41, F42  & F43", "name"] == "Construction"
    assert frame.output["A01"] == 30872


# The same layouts in small, with the flows of Miller and Blair's example, so that reading is tested without the data.
SCOTLAND_SMALL = """table,pubdate,year,ioc098_sic,ioc098_short_description,IOC098_001,IOC098_002,TOT_IU,HOUSEHOLD,TOT_USE
IxI,x,2019,01,Farms,150,500,650,50,1000
IxI,x,2019,"02.1, 02.4",Mines,200,100,300,400,2000
IxI,x,2019,TDU,Total domestic use,350,600,950,450,
IxI,x,2019,CoE,Compensation of employees,300,500,,,
IxI,x,2019,TOut,Total output at basic prices,1000,2000,,,
"""
UK_SMALL = """2019 Input-Output Analytical Tables,,,,,
MENU,,,,,
,SIC,A01,B05,_T,P3 S14
,Industry,Farms,Mines,Total,Households
SIC,Industry,,,,
A01,Farms \xa0,150,500,650,50
B05,Mines,200,100,300,400
_T,Total intermediate use,350,600,950,450
,Use of imported products,1,1,,
D1,Compensation of employees,300,500,,
P1,Total output,"1,000","2,000",,
,,,,,
"""
BOTH = pytest.mark.parametrize("text", [SCOTLAND_SMALL, UK_SMALL], ids=["scotland", "uk"])


@pytest.fixture
def written(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@BOTH
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_reads_a_small_table(written, text, encoding):
    table = published_table(written(text, encoding))
    np.testing.assert_array_equal(table.flows, [[150, 500], [200, 100]])
    np.testing.assert_array_equal(table.output, [1000, 2000])
    assert table.names == ("Farms", "Mines")
    np.testing.assert_array_equal(table.pay, [300, 500])
    np.testing.assert_array_equal(table.households, [50, 400])
    frame = table_multipliers(written(text, encoding))
    assert frame.type_i.round(3).tolist() == [1.518, 1.452]
    assert tuple(frame.index) == table.codes


@BOTH
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("150,", "oops,", r"table.csv: row \d, column \d .*: got 'oops', expected a number"),
        ("150,", ",", "got '', expected a number"),
        ("150,", "nan,", "got 'nan', expected a number"),
        ("150,", "-9,", "inputs of .* differ from the printed total"),
        ("200,100", "290,10", "inputs of '.*01' differ from the printed total '.*' by £90.00 million"),
    ],
)
def test_bad_figures_name_file_row_and_column(written, text, old, new, message):
    with pytest.raises(ValueError, match=message):
        published_table(written(text.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "no heading row of an industry-by-industry table in the first 20 rows; expected one with 'ioc098_sic'"),
        ("", "no heading row"),
        (SCOTLAND_SMALL.replace("TOut", "Out"), "no row 'TOut'"),
        (SCOTLAND_SMALL.replace('IxI,x,2019,"02.1, 02.4",Mines,200,100,300,400,2000\n', ""), "2 industries in the columns"),
        (SCOTLAND_SMALL.replace('"02.1, 02.4"', "01"), "2 industries in the columns"),
        (SCOTLAND_SMALL + SCOTLAND_SMALL.split("\n", 1)[1], "holds 2 tables"),
        (UK_SMALL.replace(",SIC,A01,B05", ",SIC,B05,A01"), "do not list the same industries in the same order"),
    ],
)
def test_a_file_of_another_layout_says_what_is_missing(written, text, message):
    with pytest.raises(ValueError, match=message):
        published_table(written(text))


@pytest.mark.parametrize("lost", ["CoE", "HOUSEHOLD", "300", ",50,"])
def test_what_type_i_does_without_may_be_missing(written, lost):
    table = published_table(written(SCOTLAND_SMALL.replace(lost, ",," if lost == ",50," else "")))
    assert (table.pay is None) == (lost in ("CoE", "300")) and (table.households is None) == (lost not in ("CoE", "300"))
    assert table.output.tolist() == [1000, 2000]


def test_a_file_that_is_not_text_or_not_there(written, tmp_path):
    with pytest.raises(ValueError, match=r"table.csv: not a CSV text in UTF-8"):
        published_table(written(SCOTLAND_SMALL.replace("Farms", "Fermés"), "latin-1"))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        published_table(tmp_path / "nowhere.csv")
