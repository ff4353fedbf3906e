"""Which policy is least sorry, whatever the future: regret and satisficing over the points of a sweep.

Points are futures, arms policies. Regret is what a policy falls short of the best there (Savage 1951); satisficing the share of
futures in which it reaches a threshold (Simon 1956; Lempert and Collins 2007). Intervals come from resampling seeds, the same
for all arms and points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...model.measures import measure as measure_of
from ..errors import UsageError
from ..sweeps.results import Sweep
from .response import response

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 1_000
SCORES = ("mean", "worst", "mean_regret", "regret_90", "max_regret", "satisfices", "best")


@dataclass(frozen=True)
class Robustness:
    """A row an arm in `table`: scores with `_low` and `_high`; `first` is how often each arm would rank first by maximum regret."""

    measure: str
    threshold: float | None
    table: pd.DataFrame

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables to save."""
        return {"robustness": self.table}


def robustness(sweep: Sweep, measure: str | None = None, threshold: float | None = None, seed: int = 1) -> Robustness:
    """Regret of each arm over the points; with a threshold the share of points that reach it.

    Raises UsageError for fewer than two arms or a measure of which neither more nor less is better.
    """
    import pandas as pd

    if len(sweep.arms) < 2:
        raise UsageError(f"{sweep.name}: has one arm, {sweep.arms[0]}; robustness compares two or more")
    found = [response(sweep, measure, arm) for arm in sweep.arms]
    name, better = found[0].measure.name, found[0].measure.better
    if not better:
        wanting = "whole_life_value or quality"
        raise UsageError(
            f"{name}: neither more nor less of it is better, so nobody can regret it; choose another measure, such as {wanting}"
        )
    values = better * np.stack([r.values for r in found])  # arms, points, seeds
    limit = None if threshold is None else better * threshold
    point = scores(values.mean(axis=2), limit)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(values.shape[2], size=(RESAMPLES, values.shape[2]))
    spread = np.stack([np.stack([*scores(values[:, :, s].mean(axis=2), limit).values()]) for s in drawn])  # resamples, scores, arms
    low, high = np.quantile(spread, (0.025, 0.975), axis=0)
    columns: dict[str, object] = {"arm": sweep.arms}
    for i, (score, numbers) in enumerate(point.items()):
        sign = better if score in ("mean", "worst") else 1
        ends = sorted((sign * low[i], sign * high[i]), key=lambda end: end.sum())
        columns |= {score: sign * numbers, f"{score}_low": ends[0], f"{score}_high": ends[1]}
    worst = spread[:, list(point).index("max_regret"), :]
    columns["first"] = (worst == worst.min(axis=1, keepdims=True)).mean(axis=0)
    table = pd.DataFrame(columns).sort_values("max_regret", kind="stable").reset_index(drop=True)
    return Robustness(measure_of(name).name, threshold, table)


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
