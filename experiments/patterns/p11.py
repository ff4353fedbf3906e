"""P11: a support package for rare, large risks lowers the price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P11",
    title="Support for rare, large losses lowers the price",
    claim="Where the state bears what lies above a cap on losses, the public pays less in all, its support counted in",
    source="NLGN 2018, on the Thames Tideway Tunnel; evidence tideway_wacc",
    arms=("today", "today"),
    overrides_b={"policy.clauses": ["support_package"]},
    expected=-1,
    unit="£/£ of unit cost, support included",
    ablation={"switches.risk_pricing": False},
)


def costs(outcome: Outcome) -> list[float]:
    """Cost per unit with the state's support in it, the commissioners' alone, support, shading."""
    totals = outcome.totals
    volume = totals["spend"] / totals["unit_cost"]  # pounds of reference cost, as far as spending shows it
    return [totals["unit_cost"] + totals["support"] / volume, totals["unit_cost"], totals["support"], totals["shading"]]


def measure(run_many: RunMany) -> PatternResult:
    """Judged with the support in: a lower price alone would show only that the state pays what bidders no longer expect to.

    What remains without premiums is overheads and margin, which bidders put on losses that they expect.
    """
    found = run_many(four_arms(PATTERN), costs)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    names = ("mean", "low", "high")
    moved = {
        name: dict(zip(names, mean_interval(change[:, i])[:3], strict=True))
        for i, name in ((1, "unit_cost"), (2, "support"), (3, "shading"))
    }
    return result_of(PATTERN, change[:, 0], without[:, 0], moved=moved)
