"""Multipliers against textbooks, closed forms, and an oracle in plain Python that follows a pound from hand to hand."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from changemaking.model.multipliers import (
    closed_multipliers,
    coefficients,
    full_multiplier,
    lm3,
    output_multipliers,
)

# Miller and Blair, Input-Output Analysis, 2nd ed. (2009), sections 2.3 and 2.5
FLOWS = [[150, 500], [200, 100]]
OUTPUT = [1000, 2000]


@st.composite
def technologies(draw, most=6):
    """A non-negative matrix whose columns sum to at most 0.9, so that every pound leaks in the end."""
    n = draw(st.integers(1, most))
    raw = draw(hnp.arrays(np.float64, (n, n), elements=st.floats(0, 1)))
    total = draw(hnp.arrays(np.float64, n, elements=st.floats(0, 0.9)))
    return raw / np.maximum(raw.sum(axis=0), 1e-9) * np.where(raw.sum(axis=0) > 1e-9, total, 0)


@st.composite
def economies(draw, most=6):
    """Who paid whom in whole pence; account 0 buys; an eighth and more of each account's outgoings is not in the table."""
    n = draw(st.integers(2, most))
    paid = draw(hnp.arrays(np.int64, (n, n), elements=st.integers(0, 10**7)))
    hidden = draw(hnp.arrays(np.int64, n, elements=st.integers(1, 10**7)))
    local = draw(hnp.arrays(np.bool_, n))
    assume(paid[0, 1:].sum() > 0)
    return paid, paid.sum(axis=1) * 8 // 7 + hidden, local


def follow(paid, out, local, pounds, rounds):
    """Exact money reaching local accounts in each round: hand it on, payment by payment, and count what stays local."""
    hands = {account: Fraction(int(money)) for account, money in enumerate(pounds) if money}
    counted = []
    for _ in range(rounds):
        passed: dict[int, Fraction] = {}
        for payer, money in hands.items():
            for payee, amount in enumerate(paid[payer]):
                if local[payee] and amount:
                    passed[payee] = passed.get(payee, Fraction(0)) + money * int(amount) / int(out[payer])
        hands = passed
        counted.append(sum(hands.values(), Fraction(0)))
    return counted


def chain(rate):
    """A council, two local accounts and the outside; each local account spends `rate` of its outgoings with the other."""
    part = round(rate * 1000)
    paid = np.array([[0, 1000, 0, 0], [0, 0, part, 1000 - part], [0, part, 0, 1000 - part], [0, 0, 0, 0]])
    return paid, np.array([False, True, True, False])


# -- input-output --


def test_textbook_inverse():
    A = coefficients(FLOWS, OUTPUT)
    np.testing.assert_allclose(A, [[0.15, 0.25], [0.20, 0.05]])
    np.testing.assert_array_equal(output_multipliers(A).round(3), [1.518, 1.452])


def test_an_industry_that_uses_half_of_what_it_makes():
    assert output_multipliers([[0.5]]) == pytest.approx([2.0], rel=1e-15)


@given(technologies())
def test_multipliers_are_the_sums_of_the_power_series_and_at_least_one(A):
    term, total = np.eye(len(A)), np.eye(len(A))
    while term.max() > 1e-16:
        term = term @ A
        total = total + term
    type_i = output_multipliers(A)
    np.testing.assert_allclose(type_i, total.sum(axis=0), rtol=1e-11, atol=1e-12)
    assert (type_i >= 1 - 1e-12).all()


@given(technologies(), st.floats(1e-3, 1e6), st.data())
def test_the_unit_of_money_and_the_order_of_industries_do_not_matter(A, unit, data):
    output = data.draw(hnp.arrays(np.float64, len(A), elements=st.floats(1, 1e6)))
    flows = A * output
    plain = output_multipliers(coefficients(flows, output))
    np.testing.assert_allclose(output_multipliers(coefficients(flows * unit, output * unit)), plain, rtol=1e-11)
    order = np.array(data.draw(st.permutations(range(len(A)))))
    np.testing.assert_allclose(output_multipliers(coefficients(flows[np.ix_(order, order)], output[order])), plain[order], rtol=1e-11)


def test_column_sums_above_one_are_fine_while_the_rounds_die_out():
    A = np.array([[0.0, 0.0], [3.0, 0.0]])  # 0 needs much of 1, which needs nothing
    np.testing.assert_array_equal(output_multipliers(A), [4, 1])
    A = np.array([[0.2, 0.1], [1.0, 0.2]])  # both a column and a row above 1: eigenvalues decide
    np.testing.assert_allclose(output_multipliers(A) - A.T @ output_multipliers(A), [1, 1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: output_multipliers([[0.1, 0.2]]), r"A: got shape \(1, 2\), expected a square matrix"),
        (lambda: output_multipliers([[0.1, -0.2], [0, 0]]), "A: got -0.2 at row 0, column 1; expected a finite figure, 0 or more"),
        (lambda: output_multipliers([[math.nan]]), "A: got nan at row 0, column 0"),
        (lambda: output_multipliers([[0.0, 1.0], [1.0, 0.0]]), r"spectral radius 1, expected below 1.*: 0 \(1\), 1 \(1\)"),
        (lambda: output_multipliers([[0.4, 0.9], [0.3, 0.8]], ["farms", "mines"]), r"column sums of 1 or more: mines \(1.7\)$"),
        (lambda: output_multipliers([[0.4]], ["farms", "mines"]), "names: got 2 for 1 columns"),
        (lambda: coefficients([[0.5]], [0.5, 0.1]), r"output: got shape \(2,\), expected \(1,\)"),
        (lambda: coefficients([[1.0, 1.0], [0.0, 0.0]], [5.0, 0.0]), "output: position 1 has inputs but no output"),
        (lambda: coefficients([[1.0]], [-5.0]), "output: got -5 at position 0"),
    ],
)
def test_errors_of_matrices(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_industry_without_output_or_inputs_stands_alone():
    A = coefficients([[1.0, 0.0], [0.0, 0.0]], [4.0, 0.0])
    np.testing.assert_allclose(output_multipliers(A), [4 / 3, 1])


def test_households_closed_in_by_hand():
    """Half of a pound is paid out, of which four fifths buy the one product again; and without wages nothing is closed in."""
    assert closed_multipliers([[0.2]], [0.5], [0.8]).tolist() == pytest.approx([1 / (1 - 0.2 - 0.4)])
    assert closed_multipliers([[0.2]], [0], [0.8]).tolist() == pytest.approx([1 / 0.8])


@given(technologies(), st.data())
def test_households_closed_in_are_one_more_row_and_column(A, data):
    n = len(A)
    pay = (1 - A.sum(axis=0)) * data.draw(hnp.arrays(np.float64, n, elements=st.floats(0, 1)))
    spending = data.draw(hnp.arrays(np.float64, n, elements=st.floats(0, 0.9))) / n
    found = closed_multipliers(A, pay, spending)
    whole = np.linalg.inv(np.eye(n + 1) - np.block([[A, spending[:, None]], [pay[None, :], np.zeros((1, 1))]]))
    np.testing.assert_allclose(found, whole[:n, :n].sum(axis=0), rtol=1e-9)
    assert (found >= output_multipliers(A) * (1 - 1e-12)).all()


@pytest.mark.parametrize(
    ("pay", "spending", "message"),
    [
        ([0.5, 0.5], [0.5], r"pay: got shape \(2,\), expected \(1,\)"),
        ([0.5], [-0.5], "spending: got -0.5 at position 0"),
        ([0.8], [1.0], "spectral radius 1, expected below 1; column sums of 1 or more: Farms .1., households"),
    ],
)
def test_households_that_cannot_be_closed_in(pay, spending, message):
    with pytest.raises(ValueError, match=message):
        closed_multipliers([[0.2]], pay, spending, ["Farms"])


# -- who pays whom --


@pytest.mark.parametrize(("rate", "printed", "for_ever"), [(0.438, 1.63, 1.78), (0.306, 1.40, 1.44), (0.0, 1.0, 1.0)])
def test_closed_form_for_one_rate_of_respending(rate, printed, for_ever):
    paid, local = chain(rate)
    result = lm3(paid, None, local, buyer=0)
    assert result.lm3 == pytest.approx(1 + rate + rate**2, rel=1e-14)
    assert round(result.lm3, 2) == printed
    assert (result.round1, result.round2) == (1000, pytest.approx(1000 * rate))
    assert full_multiplier(paid, None, local, buyer=0) == pytest.approx(1 / (1 - rate), rel=1e-14)
    assert round(full_multiplier(paid, None, local, buyer=0), 2) == for_ever


def test_northumberland_counts_the_first_pound_of_local_suppliers_only():
    # 1 local supplier respends 76%, 2 supplier from outside 36%, both with people 3, who spend all outside, 4
    paid = np.array([[0, 100, 100, 0, 0], [0, 0, 0, 76, 24], [0, 0, 0, 36, 64], [0, 0, 0, 0, 50], [0, 0, 0, 0, 0]])
    local = np.array([False, True, False, True, False])
    result = lm3(paid, None, local, 0, groups=[None, "local", "outside", None, None])
    assert result.groups["local"].local_value_per_pound == pytest.approx(1.76)
    assert result.groups["outside"].local_value_per_pound == pytest.approx(0.36)
    assert result.groups["local"].lm3 == pytest.approx(1.76)
    assert result.groups["outside"].lm3 == pytest.approx(1.36)
    assert result.local_value_per_pound == pytest.approx((100 + 76 + 36) / 200)


@given(economies())
def test_rounds_equal_a_pound_followed_by_hand(economy):
    paid, out, local = economy
    pounds = paid[0].copy()
    pounds[0] = 0
    second, third = follow(paid, out, local, pounds, 2)
    result = lm3(paid, out, local, buyer=0)
    assert result.round1 == pounds.sum()
    assert result.round1_local == sum(int(p) for p, near in zip(pounds, local, strict=True) if near)
    assert result.round2 == pytest.approx(float(second), rel=1e-12)
    assert result.round3 == pytest.approx(float(third), rel=1e-12)
    assert 1 <= result.lm3 <= 3
    assert result.local_value_per_pound <= result.lm3 + 1e-12


@given(economies(most=4))
def test_full_multiplier_is_what_a_pound_comes_to_when_followed_for_ever(economy):
    paid, out, local = economy
    pounds = paid[0].astype(float)
    pounds[0] = 0
    hands, total = pounds, pounds.sum()
    for _ in range(300):  # 0.875 ** 300 is below a rounding error
        hands = [local[j] * math.fsum(hands[i] * paid[i, j] / out[i] for i in range(len(out))) for j in range(len(out))]
        total += sum(hands)
    full = full_multiplier(paid, out, local, buyer=0)
    assert full == pytest.approx(total / pounds.sum(), rel=1e-11)
    assert full >= lm3(paid, out, local, buyer=0).lm3 - 1e-12


@given(economies(), st.integers(2, 1000), st.data())
def test_unit_and_order_of_accounts_do_not_matter_and_groups_add_up(economy, unit, data):
    paid, out, local = economy
    n = len(out)
    labels = data.draw(st.lists(st.sampled_from(["sme", "large"]), min_size=n, max_size=n))
    plain = lm3(paid, out, local, 0, groups=labels)
    scaled = lm3(paid * unit, out * unit, local, 0)
    assert scaled.lm3 == pytest.approx(plain.lm3, rel=1e-12)
    order = np.array(data.draw(st.permutations(range(n))))
    moved = (paid[np.ix_(order, order)], out[order], local[order], int(np.flatnonzero(order == 0)[0]))
    assert lm3(*moved).lm3 == pytest.approx(plain.lm3, rel=1e-12)
    assert full_multiplier(*moved) == pytest.approx(full_multiplier(paid, out, local, 0), rel=1e-10)
    for part in ("round1", "round2", "round3", "round1_local"):
        assert math.fsum(getattr(group, part) for group in plain.groups.values()) == pytest.approx(getattr(plain, part), rel=1e-12)
    for label, group in plain.groups.items():
        members = [j for j in range(1, n) if labels[j] == label]
        assert lm3(paid, out, local, 0, suppliers=members).lm3 == pytest.approx(group.lm3, rel=1e-12, nan_ok=True)


def test_a_simulated_injection_ends_at_the_closed_form():
    """Money let loose and passed on month by month, recorded as a ledger would; the record's own multiplier is (I - A)^-1's."""
    rng = np.random.default_rng(7)
    shares = rng.dirichlet(np.ones(7), size=6)[:, :6]  # the rest of each row leaks
    shares[:, 0] = 0
    paid, out = np.zeros((6, 6)), np.zeros(6)
    cash = np.array([0, 5e5, 3e5, 2e5, 0, 0])
    paid[0], out[0] = cash, cash.sum()
    reached = cash.sum()
    while cash.sum() > 1e-12:
        paid += shares * cash[:, None]
        out += cash
        cash = cash @ shares
        reached += cash.sum()
    local = np.array([False, True, True, True, True, True])
    assert full_multiplier(paid, out, local, 0) == pytest.approx(reached / 1e6, rel=1e-12)
    assert full_multiplier(paid, out, local, 0) == pytest.approx(output_multipliers(shares[1:, 1:].T)[:3] @ [0.5, 0.3, 0.2], rel=1e-12)


def test_savings_leak_when_income_stands_for_outgoings():
    paid, local = chain(0.5)
    assert lm3(paid, None, local, 0).lm3 == pytest.approx(1.75)
    assert lm3(paid, paid.sum(axis=1) * 2, local, 0).lm3 == pytest.approx(1 + 0.25 + 0.0625)


def test_money_back_to_the_buyer_counts_only_if_the_buyer_is_local():
    paid = np.array([[0, 100], [40, 60]])
    assert lm3(paid, None, np.array([False, False]), 0).lm3 == 1.0
    assert lm3(paid, None, np.array([True, False]), 0).round2 == 40


def test_nothing_spent_is_not_a_number():
    result = lm3(np.zeros((2, 2)), None, np.array([False, True]), 0)
    assert math.isnan(result.lm3)
    assert math.isnan(result.local_value_per_pound)
    assert math.isnan(full_multiplier(np.zeros((2, 2)), None, np.array([False, True]), 0))


def test_a_closed_local_loop_matters_only_if_money_gets_there():
    loop = np.array([[0, 9, 0, 0, 0], [0, 0, 0, 0, 9], [0, 0, 0, 5, 0], [0, 0, 5, 0, 0], [0, 0, 0, 0, 0]])
    local = np.array([False, True, True, True, False])
    assert full_multiplier(loop, None, local, 0) == 1.0
    loop[1, 2] = 1
    with pytest.raises(ValueError, match=r"never leaks .*column sums of 1 or more: 2 \(1\), 3 \(1\)"):
        full_multiplier(loop, None, local, 0)
    assert lm3(loop, None, local, 0).lm3 == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"paid": np.ones((2, 3))}, "paid: got shape"),
        ({"paid": np.array([[0, -1], [0, 0]])}, "paid: got -1 at row 0, column 1"),
        ({"turnover_out": [100, 5]}, "turnover_out: position 1 paid 7 but has outgoings of 5"),
        ({"local": [0, 1]}, "local: got shape .* of int64, expected .* of bool"),
        ({"local": np.array([True])}, r"expected \(2,\) of bool"),
        ({"buyer": 2}, r"buyer: got \[2\], expected whole numbers from 0 to 1"),
        ({"buyer": -1}, r"buyer: got \[-1\]"),
        ({"suppliers": [0.5]}, r"suppliers: got \[0.5\]"),
        ({"groups": ["sme"]}, "groups: got 1 labels for 2 accounts"),
    ],
)
def test_errors_of_payments(changes, message):
    good = {"paid": np.array([[0, 10], [7, 0]]), "turnover_out": [100, 100], "local": np.array([False, True]), "buyer": 0}
    assert lm3(**good).lm3 == 1.0
    with pytest.raises(ValueError, match=message):
        lm3(**(good | changes))
