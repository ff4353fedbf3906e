"""Small versions of the patterns on costs that fall elsewhere and on voluntary capacity."""

from __future__ import annotations

import pytest

from changemaking.experiments.patterns import PatternResult, run_patterns

CHOSEN = ["P15", "P19", "P20", "P39", "P40"]


@pytest.fixture(scope="module")
def results() -> dict[str, PatternResult]:
    return {result.id: result for result in run_patterns(CHOSEN, seeds=8, workers=1, progress=False)}


def test_low_pay_shifts_cost_and_a_living_wage_takes_it_back_at_a_price(results: dict[str, PatternResult]) -> None:
    found = results["P15"]
    assert found.verdict == "emerges" and found.ablated_effect == 0.0, found
    moved = found.details["moved"]
    assert moved["unit_cost"]["low"] > 0 and moved["local_income"]["low"] > 0
    assert found.details["net_public_cost"]["low"] > 0, "at shipped values the public pays more than it gets back"


def test_clauses_build_capacity_and_eat_most_of_the_saving_of_scale(results: dict[str, PatternResult]) -> None:
    """Whether any of the saving is left takes more seeds to say: the verdict rests on it."""
    found = results["P19"]
    assert found.low > 0 and abs(found.ablated_effect) < found.effect / 2, found
    saving = found.details["saving_per_unit"]
    assert saving["large"]["low"] > 0 and saving["large with clauses"]["mean"] < saving["large"]["mean"] / 2


def test_what_providers_fund_lasts_longer_under_cuts(results: dict[str, PatternResult]) -> None:
    found = results["P20"]
    assert found.verdict == "emerges" and abs(found.ablated_effect) < found.effect / 2, found
    built = found.details["built"]
    assert built["grants vcs_capacity"]["low"] > 0 and built["funds vcs_capacity"]["low"] > 0
    assert built["grants demand"]["high"] < 0


def test_displacement_takes_from_the_region_what_local_buying_brings(results: dict[str, PatternResult]) -> None:
    found = results["P39"]
    gains = [row["region"]["mean"] for row in found.details["gain_by_displacement"]]
    assert found.effect > 0 and found.ablated_effect == 0.0 and gains == sorted(gains, reverse=True), found
    idle_free = found.details["with_no_idle_capacity"]
    assert idle_free[1]["region"]["mean"] < idle_free[0]["region"]["mean"] / 2


def test_unasked_a_provider_trains_little(results: dict[str, PatternResult]) -> None:
    found = results["P40"]
    assert found.verdict == "emerges" and abs(found.ablated_effect) < found.effect / 2, found
    spent = {name: row["mean"] for name, row in found.details["share_spent_on_training"].items()}
    assert spent["unasked"] < spent["unasked, no rival feared"] < spent["asked"]
    assert spent["unasked, as today"] < spent["unasked"]
