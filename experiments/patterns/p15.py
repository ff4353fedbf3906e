"""P15: pay below a living wage shifts cost elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P15",
    title="Low pay shifts cost elsewhere",
    claim="With a living wage asked for in contracts less is paid in in-work benefits and for ill health, at a higher price",
    source="NLGN 2018, on linear commissioning; evidence wage_penalty",
    arms=("today", "today"),
    overrides_b={"policy.clauses": ["living_wage"]},
    expected=-1,
    unit="£ of benefits and health costs",
    ablation={"switches.cost_shifting": False},
)
COLUMNS = ("cost_shifted", "cost_elsewhere", "unit_cost", "spend", "unmet_need", "local_income")


def columns(outcome: Outcome) -> list[float]:
    """The measures on both sides of the bargain."""
    return [outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by the cost shifted. The details say what else moves, and the net of both sides for the same volume bought:
    what the public pays more for it, less what it no longer pays elsewhere. No sign of the net is claimed."""
    found = run_many(four_arms(PATTERN), columns)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    names = ("mean", "low", "high")
    moved = {name: dict(zip(names, mean_interval(change[:, i])[:3], strict=True)) for i, name in enumerate(COLUMNS)}
    volume = found["a"][:, 3] / found["a"][:, 2]  # pounds of reference cost, as far as spending shows it
    net = change[:, 2] * volume + change[:, 0]
    return result_of(
        PATTERN, change[:, 0], without[:, 0], moved=moved, net_public_cost=dict(zip(names, mean_interval(net)[:3], strict=True))
    )
