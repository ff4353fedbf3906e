"""P38: the same council, two contracts: seven years and three more, worked on together, or 23 years with self-reported KPIs."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from . import Pattern, PatternResult, RunMany, four_arms, result_of
from .beside import moved, only_if

if TYPE_CHECKING:
    from ...model.outcome import Outcome

SUPER: dict[str, Any] = {"policy.operate_months": 276, "policy.extension_months": 0, "policy.clauses": ["self_reported_kpis"]}
TOGETHER: dict[str, Any] = {
    "policy.operate_months": 84,
    "policy.extension_months": 0,
    "policy.clauses": ["extension_by_performance", "annual_service_plan"],
}
PATTERN = Pattern(
    id="P38",
    title="Two contracts of one council",
    claim="Seven years that good work prolongs by three, planned together each year, give better service, fewer disputes and truer data "
    "than 23 years in which the provider reports on itself",
    source="LGiU 2012 and the press on Trafford; evidence trafford_term, f_trafford_amey",
    arms=("bundled", "today"),
    overrides_a=SUPER,
    overrides_b=TOGETHER,
    expected=1,
    unit="quality, 0-1",
    ablation={"switches.reporting": False, "switches.shading": False, "switches.needs_drift": False},
)
COLUMNS = ("quality", "overstated", "disputes", "shading", "misfit", "trust", "unit_cost", "transaction_cost", "resident_trust")


def columns(outcome: Outcome) -> list[float]:
    """The measures of the claim; `overstated` is by how much clients were shown better service than there was, by months of operation."""
    rows = [c for c in outcome.contracts if c.focal and c.operated and c.first > 0 and c.kind != "in-house"]
    over = fsum(c.operated * (c.shown - c.quality) for c in rows) / max(1, sum(c.operated for c in rows))
    return [over if name == "overstated" else outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by quality; data must be truer and disputes fewer too. The details show the same without what is not measured or planned."""
    found = run_many(four_arms(PATTERN), columns)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    also = moved(COLUMNS, change)
    result = result_of(PATTERN, change[:, 0], without[:, 0], moved=also, moved_without=moved(COLUMNS, without))
    return only_if(result, also["overstated"]["high"] < 0, also["disputes"]["high"] < 0)
