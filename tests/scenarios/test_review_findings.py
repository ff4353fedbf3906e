"""Mistakes that users made and were not told of well."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from changemaking.commands import app
from changemaking.experiments.errors import UsageError
from changemaking.experiments.scenario_sets import arms
from changemaking.scenarios import check, list_cases, list_forms, load_scenario, remarks
from changemaking.scenarios.errors import Problem, ScenarioError


def only(problems: list[Problem]) -> str:
    (problem,) = problems
    return str(problem)


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


def test_one_value_for_all_of_a_list_is_told_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("tiny", {"place.services.*.volatility": -3})
    assert only(caught.value.problems).endswith("place.services.*.volatility: is not accepted, got -3; takes a number from 0")


def test_what_is_often_written_at_the_top_is_told_its_place(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('extends = "tiny"\nmonths = 24\n')
    assert any("did you mean 'horizon.months'" in str(problem) for problem in check(file))
    file.write_text('extends = "tiny"\n[place.population]\nparticipates_does = 0.2\n')
    assert any("changes to it stand in [place_changes]" in str(problem) for problem in check(file))


def test_a_form_by_itself_is_today_under_it(tmp_path: Path) -> None:
    made = load_scenario("pfi")
    assert made.sha256 == load_scenario("today", {"form": "pfi"}).sha256
    assert (made.name, made.form, made.title, made.baseline) == ("pfi", "pfi", "Private finance initiative", "today")
    own = tmp_path / "ours.toml"
    own.write_text('title = "Ours"\nsource = "we"\n[policy]\nlots = 3\n')
    assert load_scenario(own).policy.lots == 3 and load_scenario(own).baseline == "today" and check(own) == check("pfi") == []
    assert load_scenario(own, {"form": "in_house"}).policy.delivery == "in-house"
    worlds, pairs = arms([own, "grant"], None, {"place": "tiny"})
    assert ("ours", "today") in pairs and ("grant", "today") in pairs and worlds["ours"].policy.lots == 3
    with pytest.raises(ScenarioError, match="is a partnership form, not a scenario"):
        own.write_text('extends = "pfi"\n')
        load_scenario(own)


def test_a_form_says_what_it_is_called_and_where_it_comes_from(tmp_path: Path) -> None:
    bare = tmp_path / "bare.toml"
    bare.write_text("[policy]\nlots = 3\n")
    with pytest.raises(ScenarioError, match=r"title: missing(.|\n)*source: missing"):
        load_scenario("today", {"form": str(bare)})
    assert [problem.key for problem in check(bare)] == ["title", "source"], "its shape alone makes it a form"
    assert "a scenario says what it extends" in str(check(bare)[1])
    bare.write_text('source = "we"\n[policy]\nlotts = 3\n')
    assert [str(problem).split(": ")[1] for problem in check(bare)] == ["title", "policy.lotts"]


def test_what_cannot_act_is_left_out_or_has_no_source_is_noted(tmp_path: Path) -> None:
    assert remarks("today") == [] == remarks("tiny")
    assert [text for name in (*list_cases(), *list_forms()) for text in remarks(name)] == []
    own = tmp_path / "own.toml"
    own.write_text(
        'title = "Own"\nextends = "today"\nform = "joint_venture"\n[policy]\nlots = 7\nclauses = ["volume_band"]\n'
        '[rules]\ntraining = 0.2\n[sources]\n"policy.clauses.vcs_share.above" = { assumed = [1, 2] }\n'
    )
    said = "\n".join(remarks(own))
    assert "the form joint_venture has equity_share, guaranteed_return too" in said
    assert "volume_band does nothing under 'fixed price', only under 'payment by results'" in said
    assert "without a source (table [sources]): policy.lots, rules.training" in said
    assert "sources.policy.clauses.vcs_share.above: no number has this key" in said
    assert "in-house" in "".join(remarks("today", {"form": "in_house", "policy.clauses": ["open_book"]}))
    said_too = CliRunner().invoke(app, ["scenarios", "check", str(own)])
    assert said_too.exit_code == 0 and said_too.output.count("note: ") == 4


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"policy.clauses": [{"name": "steering_group", "settings": {"design": 0.0, "delivery": 0.0, "evaluation": 0.0}}]},
         "the clause steering_group does nothing: design, delivery, evaluation are all 0"),
        ({"policy.clauses": [{"name": "performance_break", "settings": {"strikes": 30.0}}]},
         "the clause performance_break can hardly act: strikes (30) is more than window (24)"),
        ({"policy.clauses": ["annual_service_plan"], "policy.operate_months": 12, "policy.extension_months": 0},
         "the clause annual_service_plan acts every 12 months of delivery: in a contract of 12 months (operate_months) only as it ends"),
        ({"policy.payment": "cost-plus", "policy.clauses": ["risk_share"]},
         "the clause risk_share does nothing under 'cost-plus', only under 'fixed price' or 'volume price' or 'availability payment' or "
         "'payment by results' or 'gain share'"),
        ({"policy.negotiated": True, "policy.delivery": "in-house"},
         "delivery is 'in-house', and yet contracts that firms hold as it begins are negotiated on (negotiated) for as long as they serve "
         "well, and come into own hands only after that"),
        ({"policy.payment": "availability payment"},
         "payment 'availability payment' does nothing: no package both builds and operates, and all else has a fixed price"),
    ],
)  # fmt: skip
def test_what_is_accepted_and_does_nothing_is_noted(changes: dict[str, object], said: str) -> None:
    assert said in remarks("today", changes)
    assert remarks("today", {"policy.negotiated": True}) == remarks("today", {"policy.delivery": "in-house"}) == []
    assert remarks("bundled", {"policy.payment": "availability payment"}) == [], "it pays for what a package builds and runs"


def test_a_run_cut_short_by_the_caller_is_the_callers_mistake() -> None:
    file = "cases/volumes_fall.toml"  # which the case extends
    with pytest.raises(ScenarioError) as found:
        load_scenario("probation", {"horizon.months": 24})
    assert str(found.value) == f"override: horizon.months: too few to reach what {file} dates 2015-04, got 24; takes 37 or more"
    assert load_scenario("probation", {"horizon.months": 37})
    moved = only(check("probation", {"horizon.start": "2016-01"}))
    assert moved == (f"override: horizon.start: too late for what {file} dates 2015-04, got 2016-01; takes 2015-04 or earlier")
    assert "override: horizon.months: too few" in only(check("probation", {"horizon.start": "1990-01"}))


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("policy.lost", "policy.lots"),
        ("operate_months", "policy.operate_months"),
        ("weights.price", "policy.weights.price"),
        ("policy.weights", "policy.weights.price"),
        ("parameters.hold_op", "parameters.hold_up"),
        ("policy.clauses.openbook.above", "policy.clauses.open_book.above"),
        ("timeline.2013-05.lots", "timeline.2013-04.lots"),
        ("timeline.2013-04.clauses.gain_share.settings.shar", "timeline.2013-04.clauses.gain_share.settings.share"),
    ],
)
def test_a_source_of_what_no_number_is_called_is_a_mistake(tmp_path: Path, pattern: str, hint: str) -> None:
    own = tmp_path / "own.toml"
    text = 'extends = "tiny"\n[[timeline]]\nmonth = "2013-04"\nset = { lots = 2 }\n[sources]\n"timeline.*.lots" = { assumed = [1, 3] }\n'
    own.write_text(text)
    assert check(own) == []
    own.write_text(f'{text}"{pattern}" = {{ assumed = [1, 2] }}\n')
    assert only(check(own)).endswith(f"own.toml: sources.{pattern}: names no number; did you mean {hint!r}?")


def test_a_source_of_what_begins_as_no_number_does_is_taken_for_no_slip(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('extends = "tiny"\n[sources]\n"national.transparency" = { assumed = [0, 1] }\n')
    assert only(check(own)).endswith("own.toml: sources.national.transparency: names no number")


def test_a_form_below_the_head_of_a_table_is_told_where_it_belongs(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('extends = "today"\n[policy]\nlots = 2\nform = "pfi"\n')
    assert only(check(own)).endswith("own.toml: policy.form: must stand at the top of the file, above all tables")
    assert only(check("today", {"policy.form": "pfi"})).endswith("did you mean 'form'?")


def test_how_long_a_text_must_be_is_said(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    long = "Long enough, surely"
    own.write_text(f'extends = "tiny"\n[case]\nof = ["A"]\ntold = "short"\nsince = "{long}"\nleft_out = "{long}"\nsource = "{long}"\n')
    assert only(check(own)).endswith('case.told: is not accepted, got "short"; takes text of at least 10 characters')


def test_the_nearest_scenario_is_named() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'braintree'"):
        load_scenario("braintre")
    with pytest.raises(ScenarioError, match=r"scenarios forms.*did you mean 'joint_venture'"):
        load_scenario("joint_ventur")


def test_what_has_no_baseline_is_told_how_a_form_is_set_against_today() -> None:
    with pytest.raises(UsageError, match="name a partnership form: it is compared with today"):
        arms(["today"], None, None)
    with pytest.raises(UsageError, match="a change such as form=pfi holds for all that is run"):
        arms(["today"], None, {"form": "pfi"})


def test_a_case_can_be_read_in_full() -> None:
    made = CliRunner().invoke(app, ["scenarios", "cases", "carillion"])
    assert made.exit_code == 0 and "Since." in made.stdout and max(map(len, made.stdout.splitlines())) <= 80
    wrong = CliRunner().invoke(app, ["scenarios", "cases", "carilion"])
    assert wrong.exit_code == 2 and "did you mean 'carillion'?" in wrong.output
