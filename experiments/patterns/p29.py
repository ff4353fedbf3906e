"""P29: four circumstances favour insourcing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, judge, result_of

PATTERN = Pattern(
    id="P29",
    title="Four circumstances favour insourcing",
    claim="A weak market, need for flexibility, weak commercial skill and gain from integration each make in-house better against buying",
    source="Institute for Government 2020, as quoted by the Centre for Partnering; evidence ifg_four_circumstances",
    expected=1,
    unit="£m of whole-life value, in-house less market, all four on less none",
)
CALM = {
    "switches.learning": False,  # each service stays in the form in which it starts
    "switches.capacity": False,  # client capacity stays where it is set
    "place.services.*.asset_intensity": 0.0,
    "place.services.*.volatility": 0.1,
    "place.commissioners.*.capacity": 0.7,
    "switches.integration": False,  # nothing is gained by having services in one hand
    "policy.operate_months": 60,
    "policy.extension_months": 0,
    "horizon.months": 120,
}
CIRCUMSTANCES: dict[str, dict[str, object]] = {
    "weak market": {"place.firms.*.count": 1},
    "need for flexibility": {"place.services.*.volatility": 0.6},
    "weak commercial skill": {"place.commissioners.*.capacity": 0.1},
    "gain from integration": {"switches.integration": True},
}
MECHANISMS: dict[str, dict[str, object]] = {  # by which a circumstance should act
    "weak market": {
        "parameters.cost_spread": 0.0,  # with it no bidder can take more than another ...
        "parameters.skill_spread": 0.0,
        "parameters.alone_below": 0.0,  # ... nor more when alone
        "switches.bid_cost": False,
    },
    "need for flexibility": {"switches.hold_up": False, "switches.team_plans": False},
    "weak commercial skill": {"switches.shading": False, "switches.specification_error": False},
    "gain from integration": {"switches.integration": False},
}
ALL = {key: value for settings in CIRCUMSTANCES.values() for key, value in settings.items()}
NO_MECHANISM = {key: value for settings in MECHANISMS.values() for key, value in settings.items()}
FORMS: dict[str, dict[str, object]] = {
    "market": {"place.commissioners.*.in_house": 0.0},
    "in-house": {f"place.commissioners.*.{key}": share for key, share in (("in_house", 1.0), ("start_local", 0.0), ("start_region", 0.0))},
}


def measure(run_many: RunMany) -> PatternResult:
    """Each circumstance, and all of them, with its mechanism and without; it emerges if every one of them does."""
    worlds: dict[str, dict[str, object]] = {
        "none": {},
        "all": ALL,
        "none, all ablated": NO_MECHANISM,
        "all, all ablated": {**ALL, **NO_MECHANISM},
    }
    for name, settings in CIRCUMSTANCES.items():
        worlds |= {name: settings, f"none, {name} ablated": MECHANISMS[name], f"{name} ablated": {**settings, **MECHANISMS[name]}}
    arms = {f"{world}, {form}": load("today", {**CALM, **settings, **FORMS[form]}) for world, settings in worlds.items() for form in FORMS}
    found = run_many(arms, "whole_life_value")
    lead = {world: (found[f"{world}, in-house"] - found[f"{world}, market"]) / 1e6 for world in worlds}

    each: dict[str, Any] = {}
    for name in CIRCUMSTANCES:
        gain, without = lead[name] - lead["none"], lead[f"{name} ablated"] - lead[f"none, {name} ablated"]
        verdict = judge(1, *mean_interval(gain)[:3], *mean_interval(without)[:3])
        each[name] = {"verdict": verdict, "with": _row(gain), "without_its_mechanism": _row(without), "ablation": MECHANISMS[name]}
    pattern = replace(PATTERN, ablation=NO_MECHANISM)
    result = result_of(
        pattern, lead["all"] - lead["none"], lead["all, all ablated"] - lead["none, all ablated"],
        circumstances=each, lead_without_any=_row(lead["none"]), lead_with_all=_row(lead["all"]),
    )  # fmt: skip
    missed = [row["verdict"] for row in each.values() if row["verdict"] != "emerges"]
    return replace(result, verdict=missed[0] if missed else result.verdict)


def _row(values: np.ndarray) -> dict[str, float]:
    return dict(zip(("mean", "low", "high"), mean_interval(values)[:3], strict=True))
