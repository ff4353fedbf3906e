"""Each clause: the rule by itself, and what it does in paired runs with and without."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paired import moves, runs
from worlds import CLAUSES, column, events, living, town

from changemaking.model.clauses import Clause, clause_class, clauses_of
from changemaking.model.contracts import Contract
from changemaking.model.ledger import PLAN
from changemaking.scenarios.clauses import clause_names
from changemaking.scenarios.schema import ClauseUse

SHORT = {"policy.operate_months": 24, "policy.extension_months": 0}
P = town().parameters


def with_clause(name: str, **settings: float) -> dict[str, object]:
    return {"policy.clauses": [{"name": name, "settings": settings}]}


def tender(**values: object) -> SimpleNamespace:
    usual = {"operate_months": 120, "phases": ("operate",), "parameters": P, "service": SimpleNamespace(labour_share=0.5)}
    return SimpleNamespace(**{**usual, **values})


def signed(clause: str | None, **settings: float) -> list[dict[str, float]]:
    """The terms, at the end of a run, of every contract that the policy's commissioners signed in it and that runs."""
    found = []
    with living(town({**SHORT, **(with_clause(clause, **settings) if clause else {})}, 60), 2) as world:
        world.run()
        for contract in world.contracts.at.values():
            row = contract.terms
            if row["start"] > 0 and contract.provider.label != "in-house" and contract.buyer.focal:
                found.append({name: row[name].item() for name in row.dtype.names})
    assert len(found) > 2
    return found


# --- the rules by themselves ------------------------------------------------------------------------------------------------


def test_a_break_clause_costs_a_premium_by_length_and_only_where_a_service_is_run() -> None:
    price = clause_class("break_clause")().on_price
    assert price(tender(operate_months=180)) == price(tender(operate_months=360)) == P.risk_premium
    assert price(tender(operate_months=60)) == pytest.approx(P.risk_premium / 3)
    assert price(tender(phases=("design", "build"))) == 0.0
    assert price(tender(operate_months=42)) == 0.0 < price(tender(operate_months=43)), "no date, no right, no premium"


@pytest.mark.parametrize(
    ("begin", "end", "first", "then", "months"),
    [(10, 130, 36.0, 24.0, [46, 70, 94, 118]), (0, 42, 36.0, 24.0, []), (0, 43, 36.0, 24.0, [36]), (5, 60, 12.0, 0.0, list(range(17, 54)))],
)
def test_dates_of_a_break(begin: int, end: int, first: float, then: float, months: list[int]) -> None:
    contract = SimpleNamespace(operating_from=begin, end=end)
    clause_class("break_clause")(first=first, then=then).on_award(contract)  # type: ignore[arg-type]
    assert contract.breaks == months and contract.break_right == (1.0 if months else 0.0)


def test_who_only_designs_and_builds_gives_no_right_to_break() -> None:
    contract = SimpleNamespace(operating_from=240, end=240)
    clause_class("break_clause")().on_award(contract)  # type: ignore[arg-type]
    assert contract.breaks == [] and contract.break_right == 0.0


def test_the_order_in_which_clauses_are_named_changes_nothing() -> None:
    names = ["open_book", "kpi_deductions", "break_clause", "equity_share", "profit_share", "living_wage", "annual_service_plan"]
    given = [runs({**SHORT, "policy.operate_months": 60, "policy.clauses": order}, 60)[0] for order in (names, names[::-1])]
    assert given[0].totals == given[1].totals and given[0].totals["council_income"] != 0.0


def test_what_clauses_add_to_cost() -> None:
    t = tender()
    assert clause_class("open_book")().on_price(t) == 0.003 and clause_class("open_book")(compliance=0.1).on_price(t) == 0.1
    assert clause_class("kpi_deductions")().on_price(t) == 0.004
    assert clause_class("local_supply")().on_price(tender(buyer=SimpleNamespace(focal=1))) == 0.005
    assert clause_class("local_supply")().on_price(tender(buyer=SimpleNamespace(focal=0))) == 0.0, "elsewhere nothing is asked"
    assert clause_class("living_wage")().on_price(t) == P.living_wage_gap * 0.5
    assert clause_class("annual_service_plan")().on_price(t) == 0.0


def test_kpi_deductions_add_to_the_fine() -> None:
    contract = SimpleNamespace(fine=0.25, cost=100.0)
    clause_class("kpi_deductions")(rate=0.5).on_start(contract, 0)  # type: ignore[arg-type]
    assert contract.fine == 0.75 and contract.cost == pytest.approx(100.4)


IN_OPERATION = (
    "apprenticeships", "capacity_transfer", "change_of_control_break", "community_fund", "guaranteed_return", "kpi_deductions",
    "self_reported_kpis", "staff_transfer_protection", "step_in", "subcontract_publication", "vcs_share",
)  # fmt: skip


def test_the_description_marks_the_clauses_that_act_in_operation_alone() -> None:
    text = (Path(__file__).parents[2] / "docs/odd.md").read_text(encoding="utf-8")
    marked = {name for name in clause_names() if f"| `{name}`° |" in text}
    assert marked == {name for name in clause_names() if clause_class(name).operation_only} == {*IN_OPERATION, "extension_by_performance"}


@pytest.mark.parametrize("name", IN_OPERATION)
def test_a_clause_that_acts_in_operation_alone_is_priced_on_it_and_stands_in_no_contract_without_it(name: str) -> None:
    clause = clause_class(name)()
    bundle = tender(phases=("design", "build", "operate"), weights={"design": 0.05, "build": 0.35, "operate": 0.6})
    assert clause.acts_in(bundle) and clause.added(bundle) == pytest.approx(0.6 * clause.on_price(bundle)) != 0.0
    assert not clause.acts_in(tender(phases=("design", "build")))
    whole = clause_class("open_book")()
    assert whole.added(bundle) == whole.on_price(bundle) and whole.acts_in(tender(phases=("design", "build")))


def test_who_only_designs_and_builds_is_not_paid_for_what_clauses_ask_in_operation() -> None:
    """Nor do partners have a part of it, or of a bundle before it is run."""
    named = [{"name": "guaranteed_return", "settings": {"share": 0.1}}, "equity_share", "vcs_share", "step_in", "open_book"]
    found = set()
    for packages in ([["design", "build"], ["operate"]], [["design", "build", "operate"]]):
        due = {"place.services.*.asset_life_months": 60, "policy.packages": packages, "policy.clauses": named}
        with living(town({**SHORT, **due}, 72), 2) as world:
            while world.month < 72:
                world.step()
                found |= {(c.what, tuple(clause.name for clause in c.clauses)) for c in world.contracts.at.values() if c.clauses}
                assert all(c.phase == 2 for c, _, _ in world.deals._deals)
        assert world.deals
    every = ("equity_share", "guaranteed_return", "open_book", "step_in", "vcs_share")
    assert found == {("design+build", ("equity_share", "open_book")), ("operate", every), ("design+build+operate", every)}


@given(share=st.floats(0, 1), near=st.floats(0, 1), rest=st.floats(0, 1), knowledge=st.floats(0, 1))
def test_local_supply_moves_supplies_from_afar_first(share: float, near: float, rest: float, knowledge: float) -> None:
    region = rest * (1.0 - near)
    buyer = SimpleNamespace(focal=True)
    contract = SimpleNamespace(buyer=buyer, supplies_focal=near, supplies_region=region, knowledge=knowledge, costs_rise=float)
    clause_class("local_supply")(share=share).on_award(contract)  # type: ignore[arg-type]
    moved = contract.supplies_focal - near
    assert moved == pytest.approx(max(0.0, share - near) * (0.4 + 0.6 * knowledge), abs=1e-15)
    assert contract.supplies_focal <= max(share, near) + 1e-15
    afar = 1.0 - near - region
    assert contract.supplies_region == pytest.approx(region - max(0.0, moved - afar), abs=1e-15)
    assert contract.supplies_region >= -1e-15 and contract.supplies_focal + contract.supplies_region <= 1.0 + 1e-15


def test_local_supply_is_for_the_place_alone() -> None:
    contract = SimpleNamespace(buyer=SimpleNamespace(focal=False))
    clause_class("local_supply")().on_award(contract)  # type: ignore[arg-type]
    assert vars(contract) == {"buyer": contract.buyer}


@pytest.mark.parametrize(("clause", "setting"), [("open_book", "compliance"), ("kpi_deductions", "cost"), ("local_supply", "cost")])
def test_what_a_clause_adds_to_cost_is_spent(clause: str, setting: str) -> None:
    """The same provider wins the same contract: its cost is higher by what keeping to the clause takes."""
    free, dear = signed(clause, **{setting: 0.0}), signed(clause, **{setting: 0.02})
    same = [(b, a) for b in free for a in dear if b["key"] == a["key"] and b["phase"] == a["phase"] == 2]
    assert same, "some contracts must be won by the same provider"
    assert all(a["cost"] == pytest.approx(1.02 * b["cost"], rel=1e-12) for b, a in same)


def test_a_living_wage_raises_the_wage_bill_by_the_gap_and_nothing_else() -> None:
    """Wages after over wages before is one plus the gap; what is spent on supplies stays."""
    plain, living_wage = signed(None), signed("living_wage")
    same = [(b, a) for b in plain for a in living_wage if b["key"] == a["key"] and b["phase"] == a["phase"] == 2]
    assert same, "some contracts must be won by the same provider"
    for before, after in same:
        assert after["cost"] * after["labour"] == pytest.approx(before["cost"] * before["labour"] * (1.0 + P.living_wage_gap), rel=1e-12)
        assert after["cost"] * (1 - after["labour"]) == pytest.approx(before["cost"] * (1 - before["labour"]), rel=1e-12)
    assert all(c["living_wage"] == 1.0 for c in living_wage)


def test_unknown_settings_are_refused_and_defaults_hold() -> None:
    for name in CLAUSES:
        cls = clause_class(name)
        assert cls().settings == cls.defaults
        with pytest.raises(ValueError, match="no setting of this clause"):
            cls(nonsense=1.0)
    with pytest.raises(KeyError):
        clause_class("no_such_clause")
    with pytest.raises(AttributeError):
        _ = clause_class("open_book")().nonsense


def test_clauses_apply_above_their_value() -> None:
    uses = (ClauseUse(name="open_book", above=1e6), ClauseUse(name="kpi_deductions", settings={"rate": 0.1}))
    assert [type(c).__name__ for c in clauses_of(uses, 999_999.0)] == ["KpiDeductions"]
    both = clauses_of(uses, 1e6)
    assert [type(c).__name__ for c in both] == ["KpiDeductions", "OpenBook"] and both[0].rate == 0.1


def test_a_clause_without_hooks_does_nothing() -> None:
    bare = Clause()
    assert bare.on_price(tender()) == 0.0  # type: ignore[arg-type]
    for hook in (bare.on_month, bare.on_change, bare.on_breach, bare.on_end):
        assert hook(None, 3) is None  # type: ignore[arg-type, func-returns-value]
    assert bare.on_award(None) is None and bare.on_tender(None) is None  # type: ignore[arg-type, func-returns-value]


# --- in runs ------------------------------------------------------------------------------------------------------------------


def test_each_clause_reaches_the_terms() -> None:
    written = {"open_book": "open_book", "break_clause": "break_right", "living_wage": "living_wage", "kpi_deductions": "fine"}
    for clause, term in written.items():
        rows = signed(clause, **({"first": 12.0} if clause == "break_clause" else {}))
        assert {r[term] for r in rows} == {0.5 if term == "fine" else 1.0}, clause
        assert all(r[term] == 0 for r in signed(None)), clause


EFFECTS = {
    "break_clause": (
        {
            "policy.operate_months": 120,
            "parameters.switch_cost": 0.0,
            "parameters.continuity_cost": 0.0,
            "place.services.*.volatility": 0.6,
        },
        {"breaks": +1, "hold_up": -1},
    ),
    "annual_service_plan": ({**SHORT, "switches.risks": False}, {"misfit": -1, "quality": +1, "transaction_cost": +1}),
    "open_book": (SHORT, {"shading": -1, "accountable": +1, "hold_up": -1}),
    "local_supply": (SHORT, {"lm3": +1}),
    "living_wage": ({**SHORT, "switches.risks": False}, {"living_wage": +1, "unit_cost": +1}),
    "kpi_deductions": (SHORT, {"deductions": +1, "shading": -1}),
}


@pytest.mark.parametrize("clause", EFFECTS)
def test_with_and_without(clause: str) -> None:
    base, expected = EFFECTS[clause]
    for measure, direction in expected.items():
        moves(base, {"policy.clauses": [clause]}, measure, direction)


def test_no_clause_is_left_out() -> None:
    assert set(EFFECTS) == set(CLAUSES)


def test_without_a_break_clause_nobody_walks_away() -> None:
    base = EFFECTS["break_clause"][0]
    assert sum(len(events(o, "break")) for o in runs(base, 96)) == 0
    broken = [e for o in runs({**base, "policy.clauses": ["break_clause"]}, 96) for e in events(o, "break")]
    assert broken and all(o.totals["continuity_cost"] == 0.0 for o in runs({**base, "policy.clauses": ["break_clause"]}, 96))


def test_a_break_must_be_worth_its_cost() -> None:
    base = {**EFFECTS["break_clause"][0], "policy.clauses": ["break_clause"]}
    assert sum(len(events(o, "break")) for o in runs({**base, "parameters.continuity_cost": 2.0, "parameters.switch_cost": 1.0}, 96)) == 0


def test_service_plans_meet_once_a_year_and_both_sides_pay() -> None:
    """Every meeting comes in the twelfth month of delivery or a multiple, and moves the specification half way to the need."""
    meetings: list[tuple[int, int]] = []
    plan = clause_class("annual_service_plan")
    on_month = plan.on_month

    def watched(self: Clause, contract: Contract, month: int) -> None:
        need, before = np.array(contract.buyer.model.need_of(contract.undertaking, month)), np.array(contract.specification())
        on_month(self, contract, month)
        np.testing.assert_allclose(contract.specification(), 0.5 * (before + need), atol=1e-12)
        meetings.append((month, contract.operating_from))

    plan.on_month = watched  # type: ignore[method-assign]
    try:
        with living(town({**SHORT, "policy.clauses": ["annual_service_plan"]}, 60), journal=True) as world:
            journal = world.run().outcome().journal
            buyers = {b.account for b in world.commissioners}
    finally:
        plan.on_month = on_month  # type: ignore[method-assign]
    assert len(meetings) > 5 and all((month - begin) % 12 == 0 and month > begin for month, begin in meetings)
    paid = journal[journal["category"] == PLAN]
    assert len(paid) == 2 * len(meetings)
    assert np.isin(paid["payer"], list(buyers)).sum() == len(meetings)


def test_deductions_are_never_more_than_half_of_the_payment() -> None:
    for outcome in runs({**SHORT, **with_clause("kpi_deductions", rate=50.0, cost=0.0)}, 96):
        deducted, spend = column(outcome, "deductions"), column(outcome, "spend")
        assert deducted.max() > 0 and (deducted <= spend + 1e-6).all()
