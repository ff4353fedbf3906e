"""P25: public involvement in all stages makes outcomes last and trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..scenario_sets import load
from . import Pattern, PatternResult, RunMany, four_arms, result_of
from .beside import moved, only_if

if TYPE_CHECKING:
    from ...model.outcome import Outcome

START: dict[str, Any] = {"policy.clauses": [{"name": "steering_group", "settings": {"delivery": 0.0, "evaluation": 0.0}}]}
PATTERN = Pattern(
    id="P25",
    title="Involving residents in all stages makes services trusted",
    claim="With residents in design, delivery and evaluation their trust is higher and services fit better; asking them at the start only "
    "does not raise trust",
    source="NLGN 2018, case study 5 (Copenhagen); evidence copenhagen_stages, cls_can_influence; Arnstein 1969",
    arms=("today", "today"),
    overrides_b={"policy.clauses": ["steering_group"]},
    expected=1,
    unit="residents' trust, 0-1",
    ablation={"switches.steering": False},
)
COLUMNS = ("resident_trust", "misfit", "quality", "trust", "unforeseen_cost", "transaction_cost", "accountable")
LITTLE = (
    "trust rises and services fit better with all three, but asking at the start only raises trust a little too, which the claim denies"
)


def columns(outcome: Outcome) -> list[float]:
    """What involvement moves, and what it costs."""
    return [outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by residents' trust; services must fit better, and the start alone must do no more for trust than nothing."""
    found = run_many(four_arms(PATTERN) | {"start": load("today", START)}, columns)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    also, start = moved(COLUMNS, change), moved(COLUMNS, found["start"] - found["a"])
    result = result_of(PATTERN, change[:, 0], without[:, 0], moved=also, moved_by_the_start_alone=start)
    return only_if(result, also["misfit"]["high"] < 0, start["resident_trust"]["low"] <= 0, reason=LITTLE)
