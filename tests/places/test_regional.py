"""Location quotients and regional multipliers against hand-worked tables, identities, and figures published for Scotland."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from changemaking.model.io_tables import Table, published_table
from changemaking.model.multipliers import coefficients, output_multipliers
from changemaking.places.regional import (
    RegionalError,
    cross_industry,
    flegg,
    multipliers,
    read_jobs,
    regional_coefficients,
    regional_spending,
    simple,
    size,
)
from changemaking.places.regional.industries import SECTIONS, divisions, sections

A = np.array([[0.15, 0.25], [0.20, 0.05]])  # Miller and Blair, section 2.3
TABLE = Table(
    codes=("01", "10"),
    names=("Farms", "Food"),
    flows=np.array([[150.0, 500.0], [200.0, 100.0]]),
    output=np.array([1000.0, 2000.0]),
    pay=np.array([300.0, 500.0]),
    households=np.array([50.0, 400.0]),
)


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_quotients_of_two_industries_by_hand():
    """20 of 100 jobs here on farms, 10% in the nation: twice as many as at large; 80 in food where the nation has 90%."""
    here, nation = [20, 80], [100, 900]
    assert simple(here, nation) == pytest.approx([2, 8 / 9])
    assert cross_industry(simple(here, nation)) == pytest.approx(np.array([[1, 9 / 4], [4 / 9, 1]]))
    lam = math.log2(1.1) ** 0.3
    assert size(100, 1000, 0.3) == pytest.approx(lam) == pytest.approx(0.5514, abs=5e-5)
    # on the diagonal the simple quotient, elsewhere that of seller over buyer, all shrunk by λ
    assert flegg(here, nation, 0.3) == pytest.approx(lam * np.array([[2, 9 / 4], [4 / 9, 8 / 9]]))
    cut = regional_coefficients(A, simple(here, nation), lam)
    assert cut == pytest.approx(np.array([[0.15, 0.25], [0.20 * lam * 4 / 9, 0.05 * lam * 8 / 9]]))


def test_delta_of_nought_leaves_the_size_out():
    assert size(1, 1000, 0) == 1
    assert flegg([20, 80], [100, 900], 0) == pytest.approx(np.array([[2, 9 / 4], [4 / 9, 8 / 9]]))


def test_type_ii_of_one_industry_by_hand():
    """A pound of output needs 20p of itself and pays 50p, of which 40p is spent on it again: 1 / (1 - 0.2 - 0.5 · 0.4) = 5 / 3."""
    one = Table(("01",), ("All",), np.array([[20.0]]), np.array([100.0]), pay=np.array([50.0]), households=np.array([40.0]))
    frame = multipliers(one, ("I", "II"), income=100)
    assert frame.type_i.tolist() == pytest.approx([1 / 0.8])
    assert frame.type_ii.tolist() == pytest.approx([5 / 3])


# -- what must always hold ---------------------------------------------------------------------------------------------

sizes = st.shared(st.integers(1, 6), key="n")


@st.composite
def regions(draw):
    """Jobs here, in the nation, and a technology whose columns sum to 0.9 at most."""
    n = draw(st.integers(1, 6))
    nation = draw(hnp.arrays(np.int64, n, elements=st.integers(0, 10**6)))
    part = draw(hnp.arrays(np.float64, n, elements=st.floats(0, 1)))
    here = np.floor(nation * part)
    if not here.sum():
        here[0] = nation[0] = max(nation[0], 1)
    raw = draw(hnp.arrays(np.float64, (n, n), elements=st.floats(0, 1)))
    a = 0.9 * raw / max(raw.sum(axis=0).max(), 1e-9)
    return here, nation.astype(float), a


@given(regions(), st.floats(0, 0.99))
def test_a_region_never_needs_more_of_its_own_than_the_nation(region, delta):
    here, nation, a = region
    slq, lam = simple(here, nation), size(here.sum(), nation.sum(), delta)
    cut = regional_coefficients(a, slq, lam)
    assert (cut >= 0).all() and (cut <= a).all()
    assert (output_multipliers(cut) <= output_multipliers(a) * (1 + 1e-12)).all()
    assert (regional_spending(a[0], slq, lam) <= a[0]).all()


@given(regions(), st.floats(0, 0.99))
def test_the_nation_as_its_own_region_is_the_nation(region, delta):
    _, nation, a = region
    slq, lam = simple(nation, nation), size(nation.sum(), nation.sum(), delta)
    assert lam == 1
    np.testing.assert_allclose(regional_coefficients(a, slq, lam), a, rtol=1e-12)


@given(regions(), st.floats(0, 0.99), st.floats(0, 0.99))
def test_the_higher_delta_the_less_is_bought_here(region, one, other):
    here, nation, a = region
    slq = simple(here, nation)
    low, high = (regional_coefficients(a, slq, size(here.sum(), nation.sum(), delta)) for delta in sorted((one, other), reverse=True))
    assert (low <= high + 1e-15).all()


@given(regions())
def test_jobs_counted_in_other_units_change_nothing(region):
    here, nation, _ = region
    np.testing.assert_allclose(flegg(here, nation), flegg(here * 7, nation * 7), rtol=1e-12)


@settings(deadline=None)
@given(regions(), st.data())
def test_type_ii_is_type_i_and_more(region, data):
    """Against the whole inverse, and against adding up rounds of purchases and wages."""
    _, _, a = region
    n = len(a)
    flows = a * 100
    pay = (100 - flows.sum(axis=0)) * data.draw(st.floats(0, 1))
    wants = pay.sum() * data.draw(hnp.arrays(np.float64, n, elements=st.floats(0, 1))) / n
    table = Table(tuple(map(str, range(n))), tuple(map(str, range(n))), flows, np.full(n, 100.0), pay, wants)
    if not pay.sum():
        return
    income = max(pay.sum(), wants.sum()) * 1.1
    frame = multipliers(table, ("I", "II"), income=income)
    assert (frame.type_ii >= frame.type_i - 1e-9).all() and (frame.type_i >= 1 - 1e-12).all()
    closed = np.block([[a, wants[:, None] / income], [pay[None, :] / 100, np.zeros((1, 1))]])
    whole = np.linalg.inv(np.eye(n + 1) - closed)
    np.testing.assert_allclose(frame.type_ii, whole[:n, :n].sum(axis=0), rtol=1e-9)
    wave, total = np.eye(n + 1)[:, :n], np.zeros(n)
    for _ in range(2000):
        total += wave[:n].sum(axis=0)
        wave = closed @ wave
    np.testing.assert_allclose(frame.type_ii, total, rtol=1e-6)


# -- as published ------------------------------------------------------------------------------------------------------

DATA = Path(os.environ.get("CHANGEMAKING_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data") / "io"
SCOTLAND, BRITAIN = DATA / "scotland_IxI_2019.csv", DATA / "uk_ioat_2019_IOT.csv"
needs_tables = pytest.mark.skipif(not (SCOTLAND.is_file() and BRITAIN.is_file()), reason="the public data are not here")

# Type II output multipliers of 2019: Scottish Government, Supply, Use and Input-Output Tables 1998-2019 (October 2022), file
# Mult2_wide, Open Government Licence v3.0; the publisher's own figures, rounded here to six decimals.
SCOTTISH = {
    "01": 1.629426,
    "10.1": 1.894656,
    "35.1": 1.768453,
    "41-43": 1.727461,
    "64": 1.553202,
    "81": 1.764718,
    "84": 1.551744,
    "85": 1.504082,
    "86": 1.522624,
    "87, 88": 1.650695,
}
# The publisher divides what households spend by their income from all sources, which the table does not hold. £156,241 million is
# what the figure for agriculture implies; the nine others then have nothing left to fit.
INCOME = 156_241


@needs_tables
def test_scottish_type_ii_as_published():
    frame = multipliers(published_table(SCOTLAND), ("I", "II"), income=INCOME)
    assert {code: frame.type_ii[code] for code in SCOTTISH} == pytest.approx(SCOTTISH, abs=1e-6)
    # pay for all of income: more is spent, and all multipliers of industries that pay are higher
    more = multipliers(published_table(SCOTLAND), ("II",))
    assert (more.type_ii >= frame.type_ii).all() and more.type_ii["84"] > frame.type_ii["84"] + 0.1


@needs_tables
@pytest.mark.parametrize("path", [SCOTLAND, BRITAIN], ids=["scotland", "uk"])
def test_real_tables_with_jobs_by_section(jobs, path):
    """The region of a whole nation is that nation; a tenth of it, evenly, buys less of its own, and no more of anything."""
    table = published_table(path)
    every = "".join(f"{letter},{{}},{1000 + 10 * place}\n" for place, letter in enumerate("ABCDEFGHIJKLMNOPQRST"))
    whole = jobs("code,jobs,national_jobs\n" + every.format(*(1000 + 10 * place for place in range(20))), table.codes)
    tenth = jobs("code,jobs,national_jobs\n" + every.format(*(100 + place for place in range(20))), table.codes)
    same, small = (multipliers(table, ("I", "II"), region) for region in (whole, tenth))
    for kind in ("type_i", "type_ii"):
        assert same[f"regional_{kind}"].tolist() == pytest.approx(same[kind].tolist(), rel=1e-12)
        assert (small[f"regional_{kind}"] <= small[kind] + 1e-12).all()
        assert (small[f"regional_{kind}"] < small[kind] - 0.05).mean() > 0.9
    # an even tenth has every quotient 1, so that each coefficient is the national one times λ
    lam = size(0.1, 1.0, 0.3)
    national = coefficients(table.flows, table.output)
    assert small.regional_type_i.tolist() == pytest.approx(output_multipliers(national * lam).tolist())


# -- jobs --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def jobs(tmp_path):
    def write(text, codes=("01", "10"), encoding="utf-8"):
        path = tmp_path / "jobs.csv"
        path.write_bytes(text.encode(encoding))
        return read_jobs(path, codes)

    return write


def test_jobs_by_code(jobs):
    found = jobs("Code,Jobs,National jobs\n10,80,900\n01,20,100\n", encoding="utf-8-sig")
    assert found.here.tolist() == [20, 80] and found.nation.tolist() == [100, 900]
    assert found.slq == pytest.approx(simple([20, 80], [100, 900]))
    frame = multipliers(TABLE, ("I", "II"), found, 0.3)
    lam = size(100, 1000, 0.3)
    cut = regional_coefficients(coefficients(TABLE.flows, TABLE.output), found.slq, lam)
    assert frame.regional_type_i.tolist() == pytest.approx(output_multipliers(cut).tolist())
    assert (frame.regional_type_i_low <= frame.regional_type_i).all() and (frame.regional_type_i <= frame.regional_type_i_high).all()
    assert (frame.regional_type_i_low < frame.regional_type_i_high).any()
    assert (frame.regional_type_ii >= frame.regional_type_i).all()


def test_the_nations_own_jobs_give_its_own_multipliers(jobs):
    frame = multipliers(TABLE, ("I", "II"), jobs("code,jobs,national_jobs\n01,100,100\n10,900,900\n"))
    for kind in ("type_i", "type_ii"):
        assert frame[f"regional_{kind}"].tolist() == pytest.approx(frame[kind].tolist())


def test_an_industry_that_is_not_here_has_no_multiplier(jobs):
    frame = multipliers(TABLE, ("I",), jobs("code,jobs,national_jobs\n01,0,100\n10,80,900\n"))
    assert math.isnan(frame.regional_type_i["01"])
    # food buys nothing from farms that are not there, and less than in the nation from itself
    lam = size(80, 1000, 0.3)
    assert frame.regional_type_i["10"] == pytest.approx(1 / (1 - 0.05 * min(1, lam * 1000 / 900)))


def test_sections_and_divisions_share_their_quotient(jobs):
    codes = ("A01", "C101", "C102_3", "F41, F42  & F43", "L68BXL683", "L683")
    found = jobs("code,jobs,national_jobs\nA : Farming,1,10\nC,6,30\n41,1,5\n42,2,5\n43,3,10\n68,0,0\n", codes)
    assert found.here.tolist() == [1, 6, 6, 6, 0, 0]
    assert found.nation.tolist() == [10, 30, 30, 20, 0, 0]
    assert found.totals == (13, 60)
    assert found.slq[1] == found.slq[2] == pytest.approx((6 / 13) / (30 / 60))
    assert found.slq[4] == 1  # nobody counts such jobs: they say nothing


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,jobs\n01,1\n", r"row 1: no column 'national_jobs', found 'code', 'jobs'; takes code, jobs, national_jobs"),
        ("code,job,national_jobs\n", r"no column 'jobs', .*did you mean 'job'\?"),
        ("", "no column 'code', found nothing"),
        ("code,jobs,national_jobs\n01,many,5\n", r"row 2, column 'jobs': got 'many', expected a number of jobs, 0 or more"),
        ("code,jobs,national_jobs\n01,-1,5\n", "got '-1'"),
        ("code,jobs,national_jobs\n01,1,nan\n", "column 'national_jobs': got 'nan'"),
        ("code,jobs,national_jobs\n01,6,5\n", "row 2: 6 jobs here of 5 in the nation; expected no more than there"),
        ("code,jobs,national_jobs\n01,1,5\n", "no row for '10'; give their jobs here and in the nation, 0 and 0 where nobody counts any"),
        ("code,jobs,national_jobs\n01,1,5\n10,1,5\n01,1,5\n", "row 4: the jobs of '01' are counted in row 2"),
        ("code,jobs,national_jobs\n01,1,5\n10,1,5\nC,1,5\n", "row 3: the jobs of '10' are counted in row 4 .'C'. too"),
        ("code,jobs,national_jobs\n01,1,5\nFood,1,5\n", "got 'Food', expected a code of the table, a section .A to U. or a division"),
        ("code,jobs,national_jobs\n01,0,5\n10,0,5\n", "no jobs at all"),
        ("code,jobs,national_jobs\n" + "x" * 2_000_000, "larger than 1,048,576 bytes"),
    ],
)
def test_bad_jobs_name_file_row_and_column(jobs, text, message):
    with pytest.raises(RegionalError, match=rf"jobs\.csv: .*{message}"):
        jobs(text)


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=200) | st.lists(st.lists(st.text(max_size=6), max_size=4), max_size=5))
def test_jobs_of_any_content(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("jobs") / "jobs.csv"
    text = (
        content
        if isinstance(content, bytes)
        else ("code,jobs,national_jobs\n" + "\n".join(",".join(line) for line in content)).encode("utf-8", "replace")
    )
    path.write_bytes(text)
    try:
        found = read_jobs(path, ("01", "10"))
    except RegionalError as error:
        assert "jobs.csv" in str(error)
    else:
        assert (found.here <= found.nation).all() and found.totals[0] > 0


def test_sections_hold_each_division_once():
    every = [division for section in SECTIONS.values() for division in section]
    assert len(every) == len(set(every)) == 88  # the divisions of SIC 2007
    assert sections("R, S") == sections("R") | sections("S") and sections("10") == sections("Food") == frozenset()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("02.2-3", {2}),
        ("02.1, 02.4", {2}),
        ("41-43", {41, 42, 43}),
        ("B06 & B07", {6, 7}),
        ("C1101T1106 & C12", {11, 12}),
        ("F41, F42  & F43", {41, 42, 43}),
        ("K65.1-2 & K65.3", {65}),
        ("87, 88", {87, 88}),
        ("68.2IMP", {68}),
        ("Farms", set()),
    ],
)
def test_divisions_of_published_codes(code, found):
    assert divisions(code) == found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"types": ("III",)}, "type: got 'III', expected I or II"),
        ({"types": ("II",), "income": 1}, "income: got 1, expected at least 800"),
        ({"types": ("II",), "income": math.nan}, "income: got nan"),
    ],
)
def test_what_cannot_be_asked(arguments, message):
    with pytest.raises(RegionalError, match=message):
        multipliers(TABLE, **arguments)


def test_type_ii_needs_pay_and_households():
    without = Table(TABLE.codes, TABLE.names, TABLE.flows, TABLE.output)
    with pytest.raises(RegionalError, match="type II needs what industries pay"):
        multipliers(without, ("II",))
    assert multipliers(without, ("I",)).type_i.tolist() == multipliers(TABLE, ("I",)).type_i.tolist()
    with pytest.raises(RegionalError, match="delta: got 1, expected 0 or more and below 1"):
        size(1, 2, 1)
