"""P23: value engineering after award pays where trust is high."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import Pattern, PatternResult, RunMany, four_arms, result_of
from .beside import moved, only_if

if TYPE_CHECKING:
    from ...model.outcome import Outcome

REVIEWED: dict[str, Any] = {"policy.clauses": ["value_engineering"]}
PATTERN = Pattern(
    id="P23",
    title="Value engineering pays where trust is high",
    claim="Where the parties begin with much trust, reviews of value find more improvements, and what they save is shared",
    source="LGiU 2012, Trafford; evidence trafford_recycling, trafford_saving_disposal; Baker, Gibbons and Murphy 2002",
    arms=("today", "today"),
    overrides_a={**REVIEWED, "parameters.trust_start": 0.2},
    overrides_b={**REVIEWED, "parameters.trust_start": 0.8},
    expected=1,
    unit="improvements adopted",
    ablation={"switches.joint_innovation": False},
)
COLUMNS = ("innovations", "quality", "unit_cost", "trust", "whole_life_value", "disputes")


def columns(outcome: Outcome) -> list[float]:
    """What trust moves in contracts that are reviewed together."""
    return [outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by improvements adopted; by what trust does beside them, quality must gain more with reviews that find something."""
    found = run_many(four_arms(PATTERN), columns)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    due = moved(COLUMNS, change - without)
    result = result_of(PATTERN, change[:, 0], without[:, 0], moved=moved(COLUMNS, change), due_to_innovation=due)
    return only_if(result, due["quality"]["low"] > 0, due["unit_cost"]["high"] < 0)
