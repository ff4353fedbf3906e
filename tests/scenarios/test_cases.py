"""Scenarios after real partnerships: sound, sourced, and all there."""

from __future__ import annotations

from pathlib import Path

import pytest

from changemaking.model.ecosystem import simulate
from changemaking.scenarios import check, list_cases, list_scenarios, load_scenario, parameter_sources
from changemaking.scenarios.evidence import evidence
from changemaking.scenarios.files import shipped

CASES = list_cases()
NAMED = (
    "Qwest", "Welsh MIM", "Preston", "Braintree", "Copenhagen", "Essex", "Thames Tideway", "E-borders", "Probation", "Work Programme",
    "NHS Diabetes Prevention Programme", "Isle of Wight", "Barnsley", "Birmingham", "Trafford (Veolia)", "Trafford (Amey)",
    "Trafford (social care)", "Peterborough", "Hounslow", "Dorset", "Maidstone", "Selby", "Lambeth", "Carillion", "B Corporation",
    "The Chest and SpendPro", "South Oxfordshire and Vale", "London Library Consortium",
    "BBC licence fee", "Westminster", "Nottinghamshire", "Tendring",
)  # fmt: skip


def test_every_partnership_that_the_reports_name_is_covered_once() -> None:
    covered = [name for case in CASES.values() for name in case.of]
    assert len(covered) == len(set(covered)) and set(NAMED) <= set(covered)
    assert all(name[0].isupper() for name in covered), "they are headings"


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_sound_and_every_number_of_its_own_has_a_source(name: str) -> None:
    assert check(name) == []
    scenario = load_scenario(name)
    assert scenario.baseline in {*shipped("scenario"), *shipped("case")}
    assert [row.key for row in parameter_sources(scenario) if row.kind == "none"] == []
    assert all(evidence(id).citable for id in CASES[name].evidence)


@pytest.mark.parametrize("name", sorted(set(shipped("case")) - set(CASES)))
def test_a_file_among_the_cases_that_is_none_is_the_sourced_baseline_of_one(name: str) -> None:
    assert check(name) == [] and load_scenario(name).baseline == "today"
    assert [row.key for row in parameter_sources(load_scenario(name)) if row.kind == "none"] == []
    assert name in {load_scenario(case).baseline for case in CASES}
    assert name not in {info.name for info in list_scenarios()}


@pytest.mark.parametrize("name", CASES)
def test_a_case_runs_on_a_small_place(name: str) -> None:
    scenario = load_scenario(name, {"place": "tiny", "horizon.months": 60})
    outcome = simulate(scenario, 1)
    assert len(outcome.series) == 60 and outcome.contracts


def test_a_mistake_in_a_case_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "Mine"\nextends = "today"\n[case]\nof = []\ntold = "x"\nsources = "y"\nevidence = ["f_qwset"]\n', encoding="utf-8"
    )
    said = "\n".join(str(problem) for problem in check(path))
    for word in ("case.of", "case.told", "case.since", "case.sources", "did you mean 'f_qwest'"):
        assert word in said, said


def test_what_is_said_of_a_case_changes_no_result(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\nextends = "dorset"\n', encoding="utf-8")
    assert load_scenario(path).sha256 == load_scenario("dorset").sha256
