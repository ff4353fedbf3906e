"""What a sweep asks: the file that says it, and the points it stands for.

A point is one value for each varied factor. At each point every arm (a scenario with changes) is run under the same seeds,
so that arms subtract in pairs at every point.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from ...model.measures import NAMES
from ...scenarios.base import Frozen
from ...scenarios.checks import validate
from ...scenarios.errors import Flaw, Inconsistent, Problem, ScenarioError, listed, nearest, shown
from ..errors import UsageError
from ..scenario_sets import load

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

Value = bool | int | float | str | tuple[str, ...]
Kind = Literal["grid", "list", "latin", "sobol", "morris", "saltelli"]
SAMPLED = ("latin", "sobol", "morris", "saltelli")
LEVELS = 4  # of each factor in Morris's design
MOST_POINTS = 1_000_000


class Factor(Frozen):
    """One thing that is varied: between `low` and `high`, or over `values`."""

    label: str = Field(default="", description="What figures call it; the name if not given")
    keys: tuple[str, ...] = Field(default=(), description="Dotted keys that all get its value; the name itself if not given")
    low: float | None = None
    high: float | None = None
    steps: Annotated[int, Field(ge=2)] | None = Field(default=None, description="Points between low and high in a grid, both included")
    log: bool = Field(default=False, description="Even steps of the logarithm")
    whole: bool = Field(default=False, description="Rounded to whole numbers")
    values: tuple[Value, ...] = ()

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Factor:
        if flaws := self.flaws():
            raise Inconsistent(flaws)
        return self

    def flaws(self) -> list[Flaw]:
        """What does not fit together."""
        if self.values:
            mixed = self.low is not None or self.high is not None or self.steps is not None
            return [Flaw((), "takes values, or low and high, not both")] if mixed else []
        if self.low is None or self.high is None:
            return [Flaw((), "missing", accepts="low and high, or values")]
        found = []
        if not self.low < self.high:
            found.append(Flaw(("high",), "must lie above low", shown(self.high), f"a number above {self.low:g}"))
        if self.log and self.low <= 0:
            found.append(Flaw(("low",), "must be positive for log = true", shown(self.low), "a number above 0"))
        return found

    def at(self, share: float) -> Value:
        """The value that lies at a share 0-1 of the way from low to high (of values: in equal parts)."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        assert self.low is not None and self.high is not None
        if self.log:
            value = float(np.exp(np.log(self.low) + share * (np.log(self.high) - np.log(self.low))))
        else:
            value = self.low + share * (self.high - self.low)
        return round(value) if self.whole else value

    def levels(self) -> list[Value]:
        """Its values in a grid."""
        if self.values:
            return list(self.values)
        return [self.at(i / (self.steps - 1)) for i in range(self.steps)] if self.steps else []


class Arm(Frozen):
    """What is run at every point: a scenario, by name or path, with changes."""

    scenario: str
    set: dict[str, Any] = Field(default={}, description="Dotted keys, as for --set")


class Target(Frozen):
    """A published figure that calibration holds a measure against."""

    measure: str
    value: float
    tolerance: Annotated[float, Field(gt=0)] = Field(description="How far off is still near, in the measure's unit")
    source: Annotated[str, Field(min_length=1)]
    arm: str | None = Field(default=None, description="Of which arm; the first if not given")
    held_out: bool = Field(default=False, description="Not fitted, only looked at afterwards")


class AnalysisUse(Frozen):
    """The analysis that answers a sweep's question: what `changemaking report` shows first."""

    kind: Literal["sensitivity", "discovery", "robustness", "regimes"]
    measure: str | None = None
    arm: str | None = None
    against: str | None = None
    above: float | None = None
    below: float | None = None
    threshold: float | None = None
    method: str | None = None


class SweepFile(Frozen):
    """A sweep as its file says it."""

    title: str = ""
    question: str = ""
    scenarios: tuple[str, ...] = Field(default=(), description="Arms that are plain scenarios")
    arms: dict[str, Arm] = {}
    design: Kind = "grid"
    samples: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Points of latin and sobol, trajectories of morris, N of saltelli"
    )
    design_seed: Annotated[int, Field(ge=1)] = Field(default=1, description="Seed of the design itself, not of the runs")
    seeds: Annotated[int, Field(ge=1)] = 10
    months: Annotated[int, Field(ge=1)] | None = None
    measures: tuple[str, ...] = Field(default=(), description="What analyses look at first; all are kept")
    series: tuple[str, ...] = Field(default=(), description="Measures kept month by month as well")
    set: dict[str, Any] = Field(default={}, description="Changes to all arms")
    vary: dict[str, Factor] = {}
    analysis: AnalysisUse | None = None
    targets: dict[str, Target] = {}
    points: tuple[dict[str, Value], ...] = Field(default=(), description='With design = "list": the points themselves')

    @model_validator(mode="after")
    def _fits(self) -> SweepFile:
        if flaws := self.flaws():
            raise Inconsistent(flaws)
        return self

    def flaws(self) -> list[Flaw]:
        """What does not fit together."""
        found = []
        if not self.scenarios and not self.arms:
            found.append(Flaw((), "missing", accepts="scenarios, a list of names, or tables [arms.NAME]"))
        for name in set(self.scenarios) & set(self.arms):
            found.append(Flaw(("arms", name), "is listed under scenarios too", accepts="another name"))
        for field in ("measures", "series"):
            for name in getattr(self, field):
                if name not in NAMES:
                    found.append(Flaw((field,), "no such measure", shown(name), None, nearest(name, NAMES)))
        for name, target in self.targets.items():
            if isinstance(target, Target) and target.measure not in NAMES:
                near = nearest(target.measure, NAMES)
                found.append(Flaw(("targets", name, "measure"), "no such measure", shown(target.measure), None, near))
        if self.design in SAMPLED:
            if self.samples is None:
                found.append(Flaw(("samples",), "missing", accepts=f"a whole number of 1 or more, for design = {self.design!r}"))
            elif self.design in ("sobol", "saltelli") and self.samples & (self.samples - 1):
                near = 2 ** round(float(np.log2(self.samples)))
                found.append(Flaw(("samples",), "must be a power of two for this design", shown(self.samples), f"for example {near}"))
        elif self.samples is not None:
            found.append(Flaw(("samples",), "means nothing for this design", shown(self.samples), f"design = one of {', '.join(SAMPLED)}"))
        if self.design == "list":
            if not self.points:
                found.append(Flaw(("points",), "missing", accepts='tables [[points]], for design = "list"'))
            for i, point in enumerate(self.points):
                if set(point) != set(self.points[0]):
                    found.append(
                        Flaw(("points", i), "must name the same factors as the first point", listed(point), listed(self.points[0]))
                    )
        else:
            if self.points:
                found.append(Flaw(("points",), "means nothing for this design", accepts='design = "list"'))
            if not self.vary:
                found.append(Flaw(("vary",), "missing", accepts="a table [vary.KEY] for each factor"))
            for name, factor in self.vary.items():
                if not isinstance(factor, Factor):  # it was refused already
                    continue
                if self.design == "grid" and not factor.levels():
                    found.append(Flaw(("vary", name), "missing", accepts="steps or values, for a grid"))
                if self.design in ("morris", "saltelli") and factor.values:
                    found.append(Flaw(("vary", name, "values"), "is not possible in this design", accepts="low and high"))
        return found

    @property
    def all_arms(self) -> dict[str, Arm]:
        return {**{name: Arm(scenario=name) for name in self.scenarios}, **self.arms}


@dataclass(frozen=True)
class Design:
    """A sweep file with its points: `points[i][j]` is the value of `factors[j]`."""

    name: str
    file: SweepFile
    folder: Path | None
    factors: list[str]
    points: list[tuple[Any, ...]]

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
        asked = self.file.model_dump(mode="json")
        return {"name": self.name, "file": asked, "factors": self.factors, "points": [list(p) for p in self.points], "folder": folder}

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> Design:
        """The design of a store or a record."""
        points = [tuple(tuple(v) if isinstance(v, list) else v for v in point) for point in table["points"]]
        file = SweepFile.model_validate_json(json.dumps(table["file"]))
        return cls(table["name"], file, Path(table["folder"]) if table["folder"] else None, table["factors"], points)

    def scenario(self, point: int, arm: str) -> Scenario:
        """The scenario of an arm at a point. Raises ScenarioError."""
        named = self.file.all_arms[arm].scenario
        path = self.folder / named if self.folder and named.endswith(".toml") else named
        return load(path, self.changes(point, arm))


def read_sweep(path: str | Path) -> Design:
    """The sweep of a file. Raises UsageError for a file that cannot be read, ScenarioError with every mistake in it."""
    path = Path(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([Problem(str(path), "", "is not valid TOML", str(error))]) from None
    return design_of(raw, path.stem, path.parent, str(path))


def design_of(raw: dict[str, Any], name: str, folder: Path | None = None, where: str = "sweep") -> Design:
    """The same from a table already read."""
    file, problems = validate(SweepFile, raw, lambda key: (where, key))
    if file is None:
        raise ScenarioError(problems)
    factors = list(file.points[0]) if file.design == "list" else list(file.vary)
    made = Design(name, file, folder, factors, _points(file, factors, where))
    _try_out(made, where)
    return made


def _points(file: SweepFile, factors: list[str], where: str) -> list[tuple[Any, ...]]:
    if file.design == "list":
        return [tuple(point[name] for name in factors) for point in file.points]
    if file.design == "grid":
        levels = [file.vary[name].levels() for name in factors]
        if (count := int(np.prod([float(len(level)) for level in levels]))) > MOST_POINTS:
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
        raise UsageError(f"{design.name}: its points were drawn by another version of SALib; run the sweep again")
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
                        problems.append(Problem(where, f"arms.{arm}, {_at(design, point)}", str(problem)))
    if problems:
        raise ScenarioError(problems)


def _at(design: Design, point: int) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(design.factors, design.points[point], strict=True))
