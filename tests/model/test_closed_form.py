"""Money that circulates against closed forms: the Leontief inverse, and the published method of LM3."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import column, living, town

from changemaking.model import economy, multipliers
from changemaking.model.firms import NATION
from changemaking.model.ledger import CATEGORIES, ENTRY

WORLD, GOVERNMENT, LENDER, PEOPLE, HOUSEHOLDS, ECONOMY, OWNERS = range(7)
nation = np.array([(WORLD, GOVERNMENT, LENDER, PEOPLE, HOUSEHOLDS, ECONOMY, OWNERS)], dtype=NATION)


def shares_of(weights: list[float]) -> np.ndarray:
    return np.array(weights) / sum(weights)


@st.composite
def small_economies(draw: st.DrawFn) -> tuple[np.ndarray, dict[str, float]]:
    """Two to five sectors with constant shares, and people who spend a constant share of their wages."""
    n = draw(st.integers(2, 5))
    positive = st.lists(st.floats(0.05, 1.0), min_size=n, max_size=n)
    sectors = np.zeros(n, dtype=economy.SECTOR)
    sectors["account"] = 7 + np.arange(n)
    sectors["labour"], sectors["local"], sectors["region"] = (draw(st.lists(st.floats(0.0, 0.3), min_size=n, max_size=n)) for _ in range(3))
    sectors["weight"], sectors["household"] = shares_of(draw(positive)), shares_of(draw(positive))
    sectors["exports"] = draw(st.lists(st.integers(0, 10**11), min_size=n, max_size=n))
    sectors["payer"] = WORLD
    spends = {"spending": draw(st.floats(0, 1)), "tax": draw(st.floats(0, 0.3)), "local": draw(st.floats(0, 0.8))}
    return sectors, spends


@given(world=small_economies())
@settings(max_examples=60)
def test_flows_converge_to_the_leontief_solution(world: tuple[np.ndarray, dict[str, float]]) -> None:
    """x = (I - A)^-1 f over sectors and people. Each share is cut to whole pence and a rest is handed on, so what an account takes in
    a month is out by less than a penny for each of its entries and of the roundings in them; the inverse carries that through all rounds."""
    sectors, people = world
    n = len(sectors)
    A = np.zeros((n + 1, n + 1))  # A[i, j]: what a pound taken by j brings to i; people last
    A[:n, :n] = sectors["weight"][:, None] * sectors["local"][None, :]
    A[n, :n] = sectors["labour"]
    A[:n, n] = people["spending"] * (1 - people["tax"]) * people["local"] * sectors["household"]
    inverse = np.linalg.inv(np.eye(len(A)) - A)
    expected = inverse @ np.append(sectors["exports"], 0.0)

    took, months = np.zeros(n + 7, dtype=np.int64), 0
    distance = expected.copy()
    while distance.max() > 0.5 and months < 2_000:  # what is still missing after so many months, were there no rounding
        distance, months = A @ distance, months + 1
    for month in range(months + 1):
        page, count, balance = np.zeros(200, dtype=ENTRY), np.zeros(1, dtype=np.int64), np.zeros(n + 7, dtype=np.int64)
        payroll = np.zeros(n + 7, dtype=np.int64)
        income = int(took[PEOPLE])
        economy.spend_takings(sectors, took, month, nation, page, count, balance, payroll)
        economy.pay_wages(payroll, month, PEOPLE, page, count, balance)
        spent = int(people["spending"] * income)
        economy.spend_of_residents(spent, month, people["tax"], people["local"], 0.0, sectors, nation, page, count, balance)
        assert balance.sum() == 0
        took = np.bincount(page["payee"][: count[0]], page["pence"][: count[0]], minlength=n + 7).astype(np.int64)

    # a sector takes: from each sector `near` (cut) times a weight (cut), for the last what the others' n cuts leave; from people
    # spending, tax, local and household shares, four cuts; people take one cut wage from each sector
    roundings = np.append(np.full(n, n * (n + 1.0) + 4.0), float(n))
    bound = inverse @ roundings + 1.0  # and one for what the last month has not yet reached, and floating point
    found = np.append(took[sectors["account"]], took[PEOPLE])
    assert (np.abs(found - expected) <= bound).all(), (found - expected, bound)
    assert expected.max() == 0 or expected.max() > 1e3 * bound.max() or sectors["exports"].max() < 1e6, "the bound must say something"


def test_the_rest_of_the_region_returns_what_the_shares_say() -> None:
    """Firms and households of the region: the same, in their two accounts; the district's part leaves them."""
    shares = np.array([0.35, 0.02, 0.3, 0.2, 0.02])
    sectors = np.zeros(2, dtype=economy.SECTOR)
    sectors["account"], sectors["weight"], sectors["household"] = (7, 8), (0.4, 0.6), (0.5, 0.5)
    A = np.array([[0.0, shares[3]], [shares[0], 0.0]])  # firms, households
    f = np.array([3e10, 1e10])
    inverse = np.linalg.inv(np.eye(len(A)) - A)
    took = np.zeros(9, dtype=np.int64)
    for month in range(60):
        page, count, balance = np.zeros(64, dtype=ENTRY), np.zeros(1, dtype=np.int64), np.zeros(9, dtype=np.int64)
        economy.spend_in_region(took, month, shares, sectors, nation, page, count, balance)
        took = np.bincount(page["payee"][: count[0]], page["pence"][: count[0]], minlength=9).astype(np.int64)
        took[[ECONOMY, HOUSEHOLDS]] += f.astype(np.int64)
    assert (np.abs(took[[ECONOMY, HOUSEHOLDS]] - inverse @ f) <= inverse @ np.ones(2) + 1.0).all()


# --- LM3 ----------------------------------------------------------------------------------------------------------------

NOT_SPENDING = {"opening", "grant", "loan", "repayment", "write-off"}
NO_PURCHASE = {"council tax", "dividend"}


@pytest.mark.parametrize("overrides", [{}, {"policy.lots": 3, "policy.operate_months": 12}, {"place.commissioners.*.start_local": 0.5}])
def test_lm3_and_the_full_multiplier_are_those_of_the_published_method(overrides: dict[str, object]) -> None:
    """Who pays whom, from the kept journal by hand, once in the groups the indicator uses and once account by account."""
    with living(town(overrides, 36), seed=2, journal=True) as world:
        world.run()
        outcome = world.outcome()
        local_firms = {int(a) for a in world.sector_accounts} | {int(a) for a in world.firms["account"][world.local_firms]}
        n, people = world.nation, world.nation.people
        focal = [b.account for b in world.commissioners if b.focal]
        providers = [int(a) for a in world.firms["account"]]
        here = {a for a, place in enumerate(world.ledger.places) if place == 0}
        assert not any(e.kind in ("insolvency", "entry") for e in outcome.events), "accounts must stay whose they are"
    for year in (1, 2):  # the window of the figures that stand from the last month of each year
        journal = outcome.journal[(outcome.journal["month"] > 12 * year - 1) & (outcome.journal["month"] <= 12 * year + 11)]
        first, paid, out = Counter(), Counter(), Counter()
        for _, c, payer, payee, pence in journal.tolist():
            category = CATEGORIES[c]
            if category in NOT_SPENDING:
                continue
            if payer in focal and category in ("contract", "in-house"):
                first[payee] += pence
            out[payer] += pence
            if category == "agency wages":  # wages that pass through a sector: the employer's, not the sector's
                paid[payer, people] += pence
                paid[payee, people] -= pence
                out[payee] -= pence
            elif payee in here and category not in NO_PURCHASE:
                paid[payer, payee] += pence
        local_total = Counter()  # of each payer: to people, to other accounts of the place
        for (payer, payee), pence in paid.items():
            local_total[payer, "people" if payee == people else "firms"] += pence

        # grouped: buyer, each provider as one paid, then the place's people and its firms as one account each
        k = len(providers)
        BUYER, FOLK, FIRMS = k, k + 1, k + 2
        table, turnover = np.zeros((k + 3, k + 3)), np.zeros(k + 3)
        for i, account in enumerate(providers):
            table[BUYER, i] = first[account]
            table[i, FOLK], table[i, FIRMS], turnover[i] = local_total[account, "people"], local_total[account, "firms"], out[account]
        for row, members in ((FOLK, [people]), (FIRMS, sorted(local_firms))):
            for member in members:
                table[row, FOLK] += local_total[member, "people"]
                table[row, FIRMS] += local_total[member, "firms"]
                turnover[row] += out[member]
        turnover[BUYER] = sum(first.values())
        local = np.isin(np.arange(k + 3), [FOLK, FIRMS])
        by_group = multipliers.lm3(table, turnover, local, BUYER)
        month = 12 * year + 11
        assert by_group.lm3 > 1.05
        # sums of at most a hundred products in another order: some hundred roundings of 1.1e-16
        assert column(outcome, "lm3")[month] == pytest.approx(by_group.lm3, rel=1e-13)
        full = multipliers.full_multiplier(table, turnover, local, BUYER)
        assert column(outcome, "multiplier")[month] == pytest.approx(full, rel=1e-12)

        # account by account rounds 1 and 2 are the same; round 3 weighs each account's own rate, where the indicator takes the groups'
        size = len(world.ledger.names)
        accounts, spent = np.zeros((size, size)), np.zeros(size)
        for (payer, payee), pence in paid.items():
            accounts[payer, payee] += pence
        accounts[focal] = 0.0
        for account, pence in out.items():
            spent[account] = pence
        buyer = size
        accounts = np.pad(accounts, (0, 1))
        accounts[buyer, list(first)] = list(first.values())
        spent = np.append(spent, sum(first.values()))
        by_account = multipliers.lm3(accounts, spent, np.array([a in here for a in range(size)] + [False]), buyer)
        assert by_account.round1 == by_group.round1
        assert by_account.round2 == pytest.approx(by_group.round2, rel=1e-13)
        assert abs(by_account.lm3 - by_group.lm3) <= by_group.round2 / by_group.round1, "a third round is at most the second"
        assert n.owners in here
