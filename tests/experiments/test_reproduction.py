"""The shipped experiments: each can be read, each has its results, and a part of them is made again bit by bit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from changemaking.experiments import reproduction
from changemaking.experiments.errors import UsageError
from changemaking.experiments.reproduction import experiment, experiments, keep, reproduce, results_of, stored


@pytest.mark.parametrize("name", experiments())
def test_each_has_a_question_an_answer_and_all_its_results(name: str) -> None:
    design, was = experiment(name), stored(name)
    assert design.file.question.endswith("?") and design.file.title and design.file.measures
    assert len(was) == len(design.points) * len(design.arms) * len(design.seeds)
    assert set(design.file.measures) <= set(was.columns) and not was["sha256"].duplicated().any()


@pytest.mark.parametrize("name", ["austerity", "transparency"])
def test_the_first_seed_gives_the_stored_bits(name: str) -> None:
    found = reproduce(name, seeds=1, workers=1, progress=False)
    assert found.ok and found.runs == len(stored(name).query("seed == 1")), (found.other, found.changed)


def test_every_scenario_is_still_the_one_that_was_run() -> None:
    """Cheaper than running them: a change of a parameter, a place or a file shows here first (docs/refresh.py --all makes them anew)."""
    for name in experiments():
        design, was = experiment(name), stored(name).drop_duplicates(["point", "arm"])
        now = [design.scenario(point, arm).sha256[: reproduction.DIGITS] for point, arm in zip(was["point"], was["arm"], strict=True)]
        assert now == was["scenario"].tolist(), name


def test_another_result_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """title = "Small"
question = "Is it so?"
design = "list"
seeds = 2
months = 6
scenarios = ["tiny"]
measures = ["quality"]
[[points]]
"""
    (tmp_path / "small.toml").write_text(text)
    monkeypatch.setattr(reproduction, "LIBRARY", tmp_path)
    assert keep("small", workers=1, progress=False).exists() and reproduce("small", workers=1, progress=False).ok
    was = stored("small")
    assert list(was.columns) == ["point", "arm", "seed", "sha256", "scenario", "seconds", "quality"]
    was.loc[1, "sha256"] = "0" * 16
    was.to_parquet(tmp_path / "small.parquet")
    found = reproduce("small", store=tmp_path / "store", workers=1, progress=False)
    assert not found.ok and found.other == [(0, "tiny", 2)]
    pd.testing.assert_series_equal(results_of(found.sweep)["quality"], was["quality"])
    (tmp_path / "small.toml").write_text(text.replace("months = 6", "months = 7"))
    assert reproduce("small", workers=1, progress=False).changed == 2
    with pytest.raises(UsageError, match=r"smal: no such experiment; there are small; did you mean 'small'"):
        reproduce("smal")
