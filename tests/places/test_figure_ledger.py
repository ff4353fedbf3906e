"""Concentration, sizes, months and churn of made-up payments, worked out by hand."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from supplier_tables import awards, payments

from changemaking.places.figures import concentration, contracts, monthly_spend, payment_sizes, read_ledger, supplier_churn


def paid(*pairs: tuple[str | None, int]) -> pa.Table:
    return payments(*[{"supplier": name, "pence": pence} for name, pence in pairs])


def test_concentration_by_hand() -> None:
    figure = concentration(read_ledger(paid(("A Ltd", 60), ("a limited", 10), ("B", 20), ("C", 10), ("D", 5), ("D", -15))))
    assert figure.line("all suppliers", "hhi").low == pytest.approx(0.7**2 + 0.2**2 + 0.1**2)
    assert figure.line("top 1", "share").low == pytest.approx(0.7)
    assert figure.line("all suppliers", "suppliers").low == 3
    assert "1 suppliers with more credits" in " ".join(figure.notes)


@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(1, 1000)), min_size=1, max_size=10), st.lists(st.integers(1, 500), max_size=4)
)
@settings(max_examples=80, deadline=None)
def test_hhi_lies_between_one_nth_and_one_and_holds_the_truth(named: list, unnamed: list) -> None:
    figure = concentration(read_ledger(paid(*named, *[(None, p) for p in unnamed])))
    line = figure.line("all suppliers", "hhi")
    count = figure.line("all suppliers", "suppliers")
    assert 1 / count.high - 1e-12 <= line.low <= line.high <= 1 + 1e-12
    for where in "ABCDE":  # all of the unnamed with one of the named, or with a new one
        truth = concentration(read_ledger(paid(*named, *[(where, p) for p in unnamed]))).line("all suppliers", "hhi").low
        assert line.low - 1e-12 <= truth <= line.high + 1e-12
    for top in ("top 1", "top 5", "top 10"):
        share = figure.line(top, "share")
        assert 0 < share.low <= share.high <= 1 + 1e-12


def test_order_of_rows_and_batches_changes_nothing() -> None:
    table = paid(("A", 60), (None, 10), ("B", 20), ("C", 10))
    whole, parts = read_ledger(table), read_ledger(table.to_batches(max_chunksize=1))
    assert concentration(whole).lines == concentration(parts).lines
    backwards = read_ledger(table.take([3, 2, 1, 0]))
    assert concentration(backwards).line("all suppliers", "hhi").low == concentration(whole).line("all suppliers", "hhi").low


def test_nothing_used_makes_no_numbers_up() -> None:
    ledger = read_ledger(payments({"status": "excluded"}))
    assert ledger.total == 0 and not concentration(ledger).lines and not monthly_spend(ledger).lines
    assert not payment_sizes(ledger).lines[0].high
    assert read_ledger([]).total == 0


def test_sizes_of_rows_and_of_payments_over_several_rows() -> None:
    rows = [{"pence": p, "reference": r} for p, r in ((100, "1"), (200, "1"), (-50, "1"), (400, None), (400, None), (-30, "2"))]
    figure = payment_sizes(read_ledger(payments(*rows)))
    assert figure.line("row q0.5").low == 200
    assert figure.line("payment q0.5").low == 400 and figure.line("payment q0.1").low == 250
    assert figure.line("credits", "spend").known == -80 and figure.line("payments", "spend").known == 1100
    assert figure.line("credits", "rows").low == 2


def test_months_with_gaps_and_rows_without_a_date() -> None:
    dates = [datetime.date(2025, 12, 31), datetime.date(2026, 2, 1), None]
    figure = monthly_spend(read_ledger(payments(*[{"date": d, "pence": p} for d, p in zip(dates, (100, 200, 50), strict=True)])))
    spend = {line.group: (line.low, line.high) for line in figure.lines if line.measure == "spend"}
    assert spend == {"2025-12": (100, 150), "2026-01": (0, 50), "2026-02": (200, 250)}
    assert figure.rows_behind("2026-01")["certain"].to_pylist() == [False]


def test_churn_by_hand() -> None:
    months = {"A": (1, 2, 3, 4), "B": (1, 2), "C": (3, 4), "D": (4,)}
    rows = [{"supplier": name, "pence": 100, "date": datetime.date(2026, m, 5)} for name, when in months.items() for m in when]
    figure = supplier_churn(read_ledger(payments(*rows)), "month")
    counts = {line.group: line.low for line in figure.lines if line.measure == "suppliers"}
    assert counts["2026-03: new"] == 1 and counts["2026-03: left"] == 1 and counts["2026-03: stayed"] == 1
    assert counts["2026-04: new"] == 1 and counts["2026-04: left"] == 0 and counts["2026-04: stayed"] == 2
    assert figure.line("2026-04: new", "share").low == pytest.approx(1 / 3)
    assert {row["supplier"] for row in figure.rows_behind("2026-03: left").to_pylist()} == {"B"}
    assert {row["supplier"] for row in figure.rows_behind("2026-04: new").to_pylist()} == {"D"}


def test_churn_takes_the_longest_period_that_the_dates_hold_twice() -> None:
    rows = [{"supplier": "A", "date": datetime.date(2025 + m // 12, m % 12 + 1, 5)} for m in range(6)]
    assert supplier_churn(read_ledger(payments(*rows))).notes == ("by quarter",)
    one = supplier_churn(read_ledger(payments(rows[0])))
    assert not one.lines and "nothing is known of churn" in one.notes[0]
    with pytest.raises(ValueError, match="'week' is not one of year, half, quarter, month"):
        supplier_churn(read_ledger(payments(*rows)), "week")


def test_contracts_shared_by_several_are_counted_once_and_apart() -> None:
    table = awards(
        {"pence": 100, "months": 12.0},
        {"pence": 300, "months": None},
        {"pence": 0, "months": 36.0},
        {"award": "s", "suppliers": 2, "pence": 900, "supplier": "A"},
        {"award": "s", "suppliers": 2, "pence": 900, "supplier": "B"},
        {"pence": 10**9, "framework": True},
        {"pence": 77, "currency": "EUR"},
    )
    figure = contracts(table)
    assert figure.line("single supplier", "awards").low == 4
    assert figure.line("single supplier", "value known").low == 2
    median = figure.line("single supplier", "value q0.5")
    assert (median.low, median.high, median.likely) == (0, 300, 100)
    assert figure.line("several suppliers", "awards").low == 1 and figure.line("several suppliers", "value q0.5").low == 900
    assert figure.total == 100 + 300 + 900 + 10**9
    assert figure.rows_behind("several suppliers")["supplier"].to_pylist() == ["A", "B"]


def test_the_table_of_a_figure_counts_the_rows_behind_each_line() -> None:
    table = concentration(read_ledger(paid(("A", 60), ("A", 10), ("B", 20)))).table()
    assert table.set_index(["group", "measure"])["rows"].to_dict()["top 1", "share"] == 2


def test_a_ledger_without_credits_has_a_table_of_its_sizes() -> None:
    table = payment_sizes(read_ledger(paid(("A", 60), ("B", 20)))).table()
    assert table.set_index(["group", "measure"])["rows"].to_dict()["credits", "rows"] == 0
