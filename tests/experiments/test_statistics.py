"""The arithmetic of paired comparisons, against published tables, closed forms and worked examples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from changemaking.experiments.statistics import (
    MOST_FORESEEN,
    mean_bands,
    mean_interval,
    paired,
    seeds_needed,
    single_run_interval,
    t_cdf,
    t_quantile,
)

# Two-sided 95% points as printed in statistical tables (Fisher and Yates; NIST/SEMATECH e-Handbook 1.3.6.7.2), three decimals
TABLE = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 9: 2.262, 10: 2.228, 20: 2.086, 30: 2.042, 60: 2.000, 100: 1.984}
# Student's own example (1908): extra hours of sleep of ten patients under two drugs
DRUG_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
DRUG_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


@pytest.mark.parametrize(("df", "value"), TABLE.items())
def test_t_quantiles_are_those_of_the_tables(df: int, value: float) -> None:
    assert round(t_quantile(0.975, df), 3) == value
    assert t_quantile(0.025, df) == -t_quantile(0.975, df)


@pytest.mark.parametrize("p", [0.51, 0.6, 0.9, 0.975, 0.9995])
def test_t_quantiles_against_closed_forms(p: float) -> None:
    a = 4 * p * (1 - p)
    assert t_quantile(p, 1) == pytest.approx(math.tan(math.pi * (p - 0.5)), rel=1e-11)
    assert t_quantile(p, 2) == pytest.approx((2 * p - 1) * math.sqrt(2 / a), rel=1e-11)
    assert t_quantile(p, 4) == pytest.approx(2 * math.sqrt(math.cos(math.acos(math.sqrt(a)) / 3) / math.sqrt(a) - 1), rel=1e-10)


def test_t_quantile_and_cdf_are_inverse_and_tend_to_the_normal() -> None:
    for df in (1, 3, 17, 99, 999, 50_000):
        for p in (0.001, 0.2, 0.5, 0.8, 0.975):
            assert t_cdf(t_quantile(p, df), df) == pytest.approx(p, rel=1e-9)
    assert t_quantile(0.975, 1_000_000) == pytest.approx(1.959964, abs=1e-5)
    with pytest.raises(ValueError, match="0 < p < 1"):
        t_quantile(1.0, 3)


def test_t_quantiles_against_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for df in (1, 2, 5, 19, 99, 199, 9999, 20_000, 20_001, 1_000_000, 10**9):
        for p in (0.6, 0.9, 0.975, 0.9995):
            assert t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-9)


def test_students_sleep_data() -> None:
    """Difference 1.58 hours, sd 1.23, t = 4.06 as published; the interval is R's t.test(paired = TRUE)."""
    found = paired(DRUG_1, DRUG_2, better=+1)
    assert (found.seeds, found.missing) == (10, 0)
    assert found.difference == pytest.approx(1.58) and found.sd_paired == pytest.approx(1.229995, abs=1e-6)
    assert found.difference / (found.sd_paired / math.sqrt(10)) == pytest.approx(4.0621, abs=1e-4)
    assert (found.low, found.high) == (pytest.approx(0.7001142, abs=1e-6), pytest.approx(2.4598858, abs=1e-6))
    assert found.baseline_mean == pytest.approx(0.75) and found.policy_mean == pytest.approx(2.33)
    assert found.sd_unpaired == pytest.approx(math.sqrt(1.789010**2 + 2.002249**2), abs=1e-5)
    assert found.variance_ratio == pytest.approx((found.sd_unpaired / 1.229995) ** 2, rel=1e-5)
    assert found.better_share == 0.9  # one patient slept the same
    assert paired(DRUG_1, DRUG_2, better=-1).better_share == 0.0
    assert math.isnan(paired(DRUG_1, DRUG_2).better_share)


def test_missing_values_are_left_out_in_pairs_and_counted() -> None:
    a, b = np.array([1.0, np.nan, 3.0, 4.0]), np.array([2.0, 5.0, np.nan, 7.0])
    found = paired(a, b)
    assert (found.seeds, found.missing) == (2, 2)
    assert (found.baseline_mean, found.policy_mean, found.difference) == (2.5, 4.5, 2.0)
    empty = paired(np.array([np.nan]), np.array([1.0]))
    assert (empty.seeds, empty.missing) == (0, 1) and math.isnan(empty.difference)
    single = paired(np.array([1.0]), np.array([3.0]))
    assert single.difference == 2 and math.isnan(single.low) and math.isnan(single.sd_paired)


def test_no_difference_at_all() -> None:
    found = paired(DRUG_1, DRUG_1)
    assert (found.difference, found.low, found.high, found.sd_paired) == (0, 0, 0, 0)
    assert found.variance_ratio == float("inf")
    assert math.isnan(paired(np.ones(3), np.ones(3)).variance_ratio)


def test_arrays_must_match() -> None:
    with pytest.raises(ValueError, match="same length"):
        paired(np.ones(3), np.ones(4))


def test_bands_are_the_interval_of_every_column() -> None:
    values = np.random.default_rng(3).normal(size=(12, 5, 2))
    values[3, 1, 0] = values[7, 1, 0] = np.nan
    values[1:, 2, 0] = np.nan
    values[:, 3, 1] = np.nan
    mean, low, high, n = mean_bands(values)
    assert n[1, 0] == 10 and n[2, 0] == 1 and n[3, 1] == 0
    for i in range(5):
        for j in range(2):
            expected = mean_interval(values[:, i, j])[:3]
            assert (mean[i, j], low[i, j], high[i, j]) == pytest.approx(expected, nan_ok=True, rel=1e-12)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    draws = np.random.default_rng(11).normal(1.0, 2.0, size=(8, 20_000))
    _, low, high, _ = mean_bands(draws)
    assert np.mean((low <= 1) & (high >= 1)) == pytest.approx(0.95, abs=0.006)  # four standard errors of a share of 20,000


def test_seeds_needed() -> None:
    """The smallest n with t(n - 1) s / sqrt(n) within the half-width, found by looking at every n."""
    draws = np.random.default_rng(5).normal(size=40)
    sd = draws.std(ddof=1)
    for half in (2.0, 0.5, 0.2, 0.05):
        n = next(n for n in range(2, 10_000) if t_quantile(0.975, n - 1) * sd / math.sqrt(n) <= half)
        assert seeds_needed(draws, half) == n
    assert seeds_needed(np.zeros(5), 0.1) == 5, "how they vary is not known, so no fewer than there are"
    for far in (1e-5, 1e-12, 1e-300):  # a half-width in another unit, perhaps; it is answered at once
        assert seeds_needed(draws, far * np.std(draws)) == MOST_FORESEEN
    with pytest.raises(ValueError, match="must be positive"):
        seeds_needed(draws, 0)
    with pytest.raises(ValueError, match="at least two"):
        seeds_needed(np.array([1.0, np.nan]), 0.1)


def test_one_run_more_lies_in_its_interval_as_often_as_it_says() -> None:
    """Over 4,000 samples of eight normal draws the ninth lies inside 95% of the time, give or take four standard errors."""
    rng = np.random.default_rng(1)
    draws = rng.normal(3.0, 2.0, (4_000, 9))
    inside = [low <= row[8] <= high for row in draws for low, high in [single_run_interval(row[:8])]]
    assert abs(np.mean(inside) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 4_000)
    assert np.isnan(single_run_interval(np.array([1.0]))).all()
