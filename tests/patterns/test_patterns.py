"""A small version of every pattern: few seeds, and of the regime map a few points. The signs must hold; sizes are for the full run."""

from __future__ import annotations

import numpy as np
import pytest

from changemaking.experiments.patterns import PatternResult, available, run_patterns


@pytest.fixture(scope="module")
def results() -> dict[str, PatternResult]:
    chosen = ["P01", "P03", "P04", "P05", "P16", "P17", "P18"]
    return {result.id: result for result in run_patterns(chosen, seeds=10, workers=1, progress=False)}


def test_every_pattern_asked_for_is_there() -> None:
    assert {"P01", "P02", "P03", "P04", "P05", "P16", "P17", "P18"} <= set(available())


@pytest.mark.parametrize("name", ["P01", "P04", "P05", "P16", "P17"])
def test_the_claim_emerges_and_goes_with_its_mechanism(results: dict[str, PatternResult], name: str) -> None:
    found = results[name]
    assert found.verdict == "emerges", found
    assert abs(found.ablated_effect) < abs(found.effect)


def test_diminishing_returns_are_there_but_not_for_lack_of_capacity(results: dict[str, PatternResult]) -> None:
    found = results["P18"]
    assert found.effect > 0 and found.ablated_effect > found.effect / 2, found
    reached = found.details["local_share_at_full_weight"]
    assert reached["with capacity to spare"]["low"] > reached["as it is"]["high"], "capacity limits the level all the same"


def test_small_bidders_gain_nothing_from_bundling(results: dict[str, PatternResult]) -> None:
    """That they lose is a small effect, which takes some forty seeds to show."""
    assert results["P03"].low < 0, results["P03"]


def test_preston_is_held_against_what_was_published_and_says_what_was_fitted(results: dict[str, PatternResult]) -> None:
    against = results["P16"].details["published"]
    assert {name for name, row in against.items() if row["fitted"] != "no"} == {"total"}
    assert against["city_share"]["published"] == 0.182 and against["lancashire_share"]["published"] == 0.792
    for row in against.values():
        assert row["low"] <= row["mean"] <= row["high"]
    assert against["lancashire_share"]["high"] < 0.792, "renewals alone cannot reach it: if they do, look for a mistake"


def test_local_multipliers_are_ordered(results: dict[str, PatternResult]) -> None:
    lm3 = {name: row["mean"] for name, row in results["P17"].details["lm3"].items()}
    assert lm3["local sme"] > lm3["local large"] > lm3["distant"] >= 1.0


def test_regime_map_has_both_winners(monkeypatch: pytest.MonkeyPatch) -> None:
    from changemaking.experiments.patterns import p02

    monkeypatch.setattr(p02, "VOLATILITY", (0.0, 1.0))
    monkeypatch.setattr(p02, "ELASTICITY", (1.0, 0.88))
    (found,) = run_patterns(["P02"], seeds=3, workers=1, progress=False)
    values = np.asarray(found.details["map"]["values"])
    assert values.shape == (2, 2) and values.min() < 0 < values.max(), values
    assert found.effect > 0 and abs(found.ablated_effect) < found.effect


def test_the_full_map_has_at_least_seven_by_seven_points() -> None:
    from changemaking.experiments.patterns import p02

    assert len(p02.VOLATILITY) >= 7 and len(p02.ELASTICITY) >= 7
