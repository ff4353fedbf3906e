"""P06: annual plans and joint meetings keep a long contract fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import Pattern, PatternResult, RunMany, four_arms, result_of
from .beside import moved, only_if

if TYPE_CHECKING:
    from ...model.outcome import Outcome

LONG: dict[str, Any] = {"policy.operate_months": 180}
PATTERN = Pattern(
    id="P06",
    title="Annual plans keep a long contract fit",
    claim="With an annual service plan a contract of fifteen years stays nearer to the need, with fewer disputes and better late service",
    source="NLGN 2018, case study 4 (Braintree); Bajari and Tadelis 2001",
    arms=("today", "today"),
    overrides_a=LONG,
    overrides_b={**LONG, "policy.clauses": ["annual_service_plan"]},
    expected=-1,
    unit="standard deviations of need",
    ablation={"switches.needs_drift": False, "switches.specification_error": False},
)
COLUMNS = ("misfit", "disputes", "quality_late", "unforeseen_cost", "transaction_cost", "trust")


def columns(outcome: Outcome) -> list[float]:
    """The measures of the claim; `quality_late` is the mean of the run's last third."""
    from ...model.measures import INDEX

    late = outcome.series[2 * len(outcome.series) // 3 :, INDEX["quality"]].mean()
    return [float(late) if name == "quality_late" else outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by misfit; disputes must fall and late quality must rise too."""
    found = run_many(four_arms(PATTERN), columns)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    also = moved(COLUMNS, change)
    result = result_of(PATTERN, change[:, 0], without[:, 0], moved=also, moved_without=moved(COLUMNS, without))
    return only_if(result, also["disputes"]["high"] < 0, also["quality_late"]["low"] > 0)
