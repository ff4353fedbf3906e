"""P09: client-side capacity avoids later cost."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from ..scenario_sets import load
from . import Pattern, PatternResult, RunMany, four_arms, result_of
from .beside import moved, only_if

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P09",
    title="Client-side capacity avoids later cost",
    claim="A capable client sees more of what is withheld and pays less for changes; there is a best sum to spend on it",
    source="NLGN 2018; LGiU 2012; evidence lgiu_issue_weak_mgmt, buyer_competence_sign",
    arms=("today", "today"),
    overrides_a={"place.commissioners.*.capacity": 0.3},
    overrides_b={"place.commissioners.*.capacity": 0.8},
    expected=-1,
    unit="£",
    ablation={"parameters.spec_skill": 0.0, "parameters.insight_discount": 0.0, "switches.shading": False},
)
COLUMNS = ("unforeseen_cost", "seen", "shading", "quality", "hold_up", "whole_life_value", "client_capacity")
SPENDING = (0.0, 0.01, 0.02, 0.04, 0.08, 0.12)


def columns(outcome: Outcome) -> list[float]:
    """The measures of the claim; `seen` is the share of providers' work that clients could see, by months of operation."""
    rows = [c for c in outcome.contracts if c.focal and c.operated and c.kind != "in-house"]
    seen = fsum(c.operated * c.seen for c in rows) / max(1, sum(c.operated for c in rows))
    return [seen if name == "seen" else outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by what changes cost, at equal spending; more must be seen too. The details sweep spending: value less that at none."""
    arms: dict[str, Any] = {str(s): load("today", {"policy.client_side": s}) for s in SPENDING}
    found = run_many(four_arms(PATTERN) | arms, columns)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    also, value = moved(COLUMNS, change), COLUMNS.index("whole_life_value")
    sweep = {s: moved(["value"], found[s][:, [value]] - found[str(SPENDING[0])][:, [value]])["value"] for s in map(str, SPENDING)}
    best = max(sweep, key=lambda s: sweep[s]["mean"])
    inside = best not in (str(SPENDING[0]), str(SPENDING[-1]))
    result = result_of(PATTERN, change[:, 0], without[:, 0], moved=also, value_by_spending=sweep, best_spending=best)
    return only_if(result, also["seen"]["low"] > 0, inside)
