"""P26: smaller, closer partnerships succeed more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario_sets import load
from . import Pattern, PatternResult, RunMany, four_arms, result_of
from .beside import moved

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P26",
    title="Smaller partnerships succeed more",
    claim="The same services in six lots fail less often than in one contract each, because the parties know each other",
    source="Hay Group interviews; evidence hay_small_scale",
    arms=("today", "today"),
    overrides_b={"policy.lots": 6},
    expected=-1,
    unit="share of contracts that do not succeed",
    ablation={"switches.closeness": False},
    reason="Small contracts do build trust and end in fewer disputes, but officers call a contract a success by what it gives: trust "
    "moves effort withheld and misfit by too little to show, and lots cost scale.",
)
COLUMNS = ("unsuccessful", "disputes_a_year", "trust", "quality", "unit_cost", "shading")
LOTS = (1, 2, 4, 6, 10)


def columns(parameters: Any, outcome: Outcome) -> list[float]:
    """Success as the simulated officers' survey defines it, and disputes by contract and year; contracts let in the run."""
    from ...model.survey import unsuccessful

    rows = [c for c in outcome.contracts if c.focal and c.first > 0 and c.operated >= parameters.survey_known and c.kind != "in-house"]
    years = sum(c.operated for c in rows) / 12.0
    failed = float(np.mean([unsuccessful(c, parameters) for c in rows]))
    return [failed, sum(c.disputes for c in rows) / years, *(outcome.totals[name] for name in COLUMNS[2:])]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by the share of contracts that do not succeed. The details show other numbers of lots."""
    arms: dict[str, Any] = four_arms(PATTERN) | {str(n): load("today", {"policy.lots": n}) for n in LOTS[1:]}
    found = run_many(arms, partial(columns, arms["a"].parameters))
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    by_lots = {f"{n} lots": moved(COLUMNS, found[str(n)] - found["a"]) for n in LOTS[1:]}
    return result_of(PATTERN, change[:, 0], without[:, 0], moved_by_lots=by_lots, moved_without=moved(COLUMNS, without))
