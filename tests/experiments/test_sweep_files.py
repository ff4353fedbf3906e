"""What a sweep's file asks: its points and arms, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_sweeps import GRID, SMALL, grid

from changemaking.experiments.errors import UsageError
from changemaking.experiments.sweeps.design import design_of, read_sweep
from changemaking.scenarios.errors import ScenarioError


def test_a_grid_has_every_combination() -> None:
    assert grid().points == [(lots, trust) for lots in (1, 2) for trust in (0.2, pytest.approx(0.5), 0.8)]


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_sampled_points_fill_every_stratum_of_every_factor(design: str) -> None:
    vary = {"policy.lots": {"low": 1, "high": 9, "whole": True}, "parameters.trust_start": {"low": 0.25, "high": 0.75}}
    made = design_of({**GRID, "design": design, "samples": 16, "vary": vary}, "s")
    lots, trust = zip(*made.points, strict=True)
    assert all(isinstance(n, int) for n in lots) and set(lots) <= set(range(1, 10))
    assert sorted(np.floor((np.array(trust) - 0.25) / 0.5 * 16)) == list(range(16))  # one in each sixteenth
    again = design_of({**GRID, "design": design, "samples": 16, "vary": vary}, "s")
    other = design_of({**GRID, "design": design, "samples": 16, "vary": vary, "design_seed": 2}, "s")
    assert again.points == made.points != other.points


def test_a_factor_on_a_log_scale_has_even_ratios() -> None:
    vary = {"parameters.dispute_rate": {"low": 0.001, "high": 0.1, "steps": 3, "log": True}}
    assert grid(vary=vary).points == [(pytest.approx(x),) for x in (0.001, 0.01, 0.1)]


def test_a_list_and_arms_with_their_own_changes() -> None:
    raw = {
        "arms": {"few": {"scenario": "today", "set": {"policy.lots": 1}}, "many": {"scenario": "today", "set": {"policy.lots": 4}}},
        "set": SMALL,
        "months": 12,
        "design": "list",
        "points": [{"parameters.trust_start": 0.3}, {"parameters.trust_start": 0.6}],
    }
    made = design_of(raw, "listed")
    assert made.arms == ["few", "many"] and made.points == [(0.3,), (0.6,)]
    assert made.scenario(1, "many").policy.lots == 4 and made.scenario(1, "many").parameters.trust_start == 0.6


def test_policies_by_places() -> None:
    made = design_of({"scenarios": ["bundled", "phased"], "months": 12, "vary": {"place": {"values": ["tiny", "lancashire"]}}}, "table")
    places = [made.scenario(point, arm).place.name for point in (0, 1) for arm in made.arms]
    assert places[0] == places[1] != places[2] == places[3]


def test_one_factor_may_move_several_keys() -> None:
    vary = {"both": {"keys": ["parameters.trust_start", "parameters.team_trust"], "values": [0.4, 0.5]}}
    scenario = grid(vary=vary).scenario(1, "today")
    assert scenario.parameters.trust_start == scenario.parameters.team_trust == 0.5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scenarios": ["todya"]}, "did you mean 'today'?"),
        ({"desing": "grid"}, "unknown key; .*did you mean 'design'"),
        ({"measures": ["qualty"]}, "measures: no such measure, got .qualty.*did you mean 'quality'"),
        ({"vary": {"policy.lotts": {"values": [1]}}}, "policy.lotts"),
        ({"vary": {"policy.lots": {"values": [1, 2000]}}}, "policy.lots"),
        ({"vary": {"policy.lots": {"low": 3, "high": 1, "steps": 2}}}, "high: must lie above low, got 1"),
        ({"vary": {"policy.lots": {"low": 1, "high": 3}}}, "vary.*policy.lots.*: missing; takes steps or values, for a grid"),
        ({"vary": {"policy.lots": {"low": 1, "values": [3]}}}, "takes values, or low and high, not both"),
        ({"vary": {"parameters.dispute_rate": {"low": 0.0, "high": 1.0, "steps": 2, "log": True}}}, "must be positive for log = true"),
        ({"vary": {}}, "vary: missing"),
        ({"vary": {"point": {"keys": ["policy.lots"], "values": [1, 2]}}}, "vary.point: is the name of a column"),
        ({"vary": {"quality": {"keys": ["policy.lots"], "values": [1, 2]}}}, "vary.quality: is the name of a column"),
        ({"set": {**SMALL, "policy.lots": 3}}, r"moves policy\.lots, which is set elsewhere, got set; takes one of them"),
        ({"arms": {"b": {"scenario": "tiny", "set": {"policy.lots": 3}}}}, r"moves policy\.lots, which is set elsewhere, got arms\.b\.set"),
        ({"design": "sobol", "samples": 100}, "samples: must be a power of two for this design, got 100; takes for example 128"),
        ({"design": "latin"}, "samples: missing"),
        ({"samples": 10}, "means nothing for this design"),
        ({"design": "list"}, "points: missing"),
        ({"seeds": 0}, "seeds: .*from 1"),
        ({"seeds": 10**7}, "seeds: .*100,?000"),
        ({"vary": {"policy.lots": {"values": [1, 1.0]}}}, "values: has a value twice, got 1"),
        ({"vary": {"policy.lots": {"values": [1, float("nan")]}}}, "values.1: is not accepted, got NaN; takes a number, text"),
        ({"vary": {"policy.lots": {"low": float("nan"), "high": 2, "steps": 2}}}, "low: is not accepted, got NaN; takes a number"),
        ({"vary": {"policy.lots": {"values": [1, 2], "whole": True}}}, "means nothing beside values: whole"),
        ({"design": "latin", "samples": 8, "vary": {"policy.lots": {"low": 1, "high": 3, "steps": 3}}}, "steps: means nothing for this"),
        ({"design": "latin", "samples": 8, "vary": {"policy.lots": {"label": "Lots"}}}, "missing; takes low and high, or values"),
        ({"design": "saltelli", "samples": 2**19, "vary": {"policy.lots": {"low": 1, "high": 3}}}, "too many points, got 1,572,864"),
        ({"scenarios": ["today", "today"]}, "scenarios: names one twice, got .today"),
        (
            {"design": "list", "vary": {"policy.lot": {"label": "Lots"}}, "points": [{"policy.lots": 1}]},
            "vary.policy.lot: is no factor of the points",
        ),
        (
            {"design": "list", "vary": {"policy.lots": {"low": 1, "high": 3}}, "points": [{"policy.lots": 1}]},
            "says low, which the points say already",
        ),
        ({"design": "list", "vary": {}, "points": [{"policy.lots": 1}, {"policy.lots": 1}]}, "points.1: is there twice"),
        ({"scenarios": []}, "missing; takes scenarios, a list of names, or tables"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        grid(**changes)


ANALYSES = {
    "regimes": (
        {"kind": "regimes", "measure": "quality", "arm": "today", "against": "tody"},
        "analysis.against: no such arm.*did you mean 'today'",
    ),
    "one factor": (
        {"kind": "regimes", "measure": "quality", "arm": "today", "against": "today"},
        "grid with 1 factor; takes a grid of two factors",
    ),
    "no design": ({"kind": "sensitivity", "measure": "quality"}, 'got "grid"; takes design = morris or saltelli'),
    "no threshold": ({"kind": "discovery", "measure": "quality"}, "analysis.above: missing"),
    "both": ({"kind": "discovery", "measure": "quality", "above": 1.0, "below": 2.0}, "analysis.below: stands beside above"),
    "method": ({"kind": "discovery", "measure": "quality", "above": 1.0, "method": "pram"}, "analysis.method: is not accepted"),
    "one arm": ({"kind": "robustness", "measure": "quality"}, "compares arms, and there is one"),
    "measure": ({"kind": "discovery", "measure": "qualty", "above": 1.0}, "did you mean 'quality'"),
    "no measure": ({"kind": "discovery", "above": 1.0}, "analysis.measure: missing"),
}


@pytest.mark.parametrize(("asked", "said"), ANALYSES.values(), ids=ANALYSES)
def test_an_analysis_that_could_not_be_done_is_refused_before_the_runs(asked: dict[str, Any], said: str) -> None:
    vary = {"policy.lots": {"values": [1, 2]}}
    with pytest.raises(ScenarioError, match=said):
        design_of({**GRID, "vary": vary, "analysis": asked}, "made up")


def test_an_analysis_of_several_arms_says_which_and_robustness_of_what() -> None:
    arms = {**GRID, "scenarios": ["today", "bundled"]}
    with pytest.raises(ScenarioError, match=r"analysis\.arm: missing; takes one of today, bundled"):
        design_of({**arms, "analysis": {"kind": "discovery", "measure": "quality", "above": 0.5}}, "made up")
    with pytest.raises(ScenarioError, match=r"analysis\.measure: is no good or bad by itself"):
        design_of({**arms, "analysis": {"kind": "robustness", "measure": "spend"}}, "made up")
    with pytest.raises(ScenarioError, match=r"targets\.x\.arm: no such arm"):
        target = {"measure": "quality", "value": 0.5, "tolerance": 0.1, "source": "made up", "arm": "tody"}
        design_of({**arms, "targets": {"x": target}}, "made up")


def test_the_file_in_the_documents_is_sound(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "sweeps.md").read_text(encoding="utf-8")
    file = tmp_path / "volatility.toml"
    file.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert read_sweep(file).arms == ["bundled", "phased", "heard"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing.toml: no such file"):
        read_sweep(tmp_path / "nothing.toml")
    (tmp_path / "bad.toml").write_text("scenarios = [")
    with pytest.raises(ScenarioError, match=r"bad\.toml: is not valid TOML"):
        read_sweep(tmp_path / "bad.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="is not UTF-8 text"):
        read_sweep(tmp_path / "binary.toml")


def test_a_file_as_other_editors_save_it(tmp_path: Path) -> None:
    text = 'title = "Café"\nscenarios = ["tiny"]\ndesign = "list"\npoints = [{}]\nseeds = 1\n'
    (tmp_path / "marked.toml").write_text(text, encoding="utf-8-sig")
    assert read_sweep(tmp_path / "marked.toml").file.title == "Café"
    (tmp_path / "old.toml").write_text(text, encoding="latin-1")
    with pytest.raises(ScenarioError, match=r"old\.toml: is not UTF-8 text: byte 12 cannot be read; save it as UTF-8"):
        read_sweep(tmp_path / "old.toml")
