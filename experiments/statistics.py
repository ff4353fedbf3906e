"""Paired comparison: what a difference is, how sure we are of it, and how many seeds it takes to be surer.

Two policies under the same seed live through the same world, so their difference is taken seed by seed. Its interval is
Student's t interval for the mean of the paired differences (Student 1908): mean ± t(n − 1) · s / √n.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

LEVEL = 0.95
NEARLY_NORMAL = 20_000  # degrees of freedom
MOST_FORESEEN = 1_000_000_000  # that are worth naming
FEWEST_MONTHS = 50  # of which can be said when they settled
INTERVAL = "95% interval: Student's t on the mean of the paired differences"


@dataclass(frozen=True)
class Paired:
    """The difference `policy - baseline` over seeds; NaN where too few seeds are left to say.

    `seeds` counts the pairs used; `missing` those left out because either run had nothing to measure (NaN).
    """

    seeds: int
    missing: int
    baseline_mean: float
    policy_mean: float
    difference: float
    low: float
    high: float
    sd_paired: float
    sd_unpaired: float
    better_share: float

    @property
    def variance_ratio(self) -> float:
        """Variance of an unpaired difference over that of the paired one: how many times more seeds unpaired runs need."""
        if self.sd_paired == 0:
            return float("nan") if self.sd_unpaired == 0 else float("inf")
        return (self.sd_unpaired / self.sd_paired) ** 2


def paired(baseline: np.ndarray, policy: np.ndarray, better: int = 0) -> Paired:
    """Compare two float arrays [seeds], the same seed in the same place.

    `better` is +1 if more is better, -1 if less is; `better_share` is then the share of seeds in which the policy is
    strictly better (NaN for 0). Raises ValueError if the arrays differ in shape.
    """
    baseline, policy = np.asarray(baseline, dtype=np.float64), np.asarray(policy, dtype=np.float64)
    if baseline.shape != policy.shape or baseline.ndim != 1:
        raise ValueError(f"paired arrays must have one dimension and the same length, got {baseline.shape} and {policy.shape}")
    known = ~(np.isnan(baseline) | np.isnan(policy))
    a, b = baseline[known], policy[known]
    n = len(a)
    nan = float("nan")
    if n == 0:
        return Paired(0, len(baseline), nan, nan, nan, nan, nan, nan, nan, nan)
    d = b - a
    mean, low, high, sd = mean_interval(d)
    unpaired = float(np.sqrt(np.var(a, ddof=1) + np.var(b, ddof=1))) if n > 1 else nan
    share = float(np.mean(better * d > 0)) if better else nan
    return Paired(n, len(baseline) - n, float(a.mean()), float(b.mean()), mean, low, high, sd, unpaired, share)


def mean_interval(values: np.ndarray, level: float = LEVEL) -> tuple[float, float, float, float]:
    """Mean, low and high end of its t interval, and standard deviation of values [n]; NaNs are left out."""
    values = values[~np.isnan(values)]
    n = len(values)
    if n < 2:
        mean = float(values[0]) if n else float("nan")
        return mean, float("nan"), float("nan"), float("nan")
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    half = t_quantile((1 + level) / 2, n - 1) * sd / math.sqrt(n)
    return mean, mean - half, mean + half, sd


def single_run_interval(values: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """Where one run more would lie with that probability (t prediction interval); NaNs if there are fewer than two values.

    What was published of one place and year is one history, and is held against this, not against the interval of a mean.
    """
    mean, _, _, sd = mean_interval(values, level)
    n = int(np.count_nonzero(~np.isnan(values)))
    half = t_quantile((1 + level) / 2, n - 1) * sd * math.sqrt(1 + 1 / n) if n > 1 else float("nan")
    return mean - half, mean + half


def mean_bands(values: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The same down the first axis of an array [seeds, …]: mean, low, high and number of known values, each of shape […]."""
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / n
        square = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0)
        error = np.sqrt(square / (n - 1) / n)
    t = np.array([np.nan, np.nan] + [t_quantile((1 + level) / 2, k - 1) for k in range(2, len(values) + 1)])
    half = t[n] * error
    return mean, mean - half, mean + half, n


def settled_after(values: np.ndarray) -> int | None:
    """How many values to leave out at the beginning, until a series has settled: MSER-5 (White 1997; Franklin and White 2008).

    Of means of five values those are left out that leave the squared standard error of the rest smallest. None if that is
    half of them or more (it has not settled), for fewer than FEWEST_MONTHS values, or if one is missing.
    """
    n = len(values) // 5
    if len(values) < FEWEST_MONTHS or np.isnan(values).any():
        return None
    means = np.asarray(values[: n * 5], dtype=np.float64).reshape(n, 5).mean(axis=1)
    if np.ptp(means) == 0.0:  # rounding would choose
        return 0
    errors = [means[d:].var() / (n - d) for d in range(n - 4)]  # the last five: fewer are alike by chance
    least = int(np.argmin(errors))
    return least * 5 if least < n / 2 else None


def seeds_needed(differences: np.ndarray, half_width: float, level: float = LEVEL) -> int:
    """How many seeds give an interval of at most ± `half_width`, if the spread of these paired differences [n] holds.

    If they are all the same, their spread is not known, and no fewer than these are said to do. Of more than MOST_FORESEEN it
    says MOST_FORESEEN.
    Raises ValueError if `half_width` is not positive or fewer than two differences are known.
    """
    if not half_width > 0:
        raise ValueError(f"the half-width must be positive, got {half_width}")
    differences = np.asarray(differences, dtype=np.float64)
    differences = differences[~np.isnan(differences)]
    if len(differences) < 2:
        raise ValueError("at least two seeds are needed to judge how many more are")
    sd = float(differences.std(ddof=1))
    if sd == 0:
        return len(differences)

    def enough(n: int) -> bool:
        return t_quantile((1 + level) / 2, n - 1) * sd / math.sqrt(n) <= half_width

    if not enough(MOST_FORESEEN):
        return MOST_FORESEEN
    high = 2
    while not enough(high):
        high *= 2
    low = max(2, high // 2)
    while low < high:  # the half-width falls with every further seed
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


# --- Student's t, without a library of a hundred megabytes ---------------------------------------------------------


@lru_cache(maxsize=4096)
def t_quantile(p: float, df: int) -> float:
    """The value below which a share `p` of Student's t with `df` degrees of freedom lies."""
    if not 0 < p < 1 or df < 1:
        raise ValueError(f"needs 0 < p < 1 and df >= 1, got p={p}, df={df}")
    if p == 0.5:
        return 0.0
    if p < 0.5:
        return -t_quantile(1 - p, df)
    if (
        df > NEARLY_NORMAL
    ):  # there 1 - x has lost its digits; what this leaves out is of the order of 1 / df³ (Abramowitz and Stegun 26.7.5)
        z = NormalDist().inv_cdf(p)
        return z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
    low, high = 0.0, 1.0
    while t_cdf(high, df) < p:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:  # halve until two neighbouring floats are left
        low, high = (middle, high) if t_cdf(middle, df) < p else (low, middle)
    return high


def t_cdf(t: float, df: int) -> float:
    """Share of Student's t with `df` degrees of freedom below `t` (Abramowitz and Stegun 1964, 26.7.1)."""
    tail = 0.5 * _incomplete_beta(df / (df + t * t), t * t / (df + t * t), df / 2, 0.5)
    return 1 - tail if t > 0 else tail


def _incomplete_beta(x: float, rest: float, a: float, b: float) -> float:
    """The regularised incomplete beta function at x, with rest = 1 - x, by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on the other side only
        return 1 - _incomplete_beta(rest, x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest)) / a
    tiny = 1e-300
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), tiny)
    value = d
    for m in range(1, 10_000):  # Lentz's method
        for step in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / (1 + step * d or tiny)
            c = 1 + step / c or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            return front * value
    raise ArithmeticError(f"no convergence at x={x}, a={a}, b={b}")
