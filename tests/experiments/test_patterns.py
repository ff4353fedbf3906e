"""The shape of patterns: the verdict's rule, discovery, shared runs. The claims themselves are tested in tests/patterns."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from fake_model import EFFECT

import changemaking as cm
from changemaking.experiments import executor
from changemaking.experiments.errors import RunError, UsageError
from changemaking.experiments.patterns import Pattern, available, four_arms, judge, result_of
from changemaking.experiments.patterns.table import pattern_table
from changemaking.model.measures import INDEX

PACKAGE = sys.modules["changemaking.experiments.patterns"]
SMALL = {"place": "tiny", "horizon.months": 12}


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ((+1, 2.0, 1.0, 3.0, 0.0, -1.0, 1.0), "emerges"),
        ((+1, 2.0, 1.0, 3.0, 1.0, 0.9, 1.1), "emerges"),  # half of it left
        ((+1, 2.0, 1.0, 3.0, 1.5, -0.1, 3.1), "emerges"),  # cannot be told from nothing
        ((+1, 2.0, 1.0, 3.0, -1.0, -1.1, -0.9), "emerges"),
        ((+1, 2.0, 1.0, 3.0, 1.1, 0.9, 1.3), "not due to its mechanism"),
        ((+1, 2.0, 1.0, 3.0, -2.0, -3.0, -1.0), "not due to its mechanism"),
        ((+1, 2.0, 1.0, 3.0, np.nan, np.nan, np.nan), "not due to its mechanism"),
        ((+1, 2.0, 0.0, 4.0, 0.0, 0.0, 0.0), "does not emerge"),
        ((-1, 2.0, 1.0, 3.0, 0.0, 0.0, 0.0), "does not emerge"),  # there, but the wrong way
        ((-1, -2.0, -3.0, -1.0, 0.0, 0.0, 0.0), "emerges"),
        ((+1, np.nan, np.nan, np.nan, 0.0, 0.0, 0.0), "does not emerge"),
    ],
)
def test_verdicts(numbers: tuple, verdict: str) -> None:
    assert judge(*numbers) == verdict


def quality(outcome) -> float:
    return float(outcome.series[:, INDEX["quality"]].mean())


def broken(outcome) -> float:
    raise LookupError("no such thing")


def pattern(id_: str, **changes: object) -> Pattern:
    words: dict = {
        "title": "Lots help",
        "claim": "More lots, more quality",
        "source": "made up",
        "expected": +1,
        "unit": "0-1",
        "arms": ("today", "today"),
        "statistic": "quality",
        "overrides_a": SMALL,
        "overrides_b": {**SMALL, "policy.lots": 3},
        "ablation": {"policy.lots": 1},  # the fake model has no mechanism but this
    }
    return Pattern(id_, **{**words, **changes})


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch, fake_model: ModuleType) -> dict[str, ModuleType]:
    """Patterns p01 (a measure), p02 (a function, not due to its mechanism), p03 (of its own shape)."""
    modules = {name: ModuleType(f"{PACKAGE.__name__}.{name}") for name in ("p01", "p02", "p03")}
    modules["p01"].PATTERN = pattern("P01")
    modules["p02"].PATTERN = pattern("P02", statistic=quality, ablation={"switches.trust": False})
    own = modules["p03"].PATTERN = pattern("P03", expected=-1)

    def measure(run_many):
        arms = four_arms(own)
        found = run_many({"a": arms["a"]}, quality)
        found |= run_many({"b": arms["b"]}, quality)  # a second question, once the first is answered
        return result_of(own, found["b"] - found["a"], np.zeros(len(found["a"])), points=len(found))

    modules["p03"].measure = measure
    for module in modules.values():
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(PACKAGE, "available", lambda: {name.upper(): module.__name__ for name, module in modules.items()})
    return modules


def test_patterns_are_run_in_pairs_with_and_without_their_mechanism(three: dict[str, ModuleType]) -> None:
    first, second, third = cm.patterns(seeds=12, workers=1)
    assert [r.id for r in (first, second, third)] == ["P01", "P02", "P03"]
    assert first.low < 2 * EFFECT < first.high and first.seeds == 12
    assert (first.ablated_effect, first.ablated_low, first.ablated_high) == (0, 0, 0)
    assert second.effect == pytest.approx(first.effect) == pytest.approx(second.ablated_effect)
    assert [r.verdict for r in (first, second, third)] == ["emerges", "not due to its mechanism", "does not emerge"]
    assert third.effect == pytest.approx(first.effect) and third.details == {"points": 2}
    assert first.ablation == {"policy.lots": 1} and first.source == "made up"


def test_where_fewer_seeds_are_enough_fewer_are_run(three: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    own, sizes = three["p03"].PATTERN, []
    real = executor.run_all
    monkeypatch.setattr(PACKAGE, "run_all", lambda jobs, *rest: sizes.append(len(jobs)) or real(jobs, *rest))
    seen = {}

    def measure(run_many):
        arms = four_arms(own)
        found = run_many({"a": arms["a"], "b": arms["b"], "c": arms["b0"]}, quality, enough={"a": 2, "c": 3})
        seen.update({key: len(values) for key, values in found.items()})
        return result_of(own, found["b"], found["b"])

    three["p03"].measure = measure
    cm.patterns(["p03"], seeds=5, workers=1)
    assert seen == {"a": 2, "b": 5, "c": 3} and sizes == [3 + 5], "without its mechanism b is a"
    cm.patterns(["p01", "p03"], seeds=5, workers=1)
    assert seen == {"a": 2, "b": 5, "c": 3}, "another pattern wants the same worlds under all seeds"
    cm.patterns(["p03"], seeds=2, workers=1)
    assert seen == {"a": 2, "b": 2, "c": 2}


def test_runs_that_patterns_share_are_made_once(three: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real = executor.run_all
    monkeypatch.setattr(PACKAGE, "run_all", lambda jobs, *rest: sizes.append(len(jobs)) or real(jobs, *rest))
    cm.patterns(["p01", "P02"], seeds=4, workers=1)
    assert sizes == [4 * 4]  # lots 1, lots 3, and both without trust: eight arms, four different runs
    cm.patterns(seeds=4, workers=1)
    assert sizes[1:] == [4 * 4, 4]  # what the third asks first is among them, what it asks then is not


def test_the_chosen_ones_and_only_those(three: dict[str, ModuleType]) -> None:
    assert [r.id for r in cm.patterns([" p03", "P01"], seeds=3, workers=1)] == ["P03", "P01"]
    with pytest.raises(UsageError, match="there is no pattern P09; there are P01, P02, P03"):
        cm.patterns(["P09"])
    for nothing in ([], [""], "", "P01,"):
        with pytest.raises(UsageError, match=r"there are P01, P02, P03"):
            cm.patterns(nothing)
    assert [r.id for r in cm.patterns("p03, p01", seeds=3, workers=1)] == ["P03", "P01"]
    with pytest.raises(UsageError, match="at least 2"):
        cm.patterns(["P01"], seeds=1)


def test_a_run_that_fails_fails_the_patterns(three: dict[str, ModuleType]) -> None:
    three["p01"].PATTERN = pattern("P01", statistic=broken)
    with pytest.raises(RunError, match="8 of 8 runs failed; today, seed 1: LookupError: no such thing"):
        cm.patterns(["P01"], seeds=4, workers=1)


def interrupt(fake_model: ModuleType, at: int) -> None:
    """Ctrl-C during the run of that number."""
    real, seen = fake_model.simulate, []

    def simulate(scenario, seed, **words):
        seen.append(seed)
        if len(seen) == at:
            os.kill(os.getpid(), signal.SIGINT)
        return real(scenario, seed, **words)

    fake_model.simulate = simulate


def test_ctrl_c_keeps_the_seeds_that_all_worlds_have_seen(three: dict[str, ModuleType], fake_model: ModuleType, tmp_path: Path) -> None:
    real = fake_model.simulate
    interrupt(fake_model, at=22)  # four worlds: in the sixth seed
    made = pattern_table(seeds=12, workers=1)
    assert made.partial and made.left == ["P03"] and made.seeds == [1, 2, 3, 4, 5]
    fake_model.simulate = real
    whole = pattern_table(["P01", "P02"], seeds=5, workers=1)
    assert made.results == whole.results and not whole.partial and [r.seeds for r in made.results] == [5, 5]
    made.save(tmp_path / "out")
    found = cm.verify(tmp_path / "out", workers=1)
    assert found.ok and "partial: interrupted after P01, P02 under 5 seeds" in found.notes


def test_ctrl_c_keeps_the_patterns_that_are_finished(three: dict[str, ModuleType], fake_model: ModuleType) -> None:
    interrupt(fake_model, at=4 * 4 + 3)  # the plain ones are done; during what the third asks then
    made = pattern_table(seeds=4, workers=1)
    assert [r.id for r in made.results] == ["P01", "P02"] and made.left == ["P03"] and made.partial
    assert made.seeds == [1, 2, 3, 4]


@pytest.mark.parametrize(("only", "at"), [(["P01"], 3), (["P03"], 3)])
def test_ctrl_c_before_a_pattern_says_anything(three: dict[str, ModuleType], fake_model: ModuleType, only: list[str], at: int) -> None:
    interrupt(fake_model, at)
    with pytest.raises(KeyboardInterrupt):
        cm.patterns(only, seeds=4, workers=1)


def test_verify_that_is_interrupted_says_nothing(three: dict[str, ModuleType], fake_model: ModuleType, tmp_path: Path) -> None:
    pattern_table(["P01"], seeds=6, workers=1).save(tmp_path / "out")
    interrupt(fake_model, at=9)
    with pytest.raises(KeyboardInterrupt):
        cm.verify(tmp_path / "out", workers=1)


def test_patterns_are_saved_with_their_maps_and_verify(three: dict[str, ModuleType], tmp_path: Path) -> None:
    own, shape = three["p03"].PATTERN, (2, 3)

    def measure(run_many):
        drawn = {"x": [1, 2, 3], "y": [0.1, 0.2], "values": np.arange(6.0).reshape(shape) - 2, "low": np.full(shape, -3.0)}
        return result_of(own, np.arange(3.0), np.zeros(3), map={**drawn, "high": np.full(shape, 4.0), "labels": {"x": "volatility"}})

    three["p03"].measure = measure
    made = pattern_table(["P01", "P03"], seeds=4, workers=1)
    made.save(tmp_path / "out", ["changemaking", "patterns"])
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "manifest.json",
        "patterns.parquet",
        "patterns.html",
        "p03-map.png",
        "p03-map.svg",
    }
    table = pd.read_parquet(tmp_path / "out" / "patterns.parquet")
    assert list(table["id"]) == ["P01", "P03"] and table.loc[0, "effect"] == made.results[0].effect
    assert made.content[1]["details"]["map"]["values"] == [[-2, -1, 0], [1, 2, 3]]
    assert cm.verify(tmp_path / "out", workers=1).ok
    three["p01"].PATTERN = pattern("P01", overrides_b={**SMALL, "policy.lots": 4})
    problems = cm.verify(tmp_path / "out", workers=1).problems
    assert problems == ["the patterns give other numbers now", "patterns.parquet holds other numbers than its runs give"]


def test_files_are_found_by_name() -> None:
    for name, module in available().items():
        assert module == f"changemaking.experiments.patterns.{name.lower()}"
