"""Whether the seeds of a sweep are enough, by the sequential rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from linear_sweep import swept

from changemaking.experiments.errors import UsageError
from changemaking.experiments.sweeps.results import Sweep


def test_intervals_settle_and_the_sequential_rule_stops_where_they_are_narrow() -> None:
    from changemaking.experiments.analyses.convergence import enough, running
    from changemaking.experiments.statistics import mean_interval

    values = np.random.default_rng(4).normal(3.0, 2.0, size=400)
    rows = running(values)
    assert rows.shape == (399, 3) and rows[-1] == pytest.approx(mean_interval(values)[:3])
    stop = enough(values, 0.5)
    assert stop is not None and stop >= 10 and (rows[stop - 2, 2] - rows[stop - 2, 1]) / 2 <= 0.5
    assert all((rows[k - 2, 2] - rows[k - 2, 1]) / 2 > 0.5 for k in range(10, stop))
    assert enough(values, 0.01) is None and enough(np.zeros(30), 0.1) is None
    rare = np.array([0.0] * 12 + [1.0] + [0.0] * 17)
    assert enough(rare, 0.5) == 13 and enough(rare, 0.05) is None
    with pytest.raises(ValueError, match="positive"):
        enough(values, 0.0)


def test_the_sequential_rule_covers_nearly_as_often_as_it_says() -> None:
    """Of 1,000 experiments stopped by it some 95% of intervals hold the truth; looking often costs a few in a hundred."""
    from changemaking.experiments.analyses.convergence import enough, running

    rng, held = np.random.default_rng(9), 0
    for _ in range(1_000):
        values = rng.normal(0.0, 1.0, size=120)
        stop = enough(values, 0.3)
        assert stop is not None
        held += running(values[:stop])[-1, 1] <= 0 <= running(values[:stop])[-1, 2]
    assert 0.90 < held / 1_000 < 0.965


def two_arms(folder: Path, seeds: int, **changes: Any) -> Sweep:
    arms = {"one": {"scenario": "today"}, "two": {"scenario": "today", "set": {"policy.lots": 2}}}
    vary = {"parameters.trust_start": {"values": [0.2, 0.95]}}
    return swept(folder, scenarios=[], arms=arms, vary=vary, seeds=seeds, **changes)


def test_whether_the_seeds_of_a_sweep_are_enough(tmp_path: Path) -> None:
    from changemaking.experiments.analyses.convergence import LEAST, convergence, enough, running
    from changemaking.experiments.statistics import seeds_needed

    made = two_arms(tmp_path, 24)
    values = made.values("quality", "two", "one").mean(axis=0)
    half = float(np.diff(running(values)[-1, 1:])[0] / 2)
    found = convergence(made, half_width=1.3 * half)
    [row] = found.table.to_dict("records")
    assert (row["arm"], row["baseline"], row["seeds"], row["half_width"]) == ("two", "one", 24, pytest.approx(half))
    assert row["enough"] == enough(values, 1.3 * half) <= 24 and pd.isna(row["needed"])
    assert found.frames()["running"][["mean", "low", "high"]].to_numpy() == pytest.approx(running(values))
    [row] = convergence(made, half_width=half / 3).table.to_dict("records")
    assert pd.isna(row["enough"]) and row["needed"] == seeds_needed(values, half / 3) > 24
    [row] = convergence(made).table.to_dict("records")
    assert row["asked"] == pytest.approx(half / 2) and row["needed"] == seeds_needed(values, half / 2)
    few = convergence(made.__class__(made.design.with_seeds(4), made.scenarios, made.store, made.code), half_width=100.0)
    assert few.table["needed"][0] == LEAST, "the rule stops at no fewer"
    for asked, said in (({"half_width": -1.0}, "above 0"), ({"arm": "one"}, "from itself"), ({"arm": "tow"}, "did you mean 'two'")):
        with pytest.raises(UsageError, match=said):
            convergence(made, **asked)


def test_convergence_leaves_out_what_cannot_be_measured_and_takes_one_arm_alone(tmp_path: Path) -> None:
    from changemaking.experiments.analyses.convergence import convergence
    from changemaking.viz.convergence import sentences

    two = two_arms(tmp_path / "two", 12)
    [row] = convergence(two, "bids").table.to_dict("records")  # at the second point there is nothing to measure
    assert row["missing"] == 12 and row["seeds"] == 12 and row["mean"] == 0 and pd.isna(row["needed"])
    assert "does not say how much others would vary" in sentences(convergence(two, "bids"))[0]
    alone = swept(tmp_path / "alone", seeds=12, design="latin", samples=3)
    found = convergence(alone, half_width=0.01)
    [row] = found.table.to_dict("records")
    assert row["baseline"] is None and row["mean"] == pytest.approx(alone.values("quality").mean())
    assert sentences(found)[0].startswith("today: after 12 seeds") and f"some {row['needed']:,} seeds in all" in sentences(found)[0]
    with pytest.raises(UsageError, match="one seed"):
        convergence(swept(tmp_path / "single", seeds=1, design="latin", samples=3))
