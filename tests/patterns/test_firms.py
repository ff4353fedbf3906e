"""Small versions of the patterns on firms."""

from __future__ import annotations

import pytest

from changemaking.experiments.patterns import PatternResult, run_patterns


@pytest.fixture(scope="module")
def results() -> dict[str, PatternResult]:
    return {result.id: result for result in run_patterns(["P13", "P31", "P36"], seeds=3, workers=1, progress=False)}


def test_debt_ends_in_failures_that_reach_suppliers_and_residents(results: dict[str, PatternResult]) -> None:
    found = results["P13"]
    assert found.verdict == "emerges" and found.ablated_effect == 0.0, found
    most = found.details["against_none"][-1]
    assert most["days_lost"]["low"] > 0 and most["receivables_lost"]["low"] > 0 > most["resident_trust"]["high"]
    assert found.details["in_four_lots"]["failures"]["low"] > 0


def test_thresholds_let_small_firms_in_at_a_cost(results: dict[str, PatternResult]) -> None:
    found = results["P31"]
    assert found.verdict == "emerges", found
    assert found.details["for_every_contract"]["shading"]["high"] < 0 < found.details["at_thresholds"]["reach_sme"]["low"]


def test_price_falls_with_bidders_and_a_single_bid_is_dear(results: dict[str, PatternResult]) -> None:
    found = results["P36"]
    assert found.high < 0 and abs(found.ablated_effect) < abs(found.effect) * 0.75, found
    assert found.details["published"]["single"]["mean"] > 0
    prices = [found.details["price_by_bids"][str(n)] for n in (1, 4, 8)]
    assert prices[0] > prices[1] > prices[2]
