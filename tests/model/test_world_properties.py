"""What must hold in every world that the schema accepts, however odd, in every month of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import CLAUSES, living, town

from changemaking.agents.project_company import ProjectCompany
from changemaking.model import delivery
from changemaking.model.contracts import State
from changemaking.model.ecosystem import Ecosystem
from changemaking.model.measures import INDEX
from changemaking.scenarios.parameters import Parameters
from changemaking.scenarios.schema import Switches

RUNNING = {State.MOBILISED, State.DELIVERING, State.CHANGED, State.EXTENDED}
SHARES = (
    "quality", "shading", "shading_late", "unmet_need", "share_local", "share_region", "share_large", "share_sme", "share_vcs",
    "share_in_house", "incumbency", "living_wage", "trust", "resident_trust", "satisfaction", "participation", "client_capacity", "collaborative",
    "creative", "adaptable", "accountable", "place_based",
)  # fmt: skip
POSITIVE = (
    "spend", "transaction_cost", "unforeseen_cost", "hold_up", "interface_cost", "deductions", "continuity_cost", "misfit", "tenders",
    "bids", "changes", "disputes", "breaks", "failures", "insolvencies", "local_income", "region_income", "local_jobs", "displaced",
    "cost_elsewhere", "vcs_capacity",
)  # fmt: skip
ROUNDING = 1e-9  # of sums of shares


def check_month(world: Ecosystem) -> None:
    """Every law that a month must keep, after it has been lived."""
    month, ledger, firms = world.month - 1, world.ledger, world.firms
    assert int(ledger.balance.sum()) == 0
    assert int(world.people["cash"].sum()) == int(ledger.balance[world.nation.people])
    assert (world.people["cash"] >= 0).all(), f"month {month}: a resident owes {-world.people['cash'].min()} pence"
    for name in ("satisfaction", "trust"):
        assert ((world.people[name] >= 0) & (world.people[name] <= 1)).all(), name
    for name in ("capacity", "load", "private", "overhead", "receivables"):
        assert (firms[name] >= 0).all(), f"month {month}: {name} of {world.providers[int(firms[name].argmin())].name}"
    assert (world.queues >= 0).all() and (world.work >= 0).all() and (world.payroll >= 0).all() and (world.wages >= 0).all()
    assert firms["receivables"].sum() == world.queues.sum(), "what is owed to subcontractors is what they wait for"
    if world.scenario.switches.insolvency:
        live = firms["live"] > 0
        assert (ledger.balance[firms["account"][live]] >= -firms["credit"][live] - 1).all(), "a firm went on beyond its credit"

    contracts = world.contracts
    for row, contract in contracts.at.items():
        assert contract.row == row and contract.state in RUNNING | {State.PLANNED}
        if isinstance(contract.buyer, ProjectCompany):
            continue
        terms = contract.terms
        for name in ("effort", "quality", "trust", "knowledge", "rivalry", "rigidity", "labour", "labour_focal", "labour_region"):
            assert 0.0 <= terms[name] <= 1.0 + 1e-12, (name, terms[name])
        for near, mid in (("labour_focal", "labour_region"), ("supplies_focal", "supplies_region")):
            assert terms[near] >= -1e-12 and terms[mid] >= -1e-12 and terms[near] + terms[mid] <= 1.0 + 1e-12, near
        for name in ("volume", "price", "cost", "reference", "misfit", "paid", "spent", "deducted", "fee", "finance"):
            assert terms[name] >= 0, (name, terms[name])
        assert terms["owed"] == int(terms["late"] * terms["paid"]), "what is late is a share of the last month's payment"
        assert contract.provider.alive
        if contract.state is not State.PLANNED and terms["phase"] == delivery.OPERATE:
            assert contract in contract.undertaking.operating
    for buyer in world.commissioners:
        assert world.scenario.parameters.volume_floor <= world.affordable[buyer.number] <= 1.0 and 0.0 <= buyer.capacity <= 1.0
        stopped = {e.service for e in world.events if e.month == month and e.kind == "failure" and e.buyer == buyer.name}
        for duty in buyer.undertakings:
            under_way = sum(c.share for c in duty.operating)  # where a provider failed its stand-in begins next month
            assert under_way <= 1.0 + ROUNDING and (under_way >= 1.0 - ROUNDING or duty.service.name in stopped), (month, duty.service.name)

    row = world.indicators.series[month]
    value: Callable[[str], float] = lambda name: float(row[INDEX[name]])  # noqa: E731
    for name in SHARES:
        assert math.isnan(value(name)) or -ROUNDING <= value(name) <= 1.0 + ROUNDING, (month, name, value(name))
    for name in POSITIVE:
        assert math.isnan(value(name)) or value(name) >= 0.0, (month, name, value(name))
    kinds = [value(f"share_{k}") for k in ("large", "sme", "vcs", "in_house")]
    if not math.isnan(kinds[0]):
        assert sum(kinds) == pytest.approx(1.0, abs=ROUNDING)
        assert value("share_local") <= value("share_region") + ROUNDING
        assert 0.0 < value("hhi") <= 1.0 + ROUNDING
    for name in ("lm3", "multiplier"):
        assert math.isnan(value(name)) or value(name) >= 1.0
    assert math.isnan(value("lm3")) or value("lm3") <= value("multiplier") + ROUNDING
    assert np.isfinite(row[~np.isnan(row)]).all()


def live_through(overrides: dict[str, Any], months: int, seed: int = 1, shocks: Any = ()) -> Ecosystem:
    with living(town(overrides, months, shocks), seed) as world:
        while world.month < months:
            world.step()
            check_month(world)
        outcome = world.outcome()
        assert outcome.series.shape[0] == months
        numbers = [e.contract for e in outcome.events if e.kind == "award"]
        assert len(numbers) == len(set(numbers)), "two contracts with one number"
    return world


# --- generated worlds ---------------------------------------------------------------------------------------------------


def _within(field: Any) -> st.SearchStrategy[float]:
    low = next(m.ge for m in field.metadata if hasattr(m, "ge"))
    high = next(m.le for m in field.metadata if hasattr(m, "le"))
    return st.floats(low, high) | st.sampled_from([float(low), float(high)])


PARAMETERS = {f"parameters.{name}": _within(field) for name, field in Parameters.model_fields.items()}
PARAMETERS |= {f"parameters.household_{where}": st.floats(0, 0.5) for where in ("local", "region")}  # together at most 1


def all_at(end: str) -> dict[str, float]:
    """Every parameter at one end of what is accepted; residents' spending outside the district makes room for that in it."""
    ends = {
        f"parameters.{n}": float(next(getattr(m, end) for m in f.metadata if hasattr(m, end))) for n, f in Parameters.model_fields.items()
    }
    return {**ends, "parameters.household_region": 0.0}


SWITCHES = {f"switches.{name}": st.booleans() for name in Switches.model_fields}
PACKAGES = [
    [["design", "build"], ["operate"]], [["design", "build", "operate"]], [["design"], ["build"], ["operate"]],
    [["design", "build", "finance", "operate"]], [["design"], ["build", "finance", "operate"]],
]  # fmt: skip
WEIGHTS = [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (0.25, 0.25, 0.25, 0.25)]
EARLY = {"name": "break_clause", "settings": {"first": 5, "last": 0}}  # a right to break that fits every term below
POLICY = {
    "policy.packages": st.sampled_from(PACKAGES), "policy.operate_months": st.sampled_from([12, 13, 24, 60, 360]),
    "policy.extension_months": st.sampled_from([0, 1, 24]), "policy.lots": st.integers(1, 20),
    "policy.payment": st.sampled_from(["fixed price", "cost-plus", "volume price", "availability payment", "payment by results", "gain share"]),
    "policy.examine_bids": st.booleans(),
    "policy.weights": st.sampled_from([dict(zip(("price", "quality", "social", "community"), map(float, w), strict=True)) for w in WEIGHTS]),
    "policy.local_preference": st.floats(0, 1), "policy.engagement": st.sampled_from(["never", "infrequently", "mostly", "regularly"]),
    "policy.supplier_development": st.floats(0, 1), "policy.turnover_ratio": st.floats(0, 4), "policy.co_design": st.floats(0, 1),
    "policy.client_side": st.floats(0, 0.2), "policy.insourcing": st.booleans(),
    "policy.clauses": st.lists(st.sampled_from(CLAUSES), unique=True).map(lambda names: [EARLY if n == "break_clause" else n for n in names]),
}  # fmt: skip
PLACE = {
    "place.services.*.volatility": st.floats(0, 5), "place.services.*.complexity": st.floats(0, 1), "place.services.*.measurability": st.floats(0, 1),
    "place.services.*.asset_life_months": st.sampled_from([12, 30, 48, 240]), "place.services.*.asset_intensity": st.sampled_from([0.0, 0.5, 3.0, 20.0]),
    "place.services.*.scale_elasticity": st.floats(0.5, 1), "place.services.*.demand_growth": st.floats(-0.5, 0.5),
    "place.services.*.labour_share": st.floats(0, 1), "place.services.*.local_knowledge": st.floats(0, 1),
    "place.services.*.externality": st.floats(0, 1), "place.services.*.build_quality": st.floats(-1, 1),
    "place.commissioners.*.in_house": st.floats(0, 1), "place.commissioners.*.capacity": st.floats(0, 1),
    "place.commissioners.*.budget_path": st.sampled_from([[1.0], [1.0, 0.5], [1.0, 0.0], [1.0, 2.0]]),
    "place.firms.*.turnover_median": st.sampled_from([1e4, 1e6, 1e8]), "place.firms.*.turnover_spread": st.floats(0, 2),
    "place.firms.sme/*.count": st.integers(0, 4), "place.population.people_per_row": st.sampled_from([20.0, 50.0, 500.0]),
    "place.incomes.benefit": st.floats(0, 2000), "place.incomes.pension": st.floats(0, 2000), "place.incomes.wage_spread": st.floats(0, 2),
    "place.incomes.employment_rate": st.floats(0, 1), "place.sectors.*.labour_share": st.floats(0, 0.6),
}  # fmt: skip


def some_of(table: dict[str, st.SearchStrategy[Any]], most: int) -> st.SearchStrategy[dict[str, Any]]:
    """A few of the keys, each with a value of its own."""
    names = st.lists(st.sampled_from(sorted(table)), unique=True, max_size=most)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: table[name] for name in chosen}))


@given(
    parameters=some_of(PARAMETERS, 12), policy=some_of(POLICY, 8), place=some_of(PLACE, 5), switches=some_of(SWITCHES, 4),
    months=st.integers(6, 24), seed=st.integers(1, 10**6),
)  # fmt: skip
@settings(max_examples=300)
def test_laws_of_every_month(
    parameters: dict[str, Any], policy: dict[str, Any], place: dict[str, Any], switches: dict[str, Any], months: int, seed: int
) -> None:
    live_through({**parameters, **policy, **place, **switches}, months, seed)


# --- extremes -------------------------------------------------------------------------------------------------------------

EXTREMES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "a commissioner without a budget": {"place.commissioners.Millbridge College.procurement": 0.0},
    "no budget at all": {"place.commissioners.*.procurement": 0.0},
    "funding ends": {"place.commissioners.*.budget_path": [1.0, 0.0]},
    "one firm": {"place.firms.*.count": 0, "place.firms.large/elsewhere/services.count": 1},
    "a sector without firms": {
        f"place.firms.{g}/care.count": 0 for g in ("large/elsewhere", "sme/Millbridge", "sme/elsewhere", "vcs/Millbridge")
    },
    "no mechanism": dict.fromkeys(SWITCHES, False),
    "every parameter at its lowest": all_at("ge"),
    "money that costs next to nothing": {"parameters.public_rate": 1e-275, "parameters.finance_spread": 1e-275},
    "signals as wrong as can be": {f"parameters.{n}": x for n, x in (("shading_found", 1.0), ("overrun", 0.5), ("signal_noise", 0.5))},
    "every parameter at its highest": all_at("le"),
    "all clauses": {"policy.clauses": list(CLAUSES)},
    "twenty lots": {"policy.lots": 20},
    "buildings sold and bid for": {"policy.asset_sales": 1.0, "policy.right_to_bid": True, "parameters.asset_price": 20_000.0},
    "forms that councils choose among": {
        "policy.discretion": True,
        "policy.forms": [
            "outsourcing",
            "grant",
            "alliance",
            "joint_venture",
            "pfi",
            "pf2",
            "mutual_investment",
            "framework_prime",
            "consortium",
        ],
        "policy.operate_months": 12,
        "parameters.pioneers": 1.0,
        "place.services.*.asset_life_months": 36,
    },
    "all in one contract": {"policy.packages": [["design", "build", "operate"]]},
    "a contract for each phase": {"policy.packages": [["design"], ["build"], ["operate"]]},
    "financed": {"policy.packages": [["design", "build", "finance", "operate"]], "policy.payment": "availability payment"},
    "financed from building on": {
        "policy.packages": [["design"], ["build", "finance", "operate"]],
        "policy.payment": "availability payment",
    },
    "financed and short": {"policy.packages": [["design", "build", "finance", "operate"]], "place.services.*.asset_life_months": 12},
    "a year at a time": {"policy.operate_months": 12, "policy.extension_months": 0},
    "thirty years": {"policy.operate_months": 360},
    "nothing spent": {"parameters.spending": 0.0, "parameters.wealth_spending": 0.0},
    "everything spent": {"parameters.spending": 1.0, "parameters.wealth_spending": 0.5},
    "nothing recovered": {"parameters.recovery": 0.0},
    "no credit": {"parameters.credit": 0.0},
    "no credit, no cash": {"parameters.credit": 0.0, "parameters.start_cash": 0.0},
    "firms come and go": {"parameters.credit": 0.0, "parameters.other_spread": 1.0, "parameters.entry_months": 1.0},
    "calm needs": {"place.services.*.volatility": 0.0},
    "wild needs": {"place.services.*.volatility": 5.0},
    "no benefits": {"place.incomes.benefit": 0.0, "place.incomes.pension": 0.0},
    "no jobs": {"place.sectors.*.jobs": 0.0},
    "nobody works": {"place.incomes.employment_rate": 0.0},
    "nobody looks for work": {"place.districts.Millbridge.wards.*.unemployment": 0.0, "place.incomes.employment_rate": 1.0},
    "a resident of many": {"place.population.people_per_row": 1e6},
    "sectors without wages": {"place.sectors.*.labour_share": 0.0},
    "services nobody uses": {"place.services.*.use_by_age": [0.0, 0.0, 0.0, 0.0]},
    "demand halves": {"place.services.*.demand_growth": -0.5},
    "demand grows by half": {"place.services.*.demand_growth": 0.5},
    "free money": {"parameters.public_rate": 0.0, "parameters.finance_spread": 0.0},
    "council tax beyond wages": {"place.incomes.council_tax": 5000.0},
    "unequal wages": {"place.incomes.wage_spread": 2.0},
    "nobody knows of tenders": {"parameters.aware_large": 0.0, "parameters.aware_sme": 0.0, "parameters.aware_vcs": 0.0},
    "wild costs": {"parameters.cost_spread": 0.5, "parameters.overrun": 0.5, "parameters.signal_noise": 0.5},
    "bids beyond price": {"parameters.bid_cost": 1e7},
    "bids for nothing": {"parameters.bid_cost": 0.0, "parameters.bid_cost_share": 0.0},
    "no payment terms": {"parameters.payment_terms": 0.0},
    "long payment terms": {"parameters.payment_terms": 6.0},
    "tenders at once": {"parameters.tender_months": 0.0, "parameters.tender_months_complex": 0.0},
    "tenders of ten years": {"parameters.tender_months": 60.0, "parameters.tender_months_complex": 60.0},
    "cost-plus": {"policy.payment": "cost-plus"},
    "assets of a year": {"place.services.*.asset_life_months": 12},
    "huge assets": {"place.services.*.asset_intensity": 100.0},
    "all in-house": {"place.commissioners.*.in_house": 1.0},
    "tiny firms": {"place.firms.*.turnover_median": 0.01},
    "complaints that ruin": {  # disputes in the last month of a year
        "policy.clauses": ["self_reported_kpis"],
        "policy.operate_months": 24,
        **{f"parameters.{n}": x for n, x in (("complaint_rate", 20.0), ("dispute_cost", 0.5), ("credit", 0.5), ("start_cash", 0.5))},
    },
    "always in dispute": {"parameters.dispute_rate": 1.0, "parameters.dispute_cost": 0.5},
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_run_to_the_end(name: str) -> None:
    for seed in (1, 2):
        live_through(EXTREMES[name], 96, seed)


@pytest.mark.parametrize("months", [1, 2, 11, 12, 13])
def test_short_horizons(months: int) -> None:
    live_through({}, months)


def test_fifty_years() -> None:
    live_through({"parameters.entry_months": 1.0, "parameters.credit": 0.0, "parameters.start_cash": 0.0}, 600)


SHOCKS = [
    {"month": 2, "shock": "demand", "size": 1.0},
    {"month": 3, "shock": "need", "size": 3.0, "on": "leisure"},
    {"month": 4, "shock": "price", "size": 0.5, "on": "care"},
    {"month": 5, "shock": "budget", "size": -0.9},
    {"month": 6, "shock": "failure", "on": "elsewhere services large 1"},
    {"month": 6, "shock": "failure", "on": "elsewhere services large 2"},
    {"month": 8, "set": {"lots": 4, "clauses": ["living_wage"]}},
]


def test_shocks_of_every_kind() -> None:
    for seed in range(1, 6):
        live_through({}, 48, seed, SHOCKS)


BUILDERS = {
    "policy.packages": [["design"], ["build"], ["operate"]],
    "place.services.*.asset_life_months": 60,
    "parameters.entry_months": 6.0,
}


@pytest.mark.parametrize("month", [10, 14, 18, 24])
def test_every_large_firm_fails_at_once(month: int) -> None:
    """Builders among them, in the middle of a cycle of renewal."""
    sectors = {"construction": 3, "services": 4, "care": 2}
    gone = [{"month": month, "shock": "failure", "on": f"elsewhere {s} large {i}"} for s, n in sectors.items() for i in range(1, n + 1)]
    live_through(BUILDERS, 96, 2, gone)
