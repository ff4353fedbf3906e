"""Clauses and mechanisms of firms: each rule by itself, and its effect in paired runs, gone with its mechanism."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from paired import difference, moves, runs
from worlds import events, living, outcome_of, town

from changemaking.agents import community, financing, takeovers
from changemaking.model.clauses import clause_class
from changemaking.model.contracts import State
from changemaking.model.delivery import LARGE, SME, VCS
from changemaking.model.ledger import ACCREDITATION, CATEGORIES, PAYOUT

P = town().parameters
OFTEN = {"policy.operate_months": 24, "policy.extension_months": 0, "policy.insourcing": False}
HUNGRY = {"parameters.takeover_rate": 1.0, "parameters.leverage": 1.0, "parameters.takeover_debt": 10.0}


def with_clause(name: str, **settings: float) -> dict[str, object]:
    return {"policy.clauses": [{"name": name, "settings": settings}]}


def paid(world: object, category: int) -> int:
    entries = np.concatenate(world.ledger.pages)  # type: ignore[attr-defined]
    return int(entries["pence"][entries["category"] == category].sum())


# --- debt and takeovers -----------------------------------------------------------------------------------------------------


def test_large_providers_owe_what_they_aim_at_and_others_nothing() -> None:
    with living(town({"parameters.leverage": 0.4}, 1)) as world:
        for provider in world.providers:
            aim = int(0.4 * provider.capacity) if provider.kind == LARGE else 0
            assert int(world.firms["debt"][provider.row]) == aim == financing.aim(world, provider)


def test_what_is_missing_is_borrowed_and_paid_out_in_december() -> None:
    with living(town({"parameters.leverage": 0.4, "switches.takeovers": False}, 13), journal=True) as world:
        world.firms["debt"] //= 2
        before = world.firms["debt"].copy()
        world.run()
        grown = int((world.firms["debt"] - before).sum())
        assert grown > 0 and paid(world, PAYOUT) == grown
        assert all(int(world.firms["debt"][a.row]) == financing.aim(world, a) for a in world.providers if a.kind == LARGE and a.alive)


def test_debt_brings_failures_and_none_without_the_mechanism() -> None:
    base = {"parameters.leverage": 0.0, "parameters.start_cash": 0.5}
    moves(base, {"parameters.leverage": 1.5}, "insolvencies", +1)
    assert not difference({**base, "switches.debt": False}, {"parameters.leverage": 1.5}, "insolvencies").any()


def test_a_bought_firm_pays_its_owner_and_is_free_when_that_fails() -> None:
    with living(town(HUNGRY, 60), 2) as world:
        while not any(a.owner for a in world.providers):
            world.step()
        firm = next(a for a in world.providers if a.owner)
        owner = firm.owner
        assert firm.kind == SME and firm.sector == owner.sector and world.firms["owner"][firm.row] == owner.account
        assert firm.purpose == owner.purpose != firm.seen(world.scenario.parameters)[0] and int(
            world.firms["debt"][owner.row]
        ) > financing.aim(world, owner)
        assert [e.provider for e in world.events if e.kind == "takeover"][:1] == [firm.name]
        takeovers.part(world, owner)
        assert firm.owner is None and world.firms["owner"][firm.row] == -1


def test_takeovers_are_gone_without_the_mechanism_and_cost_trust() -> None:
    off = {"switches.takeovers": False}
    bought = [len(events(run, "takeover")) for run in runs(HUNGRY, 96)]
    assert min(bought) > 0 and not any(events(run, "takeover") for run in runs({**HUNGRY, **off}, 96))
    moves({**HUNGRY, **off}, {"switches.takeovers": True}, "trust", -1)


# --- what follows a failure -------------------------------------------------------------------------------------------------


def test_scarce_room_makes_more_days_lost_and_a_share_of_staff_goes_on() -> None:
    with living(town({}, 10), 1) as world:
        world.run()
        held = Counter(c.provider.name for d in world.council.undertakings for c in d.operating if c.provider.label == "large")
    shock = [{"month": 9, "shock": "failure", "on": held.most_common(1)[0][0]}]
    lost = [outcome_of({"parameters.days_scarce": s}, 12, 1, shocks=shock).totals["days_lost"] for s in (0.0, 10.0)]
    assert 0.0 < lost[0] < lost[1]
    with living(town({}, 10), 1) as world:
        world.run()
        staff = Counter(world.people["employer"].tolist())
        local = max((a for a in world.providers if a.label != "in-house"), key=lambda a: staff[a.account])
        assert staff[local.account] > 0
    shock = [{"month": 9, "shock": "failure", "on": local.name}]
    kept = [outcome_of({"parameters.rehired": share}, 13, 1, shocks=shock).series for share in (0.0, 1.0)]
    assert not np.array_equal(kept[0], kept[1], equal_nan=True)


def test_without_continuity_no_day_is_lost_and_nobody_goes_on() -> None:
    failing = {"parameters.credit": 0.0, "parameters.start_cash": 0.01}
    lost = [outcome_of({**failing, "switches.continuity": on}, 60, 1).totals for on in (True, False)]
    assert lost[0]["days_lost"] > 0.0 == lost[1]["days_lost"] and lost[1]["failures"] > 0


def test_what_a_subcontractor_loses_is_told() -> None:
    world = outcome_of({"parameters.leverage": 1.5, "parameters.start_cash": 0.3}, 96, 1)
    assert all(e.value > 0 and e.detail.startswith("owed by ") for e in events(world, "receivables lost"))


# --- clauses ---------------------------------------------------------------------------------------------------------------


def test_a_new_owner_lets_the_buyer_think_of_leaving() -> None:
    asked: list[tuple[object, ...]] = []
    switches = SimpleNamespace(breaks=True)
    buyer = SimpleNamespace(model=SimpleNamespace(scenario=SimpleNamespace(switches=switches)), consider_break=lambda *a: asked.append(a))
    contract = SimpleNamespace(buyer=buyer)
    clause = clause_class("change_of_control_break")()
    clause.on_takeover(contract, 5)
    assert asked == [(contract, "its provider has a new owner")] and clause.on_price(SimpleNamespace()) == clause.premium
    switches.breaks = False
    clause.on_takeover(contract, 5)
    assert len(asked) == 1


def test_breaks_follow_takeovers_under_the_clause_alone() -> None:
    restless = {
        **HUNGRY,
        "parameters.switch_cost": 0.0,
        "parameters.continuity_cost": 0.0,
        "parameters.belief_start": 1.0,
        "policy.operate_months": 84,
    }
    clause = with_clause("change_of_control_break", premium=0.0)
    broken = [len(events(run, "break")) for run in runs({**restless, **clause}, 96)]
    assert sum(broken) > 0 and not any(events(run, "break") for run in runs(restless, 96))
    assert not any(events(run, "break") for run in runs({**restless, **clause, "switches.takeovers": False}, 96))


def test_prompt_payment_shortens_terms_while_a_contract_asks_for_it() -> None:
    late = {**OFTEN, "parameters.payment_terms": 4.0, "parameters.subcontract": 0.5}
    with living(town({**late, **with_clause("prompt_payment", months=1)}, 48), 1) as world:
        world.run()
        holders = {c.provider.row for c in world.contracts.at.values() if any(clause.name == "prompt_payment" for clause in c.clauses)}
        primes = [row for row in holders if world.firms["subcontractor"][row] >= 0]
        others = [a.row for a in world.providers if a.kind == LARGE and a.row not in holders and world.firms["subcontractor"][a.row] >= 0]
        assert primes and all(world.firms["terms"][row] == 1 for row in primes)
        assert all(world.firms["terms"][row] == 4 for row in others)
    assert clause_class("prompt_payment")(months=1).on_price(SimpleNamespace(parameters=P)) == pytest.approx(0.001 * (P.payment_terms - 1))


def test_prompt_payment_keeps_to_what_is_signed_and_not_begun() -> None:
    """Another contract ends meanwhile, and the terms stay."""
    late = {**OFTEN, "parameters.payment_terms": 4.0, "parameters.subcontract": 0.5}
    with living(town({**late, **with_clause("prompt_payment", months=1)}, 60), 1) as world:
        tried = 0
        while world.month < 60:
            world.step()
            coming = [c for buyer in world.commissioners for duty in buyer.undertakings for c in duty.coming]
            for contract in [c for c in coming if c.state is State.AWARDED and c.clauses]:
                if world.firms["subcontractor"][contract.provider.row] >= 0:
                    other = SimpleNamespace(buyer=contract.buyer, provider=contract.provider, clauses=())
                    contract.clauses[0].on_end(other, world.month)
                    assert world.firms["terms"][contract.provider.row] == 1
                    tried += 1
    assert tried


def test_prompt_payment_saves_subcontractors_what_they_would_lose() -> None:
    base = {
        **OFTEN,
        "parameters.payment_terms": 4.0,
        "parameters.subcontract": 0.6,
        "parameters.leverage": 1.5,
        "parameters.start_cash": 0.5,
    }

    def lost(overrides: dict[str, object]) -> float:
        return sum(e.value for run in runs(overrides, 96) for e in events(run, "receivables lost"))

    assert lost({**base, **with_clause("prompt_payment", months=0, cost=0.0)}) < lost(base)


def small_firm(name: str, skill: float, cost: float, room: float) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, kind=SME, alive=True, district=0, sector=1, capacity=room, load=0.0, skill=(0, 0, skill), efficiency=(1, 1, cost),
        key=hash(name) & 0xFFFF,
    )  # fmt: skip


def test_published_work_goes_to_the_ablest_who_notices_and_would_do_it_better_or_cheaper() -> None:
    prime = SimpleNamespace(kind=LARGE, district=-1, skill=(0, 0, 0.6), efficiency=(1, 1, 1.0))
    firms = [
        small_firm("a", 0.5, 1.1, 100.0),
        small_firm("b", 0.55, 0.9, 100.0),
        small_firm("c", 0.7, 1.2, 100.0),
        small_firm("d", 0.9, 1.0, 1.0),
    ]
    world = SimpleNamespace(providers=firms, month=3, sector_of=lambda service: 1, chance=SimpleNamespace(uniform=lambda *who: 0.0))
    contract = SimpleNamespace(
        buyer=SimpleNamespace(model=world, district=0), provider=prime, annual=100.0, key=7, undertaking=SimpleNamespace(service=None)
    )
    clause = clause_class("subcontract_publication")(share=0.5)
    assert clause.found_by(contract).name == "c"
    world.chance.uniform = lambda *who: 0.99
    assert clause.found_by(contract) is None


def test_publication_passes_work_to_small_firms_and_nobody_notices_nothing() -> None:
    small = {**OFTEN, "place.firms.*.turnover_median": 1e7}
    with living(town({**small, **with_clause("subcontract_publication", noticed=1.0)}, 48), 1) as world:
        world.run()
        assert len(world.deals) > 0
    seen, unseen = (with_clause("subcontract_publication", noticed=n, cost=0.0) for n in (1.0, 0.0))
    assert np.abs(difference(small, seen, "lm3")).max() > 0 and not difference(small, unseen, "lm3").any()


def test_accreditation_keeps_out_whom_it_does_not_pay() -> None:
    posted: list[int] = []
    ledger = SimpleNamespace(post=lambda payer, payee, category, pence: posted.append(pence))
    world = SimpleNamespace(month=10, ledger=ledger, nation=SimpleNamespace(economy=2), tally=lambda *a: None)
    tender = SimpleNamespace(buyer=SimpleNamespace(model=world), reference=1e6, expected_rivals=3.0)
    firm = SimpleNamespace(accredited_until=0, account=5, certified=0.0, own_cost=lambda t: 1.0, mark_up=lambda t, cost: 0.1)
    clause = clause_class("accreditation")(fee=100.0, years=2, standing=0.2)
    assert clause.on_invite(tender, [(firm, 0.0, 0.0)]) and posted == [10_000]
    assert firm.accredited_until == 34 and firm.certified == 0.2
    assert clause.is_accredited(firm, tender) and posted == [10_000], "paid once"
    poor = SimpleNamespace(**{**vars(firm), "accredited_until": 0})
    assert not clause_class("accreditation")(fee=251.0).is_accredited(poor, tender), "its hope is 0.1 x 1m / 4 pence"


def test_certificate_training_and_owner_are_seen_beside_each_other_and_year_after_year() -> None:
    asked = {**OFTEN, **with_clause("accreditation", fee=0.0, standing=0.15, years=2)}
    with living(town({**asked, "parameters.training_standing": 0.2}, 48), 1) as world:
        while not (held := [a for a in world.providers if a.accredited_until]):
            world.step()
        firm, until = held[0], held[0].accredited_until
        purpose = firm.seen(world.scenario.parameters)[0]
        assert firm.social == pytest.approx(purpose + 0.15)
        firm.is_known_to_train(1.0)
        assert firm.social == pytest.approx(min(1.0, purpose + 0.15 + 0.2))
        firm.is_known_to_train(0.0)
        assert firm.social == pytest.approx(purpose + 0.15), "what it trained was a year's"
        world.month = until
        assert firm.social == pytest.approx(purpose), "the certificate has run out"
    with living(town({**HUNGRY, **OFTEN}, 40), 2) as world:
        while not (bought := [a for a in world.providers if a.owner]):
            world.step()
        firm, since = bought[0], world.month
        while world.month < since + 13 and firm.owner:
            world.step()
        assert firm.social - firm.trained == firm.owner.purpose, "a December later too"


def test_nobody_pays_for_a_certificate_without_room_or_mission_for_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    clause = clause_class("accreditation")
    is_accredited = clause.is_accredited  # type: ignore[attr-defined]

    def noted(self: object, provider: object, tender: object) -> bool:
        asked.append(provider.could(tender))  # type: ignore[attr-defined]
        return is_accredited(self, provider, tender)

    monkeypatch.setattr(clause, "is_accredited", noted)
    with living(town({**OFTEN, **with_clause("accreditation"), "parameters.mission_breadth": 0.2}, 36), 1) as world:
        world.run()
    assert asked and all(asked)


def test_nobody_pays_for_a_certificate_that_other_clauses_make_useless() -> None:
    named = [{"name": "accreditation", "settings": {"fee": 1.0}}, "grant_agreement"]
    roomy = {"parameters.aware_vcs": 1.0, "place.services.*.sector": "care", "place.firms.*.turnover_median": 1e7}
    with living(town({**OFTEN, **roomy, "policy.clauses": named}, 36)) as world:
        world.run()
        assert {a.kind for a in world.providers if a.accredited_until} == {VCS}


def test_a_firm_whose_owner_fails_is_seen_as_itself_again() -> None:
    with living(town({**HUNGRY, **OFTEN}, 40), 2) as world:
        while not (bought := [a for a in world.providers if a.owner]):
            world.step()
        firm = bought[0]
        own, theirs = firm.seen(P)[0], firm.owner.purpose
        assert firm.purpose == theirs != own and firm.standings == firm.owner.standings
        takeovers.part(world, firm.owner)
        assert firm.purpose == own and firm.owner is None
        alike = next(a for a in world.providers if a.kind == firm.kind and not a.owner)
        assert firm.standings == alike.standings


def test_who_has_no_contract_left_is_no_longer_known_to_train() -> None:
    with living(town(OFTEN, 12)) as world:
        held = {c.provider for c in world.contracts.at.values()}
        idle = next(a for a in world.providers if a not in held)
        idle.is_known_to_train(1.0)
        assert idle.social > idle.purpose
        community.train(world)
        assert idle.social == idle.purpose


def test_accreditation_lowers_shading_and_its_fee_the_number_of_bids() -> None:
    moves(OFTEN, with_clause("accreditation", fee=0.0, standing=0.0), "shading", -1)
    moves({**OFTEN, "switches.shading": True}, with_clause("accreditation", fee=200_000.0, committed=0.0, standing=0.0), "bids", -1)
    assert (
        np.abs(difference({**OFTEN, "switches.shading": False}, with_clause("accreditation", fee=0.0, standing=0.0), "shading")).max() == 0
    )
    with living(town({**OFTEN, **with_clause("accreditation")}, 48), 1, journal=True) as world:
        world.run()
        assert paid(world, ACCREDITATION) > 0 and CATEGORIES[ACCREDITATION] == "accreditation"


def test_protected_pay_fades_as_staff_leave() -> None:
    clause = clause_class("staff_transfer_protection")(kept=0.5, turnover=0.2)
    gaps = [clause.gap(P, year) for year in range(3)]
    assert gaps == pytest.approx([P.living_wage_gap * 0.5 * 0.8**year for year in range(3)])
    with living(
        town({**OFTEN, "policy.operate_months": 60, **with_clause("staff_transfer_protection", kept=0.5, turnover=0.2)}, 90), 1
    ) as world:
        world.run()
        seen = {round(float(c.terms["living_wage"]), 6) for c in world.contracts.at.values() if c.clauses and c.terms["phase"] == 2}
    assert seen <= {round(0.5 * 0.8**year, 6) for year in range(8)} and len(seen) > 1


def test_protected_pay_fades_where_a_project_company_has_the_work_done() -> None:
    bundle = {"policy.packages": [["design", "build", "finance", "operate"]], "policy.payment": "availability payment"}
    due = {"place.services.*.asset_life_months": 60, "parameters.running_spread": 0.0}
    paths: dict[int, list[tuple[float, ...]]] = {}
    with living(town({**bundle, **due, **with_clause("staff_transfer_protection", kept=1.0, turnover=0.3)}, 72), 1) as world:
        while world.month < 72:
            world.step()
            for contract in [c for c in world.contracts.at.values() if c.company and c.phase == 2]:
                work = contract.work
                assert contract.cost == 0.0 and contract.terms["labour"] == work.labour and contract.living_wage == work.living_wage
                paths.setdefault(contract.number, []).append((work.living_wage, work.labour, work.cost))
    longest = max(paths.values(), key=len)
    assert len(longest) > 13 and longest[0][0] == 1.0
    assert all(later < first for first, later in zip(longest[0], longest[-1], strict=True)), "pay, its share of cost, and cost"


def test_protection_takes_back_part_of_what_low_pay_shifts_at_a_price() -> None:
    clause = with_clause("staff_transfer_protection")
    moves(OFTEN, clause, "cost_shifted", -1)
    moves(OFTEN, clause, "unit_cost", +1)
    assert not difference({**OFTEN, "switches.cost_shifting": False}, clause, "cost_shifted").any()


@pytest.mark.parametrize(
    ("rule", "clause"),
    [("disclosure_above", "data_disclosure"), ("accreditation_above", "accreditation"), ("publication_above", "subcontract_publication")],
)
def test_a_national_threshold_brings_its_clause_to_every_commissioner(rule: str, clause: str) -> None:
    with living(town({**OFTEN, f"rules.{rule}": 0.0}, 30), 1) as world:
        world.run()
        signed = [c for c in world.contracts.at.values() if c.clauses]
        assert signed and all(clause in {each.name for each in c.clauses} for c in signed)
        assert len({c.buyer.name for c in signed}) > 1
