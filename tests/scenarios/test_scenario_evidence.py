"""Every number has a source: parameters, policies and places, against the evidence table."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from annotated_types import Ge, Le

import changemaking
from changemaking.scenarios import list_places, list_scenarios, load_place, load_scenario, parameter_sources
from changemaking.scenarios.clauses import clause_names, clause_settings, declared
from changemaking.scenarios.defaults import default_values, shipped_parameters
from changemaking.scenarios.evidence import UnknownEvidence, evidence, ids, table
from changemaking.scenarios.parameters import Parameters
from changemaking.scenarios.paths import best, numbers

HERE = Path(changemaking.__file__).parent / "scenarios"
SCENARIOS = [info.name for info in list_scenarios()]
EVIDENCE = {name: row.evidence for name, row in shipped_parameters().items() if row.evidence}


def test_table_is_read_in_full_and_once() -> None:
    assert len(ids()) > 200 and len(set(ids())) == len(ids())
    assert table() is table()
    assert evidence("cebr_buyer_cost").numbers == (8000,)
    assert evidence("adaptation_cost").numbers == (7.5, 14)
    assert evidence("preston_share_2016").values["preston"] == 18.2


def test_a_wrong_id_names_the_nearest() -> None:
    with pytest.raises(UnknownEvidence, match=r"adaptation_cots.*did you mean 'adaptation_cost'"):
        evidence("adaptation_cots")


def test_every_parameter_is_shipped_and_valid() -> None:
    assert list(shipped_parameters()) == list(Parameters.model_fields)
    Parameters.model_validate(default_values())


@pytest.mark.parametrize("name", list(Parameters.model_fields))
def test_a_parameter_has_exactly_one_source(name: str) -> None:
    raw = tomllib.loads((HERE / "parameters.toml").read_text(encoding="utf-8"))[name]
    assert ("evidence" in raw) != ("assumed" in raw)
    assert len(raw["note"]) > 10
    row = shipped_parameters()[name]
    if row.evidence:
        assert row.evidence in ids()
        assert evidence(row.evidence).citable, f"{row.evidence} is from memory"
    else:
        low, high = row.assumed
        assert low <= row.value <= high and low < high
    rules = Parameters.model_fields[name].metadata
    for bound in row.plausible or ():  # what sensitivity analysis will try must be accepted
        assert next(r.ge for r in rules if isinstance(r, Ge)) <= bound <= next(r.le for r in rules if isinstance(r, Le))


SETTINGS = [(clause, name) for clause in clause_names() for name in clause_settings(clause)]


def test_the_settings_of_clauses_are_those_of_their_classes() -> None:
    from changemaking.model.clauses import clause_class

    assert len(SETTINGS) > 8
    for clause in clause_names():
        assert clause_class(clause).declared == clause_settings(clause)


@pytest.mark.parametrize(("clause", "name"), SETTINGS)
def test_a_setting_of_a_clause_has_exactly_one_source(clause: str, name: str) -> None:
    row = clause_settings(clause)[name]
    assert (row.evidence is None) != (row.assumed is None) and len(row.note) > 10
    if row.evidence:
        assert evidence(row.evidence).citable, f"{row.evidence} is from memory"
    else:
        low, high = row.assumed
        assert low <= row.value <= high and low < high
    assert all(row.takes(bound) for bound in row.plausible or ())


GOOD = {"value": 0.1, "unit": "share", "accepts": (0, 1), "assumed": (0, 0.3), "note": "Nobody measured it"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"assumed": None}, "exactly one of: evidence, assumed"),
        ({"evidence": "cebr_buyer_cost"}, "exactly one of: evidence, assumed"),
        ({"value": 0.4}, "the value 0.4 lies outside its range 0 to 0.3"),
        ({"accepts": (0, 0.2)}, "0.3 lies outside what it accepts: a number from 0 to 0.2"),
        ({"whole": True}, "0.1 lies outside what it accepts: a whole number from 0 to 1"),
        ({"note": ""}, "note String should have at least 1 character"),
        ({"unit": ""}, "unit String should have at least 1 character"),
        ({"vlue": 1}, "vlue Extra inputs are not permitted"),
    ],
)
def test_a_setting_without_source_or_range_is_refused(change: dict, said: str) -> None:
    assert declared({"saving": GOOD})["saving"].value == 0.1
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        declared({"saving": GOOD | change})
    assert str(caught.value).startswith("numbers.saving: ")


def test_the_numbers_of_clauses_are_shown_with_their_sources() -> None:
    changed = {"policy.clauses": [{"name": "local_supply", "settings": {"share": 0.5}}, "living_wage"]}
    rows = {row.key: row for row in parameter_sources(load_scenario("tiny", changed))}
    theirs, ours = (rows[f"policy.clauses.local_supply.settings.{name}"] for name in ("cost", "share"))
    assert (theirs.value, theirs.kind, theirs.low, theirs.high) == ("0.005", "assumed", 0.0, 0.02)
    assert (ours.value, ours.kind, ours.unit) == ("0.5", "none", "share of supplies bought in the district")
    dated = {row.key: row.value for row in parameter_sources(load_scenario("preston"))}
    assert dated["timeline.2013-04.clauses.local_supply.settings.share"] == "0.35"


def share(id: str) -> tuple[float, ...]:
    return tuple(number / 100 for number in evidence(id).numbers)


def test_parameters_follow_from_the_evidence_they_cite() -> None:
    values = default_values()
    pfi = evidence("pfi_cost_capital_2011").values
    low, high = share("outsourcing_savings_recent")
    recovered = evidence("carillion_suppliers").values
    follows = {
        "adaptation_cost": share("adaptation_cost")[0] <= values["adaptation_cost"] <= share("adaptation_cost")[1],
        "finance_spread": values["finance_spread"] == pytest.approx((pfi["pfi"] - pfi["gilt"]) / 100),
        "public_rate": values["public_rate"] == pytest.approx(pfi["gilt"] / 100),
        "buyer_cost": values["buyer_cost"] == evidence("cebr_buyer_cost").value,
        "bid_cost": values["bid_cost"] == evidence("bid_cost_per_bidder").value,
        "tender_months_finance": values["tender_months_finance"]
        == evidence("pfi_tender_months").values["all"] - values["tender_months"] - values["tender_months_complex"],
        "recovery": recovered["recovery_low_pct"] / 100 <= values["recovery"] <= recovered["recovery_high_pct"] / 100,
        "rehired": values["rehired"] == evidence("carillion_facts").values["rehired_pct"] / 100,
        "late_share": values["late_share"] == pytest.approx(1.0 - evidence("trafford_prompt_payment").values["mean"] / 100),
        "direct_tax": values["direct_tax"] == pytest.approx(share("direct_tax")[0]),
        "indirect_tax": min(share("indirect_tax")) <= values["indirect_tax"] <= max(share("indirect_tax")),
        "purchase_fails": (values["purchase_fails"],) == share("right_to_bid"),
        "in_house_cost": 1 / (1 - low) <= values["in_house_cost"] <= 1 / (1 - high),
    }
    assert set(follows) == set(EVIDENCE), "a parameter that cites evidence must say here how it follows"
    assert not [name for name, holds in follows.items() if not holds]


def test_ids_named_in_notes_exist() -> None:
    notes = {name: row.note for name, row in shipped_parameters().items()}
    notes |= {f"{clause}.{name}": clause_settings(clause)[name].note for clause, name in SETTINGS}
    for path in (HERE / "library").glob("*.toml"):
        notes |= {f"{path.stem}: {key}": note.get("note", "") for key, note in tomllib.loads(path.read_text()).get("sources", {}).items()}
    named = [(where, word) for where, note in notes.items() for inside in re.findall(r"\(([^)]*)\)", note) for word in inside.split(", ")]
    wrong = [(where, word) for where, word in named if re.fullmatch(r"[a-z]+_[a-z0-9_]+", word) and word not in ids()]
    assert not wrong


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_number_of_a_shipped_scenario_has_a_source(name: str) -> None:
    assert [row.key for row in parameter_sources(load_scenario(name), every_number=True) if row.kind == "none"] == []


@pytest.mark.parametrize("name", list_places())
def test_every_number_of_a_shipped_place_has_a_source(name: str) -> None:
    place = load_place(name)
    found = {key: best(place.sources, key) for key, _ in numbers(place.model_dump(exclude={"sources"}))}
    assert len(found) > 100
    assert not [key for key, pattern in found.items() if pattern is None]


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_source_of_a_shipped_scenario_is_idle(name: str) -> None:
    scenario = load_scenario(name)
    own = tomllib.loads((HERE / "library" / f"{name}.toml").read_text(encoding="utf-8")).get("sources", {})
    dumped = {"policy": scenario.policy.model_dump(exclude_defaults=True), "rules": scenario.rules.model_dump()}
    keys = [key for key, _ in numbers(dumped)]
    keys += [f"timeline.{change.month}.{key}" for change in scenario.timeline for key, _ in numbers(change.set)]
    assert set(own) <= {best(scenario.sources, key) for key in keys}


@pytest.mark.parametrize("name", SCENARIOS)
def test_memory_is_never_cited_as_a_fact(name: str) -> None:
    scenario = load_scenario(name)
    cited = [note.evidence for notes in (scenario.sources, scenario.place.sources) for note in notes.values() if note.evidence]
    assert not [id for id in cited if not evidence(id).citable]
    assert any(not evidence(id).citable for id in ids())  # the table holds some, so the test can fail


def test_a_changed_parameter_no_longer_claims_the_shipped_source() -> None:
    changed = load_scenario("tiny", {"parameters.adaptation_cost": 0.2})
    row = next(row for row in parameter_sources(changed) if row.key == "parameters.adaptation_cost")
    assert row.kind == "none" and row.value == "0.2"
    same = next(row for row in parameter_sources(load_scenario("tiny")) if row.key == "parameters.adaptation_cost")
    assert same.kind == "evidence" and "Bajari" in same.source and same.unit == "share of annual value"


def test_the_most_specific_pattern_wins() -> None:
    patterns = {"*": 0, "services.*.volatility": 1, "services.*": 2, "services.leisure.volatility": 3}
    assert best(patterns, "services.leisure.volatility") == "services.leisure.volatility"
    assert best(patterns, "services.library.volatility") == "services.*.volatility"
    assert best(patterns, "services.library.complexity") == "services.*"
    assert best(patterns, "firms.x.count") == "*"
    assert best({"services.*": 0}, "sectors.care.jobs") is None
