"""Any composition of clauses on any form gives a run that balances to the penny, ends, and records why each contract ended."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_world_properties import check_month
from worlds import living, town

from changemaking.model.ecosystem import Ecosystem
from changemaking.model.register import ENDS
from changemaking.scenarios import ScenarioError, list_forms
from changemaking.scenarios.clauses import Setting, clause_names, clause_settings

TERMS = st.sampled_from([None, 12, 13, 24])  # months of a contract that runs a service; none: what the form says
NAMES = st.lists(st.sampled_from(clause_names()), max_size=8, unique=True)


def values_of(setting: Setting) -> st.SearchStrategy[float]:
    """All that a setting accepts."""
    low, high = setting.accepts
    return st.integers(int(low), int(high)).map(float) if setting.whole else st.floats(low, high)


@st.composite
def composed(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Clauses, some of their settings other than usual."""
    return [
        {"name": name, "settings": {key: draw(values_of(s)) for key, s in clause_settings(name).items() if draw(st.booleans())}}
        for name in draw(NAMES)
    ]


@settings(max_examples=25, deadline=None)
@given(
    form=st.sampled_from(sorted(list_forms())), added=composed(), months=st.integers(13, 90), seed=st.integers(0, 99), term=TERMS,
    lots=st.none() | st.integers(1, 4), dying=st.booleans(), consortia=st.booleans(),
)  # fmt: skip
def test_any_clauses_on_any_form(
    form: str, added: list[dict[str, Any]], months: int, seed: int, term: int | None, lots: int | None, dying: bool, consortia: bool
) -> None:
    given = [{"name": clause.name, "settings": dict(clause.settings)} for clause in town({"form": form}).policy.clauses]
    uses = [*given, *(use for use in added if use["name"] not in [own["name"] for own in given])]
    overrides = {"form": form, "policy.clauses": uses, **({"policy.operate_months": term, "policy.extension_months": 0} if term else {})}
    overrides |= {"policy.lots": lots} if lots else {}
    overrides |= {"policy.consortia": True, "policy.turnover_ratio": 3.0} if consortia else {}
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
            check_shares(world)
        outcome = world.outcome()
    assert len(outcome.series) == months
    for row in outcome.contracts:
        assert row.end in ENDS and (row.end == "running" or row.why), row
        assert row.form != "grant" or row.kind == "vcs", row


def check_shares(world: Ecosystem) -> None:
    """Nobody passes on more of a contract than there is."""
    for contract in {contract for contract, *_ in world.deals._deals}:
        assert world.deals.passed_on(contract) <= 1.0 + 1e-9, contract.number
