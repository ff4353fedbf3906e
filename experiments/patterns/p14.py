"""P14: open books and disclosure curb opportunism and restore trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario_sets import load
from . import Pattern, PatternResult, RunMany, four_arms, result_of
from .beside import moved, only_if

if TYPE_CHECKING:
    from ...model.outcome import Outcome


def opened_from(pounds: float) -> dict[str, Any]:
    """Contracts worth so much open their books and publish how they do."""
    return {"policy.clauses": [{"name": name, "above": pounds} for name in ("open_book", "data_disclosure")]}


PATTERN = Pattern(
    id="P14",
    title="Open books and disclosure curb opportunism",
    claim="Where contracts of a million pounds and more are open, the mark-up on changes is lower, and trust of both kinds higher",
    source="NLGN 2018; evidence rule_open_book_1m, transparency_effect",
    arms=("today", "today"),
    overrides_b=opened_from(1e6),
    expected=-1,
    unit="mark-up, share of what is paid for changes",
    ablation={"switches.disclosure": False, "parameters.open_book_discount": 0.0, "parameters.open_book_insight": 0.0},
    reason="The mark-up falls and trust between the parties rises. Residents' trust rises by a quarter of a point in most worlds, but "
    "firms that may withhold less earn less, in some worlds a few more of them fail, and what the papers write then outweighs it.",
)
COLUMNS = ("mark_up", "trust", "resident_trust", "shading", "unit_cost", "quality", "accountable")


def columns(outcome: Outcome) -> list[float]:
    """The measures of the claim; the overhead shows in unit cost."""
    totals = outcome.totals
    return [totals["hold_up"] / totals["unforeseen_cost"] if name == "mark_up" else totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by the mark-up; trust between the parties and residents' trust must rise too. The details give the other thresholds."""
    found = run_many(four_arms(PATTERN) | {"all": load("today", opened_from(0.0))}, columns)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    also = moved(COLUMNS, change)
    thresholds = {"a million": also, "all contracts": moved(COLUMNS, np.asarray(found["all"] - found["a"]))}
    result = result_of(PATTERN, change[:, 0], without[:, 0], moved_by_threshold=thresholds, moved_without=moved(COLUMNS, without))
    return only_if(result, also["trust"]["low"] > 0, also["resident_trust"]["low"] > 0)
