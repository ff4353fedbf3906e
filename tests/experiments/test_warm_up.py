"""MSER-5: when a series has settled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from changemaking.experiments.analyses.convergence import convergence
from changemaking.experiments.statistics import settled_after
from changemaking.experiments.sweeps.design import design_of
from changemaking.experiments.sweeps.sweep import sweep
from changemaking.viz.convergence import warm_up


@given(st.floats(-1e6, 1e6), st.integers(50, 300))
def test_a_constant_has_settled_from_the_start(value: float, months: int) -> None:
    assert settled_after(np.full(months, value)) == 0


@given(st.floats(0.01, 100.0), st.floats(-100.0, 100.0), st.integers(50, 300))
def test_a_steady_trend_does_not_settle(slope: float, start: float, months: int) -> None:
    assert settled_after(start + slope * np.arange(months)) is None


@given(st.integers(2, 10))
def test_a_ramp_ends_where_it_ends(batches: int) -> None:
    ramp = 5 * batches
    level = np.minimum(np.arange(150) / ramp, 1.0)
    found = settled_after(level + np.tile(np.repeat([0.01, -0.01], 5), 15))
    assert found is not None and abs(found - ramp) <= 10


@pytest.mark.parametrize("ramp", [10, 30, 50])
@pytest.mark.parametrize("noise", [0.01, 0.1])
def test_a_ramp_under_noise_ends_where_it_ends_most_often(ramp: int, noise: float) -> None:
    """Of 400 such series; by chance up to a quarter of them look as if they had not settled."""
    rng = np.random.default_rng(1)
    found = [settled_after(np.minimum(np.arange(150) / ramp, 1.0) + rng.normal(0, noise, 150)) for _ in range(400)]
    told = [months for months in found if months is not None]
    assert len(told) > 0.7 * len(found)
    assert abs(np.median(told) - ramp) <= 5 and np.mean([abs(months - ramp) <= 10 for months in told]) > 0.8


def test_by_hand() -> None:
    """Means 8, 4, then 0 and 2 in turn: of the last ten the squares about the mean, 10, over the square of their number are 0.1."""
    means = np.array([8, 4, *[0, 2] * 5])
    rest = [((means[d:] - means[d:].mean()) ** 2).sum() / (12 - d) ** 2 for d in range(3)]
    assert rest[2] == pytest.approx(0.1) and min(rest) == rest[2]
    assert settled_after(np.repeat(means, 5)) == 10


def test_too_few_months_or_a_missing_one_tell_nothing() -> None:
    assert settled_after(np.ones(49)) is None and settled_after(np.append(np.ones(60), np.nan)) is None


def test_a_sweep_that_keeps_months_says_when_each_arm_has_settled(tmp_path: Path) -> None:
    arms = {"one": {"scenario": "tiny"}, "lots": {"scenario": "tiny", "set": {"policy.lots": 4}}}
    raw = {
        "arms": arms,
        "months": 60,
        "seeds": 3,
        "measures": ["quality"],
        "series": ["quality"],
        "vary": {"parameters.hold_up": {"values": [0.1]}},
    }
    made = sweep(design_of(raw, "months"), tmp_path / "store", workers=1, progress=False).sweep
    found = convergence(made)
    paths = made.series("quality").drop(columns="point").groupby("arm").mean(numeric_only=True).drop(columns="seed", errors="ignore")
    expected = settled_after((paths.loc["lots"] - paths.loc["one"]).to_numpy())
    [settled] = found.table["settled"].astype(object)
    assert (None if settled is not settled or settled is pd.NA else settled) == expected
    [said] = warm_up(found)
    assert said.startswith("lots against one, Quality of service by month: ") and "MSER-5" in said
    assert ("not settled within the horizon" in said) == (expected is None)
    monthly = made.series("quality").set_index(["arm", "point", "seed"])
    same = (monthly.loc["lots"] == monthly.loc["one"]).all().to_numpy()  # the arms start alike
    alike = int(np.argmin(same))
    assert not same.all() and found.table["alike"].tolist() == [alike]
    assert (f"; for {alike} month" in said) == (alike > 0)


def test_arms_that_are_the_same_do_not_differ_in_any_month(tmp_path: Path) -> None:
    arms = {"one": {"scenario": "tiny"}, "other": {"scenario": "tiny"}}
    raw = {"arms": arms, "months": 12, "seeds": 2, "measures": ["quality"], "series": ["quality"], "points": [{}], "design": "list"}
    made = sweep(design_of(raw, "same"), tmp_path / "store", workers=1, progress=False).sweep
    assert warm_up(convergence(made)) == ["other against one, Quality of service by month: there is no difference in any month."]
