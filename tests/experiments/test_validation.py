"""The model held against what was published: known answers exactly, misses first, nothing called met that is not."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from changemaking.commands import app
from changemaking.experiments import no_gain, validation
from changemaking.experiments.errors import UsageError
from changemaking.experiments.validation import Exact, Figure, Validation
from changemaking.viz.validation_page import report

FREE = Figure("A", "share", 0.5, 0.3, 0.2, 0.4, "no", "some_id", "P01")


def test_known_answers_are_exact() -> None:
    found = {round(e.known, 2): e for e in validation.known_answers()}
    assert set(found) == {1.39, 1.54, 1.68, 1.63, 1.40, 0.0} and all(e.hit for e in found.values())
    assert no_gain.gain(0.0) > 1e6 and abs(no_gain.gain(1.0)) < 1e3, "half of nothing would be nothing too: there is something to take away"
    assert found[1.63].found == pytest.approx(1 + 0.438 + 0.438**2, abs=1e-12)
    assert found[1.40].found == pytest.approx(1 + 0.306 + 0.306**2, abs=1e-12)
    assert not Exact("off", 1.39, 1.3951, 2, "x").hit and Exact("on", 1.39, 1.3949, 2, "x").hit


@pytest.mark.parametrize(("published", "hit"), [(0.19, False), (0.2, True), (0.3, True), (0.4, True), (0.41, False)])
def test_a_figure_is_met_where_95_per_cent_of_runs_lie(published: float, hit: bool) -> None:
    assert Figure("A", "share", published, 0.3, 0.2, 0.4, "no", "x", "P01").hit is hit


def test_what_anything_would_meet_is_marked_wide() -> None:
    narrow, wide = Figure("N", "share", 0.25, 0.3, 0.2, 0.4, "no", "x", "P01"), Figure("W", "share", 0.1, 0.3, 0.05, 0.6, "no", "x", "P01")
    assert (narrow.telling, wide.telling) == (True, False) and (narrow.error, wide.error) == pytest.approx((0.2, 2.0))
    rows = {line[2]: line for line in report(Validation([narrow, wide], [], 4)).splitlines() if line.startswith(("| N |", "| W |"))}
    assert "*wide*" in rows["W"] and "+200%" in rows["W"] and "*wide*" not in rows["N"] and "+20%" in rows["N"]
    assert "of the 2, 1 are told" in report(Validation([narrow, wide], [], 4)).replace("\n", " ")


def test_misses_come_first_and_what_was_an_input_is_apart() -> None:
    met, tied = Figure("B", "share", 0.3, 0.3, 0.2, 0.4, "no", "y", "P02"), Figure("C", "£", 9e6, 1e6, 0.9e6, 1.1e6, "input", "z", "P03")
    text = report(Validation([met, tied, FREE], [Exact("Ratio", 1.39, 1.39, 2, "w"), Exact("Other", 2.0, 3.0, 2, "v")], 30))
    order = [text.index(f"| {word} |") for word in ("A", "B", "C", "Other", "Ratio")]
    assert order == sorted(order), text
    assert "Met: 1 of 2 figures not used to calibrate; 0 of 1 that share an input with the model; 1 of 2 known answers" in text
    assert "**missed**" in text and "£9.00m" in text and "50.0%" in text and "`some_id`" in text
    assert all(line.count("|") >= 7 for line in text.splitlines() if line.startswith("| A |"))


def test_levels_are_those_of_the_runs() -> None:
    """Each statistic on a small run, and its row."""
    asked: list[str] = []

    def run_many(scenarios, statistic):
        from changemaking.model.ecosystem import simulate
        from changemaking.scenarios import load_scenario

        asked.extend(scenarios)
        outcome = simulate(load_scenario("tiny", {"horizon.months": 132}), 1)
        values = statistic(outcome)
        return {name: np.array([values, values]) for name in scenarios}

    rows = validation.levels(run_many)
    assert asked == ["today", "bundled_financed"] and len(rows) == len(validation.LEVELS)
    for row in rows:
        assert row.low == row.mean == row.high or np.isnan(row.mean)
        assert np.isnan(row.mean) or row.mean >= 0
    shares = {row.evidence: row.mean for row in rows if row.unit == "share"}
    assert 0 < shares["contract_leakage"] < 0.5 and 0 <= shares["cls_took_part"] <= 1


def test_the_evidence_of_every_level_is_there_and_is_what_is_held_against() -> None:
    import tomllib

    import changemaking

    evidence = tomllib.loads((Path(changemaking.__file__).parent / "scenarios" / "evidence.toml").read_text(encoding="utf-8"))
    for level in validation.LEVELS:
        entry = evidence[level.evidence]
        values = [entry["value"]] if "value" in entry else list(entry["values"].values())
        scale = 100.0 if str(entry["unit"]).startswith("percent") else 1.0
        assert any(level.published == pytest.approx(value / scale) for value in values), level


def test_patterns_with_published_figures_are_found() -> None:
    assert {"P16", "P17", "P27", "P28", "P37"} <= set(validation.patterns_with_figures())
    assert "P01" not in validation.patterns_with_figures()


def test_too_few_seeds_are_refused() -> None:
    with pytest.raises(UsageError):
        validation.validate(1, 1, False, only=["P01"])


def test_the_command_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Validation([FREE], [Exact("Ratio", 1.39, 1.39, 2, "w")], 4)
    monkeypatch.setattr(validation, "validate", lambda seeds, workers, progress: made)
    page = tmp_path / "validation.md"
    found = CliRunner().invoke(app, ["validation", "--seeds", "4", "--out", str(page)])
    assert found.exit_code == 0 and page.read_text(encoding="utf-8") == report(made)
    assert re.search(r"0 of 1 published figures not used to calibrate are met", found.output) and "missed: A (P01)" in found.output
    for wrong in (tmp_path / "none" / "page.md", tmp_path):
        found = CliRunner().invoke(app, ["validation", "--out", str(wrong)])
        assert found.exit_code == 2 and "--out" in found.output
