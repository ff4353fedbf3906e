"""What each arm of a sweep changes against the first: paired by point and seed, averaged over the points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..errors import UsageError
from ..statistics import mean_interval, paired
from ..sweeps.results import Sweep

if TYPE_CHECKING:
    import pandas as pd


def arm_effects(sweep: Sweep, measures: Sequence[str] | None = None, baseline: str | None = None) -> pd.DataFrame:
    """A row a measure and arm: means, paired difference from `baseline` (the first arm), its 95% interval over seeds.

    Means are over those pairs of runs in which both arms have something to measure; `missing` counts the pairs left out, `seeds` the
    seeds that are left. Raises UsageError if no measure is named, RunError for an incomplete sweep.
    """
    import pandas as pd

    names = list(measures or sweep.design.file.measures)
    if not names:
        raise UsageError(f"{sweep.name}: which measures? Its file names none under measures")
    base = sweep.arm(baseline or sweep.arms[0])
    rows = []
    for name in names:
        values = {arm: sweep.values(name, arm) for arm in sweep.arms}  # points, seeds
        for arm in sweep.arms:
            of_base, of_arm, missing = pairs_by_seed(values[base], values[arm])
            found = paired(of_base, of_arm)
            low, high = mean_interval(of_arm)[1:3]
            rows.append({
                "measure": name, "arm": arm, "baseline": base, "mean": found.policy_mean, "mean_low": low, "mean_high": high,
                "difference": found.difference, "low": found.low, "high": found.high, "seeds": found.seeds, "missing": missing,
            })  # fmt: skip
    return pd.DataFrame(rows)


def pairs_by_seed(base: np.ndarray, arm: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Means of two arms [points, seeds] over the points at which both are known, by seed, and how many pairs are left out."""
    known = ~(np.isnan(base) | np.isnan(arm))
    return _over_points(base, known), _over_points(arm, known), int((~known).sum())


def _over_points(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Means over the known points of values [points, seeds], by seed; NaN where none is."""
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
