"""Partnership forms as files: sound, sourced, laid under a scenario's own policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from changemaking.scenarios import ScenarioError, check, list_forms, load_scenario, parameter_sources

FORMS = list_forms()
NAMED = {
    "in_house", "outsourcing", "pfi", "pf2", "joint_venture", "trading_company", "mutual_investment", "alliance", "shared_service",
    "co_commissioning", "co_commissioning_lots", "consortium", "grant", "framework_prime", "negotiated_change",
}  # fmt: skip


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_forms_of_the_reports_are_there() -> None:
    assert set(FORMS) >= NAMED


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_sound_says_where_it_comes_from_and_sources_its_numbers(name: str) -> None:
    assert check("today", {"form": name}) == []
    assert len(FORMS[name]["title"]) > 3 and len(FORMS[name]["description"]) > 20 and FORMS[name]["source"]
    scenario = load_scenario("today", {"form": name})
    assert scenario.form == name and scenario.title == load_scenario("today").title
    assert [row.key for row in parameter_sources(scenario) if row.kind == "none"] == []


def test_a_form_lies_over_what_is_extended_and_under_the_own_policy(tmp_path: Path) -> None:
    path = write(tmp_path, "mine", 'title = "Mine"\nextends = "today"\nform = "pfi"\n[policy]\npayment = "fixed price"\n')
    mine, plain = load_scenario(path), load_scenario("today")
    assert mine.form == "pfi" and mine.title == "Mine"
    assert mine.policy.packages == (("design", "build", "finance", "operate"),) and mine.policy.payment == "fixed price"
    assert mine.policy.operate_months == plain.policy.operate_months
    assert mine.neighbours == plain.policy, "what neighbours do is not the form's to say"
    assert load_scenario(path, {"form": "in_house"}).policy.delivery == "in-house", "a form asked for by the caller lies on top"


def test_a_form_of_ones_own_is_named_by_its_path(tmp_path: Path) -> None:
    write(tmp_path, "ours", 'title = "Ours"\nsource = "we"\n[policy]\nlots = 3\n')
    assert load_scenario(write(tmp_path, "mine", 'extends = "today"\nform = "ours.toml"\n')).policy.lots == 3


def test_only_the_name_of_a_form_changes_no_result(tmp_path: Path) -> None:
    write(tmp_path, "empty", 'title = "Nothing"\nsource = "we"\n')
    same = load_scenario(write(tmp_path, "mine", 'extends = "today"\nform = "empty.toml"\n'))
    assert same.sha256 == load_scenario(write(tmp_path, "plain", 'extends = "today"\n')).sha256


def test_mistakes_name_the_file_and_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="did you mean 'joint_venture'"):
        load_scenario("today", {"form": "joint_ventrue"})
    with pytest.raises(ScenarioError, match="form"):
        load_scenario(write(tmp_path, "number", 'extends = "today"\nform = 3\n'))
    write(tmp_path, "odd", 'title = "Odd"\nplace = "tiny"\n[policy]\nlots = 99\n')
    said = "\n".join(str(p) for p in check(write(tmp_path, "mine", 'extends = "today"\nform = "odd.toml"\n')))
    assert "odd.toml" in said and "place" in said and "lots" in said
