"""The points that a sweep's file stands for.

A point is one value for each varied factor. At each point every arm (a scenario with changes) is run under the same seeds,
so that arms subtract in pairs at every point.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...scenarios.checks import validate
from ...scenarios.errors import Problem, ScenarioError
from ...scenarios.files import decoded, noting, standing_in
from ..errors import UsageError
from ..scenario_sets import load
from .asked import MOST_POINTS, MOST_RUNS, MOST_SEEDS, SweepFile

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

LEVELS = 4  # of each factor in Morris's design


@dataclass(frozen=True)
class Design:
    """A sweep file with its points: `points[i][j]` is the value of `factors[j]`. `files` are the texts of the user's own scenarios,
    places and forms, by path, as they were when the sweep was asked for."""

    name: str
    file: SweepFile
    folder: Path | None
    factors: list[str]
    points: list[tuple[Any, ...]]
    files: dict[str, str] = field(default_factory=dict)

    @property
    def arms(self) -> list[str]:
        return list(self.file.all_arms)

    @property
    def seeds(self) -> list[int]:
        return list(range(1, self.file.seeds + 1))

    @property
    def sha256(self) -> str:
        """Hash of what was asked, its seeds and points included."""
        asked = {"name": self.name, "file": self.file.model_dump(mode="json"), "points": self.points}
        return hashlib.sha256(json.dumps(asked, sort_keys=True, default=list).encode()).hexdigest()

    def with_seeds(self, seeds: int) -> Design:
        """The same under so many seeds. Raises UsageError for a number that no file could ask for."""
        if isinstance(seeds, bool) or not isinstance(seeds, int) or not 1 <= seeds <= MOST_SEEDS:
            got = f"{seeds:,}" if type(seeds) is int else repr(seeds)
            raise UsageError(f"seeds: takes a whole number from 1 to {MOST_SEEDS:,}, got {got}")
        made = replace(self, file=self.file.model_copy(update={"seeds": seeds}))
        if told := made._too_many():
            raise UsageError(f"seeds: {self.name} makes too many runs, {told}; takes at most {MOST_RUNS:,}")
        return made

    def _too_many(self) -> str:
        """How many runs it makes, if that is more than can be."""
        points, arms, seeds = len(self.points), len(self.arms), self.file.seeds
        runs = points * arms * seeds
        return f"{points:,} points × {arms:,} arms × {seeds:,} seeds = {runs:,}" if runs > MOST_RUNS else ""

    def label(self, factor: str) -> str:
        """What figures call a factor."""
        given = self.file.vary.get(factor)
        return (given.label if given else "") or factor

    def changes(self, point: int, arm: str) -> dict[str, Any]:
        """The overrides of an arm at a point."""
        file = self.file
        found = dict(file.set) | dict(file.all_arms[arm].set)
        if file.months is not None:
            found["horizon.months"] = file.months
        for name, value in zip(self.factors, self.points[point], strict=True):
            factor = file.vary.get(name)
            for key in (factor.keys if factor else ()) or (name,):
                found[key] = list(value) if isinstance(value, tuple) else value
        return found

    def as_table(self) -> dict[str, Any]:
        """The design as stores and records keep it."""
        folder = str(self.folder.resolve()) if self.folder else None
        asked = {"name": self.name, "file": self.file.model_dump(mode="json"), "factors": self.factors}
        return {**asked, "points": [list(p) for p in self.points], "folder": folder, "files": self.files}

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> Design:
        """The design of a store or a record."""
        points = [tuple(tuple(v) if isinstance(v, list) else v for v in point) for point in table["points"]]
        file = SweepFile.model_validate_json(json.dumps(table["file"]))
        folder = Path(table["folder"]) if table["folder"] else None
        return cls(table["name"], file, folder, table["factors"], points, table.get("files", {}))

    def scenario(self, point: int, arm: str) -> Scenario:
        """The scenario of an arm at a point. Raises ScenarioError."""
        named = self.file.all_arms[arm].scenario
        path = self.folder / named if self.folder and named.endswith(".toml") else named
        with standing_in(self.files):
            return load(path, self._placed(self.changes(point, arm)))

    def at_fault(self, point: int, arm: str, problem: Problem, where: str = "") -> Problem:
        """What is wrong with an arm at a point, told by the sweep's file, the arm and the values there."""
        where = where or (str(self.folder / f"{self.name}.toml") if self.folder else self.name)
        return Problem(where, ", ".join(filter(None, (f"arms.{arm}", _at(self, point)))), str(problem))

    def _placed(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Overrides in which a place's file is found from where the sweep's file stands, as scenarios are."""
        place = changes.get("place")
        if self.folder and isinstance(place, str) and place.endswith(".toml"):
            return changes | {"place": str(self.folder / place)}
        return changes

    def with_changes(self, changes: Mapping[str, Any]) -> Design:
        """The same sweep with changes to all arms laid over its own; a path in them is seen from where the caller stands."""
        place = changes.get("place")
        if isinstance(place, str) and place.endswith(".toml"):
            changes = {**changes, "place": str(Path(place).resolve())}
        raw = self.file.model_dump(mode="json", exclude_unset=True)
        raw["set"] = {**raw.get("set", {}), **changes}
        return design_of(raw, self.name, self.folder, self.name)


def read_sweep(path: str | Path) -> Design:
    """The sweep of a file. Raises UsageError for a file that cannot be read, ScenarioError with every mistake in it."""
    path = Path(path)
    try:
        raw = tomllib.loads(decoded(path.read_bytes(), str(path)))
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([Problem(str(path), "", "is not valid TOML", str(error))]) from None
    return design_of(raw, path.stem, path.parent, str(path))


def design_of(raw: dict[str, Any], name: str, folder: Path | None = None, where: str = "sweep") -> Design:
    """The same from a table already read."""
    file, problems = validate(SweepFile, raw, lambda key: (where, key))
    if file is None:
        raise ScenarioError(problems)
    made = Design(name, file, folder, file.factors, _points(file, file.factors, where))
    if told := made._too_many():
        raise ScenarioError([Problem(where, "seeds", "makes too many runs", told, f"at most {MOST_RUNS:,} in all")])
    with noting() as files:
        _try_out(made, where)
    return replace(made, files=files)


def _points(file: SweepFile, factors: list[str], where: str) -> list[tuple[Any, ...]]:
    if file.design == "list":
        return [tuple(point[name] for name in factors) for point in file.points]
    if file.design == "grid":
        levels = [file.vary[name].levels() for name in factors]
        if (count := math.prod(len(level) for level in levels)) > MOST_POINTS:
            raise ScenarioError([Problem(where, "vary", "makes too many points", f"{count:,}", f"at most {MOST_POINTS:,}")])
        return list(itertools.product(*levels))
    shares = _shares(file, len(factors))
    return [tuple(file.vary[name].at(float(share)) for name, share in zip(factors, row, strict=True)) for row in shares]


def _shares(file: SweepFile, n: int) -> np.ndarray:
    """The design in the unit cube, float64 [points, factors]. The seed is never 0, which SALib takes for none."""
    assert file.samples is not None
    if file.design in ("latin", "sobol"):
        from scipy.stats import qmc

        rng = np.random.default_rng(file.design_seed)
        sampler = qmc.LatinHypercube(n, rng=rng) if file.design == "latin" else qmc.Sobol(n, rng=rng)
        return sampler.random(file.samples)
    problem = unit_problem(n)
    if file.design == "morris":
        from SALib.sample import morris

        return morris.sample(problem, file.samples, num_levels=LEVELS, seed=file.design_seed)
    from SALib.sample import sobol

    return sobol.sample(problem, file.samples, calc_second_order=False, seed=file.design_seed)


def shares_of(design: Design) -> np.ndarray:
    """Where the points of a sampled design lie in the unit cube. Raises UsageError if the design drawn now is another."""
    shares = _shares(design.file, len(design.factors))
    factors = [design.file.vary[name] for name in design.factors]
    if [tuple(f.at(float(share)) for f, share in zip(factors, row, strict=True)) for row in shares] != design.points:
        raise UsageError(f"{design.name}: its points were drawn by other versions of the libraries; run the sweep again")
    return shares


def unit_problem(n: int) -> dict[str, Any]:
    """The unit cube as SALib describes it."""
    return {"num_vars": n, "names": [f"x{i}" for i in range(n)], "bounds": [[0.0, 1.0]] * n}


def _try_out(design: Design, where: str) -> None:
    """Build every arm at the first point and with each factor at its ends: mistakes are to be told before anything runs.

    Raises ScenarioError with the mistakes found, and if the arms cannot be paired.
    """
    problems: list[Problem] = []
    columns = list(zip(*design.points, strict=True))
    tried = {0}
    for column in columns:
        if all(isinstance(v, int | float) for v in column):
            tried |= {column.index(min(column)), column.index(max(column))}
        else:
            tried |= {column.index(value) for value in dict.fromkeys(column)}
    seen: set[tuple[str, str]] = set()
    for arm in design.arms:
        for point in sorted(tried):
            try:
                design.scenario(point, arm)
            except ScenarioError as error:
                for problem in error.problems:
                    if (arm, problem.key) not in seen:
                        seen.add((arm, problem.key))
                        problems.append(design.at_fault(point, arm, problem, where))
    if problems:
        raise ScenarioError(problems)


def _at(design: Design, point: int) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(design.factors, design.points[point], strict=True))
