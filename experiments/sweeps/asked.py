"""What a sweep's file says: its arms, what is varied and how, the targets and the analysis that it names."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, ValidationError, WrapValidator, model_validator

from ...model.measures import NAMES
from ...model.measures import measure as measure_of
from ...scenarios.base import Frozen
from ...scenarios.errors import Flaw, Inconsistent, listed, nearest, shown


def _one_of(value: Any, check: Any) -> Any:
    """One message for what is of none of the kinds, not one for each kind."""
    try:
        return check(value)
    except ValidationError:
        raise Inconsistent([Flaw((), "is not accepted", shown(value), "a number, text, true or false, or a list of texts")]) from None


Value = Annotated[bool | int | float | str | tuple[str, ...], WrapValidator(_one_of)]
Kind = Literal["grid", "list", "latin", "sobol", "morris", "saltelli"]
SAMPLED = ("latin", "sobol", "morris", "saltelli")
MOST_POINTS = 1_000_000
MOST_SEEDS = 100_000
MOST_RUNS = 10_000_000
COLUMNS = ("point", "arm", "seed", "scenario", "key", "measure", "value", "mean", "success", "difference", "low", "high")


class Factor(Frozen):
    """One thing that is varied: between `low` and `high`, or over `values`."""

    label: str = Field(default="", description="What figures call it; the name if not given")
    keys: tuple[str, ...] = Field(default=(), description="Dotted keys that all get its value; the name itself if not given")
    low: float | None = None
    high: float | None = None
    steps: Annotated[int, Field(ge=2, le=MOST_POINTS)] | None = Field(
        default=None, description="Points between low and high in a grid, both included"
    )
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
            found = [Flaw((), "takes values, or low and high, not both")] if mixed else []
            found += [Flaw((), f"means nothing beside values: {name}") for name in ("log", "whole") if getattr(self, name)]
            twice = [v for i, v in enumerate(self.values) if any(_same(v, other) for other in self.values[:i])]
            return found + [Flaw(("values",), "has a value twice", shown(value), "each once") for value in twice[:1]]
        if self.low is None or self.high is None:
            half = self.low is not None or self.high is not None or self.steps is not None
            return [Flaw((), "missing", accepts="low and high, or values")] if half else []
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
        return list(dict.fromkeys(self.at(i / (self.steps - 1)) for i in range(self.steps))) if self.steps else []


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


class Arm(Frozen):
    """What is run at every point: a scenario, by name or path, with changes."""

    scenario: str
    set: dict[str, Any] = Field(default={}, description="Dotted keys, as for --set")


class Target(Frozen):
    """A published figure that calibration holds a measure against."""

    measure: str
    value: float
    tolerance: Annotated[float, Field(gt=0)] = Field(
        description="Standard deviation of the error between figure and model, in the measure's unit"
    )
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
    method: Literal["prim", "tree"] | None = None


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
    seeds: Annotated[int, Field(ge=1, le=MOST_SEEDS)] = 10
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
        return [*self._of_arms(), *self._of_measures(), *self._of_analysis(), *self._of_factors(), *self._of_design()]

    def _of_arms(self) -> list[Flaw]:
        found = []
        for field in ("scenarios", "measures", "series"):
            named = getattr(self, field)
            found += [Flaw((field,), "names one twice", shown(name), "each once") for name in dict.fromkeys(named) if named.count(name) > 1]
        if not self.scenarios and not self.arms:
            found.append(Flaw((), "missing", accepts="scenarios, a list of names, or tables [arms.NAME]"))
        for name in set(self.scenarios) & set(self.arms):
            found.append(Flaw(("arms", name), "is listed under scenarios too", accepts="another name"))
        asked = {("analysis", key): getattr(self.analysis, key, None) for key in ("arm", "against")}
        asked |= {("targets", key, "arm"): getattr(target, "arm", None) for key, target in self.targets.items()}  # type: ignore[misc]
        for loc, arm in asked.items():
            if arm is not None and arm not in self.all_arms:
                found.append(Flaw(loc, "no such arm", shown(arm), f"one of {listed(self.all_arms)}", nearest(arm, self.all_arms)))
        return found

    def _of_measures(self) -> list[Flaw]:
        named: list[tuple[tuple[str, ...], str]] = [((field,), name) for field in ("measures", "series") for name in getattr(self, field)]
        named += [(("targets", key, "measure"), target.measure) for key, target in self.targets.items() if isinstance(target, Target)]
        named += [(("analysis", "measure"), asked)] if (asked := getattr(self.analysis, "measure", None)) else []
        return [Flaw(loc, "no such measure", shown(name), None, nearest(name, NAMES)) for loc, name in named if name not in NAMES]

    def _of_factors(self) -> list[Flaw]:
        """Names that would hide a column, and keys that two things set: one would have its way in silence."""
        found, moved = [], dict[str, list[tuple[str, ...]]]()
        for name in self.factors:
            if name in (*COLUMNS, *NAMES):
                found.append(Flaw(("vary", name), "is the name of a column of the tables", accepts="another name, with keys = [...]"))
            factor = self.vary.get(name)
            for key in (factor.keys if isinstance(factor, Factor) else ()) or (name,):
                moved.setdefault(key, []).append(("vary", name))
        for key, places in moved.items():
            places += [("set",)] if key in self.set else []
            places += [("arms", arm, "set") for arm, told in self.arms.items() if isinstance(told, Arm) and key in told.set]
            if len(places) > 1:
                others = " and ".join(".".join(place) for place in places[1:])
                found.append(Flaw(places[0], f"moves {key}, which is set elsewhere", others, "one of them"))
        return found

    def _of_design(self) -> list[Flaw]:
        found = []
        if self.design in SAMPLED:
            if self.samples is None:
                found.append(Flaw(("samples",), "missing", accepts=f"a whole number of 1 or more, for design = {self.design!r}"))
            elif self.design in ("sobol", "saltelli") and self.samples & (self.samples - 1):
                near = 2 ** round(float(np.log2(self.samples)))
                found.append(Flaw(("samples",), "must be a power of two for this design", shown(self.samples), f"for example {near}"))
            elif (count := self.samples * self._points_of_a_sample) > MOST_POINTS:
                found.append(Flaw(("samples",), "makes too many points", f"{count:,}", f"at most {MOST_POINTS:,}"))
        elif self.samples is not None:
            found.append(Flaw(("samples",), "means nothing for this design", shown(self.samples), f"design = one of {', '.join(SAMPLED)}"))
        if self.design == "list":
            if not self.points:
                found.append(Flaw(("points",), "missing", accepts='tables [[points]], for design = "list"'))
            for name in set(self.vary) - set(self.factors) if self.points else ():
                found.append(
                    Flaw(("vary", name), "is no factor of the points", accepts=f"one of {listed(self.factors)}, or label and keys of one")
                )
            for name, factor in self.vary.items():
                told = [field for field in ("low", "high", "steps", "values", "log", "whole") if getattr(factor, field, None)]
                if isinstance(factor, Factor) and told:
                    found.append(Flaw(("vary", name), f"says {told[0]}, which the points say already", accepts="label and keys"))
            for i, point in enumerate(self.points):
                if any(point == other for other in self.points[:i]):
                    found.append(Flaw(("points", i), "is there twice", accepts="each point once"))
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
                if not factor.values and factor.low is None and "values" in factor.model_fields_set:
                    found.append(Flaw(("vary", name, "values"), "is empty", "[]", "one value or more"))
                    continue
                if not factor.values and factor.low is None:
                    found.append(Flaw(("vary", name), "missing", accepts="low and high, or values"))
                    continue
                if self.design == "grid" and not factor.levels():
                    found.append(Flaw(("vary", name), "missing", accepts="steps or values, for a grid"))
                if self.design in SAMPLED and factor.steps is not None:
                    found.append(Flaw(("vary", name, "steps"), "means nothing for this design", shown(factor.steps), "low and high"))
                if self.design in ("morris", "saltelli") and factor.values:
                    found.append(Flaw(("vary", name, "values"), "is not possible in this design", accepts="low and high"))
        return found

    def _of_analysis(self) -> list[Flaw]:
        """What the analysis could not be done for, which is better said before the runs than after."""
        asked, found = self.analysis, list[Flaw]()
        if not isinstance(asked, AnalysisUse):
            return found
        measure = asked.measure or next(iter(self.measures), None)
        if measure is None:
            found.append(Flaw(("analysis", "measure"), "missing", accepts="a measure, here or first under measures"))
        if asked.kind == "robustness":
            if len(self.all_arms) < 2:
                found.append(Flaw(("analysis", "kind"), "compares arms, and there is one", shown(asked.kind), "two arms or more"))
            if measure in NAMES and not measure_of(measure).better:
                text = "is no good or bad by itself, so nobody can regret it"
                found.append(Flaw(("analysis", "measure"), text, shown(measure), "whole_life_value or quality, for example"))
            return found
        if asked.arm is None and len(self.all_arms) > 1:
            found.append(Flaw(("analysis", "arm"), "missing", accepts=f"one of {listed(self.all_arms)}"))
        if asked.kind == "sensitivity" and self.design not in ("morris", "saltelli"):
            found.append(Flaw(("analysis", "kind"), "needs another design", shown(self.design), "design = morris or saltelli"))
        if asked.kind == "regimes":
            if self.design != "grid" or len(self.vary) != 2:
                found.append(
                    Flaw(
                        ("analysis", "kind"),
                        "needs another design",
                        f"{self.design} with {len(self.vary)} factor{'s' * (len(self.vary) != 1)}",
                        "a grid of two factors",
                    )
                )
            if asked.against is None:
                found.append(Flaw(("analysis", "against"), "missing", accepts="the arm it is the difference from"))
        if asked.kind == "discovery":
            if asked.above is not None and asked.below is not None:
                found.append(Flaw(("analysis", "below"), "stands beside above", accepts="one of the two"))
            elif asked.above is None and asked.below is None and asked.against is None:
                found.append(Flaw(("analysis", "above"), "missing", accepts="above or below, or against another arm, where it is 0"))
        return found

    @property
    def _points_of_a_sample(self) -> int:
        return len(self.vary) + {"morris": 1, "saltelli": 2}.get(self.design, 1 - len(self.vary))

    @property
    def factors(self) -> list[str]:
        """What is varied, by name, in the order of a point's values."""
        return list(self.points[0]) if self.design == "list" and self.points else list(self.vary)

    @property
    def all_arms(self) -> dict[str, Arm]:
        return {**{name: Arm(scenario=name) for name in self.scenarios}, **self.arms}
