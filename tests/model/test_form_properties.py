"""Any composition of clauses on any form gives a run that balances to the penny, ends, and records why each contract ended."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_world_properties import check_month
from worlds import living, town

from changemaking.model.register import ENDS
from changemaking.scenarios import ScenarioError, list_forms
from changemaking.scenarios.clauses import clause_names

TERMS = st.sampled_from([None, 12, 13, 24])  # months of a contract that runs a service; none: what the form says
composed = st.lists(st.sampled_from(clause_names()), max_size=8, unique=True)


@settings(max_examples=25, deadline=None)
@given(
    form=st.sampled_from(sorted(list_forms())), added=composed, months=st.integers(13, 90), seed=st.integers(0, 99), term=TERMS,
    lots=st.none() | st.integers(1, 4), dying=st.booleans(),
)  # fmt: skip
def test_any_clauses_on_any_form(
    form: str, added: list[str], months: int, seed: int, term: int | None, lots: int | None, dying: bool
) -> None:
    given = [clause.name for clause in town({"form": form}).policy.clauses]
    names = [*given, *(name for name in added if name not in given)]
    overrides = {"form": form, "policy.clauses": names, **({"policy.operate_months": term, "policy.extension_months": 0} if term else {})}
    overrides |= {"policy.lots": lots} if lots else {}
    overrides |= {"parameters.credit": 0.2, "parameters.start_cash": 0.3, "parameters.entry_months": 3.0} if dying else {}
    try:
        scenario = town(overrides, months)
    except ScenarioError as error:  # contradictory clauses are refused before anything runs
        assert all("clauses" in str(problem) for problem in error.problems)
        assume(False)
    with living(scenario, seed) as world:
        while world.month < months:
            world.step()
            check_month(world)
        outcome = world.outcome()
    assert len(outcome.series) == months
    for row in outcome.contracts:
        assert row.end in ENDS and (row.end == "running" or row.why), row
