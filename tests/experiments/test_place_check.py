"""The check of a place and its quick sensitivity: distances by hand, and that moves move what they say."""

from __future__ import annotations

import math

import pytest

from changemaking.experiments import place_check as check
from changemaking.experiments import place_sensitivity as quick
from changemaking.experiments.errors import UsageError
from changemaking.places.building.facts import BuyerFacts
from changemaking.scenarios import load_place


def row(group: str, low: float, high: float, mean: float) -> check.Row:
    return check.Row("kind", group, low, high, mean, mean, mean)


@pytest.mark.parametrize(
    ("rows", "far"),
    [
        ([("a", 0.2, 0.2, 0.2), ("b", 0.8, 0.8, 0.8)], 0.0),
        ([("a", 0.0, 1.0, 0.9), ("b", 0.0, 1.0, 0.1)], 0.0),
        ([("a", 0.2, 0.2, 0.5), ("b", 0.8, 0.8, 0.5)], 0.3),
        ([("a", 0.0, 0.2, 0.5), ("b", 0.4, 1.0, 0.5)], 0.3),
        ([("a", 1.0, 1.0, 0.0), ("b", 0.0, 0.0, 1.0)], 1.0),
    ],
)
def test_distance_is_what_must_move_to_lie_within_the_data(rows: list[tuple], far: float) -> None:
    assert check.distance([row(*cells) for cells in rows]) == pytest.approx(far)


def test_money_of_an_unknown_sector_may_belong_to_any() -> None:
    facts = BuyerFacts("x", {"care": 0.75, "ict": 0.25}, 0.8, {}, "", local=(0.1, 0.3), region=(0.2, 0.6))
    bounds = check.data_bounds(facts)
    assert bounds["sector"] == {"care": (pytest.approx(0.6), pytest.approx(0.8)), "ict": (pytest.approx(0.2), pytest.approx(0.4))}
    assert bounds["ring"]["elsewhere"] == (pytest.approx(0.1), pytest.approx(0.7))


def test_half_of_the_money_lies_above_the_median_by_money() -> None:
    assert check.quantile([1, 1, 1, 97], 0.5) == 1 and check.quantile_by_money([1, 1, 1, 97], 0.5) == 97
    assert check.quantile_by_money([10, 10, 20], 0.5) == 10 and check.quantile_by_money([], 0.5) == 0


def test_a_factor_is_the_same_both_ways() -> None:
    assert check.factor_between([(1, 10), (10, 1)]) == pytest.approx(10)
    assert check.factor_between([(5, 5)]) == pytest.approx(1) and math.isinf(check.factor_between([(0, 1)]))


def test_the_first_year_of_a_place_adds_up() -> None:
    """Against the run's own ledger, another way: what one council pays for contracts, by kind."""
    from changemaking.experiments.run import run

    year = check.first_year("tiny", "Millbridge Council", 3)
    made = run("today", 3, {"place": "tiny"}, months=12)
    paid = made.who_pays_whom(("payer", "payee_kind")).loc["Millbridge Council"]
    assert year.money * 100 == pytest.approx(paid[["large", "sme", "vcs"]].sum(), rel=0.05), "but for disputes and the like"
    assert sum(year.shares("kind").values()) == pytest.approx(1) == sum(year.shares("ring").values())
    assert "" not in year.shares("sector") and sum(year.sizes("supplier")) == pytest.approx(year.money)


def test_refuses_what_cannot_be_checked() -> None:
    facts = BuyerFacts("Nobody Council", {}, 0.0, {}, "")
    with pytest.raises(UsageError, match=r"no commissioner 'Nobody Council'; it has .*Millbridge Council"):
        check.check_place("tiny", facts, 1)
    with pytest.raises(UsageError, match="seeds"):
        check.check_place("tiny", facts, 0)


def test_moves_go_half_of_the_way_and_leave_facts_alone() -> None:
    place = load_place("trafford")
    moves = {(move.what, move.side): move.changes for move in quick.moves_of(place)}
    low, high = place.sources["incomes.benefit"].assumed
    assert moves["incomes.benefit", "low"] == {"place.incomes.benefit": (place.incomes.benefit + low) / 2}
    assert moves["incomes.benefit", "high"] == {"place.incomes.benefit": (place.incomes.benefit + high) / 2}
    keys = {key for changes in moves.values() for key in changes}
    assert not [key for key in keys if key.startswith(("place.districts", "place.population.age_bands")) or key.endswith(".share")]


def test_what_moves_a_place_is_measured_against_the_place_as_built() -> None:
    """A made-up unknown that does nothing has no effect; one that takes the council's money away has a clear one."""
    council = "place.commissioners.Millbridge Council"
    unknowns = {"nothing": {f"{council}.capacity": load_place("tiny").commissioners[1].capacity}, "poor": {f"{council}.procurement": 1e5}}
    place = load_place("tiny")
    unknowns["nothing"] = {f"{council}.capacity": next(c.capacity for c in place.commissioners if c.name == "Millbridge Council")}
    found = quick.quick_sensitivity("tiny", unknowns, seeds=2, months=6, workers=1)
    effects = {(e.what, e.measure): e for e in found.effects}
    assert all(effects["nothing", m].change == (0, 0, 0) for m in quick.MEASURES)
    assert effects["poor", "whole_life_value"].change[0] < 0
    assert found.ranked("whole_life_value")[0].share >= found.ranked("whole_life_value")[-1].share
