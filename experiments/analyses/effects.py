"""What each arm of a sweep changes against the first: paired by point and seed, averaged over the points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..statistics import mean_interval, paired
from ..sweeps.results import Sweep

if TYPE_CHECKING:
    import pandas as pd


def arm_effects(sweep: Sweep, measures: Sequence[str] | None = None, baseline: str | None = None) -> pd.DataFrame:
    """A row a measure and arm: means, paired difference from `baseline` (the first arm), its 95% interval over seeds.

    `seeds` counts those used, `missing` those left out because there was nothing to measure at some point. Raises UsageError
    if no measure is named, RunError for an incomplete sweep.
    """
    import pandas as pd

    names = list(measures or sweep.design.file.measures)
    if not names:
        raise UsageError(f"{sweep.name}: which measures? Its file names none under measures")
    base = sweep.arm(baseline or sweep.arms[0])
    rows = []
    for name in names:
        levels = {arm: sweep.values(name, arm).mean(axis=0) for arm in sweep.arms}  # over points, by seed
        for arm in sweep.arms:
            found = paired(levels[base], levels[arm])
            low, high = mean_interval(levels[arm])[1:3]
            rows.append({
                "measure": name, "arm": arm, "baseline": base, "mean": found.policy_mean, "mean_low": low, "mean_high": high,
                "difference": found.difference, "low": found.low, "high": found.high, "seeds": found.seeds, "missing": found.missing,
            })  # fmt: skip
    return pd.DataFrame(rows)
