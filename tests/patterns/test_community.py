"""Small versions of the patterns on costs that fall elsewhere and on voluntary capacity."""

from __future__ import annotations

import pytest

from changemaking.experiments.patterns import PatternResult, run_patterns

CHOSEN = ["P15"]


@pytest.fixture(scope="module")
def results() -> dict[str, PatternResult]:
    return {result.id: result for result in run_patterns(CHOSEN, seeds=3, workers=1, progress=False)}


def test_low_pay_shifts_cost_and_a_living_wage_takes_it_back_at_a_price(results: dict[str, PatternResult]) -> None:
    found = results["P15"]
    assert found.verdict == "emerges" and found.ablated_effect == 0.0, found
    moved = found.details["moved"]
    assert moved["unit_cost"]["low"] > 0 and moved["local_income"]["low"] > 0
    assert found.details["net_public_cost"]["low"] > 0, "at shipped values the public pays more than it gets back"
