"""P10: risk offloaded comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P10",
    title="Risk offloaded comes back",
    claim="Cost falls and then rises with the share of risks that providers bear, and more contracts fail",
    source="NLGN 2018, on E-borders",
    arms=("today", "today"),
    expected=1,
    unit="£/£ of unit cost, the flatter arm of the U",
    ablation={"switches.risk_pricing": False, "switches.insolvency": False},
    reason="what firms lose on contracts is small beside what they sell elsewhere, so few fail for it and premiums are low: unit cost "
    "hardly moves with the share. What moves is value: providers under more risk withhold more effort",
)
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
CLASSES = ("construction", "running", "volume", "calamity")
COLUMNS = ("unit_cost", "failures", "whole_life_value", "shading", "risk_cost")


def columns(outcome: Outcome) -> list[float]:
    """Cost, and what else moves with the share of risks borne."""
    return [outcome.totals[name] for name in COLUMNS]


def arm(share: float, more: dict[str, Any]) -> Any:
    """Today, with providers bearing that share of every class of risk."""
    return load("today", {"policy.clauses": [{"name": "risk_share", "settings": dict.fromkeys(CLASSES, share)}], **more})


def slopes(costs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of a parabola through costs [seeds, shares] where providers bear nothing and all: by how much cost falls, and rises."""
    curve = np.polynomial.polynomial.polyfit(SHARES, costs.T, 2)
    return -curve[1], curve[1] + 2.0 * curve[2]


def measure(run_many: RunMany) -> PatternResult:
    """A U is there if cost falls where providers bear nothing and rises where they bear all [Lind and Mehlum 2010]: judged by the
    lesser of the two slopes, which one it is by its mean. The details give each share against half."""
    arms = {f"{s} {gone}": arm(s, dict(PATTERN.ablation) if gone else {}) for s in SHARES for gone in (False, True)}
    found = run_many(arms, columns)
    costs, without = (np.column_stack([found[f"{s} {gone}"][:, 0] for s in SHARES]) for gone in (False, True))
    sides, sides_without = slopes(costs), slopes(without)
    lesser = int(np.mean(sides[1]) < np.mean(sides[0]))
    half = found["0.5 False"]
    rows = [
        {"share": s, **{n: dict(zip(("mean", "low", "high"), mean_interval((found[f"{s} False"] - half)[:, i])[:3], strict=True))
         for i, n in enumerate(COLUMNS)}} for s in SHARES
    ]  # fmt: skip
    return result_of(PATTERN, sides[lesser], sides_without[lesser], against_half=rows, flatter=("offloading", "keeping")[1 - lesser])
