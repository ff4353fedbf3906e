"""Partnership forms at work: who delivers, who buys together, what negotiation does, and that it goes with its mechanism."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from paired import difference, moves, runs
from worlds import events, living, outcome_of, town

from changemaking.agents import awarding, consortium, deciding, delivering, joining, negotiating
from changemaking.model.delivery import VCS
from changemaking.model.procurement import RUNNING
from changemaking.scenarios import list_forms

OFTEN = {"policy.operate_months": 24, "policy.extension_months": 0}
ALONE, TOGETHER, LOTS = ({**OFTEN, "policy.joint": joint} for joint in ("alone", "aggregated", "lots"))
OWN, COMPANY = ({**OFTEN, "policy.delivery": delivery} for delivery in ("in-house", "company"))


@pytest.mark.parametrize("form", list_forms())
def test_every_form_can_be_lived_in_and_every_end_has_a_reason(form: str) -> None:
    with living(town({"form": form}, 120), 2, journal=True) as world:
        outcome = world.run().outcome()
        assert int(world.ledger.balance.sum()) == 0
    assert all(row.end and (row.why or row.end == "running") for row in outcome.contracts)


# --- own hands ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [OWN, COMPANY])
def test_own_hands_take_services_over_as_contracts_end_and_keep_them(policy: dict[str, object]) -> None:
    outcome = outcome_of(policy, 120, 1)
    late = [e for e in events(outcome, "tender") if e.buyer in outcome.focal and e.detail == "operate" and e.month > 12]
    assert not late and events(outcome, "insourcing")
    running = [row for row in outcome.contracts if row.focal and row.end == "running"]
    held = [row for row in running if row.provider.endswith((" team", " company"))]
    assert len(held) > len(running) / 2


@pytest.mark.parametrize("policy", [OWN, COMPANY])
def test_what_firms_hold_as_own_hands_begin_is_negotiated_on_where_policy_says_so(policy: dict[str, object]) -> None:
    """`scenarios check` says so of such a policy; it is with firms alone."""
    outcome = outcome_of({**policy, "policy.negotiated": True}, 120, 1)
    renewed = [e for e in events(outcome, "negotiation") if e.buyer in outcome.focal]
    assert renewed and not any(e.provider.endswith((" team", " company")) for e in renewed)


def test_a_team_that_takes_over_is_set_up_once_and_a_stand_in_is_not() -> None:
    free, dear = {**OWN, "parameters.set_up_cost": 0.0}, {**OWN, "parameters.set_up_cost": 0.2}
    with living(town(dear, 48), 1) as world:
        run = world.run().outcome()
    taken = [e for e in events(run, "insourcing") if e.buyer in run.focal]
    assert taken and run.totals["set_up_cost"] == pytest.approx(0.2 * sum(e.value for e in taken) / 100.0, rel=1e-6)
    assert len({(e.buyer, e.service, e.value) for e in taken}) == len(taken), "each service once"
    assert runs(free, 48)[0].totals["set_up_cost"] == 0.0
    moves(free, {"parameters.set_up_cost": 0.2}, "unit_cost", +1)
    gone = [{"month": 6, "shock": "failure", "on": f"elsewhere services large {i}"} for i in range(1, 5)]
    stood_in = outcome_of({"policy.insourcing": False}, 12, 1, shocks=gone)
    assert any(e.detail.startswith("stand-in") for e in events(stood_in, "insourcing")) and stood_in.totals["set_up_cost"] == 0.0


def test_companies_pay_their_owners_and_teams_do_not() -> None:
    income = [run.totals["council_income"] for run in runs(COMPANY, 96)]
    assert np.mean(np.abs(income)) > 0 and all(run.totals["council_income"] == 0.0 for run in runs(OWN, 96))
    moves(OWN, {"policy.delivery": "company"}, "shading", +1)


def test_no_company_is_founded_where_none_is_asked_for() -> None:
    with living(town({}, 1)) as world:
        assert not [a for a in world.providers if a.label == "company"]


# --- buying together ----------------------------------------------------------------------------------------------------


def test_alone_there_is_no_partner_and_together_the_need_is_the_mean() -> None:
    for policy, partners in ((ALONE, 1), (TOGETHER, 2)):
        with living(town(policy, 1)) as world:
            found = {len(joining.partners(world.council, d)) for d in world.council.undertakings}
            assert max(found) >= partners and (partners > 1 or found == {1})
            for duty in world.council.undertakings:
                both = joining.partners(world.council, duty)
                needs = np.array([world.need_of(d, 0) for d in both])
                assert joining.need(world.council, duty, 0) == pytest.approx(needs.mean(axis=0))
                assert joining.size(world.council, duty) == pytest.approx(sum(d.reference for d in both) / duty.reference)


def test_size_lowers_cost_and_one_specification_fits_worse() -> None:
    moves(ALONE, {"policy.joint": "aggregated"}, "misfit", +1)
    moves(ALONE, {"policy.joint": "aggregated"}, "transaction_cost", -1)


def test_lots_save_only_what_tenders_cost() -> None:
    moves(ALONE, {"policy.joint": "lots"}, "transaction_cost", -1)
    assert np.abs(difference(ALONE, {"policy.joint": "lots"}, "misfit")).max() < np.abs(difference(ALONE, TOGETHER, "misfit")).min()


@pytest.mark.parametrize("policy", [TOGETHER, LOTS])
def test_without_joining_nothing_is_bought_together(policy: dict[str, object]) -> None:
    off = {"switches.joining": False}
    for name in ("misfit", "unit_cost", "transaction_cost"):
        assert not difference({**ALONE, **off}, {**policy, **off}, name).any()


# --- negotiation and grants ----------------------------------------------------------------------------------------------


def test_negotiation_saves_tenders_and_is_recorded() -> None:
    base = {**OFTEN, "policy.insourcing": False, "parameters.trust_start": 0.9}
    moves(base, {"policy.negotiated": True}, "tenders", -1)
    agreed = [e for run in runs({**base, "policy.negotiated": True}, 96) for e in events(run, "negotiation")]
    assert agreed and not any(events(run, "negotiation") for run in runs(base, 96))


def test_a_negotiated_change_costs_what_changes_cost_and_runs_on_for_the_term_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the parties last wished for, and also where nobody has wished for a change before."""
    seen: list[tuple[float, float, int, int]] = []
    agree = negotiating.agree

    def watched(buyer: Any, undertaking: Any) -> bool:
        contract = undertaking.operating[0]
        p, end = buyer.model.scenario.parameters, contract.end
        real = p.adaptation_cost * 12.0 * contract.price * contract.volume * (p.change_base + contract.misfit)
        done = agree(buyer, undertaking)
        if done:
            event = [e for e in buyer.model.events if e.kind == "change" and e.contract == contract.number][-1]
            extended, due = contract.end - end, deciding.policy_of(buyer, undertaking).operate_months
            seen.append((event.value, real, extended, due))
        return done

    monkeypatch.setattr(negotiating, "agree", watched)
    for policy in ({"policy.negotiated": True}, {"policy.discretion": True, "policy.negotiated": True, "policy.insourcing": False}):
        seen.clear()
        for seed in (1, 2):
            with living(town({**policy, "parameters.trust_start": 0.9}, 96), seed) as world:
                world.run()
        assert len(seen) > 3
        for paid, real, extended, due in seen:
            assert real <= paid + 1.0 and paid < 2.0 * real and extended == due
    assert len({due for *_, due in seen}) > 1, "with discretion terms differ"


def test_own_hands_go_on_for_the_term_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    kept = delivering.kept

    def watched(buyer: Any, undertaking: Any) -> bool:
        contract = undertaking.operating[0]
        end = contract.end
        if done := kept(buyer, undertaking):
            seen.append((contract.end - end, deciding.policy_of(buyer, undertaking).operate_months))
        return done

    monkeypatch.setattr(delivering, "kept", watched)
    with living(town({"policy.discretion": True, "policy.delivery": "in-house", "policy.operate_months": 36}, 84), 1) as world:
        world.run()
    assert seen and all(went == due for went, due in seen) and {due for _, due in seen} != {36}


def test_councils_with_discretion_negotiate_where_they_trust_and_few_would_bid() -> None:
    base = {"policy.discretion": True, "policy.operate_months": 36, "parameters.few_bids": 20.0, "parameters.trust_start": 0.9}
    said = [e for run in runs(base, 96) for e in events(run, "decision") if "to be negotiated" in e.detail]
    assert said and any(events(run, "negotiation") for run in runs(base, 96))
    for never in ({"parameters.trust_negotiates": 1.0}, {"parameters.few_bids": 0.0}, {"switches.circumstances": False}):
        assert not any("to be negotiated" in e.detail for run in runs({**base, **never}, 96) for e in events(run, "decision")), never


def test_who_is_not_trusted_gets_no_negotiation() -> None:
    distrusted = {**OFTEN, "policy.negotiated": True, "parameters.trust_quality": 1.0}
    assert not any(events(run, "negotiation") for run in runs(distrusted, 96))


def test_grants_go_to_voluntary_bodies_alone_and_what_nobody_takes_fails_as_a_tender() -> None:
    with living(town({**OFTEN, "policy.clauses": ["grant_agreement"]}, 96), 1) as world:
        world.run()
        found = world.outcome()
        vcs = {a.name for a in world.providers if a.kind == VCS}
    awarded = {e.provider for e in events(found, "award") if e.buyer in found.focal and "operate" in e.detail and e.month > 0}
    assert awarded <= vcs
    assert {e.detail.partition(": ")[2] for e in events(found, "no bid")} >= {"nobody may bid and has the room"}
    assert any(e.detail.startswith("no bid") for e in events(found, "insourcing"))


# --- consortia -------------------------------------------------------------------------------------------------------------

LARGE_LOTS = {**OFTEN, "policy.turnover_ratio": 4.0, "policy.insourcing": False}


def test_two_small_firms_bid_as_one_and_share_work_and_payment() -> None:
    joined = []
    for seed in (1, 2, 3, 4):
        with living(town({**LARGE_LOTS, "policy.consortia": True}, 72), seed) as world:
            world.run()
            joined += [e for e in world.events if e.kind == "consortium"]
            for contract, partner, share in world.deals._deals:
                assert partner is not contract.provider and 0.0 < share < 1.0 and partner.sector == contract.provider.sector
    assert joined and all(0.0 < e.value < 1.0 and e.detail.startswith("with ") for e in joined)


def test_consortia_bring_bids_and_work_to_small_firms() -> None:
    moves(LARGE_LOTS, {"policy.consortia": True}, "bids", +1)
    moves(LARGE_LOTS, {"policy.consortia": True}, "reach_sme", +1)


@pytest.mark.parametrize(("phases", "some"), [(RUNNING, True), (("design", "build"), False), (("design", "build", "operate"), False)])
def test_consortia_run_services_and_build_nothing(phases: tuple[str, ...], some: bool) -> None:
    """A partner is paid where a service runs: one that helped to build would work for nothing."""
    found = []
    with living(town({**LARGE_LOTS, "policy.consortia": True}, 1), 1) as world:
        for duty in (duty for duty in world.council.undertakings if duty.capital):
            world.council.open_tender(duty, phases)
            for firm in world.providers:  # two of any suffice
                firm.capacity, firm.load = 0.6 * consortium.floor_of(duty.tender), 0.0
            found += consortium.bids(duty.tender)
    assert bool(found) == some


def test_without_thresholds_and_with_room_nobody_needs_a_consortium() -> None:
    roomy = {**LARGE_LOTS, "switches.thresholds": False, "parameters.room_needed": 0.0}
    assert not difference(roomy, {"policy.consortia": True}, "bids").any()


@pytest.mark.parametrize(("clause", "settings"), [("grant_agreement", {}), ("accreditation", {"fee": 1e6})])
def test_consortia_keep_to_who_may_bid(clause: str, settings: dict[str, float]) -> None:
    """Whom a clause keeps out does not get in with a partner, nor as one."""
    asked = {**LARGE_LOTS, "policy.consortia": True, "policy.clauses": [{"name": clause, "settings": settings}]}
    for seed in (1, 2):
        with living(town(asked, 48), seed) as world:
            world.run()
            bodies = {a.name for a in world.providers if a.kind == VCS}
            for e in events(world, "consortium"):
                assert clause == "grant_agreement" and {e.provider, e.detail.removeprefix("with ")} <= bodies, e


def test_consortia_keep_to_the_missions_of_both() -> None:
    able = {**LARGE_LOTS, "policy.consortia": True, "parameters.skill_vcs": 0.9, "parameters.aware_vcs": 1.0}
    joined = []
    for breadth in (1.0, 0.0):
        kinds: set[int] = set()
        with living(town({**able, "parameters.mission_breadth": breadth}, 1), 1) as world:
            for duty in world.council.undertakings:
                world.council.open_tender(duty, RUNNING)
                tender = duty.tender
                for firm in world.providers:  # two of any suffice
                    firm.capacity, firm.load = 0.6 * consortium.floor_of(tender), 0.0
                for bid in consortium.bids(tender):
                    kinds |= {bid.bidder.kind, tender.consortia[bid.bidder.key][0].kind}
        joined.append(kinds)
    assert VCS in joined[0] and joined[1] and VCS not in joined[1]


def test_a_consortium_that_has_won_a_lot_bids_for_the_next_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its cost of agreeing, and with its partner's room."""
    several, won = 0, []
    sign = awarding.sign
    monkeypatch.setattr(
        awarding, "sign", lambda buyer, tender, awards, received: (won.append((tender, awards)), sign(buyer, tender, awards, received))
    )
    for seed in (1, 2, 3):
        with living(town({**LARGE_LOTS, "policy.consortia": True, "policy.lots": 3, "parameters.consortium_cost": 0.1}, 60), seed) as world:
            world.run()
    for tender, awards in won:
        joint = [each.bid for each in awards if each.bid.bidder.key in tender.consortia]
        for bid in joint:
            several += len([other for other in joint if other.bidder is bid.bidder]) > 1
            assert bid.cost == pytest.approx(1.1 * bid.bidder.own_cost(tender))
    assert several
