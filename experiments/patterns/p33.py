"""P33: private finance costs more; whether its long contracts lose touch with need."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from ...model.services import annuity
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

CONTRACT = {"policy.payment": "availability payment", "policy.clauses": ["kpi_deductions"]}
PATTERN = Pattern(
    id="P33",
    title="Private finance costs more",
    claim="The same contract for all phases costs more if the provider finances it than if the public does",
    source="NLGN 2018; National Audit Office 2018; evidence pfi_annuity_ratio",
    arms=("bundled", "bundled_financed"),
    overrides_a=CONTRACT,
    overrides_b=CONTRACT,
    expected=1,
    unit="£/£ of unit cost",
    ablation={"parameters.finance_spread": 0.0},
)
PUBLIC_SHARE = {"policy.clauses": ["kpi_deductions", {"name": "equity_share", "settings": {"share": 0.2}}]}
YOUNG, OLD = 96, 144  # months: contracts younger than the one against older than the other
YEARS, GILT, SPREADS = 30, 0.04, (0.03, 0.04, 0.05)


def payment_ratio(spread: float) -> float:
    """Yearly payments of a thirty-year annuity at the gilt and a spread over those at the gilt alone."""
    return annuity(1.0, 12.0 * (GILT + spread), YEARS) / annuity(1.0, 12.0 * GILT, YEARS)  # a step of a year in place of a month


def figures(outcome: Outcome) -> list[float]:
    """Unit cost; quality lost to misfit in young and in old contracts for all phases; continuity cost."""
    lost: list[float] = []
    for old in (False, True):
        chosen = [
            row for row in outcome.contracts
            if row.focal and "operate" in row.phases and "design" in row.phases and row.operated
            and (row.operated > OLD if old else row.operated <= YOUNG)
        ]  # fmt: skip
        months = sum(row.operated for row in chosen)
        lost.append(fsum(row.lost_misfit * row.operated for row in chosen) / months if months else float("nan"))
    return [outcome.totals["unit_cost"], *lost, outcome.totals["continuity_cost"]]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by unit cost, the contract being the same but for who borrows. The details: the same with the public holding a fifth
    (as in PF2), the exact ratios of payments, and how much more quality old contracts lose to misfit than young ones: the reports say
    that they lose more, and here they do not, as changes are made at a price and contracts that fit badly are broken."""
    shared = Pattern(**{**PATTERN.__dict__, "overrides_b": {**CONTRACT, **PUBLIC_SHARE}})
    found, with_share = run_many(four_arms(PATTERN), figures), run_many({"b": four_arms(shared)["b"]}, figures)

    def interval(values: Any) -> dict[str, float]:
        return dict(zip(("mean", "low", "high"), mean_interval(values)[:3], strict=True))

    ratios = {f"{spread:.0%}": payment_ratio(spread) for spread in SPREADS}
    return result_of(
        PATTERN, (found["b"] - found["a"])[:, 0], (found["b0"] - found["a0"])[:, 0], payment_ratio_by_spread=ratios,
        public_share=interval((with_share["b"] - found["a"])[:, 0]),
        lost_to_misfit_old_less_young=interval(found["b"][:, 2] - found["b"][:, 1]),
    )  # fmt: skip
