"""Each mechanism with its switch: off, its own numbers do nothing at all; on, it works in the direction its literature says."""

from __future__ import annotations

import numpy as np
import pytest
from paired import moves, runs
from worlds import DECIDING, column, each, events, living, outcome_of, series_sha256, town

from changemaking.model.ledger import CONSUMPTION, SUPPLIES, TENDER
from changemaking.scenarios.schema import Switches

PHASED = {"policy.packages": [["design"], ["build"], ["operate"]]}
BUNDLED = {"policy.packages": [["design", "build", "operate"]]}
RENEWING = {"place.services.*.asset_life_months": 48}
VOLUNTARY = {"policy.operate_months": 12, "policy.extension_months": 0, "policy.lots": 6, "parameters.aware_vcs": 1.0}
YEARLY = {"policy.operate_months": 12, "policy.extension_months": 0}
PEERS = {**DECIDING, "rules.peer_learning": True}
HALVES = {
    "policy.clauses": [{"name": "risk_share", "settings": dict.fromkeys(("construction", "running", "volume", "calamity"), 0.5)}],
    "policy.operate_months": 24,
    "parameters.calamity_rate": 0.3,
}
EARLY = each(election_year=2013.0, lean_social=0.2)


# --- ablation: switch -> (world, one setting of its numbers, another) -----------------------------------------------------

ABLATION = {
    "needs_drift": (
        {},
        {"place.services.*.volatility": 0.0, **each(jump_rate=0.0)},
        {"place.services.*.volatility": 1.0, **each(jump_rate=3.0)},
    ),
    "specification_error": ({}, each(spec_skill=0.0), each(spec_skill=1.0)),
    "hold_up": ({}, each(hold_up=0.0), each(hold_up=2.0)),
    "shading": ({}, each(shading_harm=0.0, shading_saving=0.0), each(shading_harm=0.8, shading_saving=0.2)),
    "internalisation": ({**BUNDLED, **RENEWING}, {"place.services.*.externality": 0.0}, {"place.services.*.externality": 0.3}),
    "scale_economies": ({"policy.lots": 3}, {"place.services.*.scale_elasticity": 0.8}, {"place.services.*.scale_elasticity": 1.0}),
    "coordination": ({**PHASED, **RENEWING}, each(interface_cost=0.0), each(interface_cost=0.2)),
    "tender_cost": ({}, each(buyer_cost=0.0), each(buyer_cost=50_000.0)),
    "bid_cost": ({}, each(bid_cost=0.0), each(bid_cost=20_000.0)),
    "thresholds": ({}, {"policy.turnover_ratio": 0.0}, {"policy.turnover_ratio": 4.0}),
    "underpricing": ({}, each(underpricing=0.0), each(underpricing=1.0)),
    "lock_in": ({}, each(knowledge_decay=0.0), each(knowledge_decay=0.1)),
    "trust": ({}, each(trust_up=0.0, trust_down=0.0), each(trust_up=0.2, trust_down=0.5)),
    "insolvency": ({**each(start_cash=0.0, other_spread=0.8), "switches.risk_pricing": False}, each(credit=0.0), each(credit=12.0)),
    "capacity": ({}, each(vcs_growth=0.0, firm_growth=0.0, capacity_gain=0.0), each(vcs_growth=0.5, firm_growth=0.5, capacity_gain=0.5)),
    "circulation": ({}, each(household_local=0.1), each(household_local=0.4)),
    "learning": ({}, each(learning_rate=0.0), each(learning_rate=1.0)),
    "engagement": (
        {},
        {"policy.engagement": "never", "policy.supplier_development": 0.0},
        {"policy.engagement": "regularly", "policy.supplier_development": 1.0},
    ),
    "displacement": ({}, each(displacement=0.0), each(displacement=1.0)),
    "circumstances": (DECIDING | each(few_bids=20.0), each(circumstance_worth=0.0), each(circumstance_worth=1.0)),
    "cost_shifting": ({}, each(in_work_benefit=0.0, health_cost=0.0), each(in_work_benefit=0.5, health_cost=0.3)),
    "capacity_building": ({"policy.grants": 0.01}, each(grant_capacity=0.0), each(grant_capacity=2.0)),
    "life_events": ({}, each(mortality=0.0), each(mortality=0.5)),
    "volunteering": ({}, each(volunteer_leaving=0.0), each(volunteer_leaving=0.3)),
    "missions": (VOLUNTARY, each(mission_breadth=0.0), each(mission_breadth=1.0)),
    "prevention": ({}, each(prevention=0.0), each(prevention=0.3)),
    "elections": (DECIDING | EARLY, each(vote_needed=0.0), each(vote_needed=1.0)),
    "social_learning": (PEERS, each(peer_rate=0.0, peer_capacity=0.0), each(peer_rate=1.0, peer_capacity=0.2)),
    "team_skill": (each(in_house_cost=0.6), each(team_rust=0.0), each(team_rust=0.5)),
    "team_plans": (each(in_house_cost=0.6), each(team_reset=0.0), each(team_reset=1.0)),
    "experience": ({}, each(experience_gain=0.0), each(experience_gain=0.1)),
    "integration": ({}, each(handover_cost=0.0), each(handover_cost=0.1)),
    "risks": (
        {},
        each(running_spread=0.0, calamity_rate=0.0),
        each(running_spread=0.2, running_months=6.0, running_common=0.2, calamity_rate=0.5, calamity_size=3.0, calamity_months=2.0),
    ),
    "risk_pricing": ({}, each(risk_aversion=0.5), each(risk_aversion=5.0)),
    "care": (
        HALVES,
        each(care_construction=0.0, care_running=0.0, care_calamity=0.0),
        each(care_construction=0.3, care_running=0.2, care_calamity=0.4),
    ),
    "ownership": (
        {"policy.clauses": ["equity_share", "guaranteed_return", "profit_share"], "policy.operate_months": 24},
        each(profit_hidden=0.0),
        each(profit_hidden=0.9),
    ),
    "selection": (
        {"policy.payment": "payment by results", "policy.operate_months": 24},
        each(selection_saving=0.0, selection_harm=0.0),
        each(selection_saving=0.4, selection_harm=0.3),
    ),
    "breaks": (
        {"policy.clauses": ["performance_break"], "policy.operate_months": 48, **each(shading_found=1.0)},
        {"policy.clauses": [{"name": "performance_break", "settings": {"strikes": 1.0}}]},
        {"policy.clauses": [{"name": "performance_break", "settings": {"strikes": 5.0}}]},
    ),
    "complaints": ({"policy.clauses": ["self_reported_kpis"]}, each(complaint_rate=0.0), each(complaint_rate=20.0)),
    "late_payment": ({}, each(late_share=0.0, trust_late=0.0), each(late_share=0.6, trust_late=0.1)),
    "closeness": ({}, each(trust_contact=0.0), each(trust_contact=0.1)),
    "disclosure": (
        {"policy.clauses": ["data_disclosure"], "policy.operate_months": 24},
        each(disclosure_insight=0.0, candour=0.0),
        each(disclosure_insight=1.0, candour=0.9),
    ),
    "joint_innovation": (
        {"policy.clauses": ["value_engineering"], "policy.operate_months": 24},
        each(idea_saving=0.0, idea_trust=0.0),
        each(idea_saving=0.1, idea_trust=0.5),
    ),
    "reporting": (
        {"policy.clauses": ["self_reported_kpis"], "policy.operate_months": 24, **each(shading_found=1.0)},
        each(false_report=0.0),
        each(false_report=5.0),
    ),
    "steering": (
        {"policy.clauses": ["steering_group"], "policy.operate_months": 24},
        each(say_trust=0.0),
        each(say_trust=0.5),
    ),
    "debt": (each(takeover_rate=0.0), each(leverage=0.0), each(leverage=1.0)),
    "takeovers": (each(leverage=1.0, takeover_debt=10.0), each(takeover_rate=0.0), each(takeover_rate=1.0)),
    "published_work": (
        {"policy.operate_months": 24, "place.firms.*.turnover_median": 1e7},
        {"policy.clauses": [{"name": "subcontract_publication", "settings": {"noticed": 0.0}}]},
        {"policy.clauses": [{"name": "subcontract_publication", "settings": {"noticed": 1.0}}]},
    ),
    "continuity": (each(credit=0.0, start_cash=0.01), each(rehired=0.0, days_to_replace=0.0), each(rehired=1.0, days_to_replace=60.0)),
    "joining": (YEARLY, {"policy.joint": "alone"}, {"policy.joint": "aggregated"}),
    "budgets": (each(in_house_cost=1.5), each(volume_floor=0.0), each(volume_floor=0.9)),
}


@pytest.mark.parametrize("switch", ABLATION)
def test_switched_off_its_numbers_do_nothing(switch: str) -> None:
    base, one, other = ABLATION[switch]
    off = [series_sha256(outcome_of({**base, **setting, f"switches.{switch}": False}, 60, 2)) for setting in (one, other)]
    on = [series_sha256(outcome_of({**base, **setting}, 60, 2)) for setting in (one, other)]
    assert off[0] == off[1], "to the bit"
    assert on[0] != on[1], "the settings must matter for this to mean anything"


def test_no_switch_is_left_out() -> None:
    assert set(ABLATION) | {"supply_shares"} == set(Switches.model_fields)


EFFECTS = {  # switch -> (world, {measure: direction when it is switched on})
    "needs_drift": ({}, {"misfit": +1, "quality": -1}),
    "specification_error": ({}, {"misfit": +1}),
    "hold_up": ({}, {"hold_up": +1, "unforeseen_cost": +1}),
    "shading": ({}, {"shading": +1, "quality": -1}),
    "internalisation": ({**BUNDLED, **RENEWING}, {"unit_cost": -1}),
    "scale_economies": ({"policy.lots": 6, **YEARLY}, {"unit_cost": +1}),
    "coordination": ({**PHASED, **RENEWING}, {"interface_cost": +1}),
    "tender_cost": ({}, {"transaction_cost": +1}),
    "bid_cost": ({}, {"transaction_cost": +1}),
    "thresholds": ({"policy.turnover_ratio": 4.0, **YEARLY}, {"share_sme": -1}),
    "lock_in": ({}, {"hold_up": +1, "shading": +1}),
    "capacity": ({}, {"client_capacity": +1}),
    "circulation": ({}, {"lm3": +1, "multiplier": +1, "local_income": +1}),
    "learning": (each(in_house_cost=0.6), {"share_in_house": +1}),
    "engagement": ({"policy.engagement": "regularly", "policy.supplier_development": 1.0, **YEARLY}, {"bids": +1, "misfit": -1}),
    "displacement": ({}, {"displaced": +1}),
    "cost_shifting": ({}, {"cost_shifted": +1}),
    "capacity_building": ({"policy.grants": 0.02}, {"vcs_capacity": +1}),
    "prevention": ({"policy.grants": 0.05}, {"demand": -1}),
    "life_events": ({}, {"volunteering": -1}),  # whoever dies took part or not; who follows has yet to begin
    "supply_shares": ({"policy.operate_months": 24}, {"lm3": +1}),
    "risk_pricing": (YEARLY, {"unit_cost": +1}),
    "care": ({"policy.payment": "cost-plus", **YEARLY}, {"risk_cost": +1}),
    "ownership": ({"policy.clauses": ["equity_share"], **YEARLY}, {"council_income": +1}),
    "selection": ({"policy.payment": "payment by results", **YEARLY}, {"left_out": +1, "quality": -1}),
    "late_payment": (each(late_share=0.3), {"trust": -1}),
}


@pytest.mark.parametrize("switch", EFFECTS)
def test_switched_on_it_works_the_way_it_should(switch: str) -> None:
    base, expected = EFFECTS[switch]
    for measure, direction in expected.items():
        moves({**base, f"switches.{switch}": False}, {f"switches.{switch}": True}, measure, direction)


# --- what is left when it is off ------------------------------------------------------------------------------------------


def test_without_drift_and_error_misfit_is_nothing_and_otherwise_it_grows() -> None:
    """Contracts written after the start fit for good; with drift misfit grows with the time since a specification was written."""
    calm = {
        "switches.needs_drift": False,
        "switches.specification_error": False,
        "policy.operate_months": 12,
        "place.services.*.asset_intensity": 0.0,
    }
    with living(town(calm, 80), 1) as world:
        world.run()
        rows = world.contracts.rows[world.contracts.running]
        fresh = rows[rows["start"] > 0]
        assert len(fresh) > 5 and (fresh["misfit"] == 0.0).all()
    drifting = {"switches.specification_error": False, **each(change_attention=0.0, jump_rate=0.0), "place.services.*.volatility": 0.3}
    grown: list[tuple[float, float]] = []
    for seed in range(1, 16):
        with living(town({**drifting, "place.services.*.asset_intensity": 0.0}, 61), seed) as world:
            for duty in (d for b in world.commissioners for d in b.undertakings):
                duty.operating[0].respecify(world.need_of(duty, 0))
            grown += [
                tuple(np.sqrt(np.square(np.subtract(world.need_of(d, m), world.need_of(d, 0))).mean()) for m in (12, 60))  # type: ignore[misc]
                for b in world.commissioners
                for d in b.undertakings[:1]
            ]
    early, late = np.array(grown).T
    # a random walk: mean squares in the ratio of the months; 45 walks in three dimensions, so 135 squares, five standard errors
    ratio = np.square(late).mean() / np.square(early).mean()
    assert 60 / 12 / (1 + 5 * np.sqrt(4 / 135)) < ratio < 60 / 12 * (1 + 5 * np.sqrt(4 / 135))


def test_without_shading_nobody_withholds_effort() -> None:
    for outcome in runs({"switches.shading": False}, 96):
        assert column(outcome, "shading").max() == 0.0
        assert not any("over quality" in e.detail for e in events(outcome, "dispute"))


def test_without_hold_up_changes_cost_what_they_really_cost() -> None:
    for outcome in runs({"switches.hold_up": False}, 96):
        assert outcome.totals["changes"] > 0 and outcome.totals["hold_up"] == 0.0 and outcome.totals["unforeseen_cost"] > 0


def test_hold_up_is_part_of_what_changes_cost() -> None:
    for outcome in runs({}, 96):
        assert (column(outcome, "hold_up") <= column(outcome, "unforeseen_cost") + 0.01 * column(outcome, "changes")).all()


def test_with_equal_shares_all_kinds_spend_alike() -> None:
    with living(town({"switches.supply_shares": False}, 1)) as world:
        assert len({(s.labour_local, s.supplies_local, s.labour_region, s.supplies_region) for s in world.shares.values()}) == 1
    with living(town({}, 1)) as world:
        assert len({(s.labour_local, s.supplies_local) for s in world.shares.values()}) > 5


@pytest.mark.parametrize(("tender_cost", "bid_cost"), [(True, True), (True, False), (False, True), (False, False)])
def test_who_pays_for_tenders(tender_cost: bool, bid_cost: bool) -> None:
    with living(town({"switches.tender_cost": tender_cost, "switches.bid_cost": bid_cost, **YEARLY}, 40), journal=True) as world:
        journal = world.run().outcome().journal
        payers = set(journal["payer"][journal["category"] == TENDER].tolist())
        buyers = {b.account for b in world.commissioners}
        assert bool(payers & buyers) == tender_cost
        assert bool(payers - buyers) == bid_cost


def test_without_circulation_no_resident_and_no_sector_buys_in_the_place() -> None:
    with living(town({"switches.circulation": False}, 24), journal=True) as world:
        journal = world.run().outcome().journal
        sectors, people = world.sector_accounts, world.nation.people
        bought = journal[np.isin(journal["category"], [CONSUMPTION, SUPPLIES])]
        assert not np.isin(bought["payee"][bought["payer"] == people], sectors).any()
        assert not np.isin(bought["payee"][np.isin(bought["payer"], sectors)], sectors).any()
        assert (bought["payer"] == people).any()


def test_without_trust_it_stays_as_it_starts() -> None:
    with living(town({"switches.trust": False, "policy.clauses": ["annual_service_plan"], **each(dispute_rate=1.0)}, 60)) as world:
        start = world.scenario.parameters.trust_start
        world.run()
        running = [c for c in world.contracts.at.values() if c.provider.label != "in-house"]
        assert {float(c.trust) for c in running} == {start}
        assert (world.relations.table[:, [a.row for a in world.providers if a.label != "in-house"]] == start).all()


def test_disputes_cost_trust_and_good_work_earns_it() -> None:
    quarrels, peace = each(dispute_rate=1.0, trust_up=0.0, change_attention=0.5), each(dispute_rate=0.0, trust_down=0.0)
    moves({}, quarrels, "trust", -1)
    moves({}, peace, "trust", +1)


def test_without_capacity_none_grows() -> None:
    with living(town({"switches.capacity": False, **each(vcs_growth=1.0, vcs_decay=0.5, firm_growth=1.0)}, 36)) as world:
        before = [a.capacity for a in world.providers], [b.capacity for b in world.commissioners]
        world.run()
        assert ([a.capacity for a in world.providers], [b.capacity for b in world.commissioners]) == before


def test_without_learning_beliefs_stay_and_nobody_changes_form_for_them() -> None:
    for outcome in runs({"switches.learning": False, **each(in_house_cost=0.6)}, 96):
        assert not [e for e in events(outcome, "insourcing") if e.detail == "value for money"]
    with living(town({"switches.learning": False}, 36)) as world:
        world.run()
        assert {v for b in world.commissioners for v in b.belief.values()} == {1.0}


def test_councils_learn_towards_what_they_see() -> None:
    """With teams at six tenths of the cost the belief in them comes to lie above that in the market."""
    with living(town(each(in_house_cost=0.6, learning_rate=1.0), 120), 3) as world:
        world.run()
        councils = [b for b in world.commissioners if b.may_insource]
        assert councils and all(b.belief["in-house"] > b.belief["market"] for b in councils)
