"""Any composition of clauses on any form gives a run that balances to the penny, ends, and records why each contract ended."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from worlds import living, town

from changemaking.model.register import ENDS
from changemaking.scenarios import ScenarioError, list_forms
from changemaking.scenarios.clauses import clause_names

composed = st.lists(st.sampled_from(clause_names()), max_size=8, unique=True)


@settings(max_examples=25, deadline=None)
@given(form=st.sampled_from(sorted(list_forms())), added=composed, months=st.integers(13, 90), seed=st.integers(0, 99), often=st.booleans())
def test_any_clauses_on_any_form(form: str, added: list[str], months: int, seed: int, often: bool) -> None:
    given = [clause.name for clause in town({"form": form}).policy.clauses]
    names = [*given, *(name for name in added if name not in given)]
    overrides = {"form": form, "policy.clauses": names, **({"policy.operate_months": 24, "policy.extension_months": 0} if often else {})}
    try:
        scenario = town(overrides, months)
    except ScenarioError as error:  # contradictory clauses are refused before anything runs
        assert all("clauses" in str(problem) for problem in error.problems)
        assume(False)
    with living(scenario, seed) as world:
        while world.month < months:
            world.step()
            assert int(world.ledger.balance.sum()) == 0, f"month {world.month}"
        outcome = world.outcome()
    assert len(outcome.series) == months
    for row in outcome.contracts:
        assert row.end in ENDS and (row.end == "running" or row.why), row
