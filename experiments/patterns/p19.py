"""P19: large integrated contracts and communities need not be alternatives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P19",
    title="Large contracts and communities need not be alternatives",
    claim="With a share for voluntary bodies and training of them in large contracts their capacity grows, and the saving of scale is kept",
    source="LGiU 2012; evidence essex_vcs_share",
    expected=1,
    unit="£ of yearly capacity",
    ablation={"switches.capacity": False, "switches.capacity_building": False},
    reason="capacity grows, but what the clauses cost takes so much of the saving of scale that it is not certain that any is left",
)
CLAUSES = {"policy.clauses": ["vcs_share", "capacity_transfer"]}
ARMS: dict[str, dict[str, Any]] = {
    "divided": {"policy.lots": 4},
    "large": {"policy.lots": 1},
    "large with clauses": {"policy.lots": 1, **CLAUSES},
}
COLUMNS = ("vcs_capacity", "unit_cost", "reach_vcs", "share_vcs", "demand", "quality")


def columns(outcome: Outcome) -> list[float]:
    """What the clauses are to move, and what they are not to."""
    return [outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by the capacity that the clauses add to large contracts, and by whether these then still cost less than contracts in
    four lots: if they do not, the claim does not emerge, whatever capacity does. Most of the saving goes into the clauses."""
    arms = {name: load("today", policy) for name, policy in ARMS.items()}
    arms |= {f"{name} ablated": load("today", {**ARMS[name], **PATTERN.ablation}) for name in ("large", "large with clauses")}
    found = run_many(arms, columns)
    added = found["large with clauses"] - found["large"]
    names = ("mean", "low", "high")
    saving = {
        name: dict(zip(names, mean_interval(found["divided"][:, 1] - found[name][:, 1])[:3], strict=True))
        for name in ("large", "large with clauses")
    }
    moved = {name: dict(zip(names, mean_interval(added[:, i])[:3], strict=True)) for i, name in enumerate(COLUMNS)}
    without = found["large with clauses ablated"][:, 0] - found["large ablated"][:, 0]
    result = result_of(PATTERN, added[:, 0], without, saving_per_unit=saving, added_by_clauses=moved)
    return result if saving["large with clauses"]["low"] > 0 else replace(result, verdict="does not emerge", reason=PATTERN.reason)
