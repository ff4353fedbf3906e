"""P35: all five principles together against the sum of what each does alone. A measurement: there is no mechanism to take away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of

PATTERN = Pattern(
    id="P35",
    title="Five principles are more than their sum",
    claim="Whole-life value gains more from all five principles at once than from each alone, added up",
    source="NLGN 2018, on the five principles",
    expected=1,
    unit="£",
    reason="Each principle mends part of the same losses, of fit and of effort, so that together they leave less for each to mend.",
)
HORIZON = {"horizon.months": 180}
PRINCIPLES: dict[str, dict[str, Any]] = {  # what a buyer does who follows one of them
    "collaborative": {"policy.engagement": "regularly", "policy.co_design": 1.0},
    "creative": {"policy.lots": 3, "policy.packages": [["design"], ["build"], ["operate"]]},
    "adaptable": {"policy.operate_months": 60},
    "accountable": {},
    "place-based": {"policy.weights": {"price": 0.4, "quality": 0.3, "social": 0.2, "community": 0.1}, "policy.local_preference": 1.0,
                    "policy.supplier_development": 1.0},
}  # fmt: skip
CLAUSES = {
    "collaborative": ["annual_service_plan", "secondments"],
    "creative": ["value_engineering"],
    "adaptable": ["break_clause"],
    "accountable": ["open_book", "kpi_deductions", "data_disclosure", "steering_group"],
    "place-based": ["local_supply", "living_wage"],
}
MEASURES = ("whole_life_value", "quality", "resident_trust")


def columns(outcome: Any) -> list[float]:
    return [outcome.totals[name] for name in MEASURES]


def arm(*principles: str) -> Any:
    """The scenario of today with these principles followed."""
    changes: dict[str, Any] = {**HORIZON, "policy.clauses": [clause for name in principles for clause in CLAUSES[name]]}
    for name in principles:
        changes |= PRINCIPLES[name]
    return load("today", changes)


def measure(run_many: RunMany) -> PatternResult:
    """The effect is the interaction: what all five bring together, less the sum of what each brings alone."""
    found = run_many({"none": arm(), "all": arm(*PRINCIPLES), **{name: arm(name) for name in PRINCIPLES}}, columns)
    gains = {name: rows - found["none"] for name, rows in found.items() if name != "none"}
    interaction = gains["all"] - sum(gains[name] for name in PRINCIPLES)

    def intervals(i: int) -> dict[str, Any]:
        names = ("mean", "low", "high")
        rows = {name: dict(zip(names, mean_interval(gain[:, i])[:3], strict=True)) for name, gain in gains.items()}
        return rows | {"interaction": dict(zip(names, mean_interval(interaction[:, i])[:3], strict=True))}

    nothing = interaction[:, 0] * float("nan")
    result = result_of(PATTERN, interaction[:, 0], nothing, **{name: intervals(i) for i, name in enumerate(MEASURES)})
    return replace(result, verdict="emerges", reason="") if result.low > 0 else replace(result, verdict="does not emerge")
