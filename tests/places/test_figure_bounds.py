"""Intervals hold the truth whatever the unknown turns out to be, and are no wider than that needs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from supplier_tables import payments

from changemaking.places.figures import concentration, monthly_spend, read_ledger, spend_by_kind, spend_by_ring, spend_by_sector
from changemaking.places.figures.bounds import quantile_bounds, share_lines, sum_bounds
from changemaking.places.suppliers import KINDS, RINGS, SECTORS, Facts, Locality, suppliers_in

GROUPS = ("a", "b", "c")
SETS = st.sets(st.sampled_from(GROUPS), min_size=1).map(frozenset)
UNITS = st.lists(st.tuples(st.integers(-500, 2000), SETS), min_size=1, max_size=6)


def assignments(possible: Iterable[frozenset[str]]) -> Iterable[tuple[str, ...]]:
    return itertools.product(*(sorted(groups) for groups in possible))


@given(UNITS)
@settings(max_examples=150, deadline=None)
def test_bounds_hold_for_every_assignment_and_are_reached(units: list[tuple[int, frozenset[str]]]) -> None:
    amounts = [amount for amount, _ in units]
    possible = dict(enumerate(groups for _, groups in units))
    for group in GROUPS:
        found = sum_bounds(amounts, possible, group)
        truths = [sum(a for a, g in zip(amounts, chosen, strict=True) if g == group) for chosen in assignments(possible.values())]
        assert (found.low, found.high) == (min(truths), max(truths))


@given(UNITS)
@settings(deadline=None)
def test_known_and_unknown_make_the_total(units: list[tuple[int, frozenset[str]]]) -> None:
    amounts = [amount for amount, _ in units]
    possible = dict(enumerate(groups for _, groups in units))
    known = sum(sum_bounds(amounts, possible, group).known for group in GROUPS)
    undecided = sum(a for a, groups in units if len(groups) > 1)
    assert known + undecided == sum(amounts)


@given(UNITS)
@settings(deadline=None)
def test_shares_can_add_up_to_one(units: list[tuple[int, frozenset[str]]]) -> None:
    amounts = [amount for amount, _ in units]
    total = sum(amounts)
    lines = share_lines(amounts, dict(enumerate(groups for _, groups in units)), GROUPS, total)
    shares = [line for line in lines if line.measure == "share"]
    if total <= 0:
        assert not shares
    else:
        assert sum(line.low for line in shares) <= 1 + 1e-9 and sum(line.high for line in shares) >= 1 - 1e-9


@given(st.lists(st.integers(0, 50), max_size=6), st.lists(st.integers(0, 60), max_size=4), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]))
def test_a_quantile_lies_between_its_bounds(known: list[int], hidden: list[int], q: float) -> None:
    low, high = quantile_bounds(known, len(hidden), q)
    everything = sorted([*known, *hidden])
    if not everything:
        assert (low, high) == (None, None)
        return
    truth = everything[max(1, math.ceil(round(q * len(everything), 9))) - 1]
    assert low <= truth and (high is None or truth <= high)


def test_quantiles_without_unknown_are_exact() -> None:
    assert quantile_bounds([1, 2, 3, 4], 0, 0.5) == (2, 2)
    assert quantile_bounds([1, 2, 3, 4], 4, 0.5) == (0, 4)
    assert quantile_bounds([1], 3, 0.5) == (0, None)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Bird Ltd", "Nest CIC", "Wing plc", "Egg", None]),
        st.integers(-300, 3000),
        st.sampled_from([None, "ICT : Software", "SOCIAL CARE", "NA"]),
        st.sampled_from([None, 4, 5, 7]),
    ),
    min_size=1,
    max_size=12,
)
PRESTON = Locality("registered", frozenset({"PR1"}), frozenset({"PR", "BB"}))


def ledger_of(rows: list) -> tuple:
    import datetime

    table = payments(
        *[{"supplier": s, "pence": p, "category": c, "date": m and datetime.date(2026, m, 3)} for s, p, c, m in rows],
        {"supplier": "Left out", "pence": 10**9, "status": "excluded", "reason": "tax"},
    )
    suppliers = suppliers_in(table)
    if "bird" in suppliers:
        suppliers["bird"] = Facts("bird", "Bird Ltd", registered_postcode="PR1 2RL", sic="62020", size="large")
    return read_ledger(table), suppliers


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_the_rows_behind_each_sum_add_up_to_the_penny(rows: list) -> None:
    ledger, suppliers = ledger_of(rows)
    assert ledger.total == sum(p for _, p, _, _ in rows)
    figures = [spend_by_kind(ledger, suppliers), spend_by_ring(ledger, suppliers, PRESTON), spend_by_sector(ledger, suppliers)]
    for figure in [*figures, monthly_spend(ledger), concentration(ledger)]:
        for line in figure.lines:
            if line.measure == "spend" and line.unit == "pence":
                behind = figure.rows_behind(line.group, "spend").to_pylist()
                assert sum(row["pence"] for row in behind if row["certain"]) == line.known
                assert len({(row["file"], row["row"]) for row in behind}) == len(behind)
                assert line.low <= line.known <= line.high or figure.name == "concentration"


@given(ROWS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_learning_a_kind_or_a_postcode_never_leaves_the_interval(rows: list, random: object) -> None:
    ledger, suppliers = ledger_of(rows)
    told = {
        key: Facts(key, facts.name, kind=random.choice(KINDS), registered_postcode=random.choice(["PR1 2RL", "PR9 1AA", "M1 1AA"]))
        for key, facts in suppliers.items()
        if key == "egg"  # the one of which nothing is known
    }
    before = spend_by_kind(ledger, suppliers), spend_by_ring(ledger, suppliers, PRESTON)
    after = spend_by_kind(ledger, {**suppliers, **told}), spend_by_ring(ledger, {**suppliers, **told}, PRESTON)
    for old, new in zip(before, after, strict=True):
        for line in new.lines:
            wide = old.line(line.group, line.measure)
            assert wide.low <= line.low and line.high <= wide.high


def test_an_unknown_locality_is_an_interval_and_not_elsewhere() -> None:
    ledger, suppliers = ledger_of([("Egg", 700, None, 5), ("Bird Ltd", 300, None, 5)])
    figure = spend_by_ring(ledger, suppliers, PRESTON)
    assert [(figure.line(ring, "share").low, figure.line(ring, "share").high) for ring in RINGS] == [(0.3, 1.0), (0.0, 0.7), (0.0, 0.7)]
    assert "registered office" in figure.definition and "PR1" in figure.definition


def test_a_payment_without_a_supplier_may_be_anybodys() -> None:
    ledger, suppliers = ledger_of([(None, 400, None, 5), (None, -100, None, 5), ("Wing plc", 700, None, 5)])
    line = spend_by_kind(ledger, suppliers).line("public", "spend")
    assert (line.low, line.high, line.known) == (-100, 400, 0)


def test_the_estimate_stays_inside_the_interval() -> None:
    ledger, suppliers = ledger_of([("Egg", 700, None, 5), ("Nest CIC", 300, None, 5), ("Friends of the Egg", 500, None, 5)])
    line = spend_by_kind(ledger, suppliers).line("vcs", "spend")
    assert line.low == 300 and line.high == 1500 and line.low < line.likely < line.high
    assert spend_by_kind(ledger, suppliers, prior=False).line("vcs").likely is None


def test_sectors_of_a_category_go_before_the_suppliers_own() -> None:
    ledger, suppliers = ledger_of([("Bird Ltd", 100, "SOCIAL CARE", 5), ("Bird Ltd", 50, "NA", 5), ("Egg", 25, None, 5)])
    figure = spend_by_sector(ledger, suppliers)
    assert {group: figure.line(group).known for group in SECTORS if figure.line(group).known} == {"care": 100, "ict": 50}
    assert figure.line("waste").high == 25


def test_a_group_that_is_not_there_is_told_with_the_nearest() -> None:
    ledger, suppliers = ledger_of([("Egg", 700, None, 5)])
    with pytest.raises(Exception, match="did you mean 'local'"):
        spend_by_ring(ledger, suppliers, PRESTON).rows_behind("locale")
