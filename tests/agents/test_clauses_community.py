"""Clauses and policies for voluntary bodies and residents: each rule by itself, and its effect in paired runs, gone with its mechanism."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from paired import difference, moves, runs
from worlds import column, events, living, town

from changemaking.agents import community
from changemaking.agents.provider import Provider
from changemaking.agents.vcs import VCSBody
from changemaking.model.clauses import clause_class
from changemaking.model.delivery import LARGE, SME, VCS
from changemaking.model.ledger import CATEGORIES
from changemaking.model.subcontracts import Deals
from changemaking.scenarios.errors import ScenarioError

P = town().parameters
# a town where voluntary bodies have room, and contracts come up often
OPEN = {
    "policy.operate_months": 24, "policy.extension_months": 0, "policy.insourcing": False,
    "place.services.*.sector": "care", "place.firms.*.turnover_median": 1e7,
}  # fmt: skip
UNBUILT = {**OPEN, "switches.capacity_building": False}


def with_clause(name: str, **settings: float) -> dict[str, object]:
    return {"policy.clauses": [{"name": name, "settings": settings}]}


# --- a share for voluntary bodies -------------------------------------------------------------------------------------------


def body(name: str, skill: float, room: float) -> SimpleNamespace:
    out = SimpleNamespace(name=name, skill=(0.0, 0.0, skill), capacity=100.0 + room, load=100.0, alive=True, claim=lambda p: 0.3)
    out.take_on = lambda annual: setattr(out, "load", out.load + annual)
    return out


def test_a_provider_takes_the_most_skilled_partners_first_each_as_far_as_it_has_room() -> None:
    able = [body("a", 0.5, 50.0), body("b", 0.7, 10.0), body("c", 0.6, 0.0), body("d", 0.4, 500.0)]
    found = Provider.partners_for(SimpleNamespace(), SimpleNamespace(annual=100.0), 0.8, able)  # type: ignore[arg-type]
    assert [(a.name, part) for a, part in found] == [("b", 0.1), ("a", 0.5), ("d", pytest.approx(0.2))]


def test_deals_take_room_and_give_it_back() -> None:
    deals, contract, partner = Deals(), SimpleNamespace(annual=40.0), body("a", 0.5, 50.0)
    deals.add(contract, partner, 0.5)
    assert partner.load == 120.0 and deals.passed_on(contract) == 0.5 and len(deals) == 1
    deals.end(contract)
    assert partner.load == 100.0 and not deals


def test_no_more_is_passed_on_than_there_is() -> None:
    deals, contract, second = Deals(), SimpleNamespace(annual=40.0), body("b", 0.5, 50.0)
    assert deals.add(contract, body("a", 0.5, 50.0), 0.7) == 0.7 and deals.add(contract, second, 0.5) == pytest.approx(0.3)
    assert deals.passed_on(contract) == 1.0 and second.load == pytest.approx(112.0)
    assert deals.add(contract, body("c", 0.5, 50.0), 0.5) == 0.0 and len(deals) == 2
    thirds = Deals()
    for name in "abcd":
        assert thirds.add(contract, body(name, 0.5, 50.0), 0.33333333333333337) >= 0.0
    both = [{"name": "vcs_share", "settings": {"share": 0.6}}, {"name": "subcontract_publication", "settings": {"share": 0.5}}]
    with pytest.raises(ScenarioError, match="shares of one work add up to more than the whole"):
        town({"policy.clauses": both})


def test_what_others_have_is_no_part_of_the_voluntary_bodies_share() -> None:
    """A small firm's subcontract takes nothing of it; a voluntary body's part counts."""
    for kind, left in ((SME, 0.3), (VCS, 0.1)):
        deals, able = Deals(), body("b", 0.5, 50.0)
        world = SimpleNamespace(deals=deals, voluntary_bodies=lambda contract, able=able: [able])
        prime = SimpleNamespace(kind=LARGE, partners_for=partial(Provider.partners_for, SimpleNamespace()))
        contract = SimpleNamespace(annual=40.0, knowledge=1.0, provider=prime, buyer=SimpleNamespace(model=world))
        other = body("a", 0.5, 50.0)
        other.kind, able.kind = kind, VCS
        deals.add(contract, other, 0.2)
        assert clause_class("vcs_share")(share=0.3).look_for_partners(contract) == [(able, pytest.approx(left))]  # type: ignore[attr-defined]


def test_the_share_reaches_voluntary_bodies_through_the_ledger() -> None:
    with living(town({**OPEN, **with_clause("vcs_share", unseen=1.0)}, 60), 3, journal=True) as world:
        world.run()
        assert world.deals
        bodies = {a.account for a in world.providers if a.label == "vcs" and a.ring == 0}
        paid = [e for e in np.concatenate(world.ledger.pages) if CATEGORIES[e["category"]] == "subcontract" and e["payee"] in bodies]
        assert sum(int(e["pence"]) for e in paid) > 0
        last = sum(int(e["pence"]) for e in paid if e["month"] == 59)
        due = sum(int(share * c.paid) for c, _, share in world.deals._deals if c.phase == 2)
        assert last == due > 0


def test_with_a_share_for_them_more_reaches_voluntary_bodies_and_they_grow() -> None:
    moves(OPEN, with_clause("vcs_share"), "reach_vcs", +1)
    moves(OPEN, with_clause("vcs_share"), "vcs_capacity", +1)
    without = difference({**OPEN, "switches.capacity": False}, with_clause("vcs_share"), "vcs_capacity")
    assert abs(without.mean()) < difference(OPEN, with_clause("vcs_share"), "vcs_capacity").mean() / 2


# --- training ----------------------------------------------------------------------------------------------------------------


def willing(
    social: float = 0.3, price: float = 0.4, rivalry: float = 0.5, remaining: int = 0, rival: bool = True, **numbers: float
) -> float:
    """Share of the price that a provider spends on training of its own will."""
    p = P.model_copy(update=numbers)
    model = SimpleNamespace(scenario=SimpleNamespace(parameters=p), month=0)
    weights = SimpleNamespace(social=social, price=price)
    buyer = SimpleNamespace(policy=SimpleNamespace(weights=weights, local_preference=0.0))
    contract = SimpleNamespace(buyer=buyer, undertaking=SimpleNamespace(policy=None), rivalry=rivalry, remaining=lambda month: remaining)
    me = SimpleNamespace(model=model, claim=lambda p: 1.0)
    return Provider.trains(me, contract, rival)  # type: ignore[arg-type]


def test_who_trains_of_its_own_will_weighs_standing_against_cost_and_rivals() -> None:
    assert willing(social=0.0) == 0.0 and willing(social=0.05, price=0.6) == 0.0
    assert 0.0 < willing() < willing(rival=False) < P.training_enough
    assert willing(rival=False) == willing(rival_chance=0.0)
    assert willing(remaining=60) < willing() and willing(social=0.5) > willing()


def test_it_chooses_what_serves_it_best() -> None:
    """The rule gives the highest point of worth less cost, found by trying."""
    wins, social, price = 0.5, 0.3, 0.4
    z = np.linspace(0.0, 1.0, 100_001)
    fear = P.rival_chance * 3.0**0.5 * P.cost_spread * (wins**2 - (1 / (1 / wins + 1)) ** 2)
    gain = wins * P.training_standing * social / (social + price) * (2 * z - z**2) - P.training_enough * z - fear * z
    assert willing() == pytest.approx(P.training_enough * z[gain.argmax()], abs=1e-6)


def test_what_is_asked_for_is_trained_and_shows_as_capacity() -> None:
    moves(OPEN, with_clause("capacity_transfer"), "training", +1)
    moves(OPEN, with_clause("capacity_transfer"), "vcs_capacity", +1)
    built = difference(OPEN, with_clause("capacity_transfer"), "vcs_capacity").mean()
    assert abs(difference(UNBUILT, with_clause("capacity_transfer"), "vcs_capacity").mean()) < built / 2


def test_what_was_taught_shows_after_its_time() -> None:
    quick, slow = ({**OPEN, **with_clause("capacity_transfer"), "parameters.transfer_months": m} for m in (6.0, 60.0))
    early, late = (np.mean([column(o, "vcs_capacity")[59] for o in runs(world, 60)]) for world in (quick, slow))
    assert early > late


# --- funds and grants ----------------------------------------------------------------------------------------------------------


def test_a_promise_is_kept_if_breaking_it_risks_more_than_it_saves() -> None:
    me = SimpleNamespace(model=SimpleNamespace(scenario=SimpleNamespace(parameters=P)), claim=lambda p: 0.5)
    assert Provider.keeps(me, 100.0, 50.0) and not Provider.keeps(me, 100.0, 49.0)  # type: ignore[arg-type]


def test_a_fund_pays_voluntary_bodies_and_without_a_penalty_it_does_not() -> None:
    moves(OPEN, with_clause("community_fund"), "grants", +1)
    moves(OPEN, with_clause("community_fund"), "vcs_capacity", +1)
    assert max(o.totals["grants"] for o in runs({**OPEN, **with_clause("community_fund", penalty=0.0)}, 96)) == 0.0
    assert any(events(o, "missed payment") for o in runs({**OPEN, **with_clause("community_fund", penalty=0.5, noticed=0.5)}, 96))
    built = difference(OPEN, with_clause("community_fund"), "vcs_capacity").mean()
    assert abs(difference(UNBUILT, with_clause("community_fund"), "vcs_capacity").mean()) < built / 2


def test_grants_build_capacity_and_take_from_services() -> None:
    grants = {"policy.grants": 0.02}
    moves(OPEN, grants, "vcs_capacity", +1)
    moves(OPEN, grants, "unmet_need", +1)
    assert abs(difference(UNBUILT, grants, "vcs_capacity").mean()) < difference(OPEN, grants, "vcs_capacity").mean() / 2


@pytest.mark.parametrize(("budget", "left"), [(1.0, 1.0), (0.9, 0.7), (0.5, 0.0), (1.2, 1.0)])
def test_grants_are_cut_first(budget: float, left: float) -> None:
    model = SimpleNamespace(scenario=SimpleNamespace(parameters=P.model_copy(update={"grant_cut": 3.0})), overhead_of_buying=0.0)
    table, policy = SimpleNamespace(procurement=1e6, budget_path=(1.0,)), SimpleNamespace(grants=0.01)
    buyer = SimpleNamespace(model=model, table=table, policy=policy, budget=1e8 * budget)
    assert community.grant_pot(buyer) == pytest.approx(1e6 * budget * left)


def test_under_overload_capacity_shrinks() -> None:
    p = P.model_copy(update={"vcs_growth": 0.0, "vcs_decay": 0.0, "overload_loss": 0.5})
    me = SimpleNamespace(capacity=100.0, load=140.0, given=0.0, model=SimpleNamespace(taking_part=0.1), switches=town().switches)
    me.resize = lambda factor: setattr(me, "capacity", me.capacity * factor)
    VCSBody.grow(me, p)  # type: ignore[arg-type]
    assert me.capacity == pytest.approx(80.0)


# --- prevention, missions, challenges -------------------------------------------------------------------------------------------


def test_strong_voluntary_bodies_lower_demand_and_not_where_prevention_is_off() -> None:
    grants = {"policy.grants": 0.02}
    moves(OPEN, grants, "demand", -1)
    assert np.all(difference({**OPEN, "switches.prevention": False}, grants, "demand") == 0.0)


def test_a_body_keeps_to_its_mission() -> None:
    with living(town({**OPEN, "parameters.mission_breadth": 0.5}, 1), 1) as world:
        bodies = [a for a in world.providers if a.label == "vcs"]
        serves = [[a.serves(s) for s in world.scenario.place.services] for a in bodies]
        assert {True, False} == set(np.array(serves).flat) and serves == [
            [a.serves(s) for s in world.scenario.place.services] for a in bodies
        ]


def test_the_right_to_challenge_brings_open_tenders_and_losing_one_costs_trust() -> None:
    lively = {**OPEN, "parameters.challenge_gap": 0.0, "parameters.challenge_rate": 1.0}
    found = runs({**lively, "policy.right_to_challenge": True}, 96)
    assert sum(len(events(o, "challenge")) for o in found) > 3 and any(events(o, "challenge lost") for o in found)
    assert not any(events(o, "challenge") for o in runs(lively, 96))
    relations = SimpleNamespace(trust=lambda b, a: 0.5, told=[])
    relations.remember = lambda b, a, trust: relations.told.append(trust)
    model = SimpleNamespace(relations=relations, scenario=town(), event=lambda *a: None)
    buyer = SimpleNamespace(model=model)
    loser = SimpleNamespace(name="loser")
    tender = SimpleNamespace(undertaking=SimpleNamespace(challenger=loser), buyer=buyer, reference=1.0)
    community.disappoint(tender, [])
    assert relations.told == [0.5 * (1.0 - P.trust_down)]


# --- apprentices, low pay --------------------------------------------------------------------------------------------------------


def test_apprentices_are_people_out_of_work_and_learn() -> None:
    clause = with_clause("apprenticeships", jobs=20.0, learning=0.3, unseen=1.0)
    skills = []
    for overrides in ({}, clause):
        with living(town({**OPEN, **overrides}, 72), 3) as world:
            world.run()
            skills.append(world.people["skill"].astype(float).mean())
    assert skills[1] > skills[0]
    assert clause_class("apprenticeships")().on_price(None) == pytest.approx(0.005)  # type: ignore[arg-type]
    moves(OPEN, clause, "local_income", +1)


def test_a_living_wage_takes_back_what_low_pay_shifts() -> None:
    moves({"policy.operate_months": 24}, {"policy.clauses": ["living_wage"]}, "cost_shifted", -1)
    off = runs({"policy.operate_months": 24, "switches.cost_shifting": False}, 96)
    assert all(o.totals["cost_shifted"] == 0.0 for o in off)
