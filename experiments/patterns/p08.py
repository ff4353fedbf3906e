"""P08: early engagement of providers helps against unforeseen costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import Pattern, PatternResult, RunMany, four_arms, result_of
from .beside import moved

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P08",
    title="Early engagement lowers unforeseen cost",
    claim="Commissioners who talk to providers before every tender pay less for changes later than those who never do",
    source="LGiU 2012; evidence lgiu_issue_costs, lgiu_issue_inflexible, lgiu_engage_regularly",
    arms=("today", "today"),
    overrides_a={"policy.engagement": "never"},
    overrides_b={"policy.engagement": "regularly"},
    expected=-1,
    unit="£",
    ablation={"switches.specification_error": False},
)
COLUMNS = ("unforeseen_cost", "changes", "misfit", "quality", "bids", "unit_cost")


def columns(outcome: Outcome) -> list[float]:
    """The measures that a better specification moves."""
    return [outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by what changes cost; the details say what else moves."""
    found = run_many(four_arms(PATTERN), columns)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    return result_of(PATTERN, change[:, 0], without[:, 0], moved=moved(COLUMNS, change))
