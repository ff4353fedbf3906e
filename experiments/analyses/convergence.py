"""Are there enough seeds? How a mean difference and its interval settle as seeds are added, and when one might have stopped.

A sequential rule (Chow and Robbins 1965): stop at the first number of seeds, no fewer than `least`, at which the interval is as
narrow as asked. Stopping early by looking often makes intervals a little too narrow; `least` keeps that small. As long as all
values are the same nobody knows how much they vary (of a rare event ten zeros say little), so it does not stop there.
"""

from __future__ import annotations

import numpy as np

from ..statistics import mean_interval

LEAST = 10


def running(values: np.ndarray) -> np.ndarray:
    """Mean, low and high end of its 95% interval after the first 2, 3, … values: float64 [seeds - 1, 3]. NaNs are left out."""
    values = np.asarray(values, dtype=np.float64)
    return np.array([mean_interval(values[: k + 1])[:3] for k in range(1, len(values))]).reshape(-1, 3)


def enough(values: np.ndarray, half_width: float, least: int = LEAST) -> int | None:
    """The first number of seeds, from `least` on, at which the interval is at most ± `half_width`; None if these do not suffice.

    Raises ValueError unless `half_width` is positive.
    """
    if not half_width > 0:
        raise ValueError(f"the half-width must be positive, got {half_width}")
    rows = running(values)
    varied = np.fmax.accumulate(values)[1:] > np.fmin.accumulate(values)[1:]
    narrow = (rows[:, 2] - rows[:, 1]) / 2 <= half_width
    seeds = np.arange(2, len(values) + 1)
    found = seeds[narrow & varied & (seeds >= least)]
    return int(found[0]) if len(found) else None
