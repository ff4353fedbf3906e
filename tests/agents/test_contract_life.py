"""The life of contracts: which state may follow which, what happens at its turns, project companies, and worlds that are let go."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace

import mesa
import numpy as np
import pytest
from worlds import column, events, living, outcome_of, town

from changemaking.agents import running
from changemaking.agents.project_company import ProjectCompany
from changemaking.model import delivery
from changemaking.model.contracts import Contract, State
from changemaking.model.ecosystem import simulate
from changemaking.model.ledger import CATEGORIES, CONTINUITY, LOAN, REPAYMENT, SUBCONTRACT
from changemaking.model.procurement import Tender

RENEWING = {"place.services.*.asset_life_months": 60}
PHASED = {"policy.packages": [["design"], ["build"], ["operate"]]}
FINANCED = {"policy.packages": [["design", "build", "finance", "operate"]], "policy.payment": "availability payment"}
OVER = {State.ENDED, State.BROKEN, State.FAILED}

# State -> what may follow. In-house contracts begin as the buyer decides, without a tender; a change or an extension may follow another.
UNDER_WAY = {State.DELIVERING, State.CHANGED, State.EXTENDED}
NEXT: dict[State, set[State]] = {
    State.PLANNED: {State.TENDERED, State.AWARDED},
    State.TENDERED: {State.AWARDED},
    State.AWARDED: {State.MOBILISED, State.DELIVERING, State.FAILED},
    State.MOBILISED: {State.MOBILISED, State.DELIVERING, State.ENDED, State.FAILED},
    **dict.fromkeys(UNDER_WAY, UNDER_WAY | OVER),
    **{state: set() for state in OVER},
}


@pytest.fixture
def lives(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, list[State]]]:
    """The states each contract goes through, by the order of making (a project company's inner contract apart)."""
    seen: dict[int, list[State]] = defaultdict(list)

    def write(contract: Contract, state: State) -> None:
        contract.__dict__["_state"] = state
        seen[id(contract)].append(state)
        kept.append(contract)

    kept: list[Contract] = []  # so that no id is used twice
    monkeypatch.setattr(Contract, "state", property(lambda contract: contract.__dict__["_state"], write), raising=False)
    yield seen


WORLDS = {
    "today": ({**RENEWING}, ()),
    "phased": ({**PHASED, **RENEWING, "policy.operate_months": 60, "policy.extension_months": 12, "policy.clauses": ["break_clause"],
                "place.services.*.volatility": 0.6, "parameters.switch_cost": 0.0, "parameters.continuity_cost": 0.0}, ()),
    "financed": ({**FINANCED, **RENEWING}, ()),
    "failures": ({**PHASED, **RENEWING}, tuple(
        {"month": m, "shock": "failure", "on": f"elsewhere services large {i}"} for i, m in enumerate((11, 14, 20, 30), 1))),
}  # fmt: skip


@pytest.mark.parametrize("name", WORLDS)
def test_only_legal_states_follow(name: str, lives: dict[int, list[State]]) -> None:
    overrides, shocks = WORLDS[name]
    for seed in (1, 2, 3):
        simulate(town(overrides, 120, shocks), seed)
    turns = Counter((a, b) for life in lives.values() for a, b in pairwise(life))
    wrong = {(a.value, b.value): n for (a, b), n in turns.items() if b not in NEXT[a]}
    assert not wrong
    assert {life[0] for life in lives.values()} == {State.PLANNED}
    reached = {state for life in lives.values() for state in life}
    expected = {State.AWARDED, State.MOBILISED, State.DELIVERING, State.CHANGED, State.EXTENDED, State.ENDED}
    assert expected - reached == set()
    if name == "phased":
        assert State.BROKEN in reached
    if name == "failures":
        assert State.FAILED in reached


def test_a_tender_is_planned_then_tendered() -> None:
    assert Tender.__dataclass_fields__["state"].default is State.PLANNED
    with living(town(RENEWING, 30)) as world:
        world.run()
        waiting = [a for acts in world.agenda.values() for _, arguments in acts for a in arguments if isinstance(a, Tender)]
        assert waiting and {t.state for t in waiting} == {State.TENDERED}


def test_phases_follow_each_other_and_the_service_waits_for_its_asset() -> None:
    """Design, then building, then operation of the same undertaking, each from where the one before ended; assets come of it."""
    with living(town({**PHASED, **RENEWING}, 120), 2) as world:
        cycles: dict[int, list[tuple[str, int]]] = defaultdict(list)
        assets = {d.key: d.asset for b in world.commissioners for d in b.undertakings if d.asset}
        while world.month < 120:
            before = set(world.contracts.at.values())
            world.step()
            for contract in set(world.contracts.at.values()) - before:
                if not contract.buyer.focal:
                    continue  # the policy is not theirs
                if contract.what in ("design", "build"):
                    assert contract.undertaking.building is contract
                cycles[contract.undertaking.key].append((contract.what, world.month - 1))
        renewed = [d for b in world.commissioners for d in b.undertakings if b.focal and d.key in assets and d.asset is not assets[d.key]]
        assert renewed
        for duty in renewed:
            first = [what for what, _ in cycles[duty.key] if what != "operate"][:2]
            assert first == ["design", "build"] and duty.asset.expires > 60


def test_an_undertaking_is_tendered_once_at_a_time() -> None:
    """Whoever fails, in whatever phase."""
    large = [f"elsewhere {s} large {i}" for s, n in (("services", 4), ("care", 2), ("construction", 3)) for i in range(1, n + 1)]
    for packages, when in ((PHASED, 14), (PHASED, 20), ({}, 18), ({"policy.lots": 4}, 12)):
        shocks = [{"month": when, "shock": "failure", "on": name} for name in large]
        with living(town({**packages, **RENEWING, "parameters.entry_months": 6.0}, 72, shocks), 2) as world:
            while world.month < 72:
                world.step()
                open_tenders = Counter(
                    a.undertaking.key
                    for acts in world.agenda.values()
                    for act, arguments in acts
                    for a in arguments
                    if isinstance(a, Tender) and a.state is State.TENDERED
                )
                assert not open_tenders or max(open_tenders.values()) == 1, f"month {world.month - 1}: {open_tenders.most_common(1)}"


@pytest.mark.parametrize(("lots", "seed"), [(1, 1), (3, 3)])
def test_a_service_is_taken_in_house_once(lots: int, seed: int) -> None:
    """Where the team runs a service in full, nobody waits to take it over for the team once more."""
    with living(town({"policy.lots": lots, "policy.operate_months": 24}, 96), seed) as world:
        decided = 0
        while world.month < 96:
            world.step()
            for buyer in world.commissioners:
                for duty in buyer.undertakings:
                    mine = sum(c.share for c in duty.operating if c.provider is buyer.team)
                    assert sum(c.share for c in duty.operating) <= 1.0 + 1e-9, (
                        f"month {world.month - 1}: {duty.service.name} more than once"
                    )
                    waiting = [
                        a for acts in world.agenda.values() for act, (a, *_) in ((x, y) for x, y in acts if y)
                        if act is running.start and a.state is State.AWARDED and a.undertaking is duty and a.provider is buyer.team
                    ]  # fmt: skip
                    decided += len(waiting)
                    assert mine + sum(c.share for c in waiting) <= 1.0 + 1e-9, (
                        f"month {world.month - 1}: {duty.service.name} taken in-house twice"
                    )
        assert decided, "some service must be taken in-house for this to mean anything"


# --- failure (mechanism 8) --------------------------------------------------------------------------------------------------


def test_a_failure_ends_contracts_opens_tenders_and_costs_subcontractors() -> None:
    """The largest holder of the town's contracts fails in month 9: its contracts fail, the teams stand in, tenders open, the buyers
    pay for continuity, and the small firm that supplied it recovers only part of what it was owed."""
    calm = town(
        {"parameters.recovery": 0.25, "parameters.subcontract": 0.6, "parameters.payment_terms": 3.0, "switches.insolvency": False}, 30
    )
    with living(calm, 1) as world:
        while world.month < 10:  # the shock strikes after the tenth month's work
            world.step()
        held = Counter(c.provider for c in world.contracts.at.values() if c.provider.label == "large")
        struck, lost = held.most_common(1)[0]
        owed = int(world.queues[struck.row].sum())
        supplier = world.providers[int(world.firms["subcontractor"][struck.row])]
        assert lost >= 1 and owed > 0
        shares = {c.undertaking.key: c.share for c in world.contracts.at.values() if c.provider is struck}
    shock = [{"month": 9, "shock": "failure", "on": struck.name}]
    overrides = {"parameters.recovery": 0.25, "parameters.subcontract": 0.6, "parameters.payment_terms": 3.0, "switches.insolvency": False}
    with living(town(overrides, 30, shock), 1, journal=True) as world:
        while world.month < 10:
            world.step()
        page = world.ledger.pages[9]
        entries = [(CATEGORIES[c], payer, payee, pence) for _, c, payer, payee, pence in page.tolist()]
        recovered = [x[3] for x in entries if x[0] == CATEGORIES[SUBCONTRACT] and x[1] == world.nation.lender and x[2] == supplier.account]
        assert recovered == [round(0.25 * owed)]
        outcome = world.outcome()
        failed = events(outcome, "failure")
        assert len(failed) == lost and {e.provider for e in failed} == {struck.name}
        assert world.ledger.balance[struck.account] == 0 and not world.queues[struck.row].any()
        assert any(x[0] == CATEGORIES[CONTINUITY] for x in entries)
        standing_in = {k: sum(c.share for c in d.operating) for b in world.commissioners for d in b.undertakings if (k := d.key) in shares}
        reopened = {e.service for e in events(outcome, "tender") if e.month == 9}
        assert {e.service for e in failed} <= reopened | {
            d.service.name for b in world.commissioners for d in b.undertakings if d.procuring
        }
        world.step()
        standing_in = {d.key: d.operating for b in world.commissioners for d in b.undertakings if d.key in shares}
        assert all(c.provider.label == "in-house" for operating in standing_in.values() for c in operating)
        assert all(sum(c.share for c in operating) == pytest.approx(1.0) for operating in standing_in.values())
        world.run()
        assert [e.provider for e in events(world.outcome(), "entry")] == [] or world.scenario.parameters.entry_months < 20


def test_news_of_a_failure_costs_residents_trust() -> None:
    shock = [{"month": 9, "shock": "failure", "on": f"elsewhere services large {i}"} for i in range(1, 5)]
    for seed in (1, 2, 3):
        calm, struck = (outcome_of({"parameters.publicity": 0.05}, 16, seed, shocks=s) for s in ((), shock))
        assert (column(calm, "resident_trust")[:9] == column(struck, "resident_trust")[:9]).all()
        assert column(calm, "resident_trust")[10] > column(struck, "resident_trust")[10]


def test_entrants_have_names_and_pasts_of_their_own() -> None:
    ruin = {"parameters.credit": 0.0, "parameters.start_cash": 0.0, "parameters.entry_months": 1.0}
    with living(town(ruin, 120), 1) as world:
        world.run()
        entered = [e.provider for e in world.events if e.kind == "entry"]
        assert len(entered) > 5 and len(set(entered)) == len(entered)
        assert len({a.key for a in world.providers}) == len(world.providers)
        names = Counter(world.ledger.names)
        assert not [n for n, k in names.items() if k > 1]


def test_insolvency_off_means_nobody_fails_for_want_of_money() -> None:
    ruin = {"parameters.credit": 0.0, "parameters.start_cash": 0.0, "parameters.other_spread": 1.0}
    assert outcome_of({**ruin, "switches.insolvency": False}, 48).totals["insolvencies"] == 0
    assert outcome_of(ruin, 48).totals["insolvencies"] > 0


# --- project companies ----------------------------------------------------------------------------------------------------------


def test_a_project_company_borrows_builds_is_paid_and_repays() -> None:
    """Its debt is what building cost with interest; the buyer pays nothing before the asset is there; it ends without debt and
    every penny that went in came out: from the lender and the buyer, to the parent, the lender and the owners."""
    scenario = town(
        {**FINANCED, **RENEWING, "parameters.change_attention": 0.0, "switches.shading": False, "parameters.buyer_cost": 0.0}, 160
    )
    with living(scenario, 2, journal=True) as world:
        debts: dict[str, list[float]] = defaultdict(list)
        building: dict[str, set[int]] = defaultdict(set)
        accounts: dict[str, tuple[int, int]] = {}
        finished: dict[str, float] = {}
        while world.month < 160:
            running = list(world.companies)
            world.step()
            for company in running:
                phase = int(company.work.terms["phase"])
                accounts[company.name] = company.account, company.parent.account
                if company in world.companies and company.work.row in world.contracts.at:
                    debts[company.name].append(company.debt)
                    if phase != delivery.OPERATE:
                        building[company.name].add(world.month - 1)
                elif company not in world.companies:
                    finished[company.name] = company.debt
        journal = world.outcome().journal
        assert len(accounts) > 2 and finished
        for name, (account, parent) in accounts.items():
            into, out = journal[journal["payee"] == account], journal[journal["payer"] == account]
            buyers = np.isin(into["payer"], [b.account for b in world.commissioners])
            assert not np.isin(into["month"][buyers], list(building[name])).any(), "the buyer paid for what was not there"
            assert set(into["payer"][~buyers].tolist()) <= {world.nation.lender}
            assert set(out["payee"].tolist()) <= {world.nation.lender, world.nation.economy, parent}
            rises = np.diff(debts[name])
            if name in finished:
                peak = int(np.argmax(debts[name]))
                assert (rises[:peak] >= 0).all() and (rises[peak:] <= 0).all()
                assert finished[name] <= 1.0, "the loan is repaid by the end of the term"
                borrowed, repaid = into["pence"][into["category"] == LOAN].sum(), out["pence"][out["category"] == REPAYMENT].sum()
                assert repaid > borrowed > 0
                assert world.ledger.balance[account] == 0, "what is left when it ends goes to its owner"


def test_private_finance_costs_more_than_public() -> None:
    """The dearer the companies' capital, the dearer the whole life of what they build."""
    for seed in (1, 2, 3):
        by_spread = [outcome_of({**FINANCED, **RENEWING, "parameters.finance_spread": s}, 160, seed) for s in (0.0, 0.04, 0.1)]
        costs = [o.totals["whole_life_cost"] for o in by_spread]
        assert costs == sorted(costs) and len(set(costs)) == 3


def test_a_project_companys_contract_and_the_work_under_it_are_one() -> None:
    """Whatever respecifies or teaches reaches both rows, and the margin that presses is that of whoever does the work."""
    named = ["annual_service_plan", "secondments", "step_in", "audited_kpis"]
    mid: dict[str, list[bool]] = {"changed": [], "pressed": []}
    with living(town({**FINANCED, **RENEWING, "policy.clauses": named, "parameters.thin_margin": 0.2}, 130), 2) as world:
        margins: dict[int, float] = {}
        before: dict[int, tuple[float, ...]] = {}
        while world.month < 130:
            under_way = [c for c in world.contracts.at.values() if c.company and c.phase == delivery.OPERATE]
            before = {c.number: c.specification() for c in under_way}
            asset = {c.number: (c.a0, c.a1, c.a2) for c in under_way}
            world.step()
            for contract in [c for c in under_way if c.runs() and (c.a0, c.a1, c.a2) == asset[c.number]]:
                work, above = contract.work, contract.terms
                assert contract.misfit == work.misfit and above["shown"] == pytest.approx(work.terms["shown"], abs=0.05)
                assert above["end"] >= work.end
                if contract.number in margins:
                    assert above["margin"] == margins[contract.number]
                    mid["pressed"].append(float(above["margin"]) < 0.2)
                margins[contract.number] = float(work.terms["margin"])
                mid["changed"].append(contract.specification() != before[contract.number])
    assert all(any(found) and not all(found) for found in mid.values()), mid


def test_a_thin_margin_of_whoever_works_for_a_project_company_is_felt_by_users() -> None:
    bundle = {**FINANCED, **RENEWING, "parameters.thin_margin": 0.2}
    for seed in (1, 2, 3):
        calm, pressed = (
            [row.shading for row in outcome_of({**bundle, "parameters.pressure": p}, 130, seed).contracts if "finance" in row.phases]
            for p in (0.0, 5.0)
        )
        assert np.nanmean(pressed) > np.nanmean(calm) + 0.01


def test_finance_is_paid_by_availability_whatever_the_policy_says_and_its_clauses_with_it() -> None:
    paid_cost = {"policy.payment": "cost-plus", "policy.clauses": ["risk_share", "value_engineering"]}
    with living(town({**FINANCED, **RENEWING, **paid_cost}, 60)) as world:
        world.run()
        let = [c for c in world.contracts.at.values() if c.clauses or c.company]
        financed = [c for c in let if c.company]
        assert financed and all([clause.name for clause in c.clauses] == ["risk_share", "value_engineering"] for c in financed)
        assert all(c.company for c in let), "what is run without an asset is paid its cost, whatever it is"


# --- what a run leaves behind ------------------------------------------------------------------------------------------------------


def test_two_hundred_runs_leave_no_memory_behind() -> None:
    """After warm-up memory may not grow by as much as a single world in 150 runs more: keeping one of them would show."""
    scenario = town({}, 2)
    for seed in range(1, 6):
        simulate(scenario, seed)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        with living(scenario, 1) as world:
            world.run()
            one_world = tracemalloc.get_traced_memory()[0] - before
        for _ in range(50):
            simulate(scenario, 1)
        gc.collect()
        level = tracemalloc.get_traced_memory()[0]
        for seed in range(150):
            simulate(scenario, 1_000 + seed)
        gc.collect()
        growth = tracemalloc.get_traced_memory()[0] - level
    finally:
        tracemalloc.stop()
    assert one_world > 200_000, "a world must weigh something for this to mean anything"
    assert growth < one_world, f"{growth} bytes more after 150 runs; one world takes {one_world}"
    ids = getattr(mesa.Agent, "_ids", None)  # Mesa before 3.5 counts ids in a table that holds every model
    assert ids is None or not [m for m in ids if getattr(m, "scenario", None) is not None and m.month == 2]


def test_a_world_without_residents_handles_makes_them_when_asked() -> None:
    with living(town({}, 2)) as world:
        world.run()
        me = world.residents[-1]
        assert isinstance(me, mesa.Agent) and len(world.residents) == len(world.people) and me is world.residents[len(world.people) - 1]
        me.cash += 5
        assert world.people["cash"][-1] == me.cash and me.skill == float(world.people["skill"][-1])
        with pytest.raises(AttributeError):
            _ = me.shoe_size
        with pytest.raises(IndexError):
            _ = world.residents[len(world.people)]


def test_a_company_ignores_what_its_buyer_attends_to() -> None:
    assert ProjectCompany.attend(SimpleNamespace(), None, 7) is None  # type: ignore[arg-type, func-returns-value]


def test_a_failure_shock_leaves_no_service_without_a_provider() -> None:
    struck = ((7, "services", 1), (9, "care", 1), (9, "care", 2))
    shocks = [{"month": m, "shock": "failure", "on": f"elsewhere {s} large {i}"} for m, s, i in struck]
    with living(town({}, 24, shocks), 1) as world:
        while world.month < 24:
            world.step()
            delivered = world.contracts.rows["volume"][world.contracts.running]
            assert (delivered > 0).all()
            for duty in (d for b in world.commissioners for d in b.undertakings):
                shares = sum(c.share for c in (*duty.operating, *duty.coming))
                assert shares >= 1.0 - 1e-9, f"month {world.month - 1}: {duty.service.name}"
        paid = column(world.outcome(), "unmet_need")
        assert events(world.outcome(), "failure") and paid[6:12].max() < 0.35


def test_no_contract_runs_on_after_its_end() -> None:
    """A contract that waits for its successor is extended, also after a break and when tenders fail."""
    overrides = {**WORLDS["phased"][0], "parameters.reserve": 0.0, "policy.operate_months": 84}
    for seed in (1, 2, 3):
        with living(town(overrides, 120), seed) as world:
            while world.month < 120:
                world.step()
                late = [c.number for b in world.commissioners for d in b.undertakings for c in d.operating if c.end < world.month]
                assert not late, f"month {world.month - 1}: {late}"


def test_lots_are_left_together_as_soon_as_others_can_begin() -> None:
    """A break in lots ends them when a tender is through, as it does in one contract, and not at the end of their term."""
    restless = {
        "policy.operate_months": 120, "policy.extension_months": 0, "policy.lots": 4, "parameters.switch_cost": 0.0,
        "parameters.continuity_cost": 0.0001, "policy.clauses": [{"name": "break_clause", "settings": {"first": 24, "then": 12}}],
    }  # fmt: skip
    outcome = outcome_of(restless, 90, 1)
    rows = {row.number: row for row in outcome.contracts}
    notices = Counter((e.buyer, e.service, e.month) for e in events(outcome, "break"))
    assert set(notices.values()) == {4}, "all lots of a service, and each"
    gone = [e for e in events(outcome, "break") if e.month < 60]
    assert gone and all(rows[e.contract].end in ("break", "failure") for e in gone)
    assert max(rows[e.contract].first + rows[e.contract].months - e.month for e in gone) < 24
