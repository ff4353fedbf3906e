"""P13: dash for cash."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P13",
    title="Dash for cash ends in collapse",
    claim="The more large providers borrow and pay out, the more contracts fail, and suppliers with them",
    source="NLGN 2018, on Carillion; evidence carillion_facts, carillion_suppliers",
    arms=("today", "today"),
    overrides_a={"parameters.leverage": 0.0},
    overrides_b={"parameters.leverage": 0.6},
    expected=1,
    unit="contracts failed",
    ablation={"switches.debt": False},
)
LEVERAGE = (0.0, 0.15, 0.3, 0.45, 0.6)
SOON = 24  # months within which a supplier's failure is counted as following from its customer's
NAMES = ("failures", "insolvencies", "days_lost", "resident_trust", "receivables_lost", "followed")


def signs(outcome: Outcome) -> list[float]:
    """Failures, and what they pull down: pounds that subcontractors lost, and how many of them failed within two years of it."""
    lost = [e for e in outcome.events if e.kind == "receivables lost"]
    fell = {(e.provider, e.month) for e in outcome.events if e.kind == "insolvency"}
    followed = sum(any(name == e.provider and 0 <= month - e.month <= SOON for name, month in fell) for e in lost)
    t = outcome.totals
    return [t["failures"], t["insolvencies"], t["days_lost"], t["resident_trust"], fsum(e.value for e in lost) / 100.0, float(followed)]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by contracts failed at the most against the least; without debt there is nothing to differ, by construction. The details
    give each degree against none, and the same with four lots in place of one: many small contracts in more hands."""
    arms: dict[str, Any] = {f"{x}": load("today", {"parameters.leverage": x}) for x in LEVERAGE[1:-1]}
    arms |= {f"{x} lots": load("today", {"parameters.leverage": x, "policy.lots": 4}) for x in (LEVERAGE[0], LEVERAGE[-1])}
    found = run_many({**four_arms(PATTERN), **arms}, signs)
    found |= {"0.0": found["a"], "0.6": found["b"]}

    def row(change: Any) -> dict[str, dict[str, float]]:
        return {name: dict(zip(("mean", "low", "high"), mean_interval(change[:, i])[:3], strict=True)) for i, name in enumerate(NAMES)}

    curve = [{"leverage": x, **row(found[f"{x}"] - found["a"])} for x in LEVERAGE[1:]]
    lots = row(found["0.6 lots"] - found["0.0 lots"])
    return result_of(PATTERN, (found["b"] - found["a"])[:, 0], (found["b0"] - found["a0"])[:, 0], against_none=curve, in_four_lots=lots)
