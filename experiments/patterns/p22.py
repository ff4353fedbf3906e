"""P22: one contract for sixteen."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P22",
    title="One contract for sixteen",
    claim="One alliance in place of sixteen contracts takes less administration, and voluntary bodies keep their part",
    source="NLGN 2018, case 7; evidence essex_contracts, essex_vcs_share",
    arms=("today", "today"),
    overrides_a={"policy.lots": 16},
    overrides_b={"form": "alliance"},
    expected=-1,
    unit="£ of tendering, bidding, disputes and handovers",
    ablation={"switches.tender_cost": False, "switches.bid_cost": False, "switches.integration": False},
)
NAMES = ("transaction_cost", "reach_vcs", "spread_of_quality", "quality", "unit_cost")


def signs(outcome: Outcome) -> list[float]:
    """Administration, what reaches voluntary bodies, standard deviation of quality over running contracts by value, quality, cost."""
    rows = [row for row in outcome.contracts if row.focal and row.operated and row.first >= 0]
    whole = fsum(row.value for row in rows)
    mean = fsum(row.value * row.quality for row in rows) / whole
    spread = (fsum(row.value * (row.quality - mean) ** 2 for row in rows) / whole) ** 0.5
    t = outcome.totals
    return [t["transaction_cost"], t["reach_vcs"], spread, t["quality"], t["unit_cost"]]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by administration; the details say what else moves, the voluntary bodies' part and the spread of quality first."""
    found = run_many(four_arms(PATTERN), signs)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    moved = {name: dict(zip(("mean", "low", "high"), mean_interval(change[:, i])[:3], strict=True)) for i, name in enumerate(NAMES)}
    return result_of(PATTERN, change[:, 0], without[:, 0], moved=moved)
