"""P18: local preference has a price and a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P18",
    title="Local preference has a price and a limit",
    claim="The second half of the way to full weight on local spending raises the local share less than the first",
    source="common sense; Rose and others on local preference; evidence additionality_ready_reckoners",
    expected=1,
    unit="share, first half of the weight less second",
    ablation={"place.firms.*.turnover_median": 1e9, "parameters.other_sales": 0.0, "parameters.overhead": 0.0},
)
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
COLUMNS = ("share_local", "share_region", "unit_cost", "local_income", "region_income", "displaced", "quality")


def columns(outcome: Outcome) -> list[float]:
    """The measures that a local preference moves."""
    return [outcome.totals[name] for name in COLUMNS]


def _arm(weight: float, ablation: dict[str, Any]) -> Any:
    policy = {
        "policy.weights": {"price": 0.6 * (1 - weight), "quality": 0.4 * (1 - weight), "social": weight, "community": 0.0},
        "policy.local_preference": 1.0,
        "policy.lots": 3,
        "horizon.months": 120,
    }
    return load("today", {**policy, **ablation})


def measure(run_many: RunMany) -> PatternResult:
    """Weights on local spending from nothing to everything. The ablation gives every firm far more capacity than there is work."""
    gone = dict(PATTERN.ablation)
    arms = {f"{w}": _arm(w, {}) for w in WEIGHTS} | {f"{w} ablated": _arm(w, gone) for w in (0.0, 0.5, 1.0)}
    found = run_many(arms, columns)

    def halves(suffix: str) -> np.ndarray:
        share = [found[f"{w}{suffix}"][:, 0] for w in (0.0, 0.5, 1.0)]
        return (share[1] - share[0]) - (share[2] - share[1])

    curve = []
    for w in WEIGHTS:
        change = found[f"{w}"] - found["0.0"]
        neighbours = change[:, 1] - change[:, 0]
        row = {name: dict(zip(("mean", "low", "high"), mean_interval(change[:, i])[:3], strict=True)) for i, name in enumerate(COLUMNS)}
        row["share_neighbours"] = dict(zip(("mean", "low", "high"), mean_interval(neighbours)[:3], strict=True))
        curve.append({"weight": w, **row})
    reached = {
        name: dict(zip(("mean", "low", "high"), mean_interval(found[key][:, 0])[:3], strict=True))
        for name, key in (("as it is", "1.0"), ("with capacity to spare", "1.0 ablated"))
    }
    return result_of(PATTERN, halves(""), halves(" ablated"), change_with_weight=curve, local_share_at_full_weight=reached)
