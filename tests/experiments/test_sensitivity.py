"""Sensitivity: indices and elementary effects against functions whose own are known, with the noise of seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from linear_sweep import BASE, TWO, linear, swept

from changemaking.experiments.analyses.effects import arm_effects
from changemaking.experiments.analyses.reporting import report
from changemaking.experiments.analyses.response import noise_of
from changemaking.experiments.analyses.sensitivity import (
    MORRIS,
    SOBOL,
    morris_effects,
    reached,
    sensitivity,
    sobol_indices,
    with_seeds,
)
from changemaking.experiments.errors import RunError, UsageError
from changemaking.experiments.sweeps.asked import SweepFile
from changemaking.experiments.sweeps.design import Design, _shares, design_of
from changemaking.experiments.sweeps.sweep import sweep
from changemaking.model.measures import INDEX
from changemaking.viz.sweep_report import answer

IDLE = {name: {"low": 0.1, "high": 0.3} for name in ("parameters.hold_up", "parameters.credit")}  # which the made-up model does not look at
ALONE = dict([*IDLE.items()][:1])


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma 1990, on the unit cube."""
    a, b, c = (np.pi * (2 * x[:, i] - 1) for i in range(3))
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def test_sobol_indices_of_a_function_with_published_ones() -> None:
    from SALib.sample import sobol

    from changemaking.experiments.sweeps.design import unit_problem

    x = sobol.sample(unit_problem(3), 4096, calc_second_order=False, seed=1)
    y = ishigami(x)
    values = y[:, None] + np.random.default_rng(1).normal(size=5)[None, :]  # a seed's own effect moves no index
    table = with_seeds(sobol_indices(3), values, SOBOL, 4096, 100)
    assert table["S1"].to_numpy() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)  # Saltelli et al. 2008, p. 199
    assert table["ST"].to_numpy() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    assert (table["ST_seeds"] < 1e-9).all() and (table["ST_points"] > 0.001).all()


def test_seeds_that_disagree_widen_the_interval() -> None:
    from SALib.sample import sobol

    from changemaking.experiments.sweeps.design import unit_problem

    x = sobol.sample(unit_problem(2), 256, calc_second_order=False, seed=1)
    weights = np.random.default_rng(2).normal(1.0, 0.5, size=8)
    values = x[:, :1] * weights[None, :] + x[:, 1:]  # how much the first matters depends on the seed
    table = with_seeds(sobol_indices(2), values, SOBOL, 256, 100)
    assert (table["S1_seeds"] > 0.02).all()
    assert (table["S1_high"] - table["S1_low"] > 2 * table["S1_seeds"] - 1e-12).all()


def test_morris_on_a_linear_function_gives_its_slopes() -> None:
    from SALib.sample import morris

    from changemaking.experiments.sweeps.design import LEVELS, unit_problem

    x = morris.sample(unit_problem(3), 20, num_levels=LEVELS, seed=1)
    y = 3 * x[:, 0] - 2 * x[:, 1]
    table = with_seeds(morris_effects(x), np.stack([y, y + 1, y - 4], axis=1), MORRIS, 20)
    assert table["mu"].to_numpy() == pytest.approx([3, -2, 0]) and table["mu_star"].to_numpy() == pytest.approx([3, 2, 0])
    assert table["sigma"].to_numpy() == pytest.approx([0, 0, 0], abs=1e-9) == table["mu_star_chance"].to_numpy()


@pytest.mark.parametrize(
    "factor",
    [
        {"low": 0, "high": 1}, {"low": 0, "high": 2}, {"low": 1, "high": 5}, {"low": 0.4, "high": 1.6}, {"low": 1, "high": 8, "log": True},
        {"low": 1, "high": 3, "log": True}, {"low": 1, "high": 20, "log": True}, {"low": 1, "high": 1.6},
    ],
)  # fmt: skip
def test_morris_counts_the_steps_of_whole_numbers_as_far_as_they_go(factor: dict[str, Any]) -> None:
    """A slope over the range of a whole number is that slope however coarse the rounding; that of its neighbour is left alone."""
    vary = {"market.firms": factor | {"whole": True}, "parameters.hold_up": {"low": 0.1, "high": 0.3}}
    raw = {"scenarios": ["tiny"], "months": 12, "seeds": 3, "vary": vary, "design": "morris", "samples": 12, "measures": ["quality"]}
    file = SweepFile.model_validate(raw)
    drawn = _shares(file, 2)
    points = [tuple(file.vary[name].at(share) for name, share in zip(vary, row, strict=True)) for row in drawn]
    at = reached(Design("whole", file, None, list(vary), points), drawn)
    low, high = (file.vary["market.firms"].at(end) for end in (0.0, 1.0))
    scale = np.log if factor.get("log") else float
    size = np.array([(scale(point[0]) - scale(low)) / (scale(high) - scale(low)) for point in points])
    y = 3 * size - 2 * drawn[:, 1]
    table = with_seeds(morris_effects(drawn, 1, at), np.stack([y, y + 1, y - 4], axis=1), MORRIS, 12)
    assert table["mu"].to_numpy() == pytest.approx([3, -2]) and table["mu_star"].to_numpy() == pytest.approx([3, 2])
    if factor["high"] != 1.6:  # where half of the steps go from 1 to 1, the others twice as far
        assert table["sigma"].to_numpy() == pytest.approx([0, 0], abs=1e-9) == table["mu_star_chance"].to_numpy()


def test_the_seeds_chance_is_no_effect_of_a_factor_that_only_changes_draws() -> None:
    """Over many sets of seeds: Ishigami's indices as published, zero for a factor which only changes draws, exactly zero for one which
    changes nothing; of sizes of effects it is told how much is chance."""
    from SALib.sample import morris, sobol

    from changemaking.experiments.sweeps.design import LEVELS, unit_problem

    x = sobol.sample(unit_problem(5), 512, calc_second_order=False, seed=1)
    rng, found = np.random.default_rng(8), []
    for _ in range(30):
        own = {tuple(row): rng.normal(0, 5, 6) for row in x[:, :4]}  # other draws at every point, unless only the fifth factor moves
        values = ishigami(x)[:, None] + np.array([own[tuple(row)] for row in x[:, :4]]) + rng.normal(0, 9, 6)
        found.append(with_seeds(sobol_indices(5), values, SOBOL, 512, 2)[["S1", "ST"]].to_numpy())
    assert np.mean(found, axis=0)[:, 1] == pytest.approx([0.5576, 0.4424, 0.2437, 0.0, 0.0], abs=0.05)
    assert np.mean(found, axis=0)[:, 0] == pytest.approx([0.3139, 0.4424, 0.0, 0.0, 0.0], abs=0.06)
    assert all(one[4, 1] == 0.0 for one in found)

    x = morris.sample(unit_problem(2), 200, num_levels=LEVELS, seed=1)
    values = 3 * x[:, :1] + rng.normal(0, 1, (len(x), 6))
    table = with_seeds(morris_effects(x), values, MORRIS, 200)
    size, chance = (table[name].to_numpy() for name in ("mu_star", "mu_star_chance"))
    assert size[1] == pytest.approx(chance[1], rel=0.15) and size[0] > 3 * chance[0]
    assert table["sigma"].to_numpy() == pytest.approx([0, 0], abs=0.35)  # of 0.87, the seeds' own


def test_luck_that_all_points_share_widens_the_interval() -> None:
    """The second factor's effect is each seed's luck, the same at all points: on the mean there is none, and intervals should hold that."""
    from SALib.sample import sobol

    from changemaking.experiments.sweeps.design import unit_problem

    x = sobol.sample(unit_problem(2), 32, calc_second_order=False, seed=1)
    rng, held, seeds = np.random.default_rng(3), np.zeros(2), 8
    for _ in range(100):
        values = x[:, :1] + x[:, 1:] * rng.normal(0, 1.0, seeds) + rng.normal(0, 5, seeds)
        table = with_seeds(sobol_indices(2), values, SOBOL, 32, 100)
        held += ((table["ST_low"] <= [1, 0]) & (table["ST_high"] >= [1, 0])).to_numpy()
    assert (held / 100 > 0.88).all()


def test_a_handful_of_points_gives_no_interval(tmp_path: Path) -> None:
    for design, samples, seeds in (("morris", 2, 6), ("saltelli", 4, 6), ("morris", 12, 1)):
        table = sensitivity(swept(tmp_path / f"{design}{seeds}", design=design, samples=samples, seeds=seeds)).table
        main = "mu_star" if design == "morris" else "ST"
        assert table[f"{main}_points"].isna().all() == table[f"{main}_low"].isna().all() == (samples < 8)
        assert table[f"{main}_seeds"].isna().all() == (seeds < 3)


def test_a_variance_that_is_all_the_seeds_doing_is_not_shared_out() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(64 * 4, 3))
    values[:, 2] = -values[:, 0] - values[:, 1] + 0.01 * rng.normal(size=256)  # means that hardly vary under seeds that do
    with pytest.raises(UsageError, match="take more seeds"):
        with_seeds(sobol_indices(2), values, SOBOL, 64)


@pytest.mark.parametrize(("design", "samples"), [("morris", 12), ("saltelli", 64)])
def test_sensitivity_of_a_sweep(tmp_path: Path, design: str, samples: int) -> None:
    found = sensitivity(swept(tmp_path, design=design, samples=samples))
    assert list(found.table["factor"]) == list(TWO) and found.table["label"][0] == "Trust"
    if design == "saltelli":
        assert found.table["S1"].to_numpy() == pytest.approx([0.9, 0.1], abs=0.1)  # 9 : 1, the squares of the slopes
    else:
        assert found.table["mu_star"].to_numpy() == pytest.approx([3.0, 1.0], abs=0.1)
    assert 0 < found.noise.share < 0.05


def test_what_sensitivity_refuses(tmp_path: Path) -> None:
    made = swept(tmp_path / "a", design="saltelli", samples=8)
    with pytest.raises(UsageError, match=r"bids cannot be measured \(NaN\) at point \d+ \(parameters.trust_start=0.9"):
        sensitivity(made, "bids")
    with pytest.raises(UsageError, match="nothing varies"):
        sensitivity(made, "trust")
    with pytest.raises(UsageError, match="sensitivity needs design"):
        sensitivity(swept(tmp_path / "b", design="latin", samples=8))
    with pytest.raises(UsageError, match="NaN"):
        with_seeds(sobol_indices(1), np.full((4, 2), np.nan), SOBOL, 1)
    shard = next((tmp_path / "a" / "runs").glob("*.parquet"))
    shard.unlink()
    made.__dict__.pop("_table", None)
    made.__dict__.pop("_runs", None)
    with pytest.raises(RunError, match="runs are missing"):
        sensitivity(made)


def test_effects_are_over_the_pairs_that_could_be_measured(tmp_path: Path) -> None:
    """Bids cannot be measured at points with much trust: those are left out and counted; of disputes nothing is ever known."""

    def task(key: str, scenario: Any, seed: int) -> dict[str, Any]:
        row = linear(key, scenario, seed)
        row["totals"][INDEX["bids"]] += scenario.policy.lots + (0.1 * seed if scenario.policy.lots == 2 else 0.0)
        row["totals"][INDEX["disputes"]] = np.nan
        return row

    arms = {"one": {"scenario": "today"}, "two": {"scenario": "today", "set": {"policy.lots": 2}}}
    design = design_of({**BASE, "scenarios": [], "arms": arms, "vary": TWO, "design": "latin", "samples": 20}, "gaps")
    made = sweep(design, tmp_path, workers=1, progress=False, task=task).sweep
    rows = arm_effects(made, ["bids", "disputes"]).set_index(["measure", "arm"])
    bids, nothing = rows.loc[("bids", "two")], rows.loc[("disputes", "two")]
    assert bids["difference"] == pytest.approx(1.35) and bids["seeds"] == 6 and bids["missing"] == 2 * 6  # 2 of 20 points above 0.9
    assert np.isnan(nothing["difference"]) and nothing["seeds"] == 0 and nothing["missing"] == 120


def test_the_seeds_share_of_the_variance() -> None:
    rng = np.random.default_rng(5)
    points, seeds = 400, 10
    signal, own, shared = rng.normal(0, 2, points), rng.normal(0, 3, (points, seeds)), rng.normal(0, 50, seeds)
    noise = noise_of(signal[:, None] + own + shared[None, :])
    assert noise.signal == pytest.approx(4, rel=0.25) and noise.noise == pytest.approx(0.9, rel=0.1)
    assert np.isnan(noise_of(np.ones((4, 1))).share)


@pytest.mark.parametrize(
    ("samples", "seeds", "factors", "told"),
    [
        (4, 6, TWO, "Trust comes first; how sure that is takes more samples or seeds."),
        (20, 12, TWO, "Trust matters most."),
        (20, 6, IDLE, "comes first, but is not told from what chance alone would give; take more seeds or samples."),
        (
            4,
            6,
            dict([*IDLE.items()][:1]),
            "comes first, though chance alone would give as much; how sure that is takes more samples or seeds.",
        ),
    ],
)
def test_a_report_claims_no_more_than_the_intervals_do(
    tmp_path: Path, samples: int, seeds: int, factors: dict[str, Any], told: str
) -> None:
    analysis = {"kind": "sensitivity", "measure": "quality", "arm": "today"}
    made = swept(tmp_path, design="morris", samples=samples, seeds=seeds, vary=factors, analysis=analysis)
    assert answer(report(made)).endswith(told)
