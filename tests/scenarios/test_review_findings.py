"""Mistakes that users made and were not told of well."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from changemaking.commands import app
from changemaking.scenarios import check, load_scenario
from changemaking.scenarios.errors import ScenarioError

APART = [["design", "finance"], ["build"], ["operate"]]


def test_finance_in_the_wrong_package_is_a_mistake_beside_others(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"policy\.packages: finance must stand with build and operate"):
        load_scenario("tiny", {"policy.packages": APART})
    file = tmp_path / "own.toml"
    file.write_text('extends = "tiny"\n[policy]\nlotts = 2\npackages = [["design", "finance"], ["build"], ["operate"]]\n')
    assert {problem.key for problem in check(file)} == {"policy.packages", "policy.lotts"}
    file.write_text(
        'extends = "tiny"\n[[timeline]]\nmonth = "2013-04"\nset = { packages = [["design"], ["build", "finance"], ["operate"]] }\n'
    )
    assert any("finance must stand with" in str(problem) for problem in check(file))


def test_what_is_often_written_at_the_top_is_told_its_place(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('extends = "tiny"\nmonths = 24\n')
    assert any("did you mean 'horizon.months'" in str(problem) for problem in check(file))


def test_a_form_is_not_a_scenario_and_says_how_it_is_named() -> None:
    with pytest.raises(ScenarioError, match='grant: is a partnership form, not a scenario; takes a scenario that names it: form = "grant"'):
        load_scenario("grant")
    with pytest.raises(ScenarioError, match="did you mean 'braintree'"):
        load_scenario("braintre")


def test_a_case_can_be_read_in_full() -> None:
    made = CliRunner().invoke(app, ["scenarios", "cases", "carillion"])
    assert made.exit_code == 0 and "Since." in made.stdout and max(map(len, made.stdout.splitlines())) <= 80
    wrong = CliRunner().invoke(app, ["scenarios", "cases", "carilion"])
    assert wrong.exit_code == 2 and "did you mean 'carillion'?" in wrong.output
