"""Rules by themselves: mark-ups, effort withheld, bids, prices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import each, living, town

from changemaking.agents.provider import Provider
from changemaking.model import delivery
from changemaking.model.contracts import Contract
from changemaking.model.ledger import CATEGORIES
from changemaking.scenarios.schema import Switches

YEARLY = {"policy.operate_months": 12, "policy.extension_months": 0}


def terms(**values: float) -> Contract:
    """A contract's terms, for rules that read nothing else."""
    from types import SimpleNamespace

    usual = {
        "rigidity": 0.3, "rivalry": 0.5, "break_right": 0.0, "trust": 0.5,
        "knowledge": 0.4, "open_book": 0.0, "complexity": 0.5, "fine": 0.0,
        "claim": 1.0, "unheard": 0.0, "disclosed": 0.0, "prize": 0.0,
    }  # fmt: skip
    return SimpleNamespace(**{**usual, **values})  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("term", "sign"), [("rigidity", 1), ("rivalry", -1), ("break_right", -1), ("trust", -1), ("knowledge", -1), ("open_book", -1)]
)
def test_mark_up_of_a_change(term: str, sign: int) -> None:
    p = town().parameters
    rates = [delivery.mark_up_of.py_func(terms(**{term: x}), p, 60.0) for x in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert (np.sign(np.diff(rates)) == sign).all() and min(rates) >= 0.0


def test_mark_up_grows_with_the_time_left_to_ten_years() -> None:
    p = town().parameters
    rates = [delivery.mark_up_of.py_func(terms(), p, m) for m in (0.0, 30.0, 60.0, 120.0, 240.0)]
    assert rates[0] == 0.0 and rates[0] < rates[1] < rates[2] < rates[3] == rates[4]
    assert rates[3] <= p.hold_up


def effort(c: Contract, p: Any, margin: float, remaining: float) -> float:
    """What is withheld under a contract that is not paid by results."""
    seen, renewal = delivery.seen_of.py_func(c, p), delivery.renewal_of.py_func(c, p, remaining)
    return delivery.effort_of.py_func(c, p, margin, seen, renewal, 0.0)


@pytest.mark.parametrize(
    ("term", "sign"), [("claim", 1), ("complexity", 1), ("knowledge", -1), ("open_book", -1), ("fine", -1), ("rivalry", -1), ("trust", -1)]
)
def test_effort_withheld(term: str, sign: int) -> None:
    p = town(each(detection_penalty=1.0, renewal_value=1.0)).parameters
    efforts = [effort(terms(**{term: x}), p, 0.1, 12.0) for x in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert (np.sign(np.diff(efforts)) == sign).all() and min(efforts) >= 0.0 and max(efforts) < 1.0


def test_effort_falls_towards_the_end_and_with_a_thin_margin_more_is_withheld() -> None:
    p = town(each(detection_penalty=1.0, renewal_value=1.0)).parameters
    far, near = (effort(terms(), p, 0.1, m) for m in (120.0, 1.0))
    thin, fat = (effort(terms(), p, margin, 12.0) for margin in (0.0, 0.1))
    assert near < far and fat < thin


class Bidder:
    """A provider for questions of price alone."""

    def __init__(self, load: float, underpricing: bool, naive: bool = False) -> None:
        self.load, self.capacity, self.naive = load, 100.0, naive
        self.switches = Switches(underpricing=underpricing, bid_cost=False, risk_pricing=False)
        self.efficiency, self.social, self.key = (1.0, 1.0, 1.0), 0.5, 7

    def __getattr__(self, name: str) -> object:
        return getattr(Provider, name).__get__(self)

    def skill_in(self, tender: object) -> float:
        return 0.7

    def local_spending(self, tender: object) -> float:
        return 0.5

    def standing(self, tender: object) -> float:
        return 0.5


def priced(bidder: Bidder, **changes: float) -> float:
    """Its price for a plain tender."""
    from types import SimpleNamespace

    p = town(each(underpricing=1.0)).parameters
    usual = {"annual": 10.0, "estimate": 1.05, "parts": ((2, 1.0),), "common": 0.0, "signal_weight": 0.5, "curse": 0.03,
             "noise": p.signal_noise,
             "expected_rivals": 3.0, "borne": 1.0,
             "reference": 100.0, "change_gains": 0.04, "bid_cost": 0.0, "bid_cost_local": 0.0, "parameters": p, "service": None,
             "highest": 1.6, "dearest": 1.05 * (1.0 + np.sqrt(3.0) * p.cost_spread)}  # fmt: skip
    bid = Provider.bid(bidder, SimpleNamespace(**{**usual, **changes}), 0.0)  # type: ignore[arg-type]
    assert bid is not None
    return bid.price


def test_a_hungry_bidder_bids_later_gains_away() -> None:
    hungry, sated = Bidder(10.0, True), Bidder(80.0, True)
    assert priced(hungry) == pytest.approx(0.96 * priced(sated)) and priced(hungry, change_gains=0.0) == priced(sated)
    assert priced(Bidder(10.0, False)) == priced(Bidder(80.0, False)) == priced(sated)


def test_more_rivals_lower_prices_and_the_careful_fear_the_winners_curse() -> None:
    prices = [priced(Bidder(80.0, True), expected_rivals=n) for n in (0.0, 1.0, 3.0, 8.0)]
    assert prices == sorted(prices, reverse=True) and len(set(prices)) == 4
    careful, naive = priced(Bidder(80.0, True)), priced(Bidder(80.0, True, naive=True))
    assert careful - naive == pytest.approx(0.03 * 1.05, rel=1e-9)


def test_nobody_bids_for_more_than_it_can_hold() -> None:
    from types import SimpleNamespace

    with living(town({}, 1)) as world:
        firm = next(a for a in world.providers if a.label == "sme")
        tender = SimpleNamespace(annual=2.0 * firm.capacity, parameters=world.scenario.parameters)
        assert firm.bid(tender, 0.0) is None


def test_categories_are_the_ones_the_tests_know() -> None:
    """A new kind of payment must be looked at here: does a mechanism bring it about?"""
    assert len(CATEGORIES) == 45


def test_a_price_shock_stays_in_contracts_and_in_tenders_to_come() -> None:
    """From that month on the work costs half as much again: signed contracts keep their price, those tendered later do not."""
    shock = [{"month": 12, "shock": "price", "size": 0.5, "on": "road repair"}]
    with living(town({**YEARLY, "parameters.buyer_cost": 0.0}, 60, shock), 3) as world:
        while world.month < 12:
            world.step()
        before = {c.number: (c.cost, c.price) for c in world.contracts.at.values()}
        world.step()
        for contract in world.contracts.at.values():
            if contract.number in before and contract.phase == delivery.OPERATE:
                cost, price = before[contract.number]
                factor = 1.5 if contract.undertaking.service.name == "road repair" else 1.0
                assert contract.cost == pytest.approx(factor * cost) and contract.price == price
        world.run()
        later = [c for c in world.contracts.at.values() if c.operating_from > 24 and c.what == "operate" and c.provider.label != "in-house"]
        dear = [c.price / c.reference for c in later if c.undertaking.service.name == "road repair"]
        usual = [c.price / c.reference for c in later if c.undertaking.service.name != "road repair"]
        assert dear and usual and min(dear) > 1.4 > max(usual)


@pytest.mark.parametrize("error", [-4.0, 4.0])
def test_no_price_is_negative_however_wrong_the_signal(error: float) -> None:
    from types import SimpleNamespace

    p = town(each(signal_noise=0.5)).parameters
    tender = SimpleNamespace(common=-0.8, parameters=p, signal_weight=1.0, noise=0.5, curse=0.5)
    assert Provider.expected_shock(Bidder(80.0, False), tender, error) >= -0.8  # type: ignore[arg-type]


def test_a_price_shock_reaches_tenders_that_are_open() -> None:
    """What was advertised before and is awarded after costs and earns what things cost then."""
    with living(town({**YEARLY, "parameters.tender_months": 4.0}, 60), 2) as world:
        while not any(d.tender for b in world.commissioners for d in b.undertakings):
            world.step()
        tender = next(d.tender for b in world.commissioners for d in b.undertakings if d.tender)
        before = tender.reference
        world.raise_prices("", 2.0)
        while tender.undertaking.tender is tender:
            world.step()
        assert tender.reference == pytest.approx(2.0 * before)
        signed = [c for c in tender.undertaking.coming if c.batch == tender.key]
        assert signed and all(c.phases[0][3] > 1.3 * tender.undertaking.reference * c.share for c in signed)
