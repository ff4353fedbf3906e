"""The register of contracts: every contract that ended says why, and its row adds up."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import living, outcome_of, town

from changemaking.model.contracts import State
from changemaking.model.ecosystem import simulate
from changemaking.model.outcome import Outcome
from changemaking.model.register import ENDS, ContractRow
from changemaking.scenarios import ScenarioError
from changemaking.scenarios.clauses import clause_names

PRINCIPLES = ("collaborative", "creative", "adaptable", "accountable", "place_based")
BUILDERS = {"place.services.*.asset_life_months": 60, "parameters.entry_months": 6.0}

BREAK = {"name": "break_clause", "settings": {"first": 12}}


def check_rows(outcome: Outcome) -> None:
    """What every register must keep."""
    rows = {row.number: row for row in outcome.contracts}
    assert len(rows) == len(outcome.contracts), "a contract stands twice"
    assert list(rows) == sorted(rows)
    for row in outcome.contracts:
        assert row.end in ENDS and row.why, row
        assert 0 <= row.operated <= len(outcome.series) and row.value >= 0.0 and row.months >= row.operated, row
        for name in PRINCIPLES:
            value = getattr(row, name)
            assert (math.isnan(value) and row.operated == 0) or -1e-9 <= value <= 1.0 + 1e-9, (name, row)
    ended = {e.contract for e in outcome.events if e.kind in ("end", "failure")}
    assert ended <= set(rows), "a contract ended without a word"
    assert all(rows[number].end != "running" for number in ended)


@given(
    clauses=st.lists(st.sampled_from(clause_names()), unique=True, max_size=8), lots=st.integers(1, 4), months=st.integers(6, 96), seed=st.integers(1, 10**6),
    packages=st.sampled_from([[["design", "build"], ["operate"]], [["design"], ["build"], ["operate"]], [["design", "build", "operate"]]]),
    term=st.sampled_from([12, 24, 60]), life=st.sampled_from([30, 60, 240]), credit=st.sampled_from([0.0, 0.25]),
)  # fmt: skip
@settings(max_examples=40)
def test_every_contract_that_ended_has_a_reason(
    clauses: list[str], lots: int, months: int, seed: int, packages: Any, term: int, life: int, credit: float
) -> None:
    policy = {"policy.clauses": clauses, "policy.lots": lots, "policy.packages": packages, "policy.operate_months": term}
    world = {"place.services.*.asset_life_months": life, "parameters.credit": credit, "parameters.entry_months": 6.0}
    try:
        scenario = town({**policy, **world}, months)
    except ScenarioError as error:  # clauses that contradict each other are refused, and for nothing else
        assert {problem.key.split(".")[1] for problem in error.problems} == {"clauses"}
        return
    check_rows(simulate(scenario, seed))


def test_the_reasons_are_those_of_the_events() -> None:
    gone = [{"month": 20, "shock": "failure", "on": f"elsewhere services large {i}"} for i in range(1, 5)]
    seen: set[str] = set()
    for seed in range(1, 5):
        outcome = outcome_of({**BUILDERS, "policy.operate_months": 24, "policy.clauses": [BREAK]}, 120, seed, shocks=gone)
        check_rows(outcome)
        rows = {row.number: row for row in outcome.contracts}
        for event in outcome.events:
            if event.kind == "failure":
                assert rows[event.contract].end == "failure"
            if event.kind == "break" and rows[event.contract].end != "running":
                assert rows[event.contract].end in ("break", "failure")
        seen |= {row.end for row in outcome.contracts}
    assert {"running", "completed", "term", "failure"} <= seen


def test_a_decision_may_say_why_in_its_own_words() -> None:
    from changemaking.agents import ending

    with living(town(months=24)) as world:
        world.step()
        first, second = list(world.contracts.at.values())[:2]
        first.ending, second.ending = "its owner changed", "taken over: by a rival"
        ending.close(first, State.BROKEN)
        ending.close(second, State.ENDED)
        said = {row.number: (row.end, row.why) for row in world.outcome().contracts}
    assert said[first.number] == ("break", "its owner changed") and said[second.number] == ("taken over", "by a rival")


def test_all_lots_that_are_left_have_the_reason() -> None:
    from changemaking.agents import ending

    with living(town(months=24)) as world:
        world.step()
        one, other = [c for duty in world.council.undertakings for c in duty.operating][:2]
        other.batch = one.batch
        one.undertaking.operating.append(other)
        ending.break_off(world.council, one, "it kept falling short")
        for contract in (one, other):
            ending.close(contract, State.BROKEN)
        said = {row.number: (row.end, row.why) for row in world.outcome().contracts}
    assert said[one.number] == said[other.number] == ("break", "it kept falling short")


def test_a_failure_is_a_failure_though_notice_was_given() -> None:
    from changemaking.agents import ending

    with living(town(months=24)) as world:
        world.step()
        contract = next(iter(world.contracts.at.values()))
        contract.leaving, contract.ending = True, "break: it kept falling short"
        ending.close(contract, State.FAILED)
        row = next(row for row in world.outcome().contracts if row.number == contract.number)
    assert (row.end, row.why) == ("failure", "its provider became insolvent")


def test_what_is_paid_under_contracts_is_what_the_measures_say() -> None:
    """Contracts of the focal district, changes included and interfaces apart, against contract payments."""
    from worlds import column

    outcome = outcome_of(BUILDERS, 96)
    paid = math.fsum(row.value for row in outcome.contracts if row.focal)
    interfaces = math.fsum(e.value for e in outcome.events if e.kind == "interface" and e.buyer in outcome.focal) / 100.0
    assert paid == pytest.approx(float(column(outcome, "spend").sum()) - interfaces, rel=1e-9)
    assert sum(row.changes for row in outcome.contracts if row.focal) == column(outcome, "changes").sum()
    assert sum(row.disputes for row in outcome.contracts if row.focal) == column(outcome, "disputes").sum()


def test_a_row_is_the_contract() -> None:
    """One contract followed by hand from month to month."""
    with living(town(months=36)) as world:
        contract = next(iter(world.contracts.at.values()))
        qualities, paid = [], 0
        for _ in range(6):
            world.step()
            qualities.append(contract.quality)
            paid += contract.paid + int(contract.terms["risk"])
        row = next(r for r in world.outcome().contracts if r.number == contract.number)
    assert isinstance(row, ContractRow) and row.operated == 6
    assert row.quality == pytest.approx(math.fsum(qualities) / 6)
    assert row.value == pytest.approx(paid / 100.0 + row.unforeseen)
    assert (row.end, row.why) == ("running", "still running")
