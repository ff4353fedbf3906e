"""Small versions of the patterns on risk, ownership and private finance."""

from __future__ import annotations

import numpy as np
import pytest

from changemaking.experiments.patterns import PatternResult, run_patterns
from changemaking.experiments.patterns.p10 import SHARES, slopes

CHOSEN = ["P10", "P11", "P12", "P24", "P33"]


@pytest.fixture(scope="module")
def results() -> dict[str, PatternResult]:
    return {result.id: result for result in run_patterns(CHOSEN, seeds=6, workers=1, progress=False)}


def test_the_slopes_are_those_of_a_known_parabola() -> None:
    shares = np.array(SHARES)
    falls, rises = slopes(np.array([3.0 - 2.0 * shares + 5.0 * shares**2, 1.0 + shares]))
    assert falls == pytest.approx([2.0, -1.0]) and rises == pytest.approx([8.0, 1.0])


def test_bearing_all_risks_costs_value_and_effort(results: dict[str, PatternResult]) -> None:
    """That cost itself has the shape of a U takes more seeds to say: the verdict rests on it."""
    rows = {row["share"]: row for row in results["P10"].details["against_half"]}
    assert rows[1.0]["whole_life_value"]["high"] < 0 < rows[1.0]["shading"]["low"]
    assert rows[0.0]["shading"]["high"] < 0 < rows[0.0]["risk_cost"]["low"], "what is not offloaded is paid as it comes"


def test_support_lowers_what_the_public_pays_in_all(results: dict[str, PatternResult]) -> None:
    """How much of it goes with premiums takes more seeds to say."""
    found = results["P11"]
    assert found.effect < found.ablated_effect and found.effect < 0, found
    assert found.details["moved"]["unit_cost"]["high"] < 0 < found.details["moved"]["support"]["low"]


def test_lowest_price_brings_low_bids_and_low_quality(results: dict[str, PatternResult]) -> None:
    last = results["P12"].details["against_least"][-1]
    assert last["price"] == 1.0 and last["low_bids"]["mean"] > 0 > last["quality"]["high"] and last["unit_cost"]["high"] < 0


def test_shared_ownership_pays_and_makes_changes_slower(results: dict[str, PatternResult]) -> None:
    found = results["P24"]
    assert found.verdict == "emerges" and abs(found.ablated_effect) < abs(found.effect) / 4, found
    for form in ("joint_venture", "mutual_investment"):
        moved = found.details[form]
        assert moved["council_income"]["low"] > 0 > moved["shading"]["high"], form
    assert found.details["joint_venture"]["changes"]["high"] < 0


def test_private_finance_costs_more_at_exact_ratios(results: dict[str, PatternResult]) -> None:
    found = results["P33"]
    assert found.effect > 0 and abs(found.ablated_effect) < found.effect / 2, found
    assert [round(ratio, 2) for ratio in found.details["payment_ratio_by_spread"].values()] == [1.39, 1.54, 1.68]
    assert abs(found.details["lost_to_misfit_old_less_young"]["mean"]) < 0.1, "changes keep old contracts about as fit as young ones"
