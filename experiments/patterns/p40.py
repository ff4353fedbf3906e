"""P40: a provider that trains its future rival under-invests, unless the contract asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P40",
    title="Who trains a future rival under-invests",
    claim="Of its own will a provider trains voluntary bodies little; where the contract asks for it their capacity grows",
    source="Becker 1964; LGiU 2012 on capacity transfer; evidence lgiu_benefit_community",
    expected=1,
    unit="£ of yearly capacity",
    ablation={"switches.capacity_building": False},
)
SOCIAL = {"policy.weights": {"price": 0.4, "quality": 0.25, "social": 0.3, "community": 0.05}}  # standing is worth most here
CLAUSE = {"policy.clauses": ["capacity_transfer"]}
COLUMNS = ("vcs_capacity", "training", "spend")


def columns(outcome: Outcome) -> list[float]:
    """What was trained, and what became of it."""
    return [outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Both arms weigh social purpose at 30%, where providers have most reason to train unasked. Judged by the capacity that the clause
    adds; the claim falls all the same if what is trained unasked is more than half of what the clause brings about."""
    arms: dict[str, Any] = {
        "unasked": SOCIAL,
        "asked": {**SOCIAL, **CLAUSE},
        "unasked ablated": {**SOCIAL, **PATTERN.ablation},
        "asked ablated": {**SOCIAL, **CLAUSE, **PATTERN.ablation},
        "unasked, no rival feared": {**SOCIAL, "parameters.rival_chance": 0.0},
        "unasked, as today": {},
    }
    found = run_many({name: load("today", policy) for name, policy in arms.items()}, columns)
    names = ("mean", "low", "high")
    spent = {name: dict(zip(names, mean_interval(v[:, 1] / v[:, 2])[:3], strict=True)) for name, v in found.items()}
    added = found["asked"][:, 0] - found["unasked"][:, 0]
    result = result_of(PATTERN, added, found["asked ablated"][:, 0] - found["unasked ablated"][:, 0], share_spent_on_training=spent)
    return result if spent["unasked"]["high"] < spent["asked"]["mean"] / 2 else replace(result, verdict="does not emerge")
