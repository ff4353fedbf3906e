"""Which unknowns and assumptions of a place matter for results: each is moved alone to both sides, under the same few seeds.

A quick look, not a sensitivity analysis: it sees no interactions, and a few seeds and years. A sweep over the ranges
(`changemaking sweep`, Morris or Saltelli designs) says more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenarios.errors import ScenarioError
from ..scenarios.paths import best, numbers
from .errors import RunError, UsageError
from .executor import run_each
from .progress import Report
from .scenario_sets import load
from .statistics import mean_interval

if TYPE_CHECKING:
    from ..scenarios.schema import Place, Scenario

MEASURES = ("quality", "whole_life_value", "share_local", "share_sme", "lm3")
ARMS = ("today", "phased")
AS_BUILT = "as built"
FIXED = ("population.people_per_row", "population.age_bands.", "districts.")  # a choice of scale, or facts
SUMS = ".lines.*.share"  # these add up to 1, so none can be moved alone
PART = 0.5  # of the way from the value to the end of its range


@dataclass(frozen=True)
class Move:
    """One thing moved: what it is called, which way, and the overrides that do it."""

    what: str
    side: str
    changes: dict[str, Any]


@dataclass(frozen=True)
class Effect:
    """What a move does to a measure: under `today`, and to the difference that `phased` makes (means, 95% intervals over seeds).

    `base` and `base_difference` are the place as it was built.
    """

    what: str
    side: str
    measure: str
    base: float
    change: tuple[float, float, float]
    base_difference: float
    change_of_difference: tuple[float, float, float]

    @property
    def clear(self) -> bool:
        """Whether the measure moves by more than the seeds explain."""
        return self.change[1] > 0 or self.change[2] < 0

    @property
    def share(self) -> float:
        """The change of the measure as a share of what it was."""
        return abs(self.change[0] / self.base) if self.base else 0.0


@dataclass(frozen=True)
class Sensitivity:
    """All effects, and what could not be moved alone (it must add up with others) with the reason."""

    place: str
    seeds: int
    months: int
    effects: tuple[Effect, ...]
    left_out: dict[str, str]

    def ranked(self, measure: str) -> list[Effect]:
        """Effects on a measure, the largest first."""
        return sorted((e for e in self.effects if e.measure == measure), key=lambda e: -abs(e.change[0]))


def moves_of(place: Place) -> list[Move]:
    """Every assumption of a place moved to both sides: all numbers that share a source's range go half of the way to its end."""
    dumped = place.model_dump(exclude={"sources"})
    groups: dict[str, list[tuple[str, Any]]] = {}
    for key, value in numbers(dumped):
        pattern = best(place.sources, key)
        if pattern is not None and place.sources[pattern].assumed is not None and not key.startswith(FIXED):
            groups.setdefault(pattern, []).append((key, value))
    found = []
    for pattern, members in groups.items():
        if pattern.endswith(SUMS):
            continue
        low, high = place.sources[pattern].assumed or (0.0, 0.0)
        for side, end in (("low", low), ("high", high)):
            changes = {f"place.{key}": _moved(value, end) for key, value in members}
            if changes != {f"place.{key}": value for key, value in members}:
                found.append(Move(pattern, side, changes))
    return found


def _moved(value: Any, end: float) -> Any:
    if isinstance(value, list | tuple):
        return [_moved(x, end) for x in value]
    new = value + PART * (end - value)
    return round(new) if isinstance(value, int) else new


def quick_sensitivity(
    place: str | Path,
    unknowns: Mapping[str, Mapping[str, Any]] | None = None,
    seeds: int = 4,
    months: int = 60,
    workers: int | None = None,
    progress: bool | Report | None = None,
) -> Sensitivity:
    """Move every unknown and every assumption of a place alone. `unknowns` are overrides by name (the ends of what is unknown).

    Raises ScenarioError for mistakes in the place, UsageError for fewer than two seeds, RunError if the runs were stopped or failed.
    """
    if seeds < 2:
        raise UsageError(f"seeds: takes a whole number of 2 or more, got {seeds}")
    base = {"place": str(place), "horizon.months": months}
    moves = [Move(name, "", dict(changes)) for name, changes in (unknowns or {}).items()]
    ends = {key for move in moves for key in move.changes}
    moves += [move for move in moves_of(load(ARMS[0], base).place) if not move.changes.keys() <= ends]
    scenarios: dict[str, Scenario] = {}
    keys: dict[tuple[str, str, str], str] = {}
    left_out: dict[str, str] = {}
    for move in [Move(AS_BUILT, "", {}), *moves]:
        try:
            made = {arm: load(arm, base | move.changes) for arm in ARMS}
        except ScenarioError as error:
            left_out[f"{move.what} {move.side}".strip()] = error.problems[0].text
            continue
        for arm, scenario in made.items():
            scenarios[scenario.sha256] = scenario
            keys[move.what, move.side, arm] = scenario.sha256
    jobs = [(sha, seed) for sha in scenarios for seed in range(1, seeds + 1)]
    totals: dict[tuple[str, int], dict[str, float]] = {}
    for job, good, value in run_each(jobs, len(jobs), scenarios, workers, progress, totals_of):
        if not good:
            raise RunError(f"{place}: a run failed: {value[0]}")
        totals[job] = value
    if len(totals) < len(jobs):
        raise RunError(f"{place}: stopped after {len(totals)} of {len(jobs)} runs")

    def values(what: str, side: str, arm: str, measure: str) -> np.ndarray:
        return np.array([totals[keys[what, side, arm], seed][measure] for seed in range(1, seeds + 1)])

    effects = []
    for what, side in dict.fromkeys((what, side) for what, side, _ in keys):
        if what == AS_BUILT:
            continue
        for measure in MEASURES:
            built = [values(AS_BUILT, "", arm, measure) for arm in ARMS]
            moved = [values(what, side, arm, measure) for arm in ARMS]
            change = mean_interval(moved[0] - built[0])[:3]
            difference = mean_interval((moved[1] - moved[0]) - (built[1] - built[0]))[:3]
            effects.append(Effect(what, side, measure, float(built[0].mean()), change, float((built[1] - built[0]).mean()), difference))
    return Sensitivity(str(place), seeds, months, tuple(effects), left_out)


def totals_of(key: str, scenario: Scenario, seed: int) -> dict[str, float]:
    """What is kept of a run."""
    from ..model.ecosystem import simulate

    totals = simulate(scenario, seed).totals
    return {name: float(totals[name]) for name in MEASURES}
