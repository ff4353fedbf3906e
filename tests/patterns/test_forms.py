"""Small versions of the patterns on partnership forms."""

from __future__ import annotations

import pytest

from changemaking.experiments.patterns import PatternResult, run_patterns


@pytest.fixture(scope="module")
def results() -> dict[str, PatternResult]:
    return {result.id: result for result in run_patterns(["P21", "P22", "P30"], seeds=4, workers=1, progress=False)}


def test_together_is_cheaper_fits_less_and_in_lots_neither(results: dict[str, PatternResult]) -> None:
    found = results["P21"]
    assert found.effect < 0 and found.ablated_effect > found.effect / 2, found
    one, lots = found.details["aggregated"], found.details["in_lots"]
    assert one["misfit"]["low"] > 0 and one["quality"]["high"] < 0
    assert abs(lots["misfit"]["mean"]) < one["misfit"]["mean"] / 10 and lots["transaction_cost"]["high"] < 0


def test_one_for_sixteen_takes_less_administration_and_reaches_voluntary_bodies(results: dict[str, PatternResult]) -> None:
    found = results["P22"]
    assert found.verdict == "emerges", found
    moved = found.details["moved"]
    assert moved["reach_vcs"]["mean"] > 0 and moved["quality"]["low"] > 0 > moved["unit_cost"]["high"]


def test_one_size_does_worse_and_leaves_the_hardest_out(results: dict[str, PatternResult]) -> None:
    found = results["P30"]
    assert found.verdict == "emerges", found
    assert found.details["moved"]["misfit"]["low"] > 0 and found.details["moved"]["left_out"]["low"] > 0
