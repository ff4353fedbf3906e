"""The model held against what was published: every figure beside its simulated interval, misses first, and what was used to calibrate.

Figures come from three places: the patterns that carry published figures, levels of the runs of today (below), and known
answers, which the arithmetic must give whatever the parameters.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from math import fsum  # the same on every Python: from 3.12 on, sum() rounds floats in another way
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import UsageError
from .no_gain import gain
from .patterns import Shown, available, run_seeds
from .scenario_sets import load
from .statistics import mean_interval

if TYPE_CHECKING:
    from ..model.outcome import Outcome

HORIZON = {"horizon.months": 132}  # from April 2012 to March 2023


@dataclass(frozen=True)
class Figure:
    """One published figure and what the model gives: mean over runs and the span of 95% of runs. `fitted` says what of it was an input."""

    label: str
    unit: str
    published: float
    mean: float
    low: float
    high: float
    fitted: str
    evidence: str
    origin: str

    @property
    def hit(self) -> bool:
        """Whether what was published lies where 95% of single runs do: it is one history."""
        return self.low <= self.published <= self.high

    @property
    def error(self) -> float:
        """Of the mean, as a share of what was published."""
        return self.mean / self.published - 1.0

    @property
    def telling(self) -> bool:
        """Whether a hit says anything: 95% of runs span less than the figure itself."""
        return self.high - self.low < abs(self.published)


@dataclass(frozen=True)
class Exact:
    """A known answer: what the arithmetic must give, to the digits in which it is known."""

    label: str
    known: float
    found: float
    decimals: int
    evidence: str

    @property
    def hit(self) -> bool:
        return round(self.found, self.decimals) == round(self.known, self.decimals)


@dataclass(frozen=True)
class Validation:
    """All figures, those of patterns that could not be made left out."""

    figures: list[Figure]
    exact: list[Exact]
    seeds: int


# --- known answers --------------------------------------------------------------------------------------------------


def known_answers() -> list[Exact]:
    """Annuities of private finance over public borrowing, LM3 of a chain that re-spends the same share every round, and a world in
    which buying locally brings a region nothing."""
    from ..model.multipliers import lm3
    from .patterns.p33 import payment_ratio

    found = []
    for points, known in ((3, 1.39), (4, 1.54), (5, 1.68)):
        label = f"Payments of a 30-year annuity at 4% + {points} points over one at 4%"
        found.append(Exact(label, known, payment_ratio(points / 100.0), 2, "pfi_annuity_ratio"))
    for kind, rate, known in (("SME", 0.438, 1.63), ("large firm", 0.306, 1.40)):
        paid = np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, rate, 1.0 - rate], [0.0, rate, 0.0, 1.0 - rate], [0.0, 0.0, 0.0, 0.0]])
        made = lm3(paid, None, [False, True, True, False], buyer=0, suppliers=[1])
        found.append(Exact(f"LM3 of a local {kind} where {rate:g} is re-spent in every round", known, made.lm3, 2, "fsb_respend"))
    label = "Gain of a region from buying locally at full displacement, over the gain at none"
    return [*found, Exact(label, 0.0, abs(gain(1.0) / gain(0.0)), 4, "additionality_ready_reckoners")]


# --- levels of the runs -----------------------------------------------------------------------------------------------


def share_sme(outcome: Outcome, first: int) -> float:
    from ..model.measures import INDEX

    return float(np.nanmean(outcome.series[first : first + 12, INDEX["share_sme"]]))


def share_near(outcome: Outcome, first: int) -> float:
    from ..model.measures import INDEX

    return float(np.nanmean(outcome.series[first : first + 12, INDEX["share_region"]]))


def bids(outcome: Outcome, first: int) -> float:
    return float(outcome.totals["bids"])


def taking_part(outcome: Outcome, first: int) -> float:
    return float(outcome.totals["participation"])


def poorly_managed(outcome: Outcome, first: int) -> float:
    """Share of what firms' contracts are worth that is lost to effort withheld and to mark-ups on changes."""
    rows = [r for r in outcome.contracts if r.operated and r.kind in ("large", "sme", "vcs")]
    value = fsum(r.value for r in rows)
    return fsum(r.value * r.lost_shading + r.hold_up for r in rows) / value if value else float("nan")


def ended_early(outcome: Outcome, first: int) -> float:
    """Breaks and failures of privately financed contracts, per contract and year of operation."""
    rows = [r for r in outcome.contracts if r.kind == "company"]
    years = sum(r.months for r in rows) / 12.0
    return sum(r.end in ("break", "failure", "insourced") for r in rows) / years if years else float("nan")


@dataclass(frozen=True)
class Level:
    """A published level and the statistic of a run that answers to it."""

    label: str
    unit: str
    published: float
    evidence: str
    statistic: Callable[[Outcome, int], float]
    first: int = 0  # month from which on a year is looked at, by statistics of a year
    scenario: str = "today"
    fitted: str = "no"


LEVELS = (
    Level("SMEs' share of spending, 2021", "share", 0.38, "la_sme_share_series", share_sme, 105),
    Level("SMEs' share of spending, 2022", "share", 0.35, "la_index_2022", share_sme, 117),
    Level("Share spent in the region or county, 2022", "share", 0.46, "la_index_2022", share_near, 117, fitted="start"),
    Level("Bids per competition", "bids", 6.4, "cebr_bids", bids),
    Level("Residents involved in decisions", "share", 0.08, "cls_took_part", taking_part, fitted="input"),
    Level("Value lost to poor contract management", "share", 0.09, "contract_leakage", poorly_managed),
    Level("Financed contracts ended early, a year", "share", 0.004, "pfi_hazard", ended_early, scenario="bundled_financed"),
)


def _levels(levels: Sequence[Level], outcome: Outcome) -> list[float]:
    return [level.statistic(outcome, level.first) for level in levels]


def levels(run_many: Callable[..., dict[str, np.ndarray]]) -> list[Figure]:
    """The levels of the runs beside those published."""
    found = []
    for scenario in dict.fromkeys(level.scenario for level in LEVELS):
        chosen = [level for level in LEVELS if level.scenario == scenario]
        values = run_many({scenario: load(scenario, HORIZON)}, partial(_levels, chosen))[scenario]
        for level, column in zip(chosen, values.T, strict=True):
            known = column[~np.isnan(column)]
            low, high = np.quantile(known, (0.025, 0.975)).tolist() if len(known) else (float("nan"),) * 2
            mean = mean_interval(column)[0]
            found.append(
                Figure(level.label, level.unit, level.published, mean, low, high, level.fitted, level.evidence, f"runs of {scenario}")
            )
    return found


# --- all together -----------------------------------------------------------------------------------------------------


def patterns_with_figures() -> list[str]:
    """The patterns whose file gives published figures."""
    return [name for name, module in available().items() if "published=" in inspect.getsource(import_module(module))]


def validate(seeds: int = 30, workers: int | None = None, progress: Shown = None, only: Sequence[str] | None = None) -> Validation:
    """Hold the model against every published figure it knows, under seeds 1 to `seeds`; `only` some patterns.

    Raises as `run_patterns` does.
    """
    from .patterns import run_patterns

    if seeds < 2:
        raise UsageError(f"seeds: an interval needs at least 2, got {seeds}")
    runner = partial(run_seeds, seeds, workers, progress)
    figures = levels(runner)
    names = patterns_with_figures() if only is None else list(only)
    for result in run_patterns(names, seeds, workers, progress) if names else ():
        figures += [_figure(row, result.id) for row in result.details.get("published", {}).values()]
    return Validation(figures, known_answers(), seeds)


def _figure(row: dict[str, Any], origin: str) -> Figure:
    published, mean, low, high = (float(row[name]) for name in ("published", "mean", "runs_low", "runs_high"))
    return Figure(row["label"], row["unit"], published, mean, low, high, str(row["fitted"]), row["evidence"], origin)
