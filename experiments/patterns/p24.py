"""P24: joint ventures and mutual investment return money and control to the public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P24",
    title="Shared ownership returns money to the public",
    claim="Under joint ventures and mutual investment a unit of service costs the public less, what partners pay back counted in",
    source="NLGN 2018, cases 1 and 2; evidence f_qwest, mim_pipeline",
    arms=("today", "today"),
    overrides_b={"policy.clauses": ["equity_share", "guaranteed_return"]},
    expected=-1,
    unit="£/£ of unit cost, income from partners taken off",
    ablation={"switches.ownership": False},
)
FINANCED = ("bundled_financed", "bundled_financed")
MUTUAL = ["kpi_deductions", {"name": "equity_share", "settings": {"share": 0.2}}]  # the most in the Welsh model
COLUMNS = ("council_income", "unit_cost", "shading", "misfit", "changes", "quality")


def columns(outcome: Outcome) -> list[float]:
    """Net cost first, then income, control and its price: changes that two must agree on."""
    totals = outcome.totals
    volume = totals["spend"] / totals["unit_cost"]
    return [totals["unit_cost"] - totals["council_income"] / volume, *(totals[name] for name in COLUMNS)]


def measure(run_many: RunMany) -> PatternResult:
    """Judged for joint ventures by net cost; the details give what moves there, and for mutual investment against private finance."""
    mutual = Pattern(**{**PATTERN.__dict__, "arms": FINANCED, "overrides_b": {"policy.clauses": MUTUAL}})
    venture, investment = run_many(four_arms(PATTERN), columns), run_many(four_arms(mutual), columns)

    def moved(found: dict) -> dict:
        change = found["b"] - found["a"]
        return {
            name: dict(zip(("mean", "low", "high"), mean_interval(change[:, i])[:3], strict=True))
            for i, name in enumerate(("net_cost", *COLUMNS))
        }

    change, without = (venture["b"] - venture["a"])[:, 0], (venture["b0"] - venture["a0"])[:, 0]
    return result_of(PATTERN, change, without, joint_venture=moved(venture), mutual_investment=moved(investment))
