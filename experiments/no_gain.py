"""A world with a known answer: where public work pushes out as much private work, buying locally brings a region nothing.

Every firm has the same cost and no idle capacity and spends half of it on wages; firms from outside the region spend nothing in it.
"""

from __future__ import annotations

from typing import Any

from .scenario_sets import load

LOCAL = {"policy.weights": {"price": 0.0, "quality": 0.0, "social": 1.0, "community": 0.0}, "policy.local_preference": 1.0}
OFF = (
    "needs_drift", "specification_error", "shading", "scale_economies", "tender_cost", "bid_cost", "thresholds", "underpricing",
    "insolvency", "capacity", "circulation", "learning", "cost_shifting", "prevention", "integration", "team_skill", "budgets",
)  # fmt: skip
EVEN = {
    "cost_spread": 0.0, "start_cost": 1.0, "overrun": 0.0, "signal_noise": 0.0, "demand_noise": 0.0, "other_margin": 0.0,
    "other_sales": 1.0, "other_spread": 0.0, "overhead": 0.0, "firm_labour": 0.5, "dividend": 0.0,
    "region_households_here": 0.0, "region_firms_here": 0.0,
    "region_labour": 0.0, "start_room": 5.0,
}  # fmt: skip
PLACE = {
    "place.commissioners.*.in_house": 0.0, "place.services.*.asset_intensity": 0.0, "place.services.*.demand_growth": 0.0,
    "place.services.*.labour_share": 0.5, "place.supply.*.labour_local": 0.0, "place.supply.*.labour_region": 0.0,
    "place.supply.*.supplies_local": 0.0, "place.supply.*.supplies_region": 0.0,
}  # fmt: skip
HERE = {f"place.supply.*/{ring}.labour_{where}": 0.5 for ring in ("local", "region") for where in ("local", "region")}
TERMS = {"policy.operate_months": 12, "policy.extension_months": 0, "policy.insourcing": False, "horizon.months": 48}


def gain(displacement: float, seed: int = 2) -> float:
    """What the region's income gains, in pounds, when the small town's commissioners begin to buy locally."""
    from ..model.ecosystem import simulate
    from ..model.measures import INDEX

    world: dict[str, Any] = {f"switches.{name}": False for name in OFF} | {f"parameters.{name}": value for name, value in EVEN.items()}
    world |= {**PLACE, **TERMS, "parameters.displacement": displacement}
    incomes = []
    for policy in ({}, LOCAL):
        series = simulate(load("tiny", {**world, **HERE, **policy}), seed).series
        incomes.append(float(series[:, INDEX["local_income"]].sum() + series[:, INDEX["region_income"]].sum()))
    return incomes[1] - incomes[0]
