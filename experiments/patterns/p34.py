"""P34: training and peer learning spread what works."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of
from .councils import spreads, taken_up

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P34",
    title="Training and peer learning spread what works",
    claim="With training and peer learning councils take up more practices sooner, and their client sides differ less",
    source="NLGN 2018, on procurement training and a What Works centre; evidence lgiu_skills_barrier, buyer_share_price_variance",
    expected=1,
    unit="practices a commissioner, mean over ten years",
    ablation={"switches.social_learning": False},
)
RULES = {"rules.training": 0.5, "rules.peer_learning": True}
DECIDING = {"policy.discretion": True, "horizon.months": 120}
COLUMNS = ("taken_up", "spread_of_capacity", "spread_of_results", "whole_life_value", "quality", "unit_cost")


def columns(outcome: Outcome) -> list[float]:
    """What is taken up, spreads between councils, and what the focal place gets of it."""
    return [taken_up(outcome), *spreads(outcome), *(outcome.totals[name] for name in COLUMNS[3:])]


def measure(run_many: RunMany) -> PatternResult:
    """Both halves must show. Client sides draw together by training alone and by peer learning alone, so that taking one away
    leaves it; what must go without social learning is the taking up of practices."""
    arms = {
        f"{rule}{name}": load("today", {**DECIDING, **rules, **ablation})
        for name, ablation in (("", {}), (" ablated", dict(PATTERN.ablation)))
        for rule, rules in (("off", {}), ("on", RULES))
    }
    arms["peers"] = load("today", {**DECIDING, "rules.peer_learning": True})
    found = run_many(arms, columns)
    change, without = found["on"] - found["off"], found["on ablated"] - found["off ablated"]
    result = result_of(PATTERN, change[:, 0], without[:, 0], **{name: _row(change[:, i]) for i, name in enumerate(COLUMNS)})
    peers = found["peers"] - found["off"]
    result.details["by_training_alone"] = {name: _row(without[:, i]) for i, name in enumerate(COLUMNS)}
    result.details["by_peer_learning_alone"] = {name: _row(peers[:, i]) for i, name in enumerate(COLUMNS)}
    narrower = mean_interval(change[:, 1])[2] < 0
    return result if narrower else replace(result, verdict="does not emerge")


def _row(values: np.ndarray) -> dict[str, float]:
    return dict(zip(("mean", "low", "high"), mean_interval(values)[:3], strict=True))
