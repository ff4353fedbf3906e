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
FIRST = 5  # moves of each measure whose doing to a policy's effect is looked at too
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

    `base` and `base_difference` are the place as it was built. The difference is looked at for what moves results most; else it is None.
    """

    what: str
    side: str
    measure: str
    base: float
    change: tuple[float, float, float]
    base_difference: float
    change_of_difference: tuple[float, float, float] | None

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


def all_moves(place: str | Path, unknowns: Mapping[str, Mapping[str, Any]] | None = None, months: int = 48) -> list[Move]:
    """What is to be moved alone: every unknown to its ends, and every assumption that no unknown moves."""
    moves = [Move(name, "", dict(changes)) for name, changes in (unknowns or {}).items()]
    ends = {key for move in moves for key in move.changes}
    made = load(ARMS[0], {"place": str(place), "horizon.months": months}).place
    return moves + [move for move in moves_of(made) if not move.changes.keys() <= ends]


def most_runs(moves: int, seeds: int) -> int:
    """How many runs the moves take at most: all today, and those that move a measure most under the other policy."""
    return seeds * (1 + moves + 1 + min(moves, FIRST * len(MEASURES)))


def quick_sensitivity(
    place: str | Path,
    unknowns: Mapping[str, Mapping[str, Any]] | None = None,
    seeds: int = 3,
    months: int = 48,
    workers: int | None = None,
    progress: bool | Report | None = None,
) -> Sensitivity:
    """Move every unknown and every assumption of a place alone. `unknowns` are overrides by name (the ends of what is unknown).

    Raises ScenarioError for mistakes in the place, UsageError for fewer than two seeds, RunError if the runs were stopped or failed.
    """
    if seeds < 2:
        raise UsageError(f"seeds: takes a whole number of 2 or more, got {seeds}")
    base = {"place": str(place), "horizon.months": months}
    moves = all_moves(place, unknowns, months)
    runs = _Runs(place, base, seeds, workers, progress)
    left_out = runs.make([Move(AS_BUILT, "", {}), *moves], ARMS[0])
    moves = [move for move in moves if (move.what, move.side, ARMS[0]) in runs.keys]
    changes = {(move.what, move.side, m): runs.change(move, m) for move in moves for m in MEASURES}
    first: list[Move] = []
    for m in MEASURES:
        size = {(move.what, move.side): abs(changes[move.what, move.side, m][0]) for move in moves}
        first += sorted(moves, key=lambda move, size=size: -size[move.what, move.side])[:FIRST]  # type: ignore[misc]
    once = {(move.what, move.side): move for move in first}
    runs.make([Move(AS_BUILT, "", {}), *once.values()], ARMS[1])
    effects = tuple(
        Effect(
            move.what, move.side, m, float(runs.values(AS_BUILT, "", ARMS[0], m).mean()), changes[move.what, move.side, m],
            float((runs.values(AS_BUILT, "", ARMS[1], m) - runs.values(AS_BUILT, "", ARMS[0], m)).mean()),
            runs.change_of_difference(move, m) if (move.what, move.side) in once else None,
        )
        for move in moves
        for m in MEASURES
    )  # fmt: skip
    return Sensitivity(str(place), seeds, months, effects, left_out)


class _Runs:
    """Runs of a place as built and moved, under the same seeds: totals by scenario, and what they differ by."""

    def __init__(self, place: str | Path, base: Mapping[str, Any], seeds: int, workers: int | None, progress: bool | Report | None) -> None:
        self.place, self.base, self.seeds, self.workers, self.progress = str(place), base, seeds, workers, progress
        self.keys: dict[tuple[str, str, str], str] = {}
        self.totals: dict[tuple[str, int], dict[str, float]] = {}

    def make(self, moves: list[Move], arm: str) -> dict[str, str]:
        """Run all moves under a scenario; returns those that make no sound place alone, with the reason."""
        scenarios: dict[str, Scenario] = {}
        left_out: dict[str, str] = {}
        for move in moves:
            try:
                made = load(arm, {**self.base, **move.changes})
            except ScenarioError as error:
                left_out[f"{move.what} {move.side}".strip()] = error.problems[0].text
                continue
            scenarios[made.sha256] = made
            self.keys[move.what, move.side, arm] = made.sha256
        jobs = [(sha, seed) for sha in scenarios for seed in range(1, self.seeds + 1)]
        for job, good, value in run_each(jobs, len(jobs), scenarios, self.workers, self.progress, totals_of):
            if not good:
                raise RunError(f"{self.place}: a run failed: {value[0]}")
            self.totals[job] = value
        if any(job not in self.totals for job in jobs):
            raise RunError(f"{self.place}: stopped after {len(self.totals)} runs")
        return left_out

    def values(self, what: str, side: str, arm: str, measure: str) -> np.ndarray:
        """The measure's totals [seeds]."""
        return np.array([self.totals[self.keys[what, side, arm], seed][measure] for seed in range(1, self.seeds + 1)])

    def change(self, move: Move, measure: str) -> tuple[float, float, float]:
        """What a move changes under the first scenario: mean and 95% interval."""
        arm = ARMS[0]
        return mean_interval(self.values(move.what, move.side, arm, measure) - self.values(AS_BUILT, "", arm, measure))[:3]

    def change_of_difference(self, move: Move, measure: str) -> tuple[float, float, float]:
        """What it changes of the difference between the two scenarios."""
        moved, built = (
            self.values(what, side, ARMS[1], measure) - self.values(what, side, ARMS[0], measure)
            for what, side in ((move.what, move.side), (AS_BUILT, ""))
        )
        return mean_interval(moved - built)[:3]


def totals_of(key: str, scenario: Scenario, seed: int) -> dict[str, float]:
    """What is kept of a run."""
    from ..model.ecosystem import simulate

    totals = simulate(scenario, seed).totals
    return {name: float(totals[name]) for name in MEASURES}
