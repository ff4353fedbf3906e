"""P07: break clauses let parties walk away."""

from __future__ import annotations

from functools import partial
from math import fsum
from typing import TYPE_CHECKING, Any

from ..scenario_sets import load
from . import Pattern, PatternResult, RunMany, four_arms, result_of
from .beside import moved, only_if

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P07",
    title="Break clauses let parties walk away",
    claim="With rights to break, by date and for poor performance, less is lost on contracts that fail, at a slightly higher price",
    source="NLGN 2018, on break clauses; evidence f_peterborough",
    arms=("today", "today"),
    overrides_b={"policy.clauses": ["break_clause", "performance_break"]},
    expected=-1,
    unit="value lost on failing contracts, share of reference cost",
    ablation={"switches.breaks": False},
)
COLUMNS = ("lost", "price", "breaks", "continuity_cost", "whole_life_value", "hold_up")
ALONE = {"by date": ["break_clause"], "for performance": ["performance_break"]}


def columns(worth: float, tolerance: float, outcome: Outcome) -> list[float]:
    """What is lost, what is paid, and what it costs to leave.

    A contract fails that gives less value for money (worth of quality less price, over reference cost) than the run's mean by more than
    what a change of provider costs its buyer. Means are by months of operation of what focal commissioners let in the run: whoever
    leaves a failing contract early has few months of it.
    """
    rows = [c for c in outcome.contracts if c.focal and c.first > 0 and c.operated and c.kind != "in-house" and c.price == c.price]
    months = sum(c.operated for c in rows)
    mean = fsum(c.operated * (worth * c.quality - c.price) for c in rows) / months
    short = fsum(c.operated * max(0.0, mean - tolerance - (worth * c.quality - c.price)) for c in rows)
    price = fsum(c.operated * c.price for c in rows)
    return [short / months, price / months, *(outcome.totals[name] for name in COLUMNS[2:])]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by the loss with both rights; the price must be higher. In the ablation nobody uses the
    rights that are there."""
    arms: dict[str, Any] = four_arms(PATTERN) | {name: load("today", {"policy.clauses": clauses}) for name, clauses in ALONE.items()}
    usual = arms["a"].parameters
    found = run_many(arms, partial(columns, usual.quality_value, usual.switch_cost))
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    also = moved(COLUMNS, change)
    alone = {name: moved(COLUMNS, found[name] - found["a"]) for name in ALONE}
    result = result_of(PATTERN, change[:, 0], without[:, 0], moved=also, moved_without=moved(COLUMNS, without), moved_by_one_right=alone)
    return only_if(result, also["price"]["low"] > 0)
