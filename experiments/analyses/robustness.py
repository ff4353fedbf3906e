"""Which policy is least sorry, whatever the future: regret and satisficing over the points of a sweep.

Points are futures, arms policies. Regret is what a policy falls short of the best there (Savage 1951); satisficing the share of
futures in which it reaches a threshold (Simon 1956; Lempert and Collins 2007).

Seeds are drawn again, the same for all arms and points (bootstrap; Efron and Tibshirani 1993). The best of several means, and the
greatest shortfall from it, are pushed up by chance, in the means themselves and once more in what is drawn from them; by how much is seen
in the second step and taken off in the first. An interval turned round accordingly (basic) errs where an arm looks best: a regret of 0
cannot be drawn lower, so nothing would turn to its upper end. One read off the draws (percentile) errs where chance pushes up. Each end
is the wider of the two, further out as Student's t is for few seeds. What is taken off each score by itself may leave a greatest
regret below the mean of regrets, which cannot be; it is then as great as that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...model.measures import measure as measure_of
from ..errors import UsageError
from ..statistics import t_quantile
from ..sweeps.results import Sweep
from .response import response

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 1_000
FEWEST = 3  # seeds that an interval takes
NORMAL = 1.959963984540054  # what Student's t comes to with many seeds


@dataclass(frozen=True)
class Robustness:
    """A row an arm in `table`: scores with `_low` and `_high`; `first` is in what share of draws of the seeds each arm ranks first by
    maximum regret, which is not how probable it is that it does.

    Where several are first, each counts in part. Under fewer than FEWEST seeds scores are as they came, and the rest is NaN.
    """

    measure: str
    threshold: float | None
    table: pd.DataFrame

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save."""
        return {"robustness": self.table}

    @property
    def contrary(self) -> str:
        """What to say where the arm of the least greatest regret is not the one that is first most often; else nothing.

        What chance pushes up a greatest shortfall, of one arm more than of another, is taken off the one and cannot be off the other.
        """
        least, often = self.table.iloc[0], self.table.sort_values("first", ascending=False, kind="stable").iloc[0]
        if not (often["first"] > least["first"] and often["max_regret"] > least["max_regret"]):
            return ""
        return (
            f"{least['arm']} has the least greatest regret, but {often['arm']} is first more often: chance pushes up greatest regrets, "
            "some more than others, which is taken off the regrets and not out of the draws. Take more seeds to tell them apart."
        )


def robustness(sweep: Sweep, measure: str | None = None, threshold: float | None = None, seed: int = 1) -> Robustness:
    """Regret of each arm over the points; with a threshold the share of points that reach it.

    Raises UsageError for fewer than two arms, a measure of which neither more nor less is better, or a threshold that is no number.
    """
    import pandas as pd

    if len(sweep.arms) < 2:
        raise UsageError(f"{sweep.name}: has one arm, {sweep.arms[0]}; robustness compares two or more")
    if threshold is not None and not np.isfinite(threshold):
        raise UsageError(f"threshold: takes a number, got {threshold}")
    found = [response(sweep, measure, arm) for arm in sweep.arms]
    name, better = found[0].measure.name, found[0].measure.better
    if not better:
        wanting = "whole_life_value or quality"
        raise UsageError(
            f"{name}: neither more nor less of it is better, so nobody can regret it; choose another measure, such as {wanting}"
        )
    values = better * np.stack([r.values for r in found])  # arms, points, seeds
    limit = None if threshold is None else better * threshold
    point, low, high, first = rescored(values, limit, seed)
    columns: dict[str, object] = {"arm": sweep.arms}
    for score in point:
        ends = (low[score], high[score])
        if better < 0 and score in ("mean", "worst"):
            columns |= {score: -point[score], f"{score}_low": -ends[1], f"{score}_high": -ends[0]}
        else:
            columns |= {score: point[score], f"{score}_low": ends[0], f"{score}_high": ends[1]}
    columns["first"] = first
    table = pd.DataFrame(columns).sort_values(["max_regret", "first"], ascending=[True, False], kind="stable").reset_index(drop=True)
    return Robustness(measure_of(name).name, threshold, table)


Scores = dict[str, np.ndarray]


def rescored(values: np.ndarray, threshold: float | None = None, seed: int = 1) -> tuple[Scores, Scores, Scores, np.ndarray]:
    """Of values [arms, points, seeds]: scores less what chance adds, both ends of their 95% intervals, and how often each is first."""
    seeds = values.shape[2]
    plain = scores(values.mean(axis=2), threshold)
    if seeds < FEWEST:
        unknown = {name: np.full(len(values), np.nan) for name in plain}
        return plain, unknown, unknown, unknown["max_regret"]
    rng = np.random.default_rng(seed)
    drawn = [scores(values[:, :, s].mean(axis=2), threshold) for s in rng.integers(seeds, size=(RESAMPLES, seeds))]
    wider = t_quantile(0.975, seeds - 1) / NORMAL * np.sqrt(seeds / (seeds - 1))
    point, low, high = {}, {}, {}
    for name, found in plain.items():
        spread = np.stack([scored[name] for scored in drawn])  # resamples, arms
        middle, ends = np.median(spread, axis=0), np.quantile(spread, (0.025, 0.975), axis=0)
        bounds = (-np.inf, np.inf) if name in ("mean", "worst") else (0.0, 1.0) if name in ("best", "satisfices") else (0.0, np.inf)
        mended = 2 * found - middle
        point[name] = np.clip(mended, *bounds)
        low[name] = np.clip(np.minimum(mended - wider * (ends[1] - middle), found - wider * (found - ends[0])), *bounds)
        high[name] = np.clip(np.maximum(mended + wider * (middle - ends[0]), found + wider * (ends[1] - found)), *bounds)
    for name, of in (("max_regret", ("mean_regret", "regret_90")), ("worst", ("mean",))):
        utmost = np.maximum if name == "max_regret" else np.minimum
        point[name] = utmost.reduce([point[name], *(point[other] for other in of)])
        low[name], high[name] = np.minimum(low[name], point[name]), np.maximum(high[name], point[name])
    worst = np.stack([scored["max_regret"] for scored in drawn])
    ahead = worst == worst.min(axis=1, keepdims=True)
    return point, low, high, (ahead / ahead.sum(axis=1, keepdims=True)).mean(axis=0)


def scores(means: np.ndarray, threshold: float | None = None) -> dict[str, np.ndarray]:
    """Scores of each arm from means [arms, points], more being better: float64 [arms] by name."""
    best = means.max(axis=0)
    regret = best - means
    found = {
        "mean": means.mean(axis=1), "worst": means.min(axis=1), "mean_regret": regret.mean(axis=1),
        "regret_90": np.quantile(regret, 0.9, axis=1), "max_regret": regret.max(axis=1), "best": (regret == 0).mean(axis=1),
    }  # fmt: skip
    if threshold is not None:
        found["satisfices"] = (means >= threshold).mean(axis=1)
    return found
