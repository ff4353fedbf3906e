"""Calibration against posteriors that are known, and its own count of how often it recovers a truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import changemaking as cm
from changemaking.commands import app
from changemaking.experiments.analyses.calibration import ENDS, LEVEL, calibrate, coverage, posterior_of, quantiles, seeds_doing
from changemaking.experiments.errors import UsageError
from changemaking.experiments.sweeps.design import design_of
from changemaking.experiments.sweeps.sweep import sweep
from changemaking.model.measures import INDEX, NAMES
from changemaking.scenarios.errors import ScenarioError

RAW: dict[str, Any] = {
    "scenarios": ["today"],
    "set": {"place": "tiny"},
    "months": 12,
    "seeds": 4,
    "design": "latin",
    "samples": 400,
    "measures": ["quality"],
    "vary": {
        "parameters.trust_start": {"low": 0.0, "high": 1.0, "label": "Trust"},
        "parameters.dispute_rate": {"low": 0.001, "high": 0.1, "log": True},
        "parameters.overrun": {"low": 0.0, "high": 0.5},
    },
    "targets": {
        "quality": {"measure": "quality", "value": 0.7, "tolerance": 0.02, "source": "made up"},
        "disputes": {"measure": "disputes", "value": -2.0, "tolerance": 0.05, "source": "made up"},
        "trust": {"measure": "trust", "value": 0.49, "tolerance": 0.02, "source": "made up", "held_out": True},
        "wrong": {"measure": "lm3", "value": 9.0, "tolerance": 0.1, "source": "made up", "held_out": True},
    },
}


def linear(key: str, scenario: Any, seed: int) -> dict[str, Any]:
    """Quality is trust, disputes the logarithm of their rate, the measure trust the square of trust; LM3 is 1.

    A little noise: one part a seed's own at all points, as in the model, one part anew at each.
    """
    p = scenario.parameters
    noise = 0.02 * np.random.default_rng([seed, int(key[:8], 16)]).normal(size=3) + 0.02 * np.random.default_rng(seed).normal(size=3)
    totals = np.ones(len(NAMES))
    totals[INDEX["quality"]] = p.trust_start + noise[0]
    totals[INDEX["disputes"]] = np.log10(p.dispute_rate) + noise[1]
    totals[INDEX["trust"]] = p.trust_start**2 + noise[2]
    return {"months": 12, "seconds": 0.0, "sha256": f"{key}{seed}", "totals": totals.tolist(), "series": {}}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calibration") / "store"
    sweep(design_of(RAW, "fit"), folder, workers=1, progress=False, task=linear)
    return folder


def test_factors_that_the_targets_know_are_found_and_others_are_left_open(store: Path) -> None:
    found = calibrate(cm.open_store(store).sweep())
    rows = found.posterior.set_index("factor")
    trust, rate, other = (rows.loc[f"parameters.{name}"] for name in ("trust_start", "dispute_rate", "overrun"))
    assert trust["low"] < 0.7 < trust["high"] and trust["median"] == pytest.approx(0.7, abs=0.02) and trust["learnt"] > 0.9
    assert rate["low"] < 0.01 < rate["high"] and np.log10(rate["median"]) == pytest.approx(-2, abs=0.05) and rate["log"]
    assert other["learnt"] < 0.4 and other["low"] < 0.12 and other["high"] > 0.38
    targets = found.predictive.set_index("target")
    assert targets["met"].to_dict() == {"quality": True, "disputes": True, "trust": True, "wrong": False}
    assert found.draws["weight"].sum() == pytest.approx(1) and len(found.draws) == 40 and not found.out_of_reach
    assert targets.loc["wrong", "place"] > 0.999 and targets.loc["wrong", "off"] == pytest.approx(-80)


def test_intervals_hold_the_truth_at_the_stated_rate(store: Path) -> None:
    found = calibrate(cm.open_store(store).sweep())
    error = 3 * np.sqrt(LEVEL * (1 - LEVEL) / 200)  # three standard errors of a share of 200
    assert (found.posterior["coverage"] > LEVEL - error).all() and (found.posterior["coverage"] <= 1).all()


def test_what_is_held_out_changes_nothing_that_is_fitted(store: Path, tmp_path: Path) -> None:
    moved = {**RAW, "targets": {**RAW["targets"], "trust": {**RAW["targets"]["trust"], "value": 0.0}}}
    first = calibrate(cm.open_store(store).sweep())
    other = calibrate(sweep(design_of(moved, "moved"), store, workers=1, progress=False, task=linear).sweep)
    assert first.posterior.equals(other.posterior) and first.draws.equals(other.draws)
    assert not other.predictive.set_index("target").loc["trust", "met"]


def test_a_wider_tolerance_leaves_a_factor_wider_open(store: Path) -> None:
    """With a flat prior and quality = trust, what is left lies about the target as the sum of three does: the tolerance, a point's own
    noise over four seeds, and the luck of these four that all points share, as uncertain as Student's t with three degrees of freedom."""
    luck, rng, spans = [0.02 * np.random.default_rng(seed).normal() for seed in range(1, 5)], np.random.default_rng(6), {}
    seeds = rng.standard_t(3, 200_000) * np.std(luck, ddof=1) / 2 + 0.01 * rng.normal(size=200_000)
    for tolerance in (0.02, 0.1):
        raw = {**RAW, "targets": {"quality": {**RAW["targets"]["quality"], "value": 0.5, "tolerance": tolerance}}}
        made = sweep(design_of(raw, f"wide {tolerance}"), store, workers=1, progress=False, task=linear)
        rows = [calibrate(made.sweep, 0.25, draw).posterior.set_index("factor").loc["parameters.trust_start"] for draw in range(1, 7)]
        spans[tolerance] = float(np.mean([row["high"] - row["low"] for row in rows])) / 2 / 1.645
    for tolerance, span in spans.items():
        low, high = np.quantile(tolerance * rng.normal(size=200_000) + seeds, ENDS)
        assert span == pytest.approx((high - low) / 2 / 1.645, rel=0.25)


def test_a_target_out_of_reach_is_said_and_nothing_is_learnt(store: Path) -> None:
    targets = {"quality": {**RAW["targets"]["quality"], "value": 1.5}, "disputes": RAW["targets"]["disputes"]}
    made = sweep(design_of({**RAW, "targets": targets}, "far"), store, workers=1, progress=False, task=linear)
    found = calibrate(made.sweep)
    assert found.out_of_reach == ["quality"] and found.posterior["learnt"].isna().all()
    from changemaking.viz.analyses import calibration_figure

    picture = calibration_figure(found)
    assert "Nothing is learnt: no values of these factors come near quality" in picture.alt
    assert not picture.axes[0].lines, "no medians"
    assert {float(text.get_text()) for text in picture.axes[0].texts if text.get_text()} >= {
        found.posterior[end][0] for end in ("prior_low", "prior_high")
    }


def test_a_target_is_met_where_its_interval_holds_it_and_it_is_said_if_that_is_the_seeds_doing(store: Path) -> None:
    found = calibrate(cm.open_store(store).sweep("fit"))
    table = found.predictive
    assert (((table["told_low"] <= table["published"]) & (table["published"] <= table["told_high"])) == table["met"]).all()
    assert ((table["told_low"] < table["low"]) & (table["high"] < table["told_high"])).all(), "tolerance and seeds come on top"
    luck = [0.02 * np.random.default_rng(seed).normal() for seed in range(1, 5)]  # of a seed at all points; the rest nearly averages out
    assert table.set_index("target").loc["quality", "seeds"] == pytest.approx(np.std(luck, ddof=1) / 2, rel=0.1)
    assert not found.loose
    narrow = {"narrow": {**RAW["targets"]["quality"], "tolerance": 0.002}}
    made = sweep(design_of({**RAW, "targets": narrow}, "narrow"), store, workers=1, progress=False, task=linear)
    assert calibrate(made.sweep).loose == ["narrow"]
    said = CliRunner().invoke(app, ["calibrate", str(store), "--sweep", "narrow"]).stdout
    assert "Of narrow the seeds leave more open than the tolerance does" in " ".join(said.split())


def test_factors_of_whole_numbers_are_covered_at_the_stated_rate(tmp_path: Path) -> None:
    def lots(key: str, scenario: Any, seed: int) -> dict[str, Any]:
        totals = np.ones(len(NAMES))
        totals[INDEX["quality"]] = scenario.policy.lots + 0.05 * np.random.default_rng([seed, int(key[:8], 16)]).normal()
        return {"months": 12, "seconds": 0.0, "sha256": f"{key}{seed}", "totals": totals.tolist(), "series": {}}

    raw = {**RAW, "samples": 300, "vary": {"policy.lots": {"low": 1, "high": 4, "whole": True}}}
    raw |= {"targets": {"quality": {"measure": "quality", "value": 3.0, "tolerance": 0.8, "source": "made up"}}}
    row = calibrate(sweep(design_of(raw, "lots"), tmp_path, workers=1, progress=False, task=lots).sweep).posterior.iloc[0]
    assert row["coverage"] >= LEVEL - 3 * np.sqrt(LEVEL * (1 - LEVEL) / 200)  # whole numbers can be held more often, not less
    assert row["median"] == 3 and row["low"] in (1, 2, 3) and row["high"] in (3, 4)


@pytest.mark.parametrize("seeds", [4, 10])
def test_intervals_hold_the_truth_at_the_stated_rate_whatever_seeds_were_drawn(seeds: int) -> None:
    """Recovery: parameters known, figures published with an error, sweeps of other seeds each time, whose luck all points share."""
    rng, held, n, tolerance = np.random.default_rng(11), 0, 300, 0.05
    for _ in range(400):
        theta, truth = rng.random((n, 1)), rng.random()
        published = truth + tolerance * rng.normal()
        luck = 0.15 * rng.normal(size=seeds) + 0.05 * rng.normal(size=(n, seeds))
        values = ((theta + luck) / tolerance)[:, :, None]
        heard = values.mean(axis=1) + rng.normal(size=(n, 1)) + seeds_doing(values, rng)
        _, weights, adjusted, _ = posterior_of(theta, heard, np.array([published / tolerance]), 60)
        low, high = quantiles(adjusted[:, 0], weights, ENDS)
        held += low <= truth <= high
    assert held / 400 == pytest.approx(LEVEL, abs=3 * np.sqrt(0.09 / 400))


def test_the_posterior_of_a_linear_model_with_normal_noise() -> None:
    """Closed form: with a flat prior the posterior of theta is normal about what was seen, with the noise's deviation."""
    rng = np.random.default_rng(3)
    theta = rng.random((20_000, 1))
    scaled = (theta + rng.normal(0, 0.05, theta.shape)) / 0.05
    _, weights, adjusted, _ = posterior_of(theta, scaled, np.array([0.5 / 0.05]), 1_000)
    mean = float(np.average(adjusted[:, 0], weights=weights))
    sd = float(np.sqrt(np.average((adjusted[:, 0] - mean) ** 2, weights=weights)))
    assert mean == pytest.approx(0.5, abs=0.005) and sd == pytest.approx(0.05, rel=0.1)
    runs = 20 * theta[:2_000, :, None] + rng.normal(0, 1, (2_000, 6, 1))
    assert coverage(theta[:2_000], runs, 200, [float])[0] == pytest.approx(LEVEL, abs=3 * np.sqrt(0.09 / 200))
    assert np.isnan(coverage(theta[:2_000], runs[:, :3], 200, [float])).all()
    assert quantiles(np.array([3.0, 1.0, 2.0]), np.ones(3), (0.5,)) == [2.0]


def test_what_calibration_refuses(store: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"names no target to fit; add tables \[targets.NAME\]"):
        calibrate(sweep(design_of({**RAW, "targets": {}}, "none"), store, workers=1, progress=False, task=linear).sweep)
    with pytest.raises(UsageError, match="to fit 2 targets at least 30 are needed: take 3000 samples"):
        calibrate(cm.open_store(store).sweep("fit"), accept=0.01)
    with pytest.raises(UsageError, match="accept: takes a share"):
        calibrate(cm.open_store(store).sweep("fit"), accept=1.5)
    with pytest.raises(ScenarioError, match=r"targets.quality.measure: no such measure, got .qualty.*did you mean 'quality'"):
        design_of({**RAW, "targets": {"quality": {**RAW["targets"]["quality"], "measure": "qualty"}}}, "bad")
    with pytest.raises(ScenarioError, match="tolerance"):
        design_of({**RAW, "targets": {"quality": {**RAW["targets"]["quality"], "tolerance": 0.0}}}, "bad")


def test_the_command_prints_misses_first_and_writes_a_figure(store: Path, tmp_path: Path) -> None:
    made = CliRunner().invoke(app, ["calibrate", str(store), "--sweep", "fit", "--out", str(tmp_path / "out")])
    assert made.exit_code == 0, made.output
    lines = made.stdout.splitlines()
    assert max(map(len, lines)) <= 80 and "missed" in next(line for line in lines if "out" in line and "held" in line)
    assert {"calibration.png", "posterior.parquet", "predictive.parquet", "draws.parquet"} <= {p.name for p in (tmp_path / "out").iterdir()}
