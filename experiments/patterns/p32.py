"""P32: partnerships are no answer to austerity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...scenarios.schema import Scenario
from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, judge, result_of
from .councils import with_shocks

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P32",
    title="Partnerships are no answer to austerity",
    claim="Where money is cut and partnership is used for cost only, quality and client capacity fall whatever its form",
    source="NLGN 2018, on partnership and austerity; evidence nao_spending_power, lgiu_cuts_drive",
    expected=-1,
    unit="quality, in the form that loses least",
    ablation={"switches.budgets": False},
)
CUT, YEARS = 0.286, 7  # spending power fell by 28.6% from 2010-11 to 2017-18 (nao_spending_power)
FORMS = ("today", "phased", "bundled", "bundled_financed")
FOR_COST = {
    "policy.weights": {"price": 0.9, "quality": 0.1, "social": 0.0, "community": 0.0},
    "policy.discretion": True,
    "horizon.months": 120,
}
COLUMNS = ("quality", "client_capacity", "unmet_need", "vcs_capacity", "unit_cost")


def columns(outcome: Outcome) -> list[float]:
    """What austerity moves."""
    return [outcome.totals[name] for name in COLUMNS]


def austere(scenario: Scenario) -> Scenario:
    """The same with every budget cut by an equal share in each of seven years."""
    step = (1.0 - CUT) ** (1.0 / YEARS) - 1.0
    return with_shocks(scenario, [{"month": 12 * year, "shock": "budget", "size": step, "on": ""} for year in range(YEARS)])


def measure(run_many: RunMany) -> PatternResult:
    """Each form with and without the cuts. Both measures are judged for every form, and the least that is lost is shown."""
    arms: dict[str, Scenario] = {}
    for form in FORMS:
        for name, ablation in (("", {}), (" ablated", dict(PATTERN.ablation))):
            calm = load(form, {**FOR_COST, **ablation})
            arms |= {f"{form}{name}": calm, f"{form} cut{name}": austere(calm)}
    found = run_many(arms, columns)
    change = {form: found[f"{form} cut"] - found[form] for form in FORMS}
    without = {form: found[f"{form} cut ablated"] - found[f"{form} ablated"] for form in FORMS}
    least = max(FORMS, key=lambda form: float(change[form][:, 0].mean()))
    verdicts = {form: {name: _judge(change[form][:, i], without[form][:, i]) for i, name in enumerate(COLUMNS[:2])} for form in FORMS}
    details: dict[str, Any] = {
        form: {
            name: dict(zip(("mean", "low", "high"), mean_interval(change[form][:, i])[:3], strict=True)) for i, name in enumerate(COLUMNS)
        }
        for form in FORMS
    }
    result = result_of(PATTERN, change[least][:, 0], without[least][:, 0], forms=details, verdicts=verdicts, loses_least=least)
    missed = [verdict for row in verdicts.values() for verdict in row.values() if verdict != "emerges"]
    return replace(result, verdict=missed[0] if missed else result.verdict)


def _judge(change: np.ndarray, without: np.ndarray) -> Any:
    return judge(-1, *mean_interval(change)[:3], *mean_interval(without)[:3])
