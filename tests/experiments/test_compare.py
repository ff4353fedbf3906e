"""Comparisons: who is compared with whom, and whether the tables hold what the runs give."""

from __future__ import annotations

import math
import os
import signal
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from fake_model import EFFECT

import changemaking as cm
from changemaking.experiments.errors import RunError, UsageError
from changemaking.experiments.scenario_sets import arms
from changemaking.experiments.statistics import t_quantile
from changemaking.model.measures import INDEX, NAMES
from changemaking.scenarios import load_scenario

SMALL = {"place": "tiny", "horizon.months": 12}


def lots(n: int, name: str = "", **overrides: object):
    """A scenario that differs from others by its lots."""
    scenario = load_scenario("today", {**SMALL, "policy.lots": n, **overrides})
    return scenario.model_copy(update={"name": name or f"lots{n}", "title": f"{n} lots"})


@pytest.fixture
def two(fake_model: ModuleType):
    return cm.compare([lots(3)], seeds=20, baseline=lots(1), workers=1)


# --- who with whom ------------------------------------------------------------------------------------------------


def pairs(scenarios: list, baseline=None, **overrides: object) -> list[tuple[str, str]]:
    return arms(scenarios, baseline, overrides)[1]


def test_each_is_compared_with_its_own_baseline_and_two_with_each_other() -> None:
    assert pairs(["phased"]) == [("phased", "today")]
    assert pairs(["bundled", "phased"]) == [("bundled", "today"), ("phased", "today"), ("phased", "bundled")]
    assert pairs(["bundled", "phased", "preston"]) == [("bundled", "today"), ("phased", "today"), ("preston", "today")]
    assert pairs(["today", "phased"]) == pairs(["phased", "today"]) == [("phased", "today")]


def test_a_given_baseline_takes_the_place_of_their_own() -> None:
    assert pairs(["phased", "preston", "bundled"], "bundled") == [("phased", "bundled"), ("preston", "bundled")]
    assert pairs([lots(2), lots(3)]) == [("lots3", "lots2")]
    assert pairs([lots(2), lots(3), lots(4)]) == [("lots3", "lots2"), ("lots4", "lots2")]


def test_overrides_reach_every_arm_and_shared_baselines_are_there_once() -> None:
    worlds, _ = arms(["bundled", "phased"], None, SMALL)
    assert list(worlds) == ["today", "bundled", "phased"]
    assert {s.place.name for s in worlds.values()} == {"tiny"} and {s.horizon.months for s in worlds.values()} == {12}


@pytest.mark.parametrize(
    ("scenarios", "baseline", "message"),
    [
        (["today"], None, "today: names no baseline"),
        ([], None, "at least one scenario"),
        ("phased", None, "give a list"),
        (["phased"], "tiny", "phased cannot be paired with its baseline tiny: the places differ"),
        (["today", "tiny"], None, "It cannot be paired with tiny: the places differ"),
        ([lots(2, "same"), lots(3, "same")], None, "two different scenarios have this name"),
        ([lots(2), lots(3, **{"horizon.months": 13})], None, r"the months differ \(12 from .*, 13 from"),
    ],
)
def test_what_cannot_be_compared_says_so(scenarios: list, baseline: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        arms(scenarios, baseline, None)


def test_unknown_names_and_seeds_are_refused(two: cm.experiments.Comparison) -> None:
    with pytest.raises(cm.scenarios.ScenarioError, match="did you mean 'phased'"):
        cm.compare(["fased"])
    for seeds in (0, -1, [], [1, 1], [-3], True):
        with pytest.raises(UsageError, match="seed"):
            cm.compare(["phased"], seeds=seeds)
    with pytest.raises(UsageError, match="overrides and months apply to scenarios given by name"):
        cm.compare([lots(2), lots(3)], overrides=SMALL)
    with pytest.raises(UsageError, match="did you mean 'quality'"):
        two.table(["qualty"])
    with pytest.raises(UsageError, match="lots1 was not compared with lots3; compared were lots3 with lots1"):
        two.differences("lots1", "lots3", "quality")


# --- what the tables say ------------------------------------------------------------------------------------------


def test_effects_are_those_of_the_runs(two: cm.experiments.Comparison) -> None:
    """Every column worked out again from `runs` by other means."""
    wide = two.runs.pivot_table(index="seed", columns=["scenario", "measure"], values="value", dropna=False)
    effects = two.effects.set_index("measure")
    assert list(effects.index) == list(NAMES)
    for name in ("quality", "spend", "whole_life_cost", "balance"):
        a, b = wide["lots1"][name], wide["lots3"][name]
        row = effects.loc[name]
        half = t_quantile(0.975, 19) * (b - a).std() / math.sqrt(20)
        expected = [a.mean(), b.mean(), (b - a).mean(), (b - a).mean() - half, (b - a).mean() + half, (b - a).std()]
        columns = ["baseline_mean", "policy_mean", "difference", "low", "high", "sd_paired"]
        assert row[columns].to_list() == pytest.approx(expected, rel=1e-12)
        assert row["sd_unpaired"] == pytest.approx(math.hypot(a.std(), b.std()), rel=1e-12)
        assert row["variance_ratio"] == pytest.approx((row["sd_unpaired"] / row["sd_paired"]) ** 2)
        assert (row["seeds"], row["missing"]) == (20, 0)
    assert effects.loc["quality", "low"] < 2 * EFFECT < effects.loc["quality", "high"]
    assert effects.loc["quality", "better_share"] == 1 and effects.loc["shading", "better_share"] == 0
    assert math.isnan(effects.loc["tenders", "better_share"])
    assert effects.loc["quality", "variance_ratio"] > 10, "pairing by seed must pay"


def test_what_could_not_be_measured_is_counted(two: cm.experiments.Comparison) -> None:
    row = two.effects.set_index("measure").loc["bids"]
    assert (row["seeds"], row["missing"]) == (12, 8)
    months = two.monthly[two.monthly["measure"] == "bids"]
    assert (months["seeds"] == 12).all() and months["difference"].notna().all()


def test_monthly_effects_are_those_of_the_series(two: cm.experiments.Comparison) -> None:
    column = INDEX["quality"]
    a, b = (np.array([two.outcomes[name, seed].series[:, column] for seed in two.seeds]) for name in ("lots1", "lots3"))
    rows = two.monthly[two.monthly["measure"] == "quality"]
    assert list(rows["month"]) == [f"2012-{m:02d}" for m in range(4, 13)] + ["2013-01", "2013-02", "2013-03"]
    assert rows["baseline_mean"].to_numpy() == pytest.approx(a.mean(axis=0))
    assert rows["policy_mean"].to_numpy() == pytest.approx(b.mean(axis=0))
    half = t_quantile(0.975, 19) * (b - a).std(axis=0, ddof=1) / math.sqrt(20)
    for name, expected in (("difference", 0), ("low", -half), ("high", half)):
        assert rows[name].to_numpy() == pytest.approx((b - a).mean(axis=0) + expected)
    assert len(two.monthly) == 12 * len(NAMES)


def test_tables_are_tidy_and_named(two: cm.experiments.Comparison) -> None:
    table = two.table(["trust", "quality"])
    assert list(table["measure"]) == ["trust", "quality"] and list(table["unit"]) == ["0-1", "0-1"]
    assert table.loc[1, "label"] == "Quality of service"
    assert len(two.table()) == len(NAMES)
    assert len(two.runs) == 40 * len(NAMES) and list(two.runs.columns) == ["scenario", "seed", "measure", "value"]
    assert list(two.events["scenario"].unique()) == ["lots1", "lots3"] and set(two.events["month"]) == {"2012-04", "2013-03"}
    assert two.titles == {"lots1": "1 lots", "lots3": "3 lots"} and "Student's t" in two.interval


def test_seeds_needed_by_pair(two: cm.experiments.Comparison) -> None:
    d = two.differences("lots3", "lots1", "quality")
    [(pair, n)] = two.seeds_needed("quality", 0.005).items()
    assert pair == ("lots3", "lots1")
    spread = d.std(ddof=1)
    assert t_quantile(0.975, n - 1) * spread / math.sqrt(n) <= 0.005 < t_quantile(0.975, n - 2) * spread / math.sqrt(n - 1)
    with pytest.raises(UsageError, match="must be positive"):
        two.seeds_needed("quality", 0)


def test_one_seed_gives_a_difference_but_no_interval(fake_model: ModuleType) -> None:
    found = cm.compare([lots(3)], seeds=[7], baseline=lots(1), workers=1)
    row = found.effects.set_index("measure").loc["quality"]
    assert row["seeds"] == 1 and np.isfinite(row["difference"]) and math.isnan(row["low"])
    assert found.monthly["low"].isna().all()


# --- runs ---------------------------------------------------------------------------------------------------------


def test_runs_that_several_pairs_need_are_made_once(fake_model: ModuleType) -> None:
    calls: list[tuple[str, int]] = []
    real = fake_model.simulate

    def counting(scenario, seed, **words):
        calls.append((scenario.name, seed))
        return real(scenario, seed, **words)

    fake_model.simulate = counting
    told: list[tuple[int, int]] = []
    found = cm.compare(["bundled", "phased"], 3, workers=1, overrides=SMALL, progress=lambda done, all_: told.append((done, all_)))
    assert sorted(calls) == sorted((name, seed) for name in ("today", "bundled", "phased") for seed in (1, 2, 3))
    assert told[-1] == (9, 9)
    assert list(found.effects[["scenario", "baseline"]].drop_duplicates().itertuples(index=False, name=None)) == found.pairs


def test_a_failing_run_is_left_out_with_its_pair_and_told(fake_model: ModuleType) -> None:
    real = fake_model.simulate

    def failing(scenario, seed, **words):
        if scenario.name == "lots3" and seed == 2:
            raise ZeroDivisionError("nobody left")
        return real(scenario, seed, **words)

    fake_model.simulate = failing
    found = cm.compare([lots(3)], seeds=5, baseline=lots(1), workers=1)
    [failure] = found.failures
    assert (failure.scenario, failure.seed, failure.error) == ("lots3", 2, "ZeroDivisionError: nobody left")
    assert found.common("lots3", "lots1") == [1, 3, 4, 5]
    assert set(found.effects["seeds"] + found.effects["missing"]) == {4}

    def hopeless(scenario, seed, **words):
        raise ZeroDivisionError("nobody left")

    fake_model.simulate = hopeless
    with pytest.raises(RunError, match="10 of 10 runs failed; lots1, seed 1: ZeroDivisionError: nobody left"):
        cm.compare([lots(3)], seeds=5, baseline=lots(1), workers=1)


def test_an_interrupted_comparison_holds_whole_pairs(fake_model: ModuleType) -> None:
    real = fake_model.simulate

    def interrupted(scenario, seed, **words):
        if (scenario.name, seed) == ("lots3", 4):
            os.kill(os.getpid(), signal.SIGINT)
        return real(scenario, seed, **words)

    fake_model.simulate = interrupted
    found = cm.compare([lots(3)], seeds=50, baseline=lots(1), workers=1)
    assert found.partial and found.common("lots3", "lots1") == [1, 2, 3, 4]
    assert isinstance(found.effects, pd.DataFrame) and found.effects["seeds"].max() == 4


# --- arms that are the same ---------------------------------------------------------------------------------------


def test_a_form_that_is_todays_practice_is_said_to_be_the_same_run(fake_model: ModuleType) -> None:
    found = cm.compare(["outsourcing"], 2, workers=1, overrides=SMALL)
    assert found.same("outsourcing", "today").startswith("outsourcing and today are one and the same run under two names")


def test_arms_that_differ_in_what_did_nothing_are_said_to_have_given_the_same(fake_model: ModuleType) -> None:
    found = cm.compare(["phased"], 2, workers=1, overrides={**SMALL, "policy.lots": 1})  # the stand-in knows nothing but lots
    assert found.same("phased", "today").startswith("phased and today gave the same in every measure and month under any of the 2 seeds")
    one = cm.compare([lots(2), lots(3)], seeds=[7], workers=1)
    assert one.same("lots3", "lots2") == ""
