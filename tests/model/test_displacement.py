"""The known answer on displacement: where public work pushes out as much private work, buying locally brings a region nothing."""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np
import pytest
from worlds import column, town

from changemaking.model.ecosystem import simulate
from changemaking.scenarios.schema import Scenario

LOCAL = {"policy.weights": {"price": 0.0, "quality": 0.0, "social": 1.0, "community": 0.0}, "policy.local_preference": 1.0}
OFF = (
    "needs_drift", "specification_error", "shading", "scale_economies", "tender_cost", "bid_cost", "thresholds", "underpricing", "insolvency",
    "capacity", "circulation", "learning", "cost_shifting", "prevention", "integration", "team_skill", "budgets",
)  # fmt: skip
EVEN = {
    "cost_spread": 0.0, "start_cost": 1.0, "overrun": 0.0, "signal_noise": 0.0, "demand_noise": 0.0, "other_margin": 0.0, "other_sales": 1.0,
    "other_spread": 0.0, "overhead": 0.0, "firm_labour": 0.5, "dividend": 0.0, "region_households_here": 0.0, "region_firms_here": 0.0,
    "region_labour": 0.0, "start_room": 5.0,
}  # fmt: skip


@lru_cache
def incomes(local: bool, displacement: float) -> tuple[float, float]:
    """Income of the city and of the rest of its region over the run. All firms have the same cost and no idle capacity, spend on wages alike,
    and those from outside the region spend nothing in it; work is all that pays."""
    overrides = {f"switches.{name}": False for name in OFF} | {f"parameters.{name}": value for name, value in EVEN.items()}
    overrides |= {"parameters.displacement": displacement, "policy.operate_months": 12, "policy.extension_months": 0}
    overrides |= {"policy.insourcing": False, "place.commissioners.*.in_house": 0.0, "place.services.*.asset_intensity": 0.0}
    overrides |= {"place.services.*.demand_growth": 0.0, "place.services.*.labour_share": 0.5}
    raw = json.loads(town({**overrides, **(LOCAL if local else {})}, 48).canonical())
    for row in raw["place"]["supply"]:
        here = 0.0 if row["home"] == "elsewhere" else 0.5
        row |= {"labour_local": here, "labour_region": here, "supplies_local": 0.0, "supplies_region": 0.0}
    found = simulate(Scenario.from_canonical(json.dumps(raw)), 2)
    return float(column(found, "local_income").sum()), float(column(found, "region_income").sum())


@pytest.mark.parametrize(("displacement", "gains"), [(0.0, True), (1.0, False)])
def test_at_full_displacement_the_region_gains_nothing(displacement: float, gains: bool) -> None:
    before, after = incomes(False, displacement), incomes(True, displacement)
    gain = sum(after) - sum(before)
    rounding = 0.01 * 48 * 2000  # at most a penny for each row of residents and firm, a month
    if gains:
        assert gain > 100 * rounding, "work from outside the region came into it"
    else:
        assert abs(gain) < rounding, (before, after)


def test_what_the_region_does_not_gain_the_city_may() -> None:
    moved = np.array([incomes(True, 1.0)[i] - incomes(False, 1.0)[i] for i in (0, 1)])
    assert abs(moved).max() > 100 * abs(moved.sum())
