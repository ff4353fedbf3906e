"""Councils that decide, by circumstances and by form, and whose skill and beliefs grow and fade (mechanism 12)."""

from __future__ import annotations

import pytest
from paired import difference, moves
from worlds import DECIDING, FORMS, council_of, each, events, living, outcome_of, series_sha256, town

from changemaking.agents import circumstances, deciding, learning, skills
from changemaking.agents.politics import Politics
from changemaking.model.delivery import IN_HOUSE
from changemaking.scenarios.errors import ScenarioError

# --- discretion -----------------------------------------------------------------------------------------------------------


def test_without_discretion_nothing_is_decided_and_the_policy_holds() -> None:
    outcome = outcome_of({}, 60)
    assert not events(outcome, "decision") and not events(outcome, "practice")
    with living(town({}, 60)) as world:
        world.run()
        assert all(d.policy is None for b in world.commissioners for d in b.undertakings)


def test_with_discretion_every_decision_has_its_reasons() -> None:
    decisions = events(outcome_of({**DECIDING, "policy.operate_months": 12}, 60), "decision")
    assert len(decisions) > 5 and all(e.detail for e in decisions)
    assert any("months" in e.detail for e in decisions), "terms follow what was met"


def thinking(world: object, **changes: object) -> deciding.Deliberation:
    """The council, about its first service, with something about it changed."""
    buyer = council_of(world)
    for name, value in changes.items():
        setattr(buyer, name, value)
    return deciding.Deliberation(buyer, buyer.undertakings[0])  # type: ignore[attr-defined]


def test_price_weighs_more_when_money_is_short_and_less_when_social_value_is_wanted() -> None:
    with living(town(DECIDING, 12)) as world:
        plain = thinking(world, pressure=0.0, politics=Politics()).weights()
        short = thinking(world, pressure=0.3, politics=Politics()).weights()
        social = thinking(world, pressure=0.0, politics=Politics(social=0.1)).weights()
    assert short.price > plain.price > social.price and social.social > plain.social
    for w in (plain, short, social):
        assert w.price + w.quality + w.social + w.community == pytest.approx(1.0) and min(w.price, w.quality, w.social, w.community) >= 0


def test_terms_are_shorter_for_restless_services() -> None:
    with living(town(DECIDING, 12)) as world:
        duty = council_of(world).undertakings[0]  # type: ignore[attr-defined]
        calm = thinking(world).term()
        duty.changes_met = 20
        restless = thinking(world)
        assert restless.term() < calm and "need for flexibility" in restless.met
        assert "break_clause" in restless.clauses()


def test_lots_are_given_up_when_money_is_short() -> None:
    with living(town({**DECIDING, "policy.lots": 3}, 12)) as world:
        assert thinking(world, pressure=0.5).lots() == 1
        assert thinking(world, pressure=0.0, politics=Politics()).lots() == 3


def test_the_same_wish_gives_the_same_policy() -> None:
    with living(town(DECIDING, 12)) as world:
        buyer = council_of(world)
        one, other = buyer.undertakings[:2]  # type: ignore[attr-defined]
        deciding.decide(buyer, one)
        deciding.decide(buyer, one)
        first = one.policy
        deciding.decide(buyer, one)
        assert one.policy is first and other.policy is None


def test_a_bundle_is_chosen_for_what_it_saves_and_refused_for_what_it_locks_in() -> None:
    renewing = {**DECIDING, "place.services.*.asset_life_months": 48, "place.services.*.asset_intensity": 3.0}
    with living(town({**renewing, "place.services.*.externality": 0.3, "place.services.*.build_quality": 0.3}, 48)) as world:
        buyer = council_of(world)
        duty = next(d for d in buyer.undertakings if buyer.asset_due(d))  # type: ignore[attr-defined]
        assert deciding.Deliberation(buyer, duty).packages() == (("design", "build", "operate"),)
    flat = {"place.services.*.externality": 0.0, "place.services.*.build_quality": 0.0}
    with living(town({**renewing, **flat}, 48)) as world:
        buyer = council_of(world)
        duty = next(d for d in buyer.undertakings if buyer.asset_due(d))  # type: ignore[attr-defined]
        duty.changes_met = 50
        assert deciding.Deliberation(buyer, duty).packages() == (("design", "build"), ("operate",))


# --- circumstances --------------------------------------------------------------------------------------------------------


def test_each_circumstance_is_noticed_by_itself_and_none_when_switched_off() -> None:
    for off in (False, True):
        with living(town({"switches.circumstances": not off}, 12)) as world:
            buyer = council_of(world)
            duty = buyer.undertakings[0]  # type: ignore[attr-defined]
            buyer.bids_lately, buyer.capacity, duty.changes_met = 9.0, 0.9, 0  # type: ignore[attr-defined]
            for contract in duty.operating:
                contract.misfit = 0.0
            assert {"weak market", "weak commercial skill", "need for flexibility"}.isdisjoint(circumstances.met(buyer, duty))
            buyer.bids_lately, buyer.capacity, duty.changes_met = 1.0, 0.1, 9  # type: ignore[attr-defined]
            seen = set(circumstances.met(buyer, duty))
            assert seen == set() if off else seen >= {"weak market", "weak commercial skill", "need for flexibility"}


def test_a_council_takes_the_form_that_is_worth_most_if_it_leads_by_enough() -> None:
    with living(town({**FORMS, **each(pioneers=0.0)}, 12)) as world:
        buyer, lead = council_of(world), world.scenario.parameters.switch_cost
        assert thinking(world, pressure=0.0, politics=Politics()).form == "", "nothing is known to be better"
        buyer.worth_of_form["alliance"] += 0.9 * lead
        assert thinking(world).form == ""
        buyer.worth_of_form["alliance"] += 0.2 * lead
        chosen = thinking(world)
        assert chosen.form == "alliance" and any("alliance: worth more than the usual form" in reason for reason in chosen.reasons)
        chosen.conclude()
        duty = buyer.undertakings[0]
        assert duty.form == "alliance" and duty.policy.payment == "gain share" and duty.policy.engagement == "regularly"
        assert {"gain_share", "vcs_share", "steering_group"} <= {clause.name for clause in duty.policy.clauses}
        assert duty.policy.extension_months == buyer.policy.extension_months, "what the form leaves open stays"
        buyer.worth_of_form["alliance"] -= 1.0
        assert thinking(world).form == "", "and back"


def test_money_and_politics_speak_for_forms() -> None:
    with living(town({**FORMS, **each(pioneers=0.0)}, 12)) as world:
        p = world.scenario.parameters
        plain = thinking(world, pressure=0.0, politics=Politics())
        assert len({plain.worth_of(form) for form in ("", *plain.sheets)}) == 1
        short = thinking(world, pressure=p.pressed + 0.01)
        assert short.worth_of("pfi") - short.worth_of("") == pytest.approx(p.circumstance_worth)
        social = thinking(world, pressure=0.0, politics=Politics(social=0.1))
        assert social.worth_of("grant") - social.worth_of("") == pytest.approx(0.1) and social.worth_of("joint_venture") == social.worth_of(
            ""
        )


def test_forms_are_learnt_from_contracts_let_under_them_and_not_without_learning() -> None:
    """All try them at first; what they are then thought worth follows what those contracts gave."""
    with living(town({**FORMS, "policy.operate_months": 24, **each(pioneers=1.0)}, 120)) as world:
        world.run()
        before = {b.name: dict(b.worth_of_form) for b in world.commissioners}
        assert any(len({round(v, 6) for v in worth.values()}) > 1 for worth in before.values())
        held = [c for b in world.commissioners for c, _ in b.results if c.let_as]
        assert held and all(c.let_as in FORMS["policy.forms"] for c in held)
        own = {"alliance": "vcs_share", "joint_venture": "equity_share", "pfi": "kpi_deductions"}
        let = [(own[c.let_as], {clause.name for clause in c.clauses}) for c in held if c.let_as in own and c.provider.kind != IN_HOUSE]
        assert let and all(clause in names for clause, names in let), "a team that stands in has none"
    still = outcome_of({**FORMS, "policy.operate_months": 24, "switches.learning": False, **each(pioneers=0.0)}, 120)
    assert not any("worth more" in e.detail for e in events(still, "decision")), "ablation: nobody learns, nobody changes"


def test_without_forms_named_nothing_is_chosen_and_nothing_changes() -> None:
    usual = outcome_of(DECIDING, 60)
    assert not any("form" in e.detail or "to try it" in e.detail for e in events(usual, "decision"))
    alone = outcome_of({**FORMS, **each(lean_social=0.0, pioneers=0.0), "policy.forms": ["joint_venture"]}, 60)
    same = outcome_of({**DECIDING, **each(lean_social=0.0, pioneers=0.0)}, 60)
    assert series_sha256(alone) == series_sha256(same), "a form that nobody is first with is never known to be better"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"policy.forms": ["grant"]}, r"policy\.forms: are for councils that may choose, got .*; takes discretion = true"),
        ({**DECIDING, "policy.forms": ["grnt"]}, r"policy\.forms: no such form, got grnt; .*did you mean 'grant'"),
        ({**DECIDING, "policy.forms": ["shared_service"]}, r"policy\.forms: cannot be chosen service by service, got .shared_service"),
        ({**DECIDING, "policy.forms": ["in_house"]}, "cannot be chosen service by service"),
    ],
)
def test_forms_that_cannot_be_chosen_are_refused(changes: dict, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        town(changes, 12)


def test_insourcing_says_why_with_and_without_discretion() -> None:
    for discretion in (False, True):
        base = {"policy.discretion": discretion, **each(in_house_cost=0.5, few_bids=20.0)}
        found = [e for e in events(outcome_of(base, 96), "insourcing") if e.detail.startswith("value for money")]
        assert found and all("weak market" in e.detail for e in found)


def test_circumstances_speak_for_in_house_only_with_discretion() -> None:
    for discretion in (False, True):
        with living(town({"policy.discretion": discretion, **each(lean_outsourcing=0.0)}, 12)) as world:
            buyer = council_of(world)
            duty = buyer.undertakings[0]  # type: ignore[attr-defined]
            buyer.bids_lately = 9.0  # type: ignore[attr-defined]
            before = deciding.lead_of_in_house(buyer, duty)
            buyer.bids_lately = 1.0  # type: ignore[attr-defined]
            gain = deciding.lead_of_in_house(buyer, duty) - before
            assert gain == pytest.approx(world.scenario.parameters.circumstance_worth if discretion else 0.0)


# --- skill ----------------------------------------------------------------------------------------------------------------


def test_a_team_forgets_faster_than_it_learns_again() -> None:
    with living(town({}, 12)) as world:
        buyer = council_of(world)
        team = buyer.team  # type: ignore[attr-defined]
        held = [c for d in buyer.undertakings for c in d.operating if c.provider is team]  # type: ignore[attr-defined]
        share = sum(c.reference for c in held) / sum(d.reference for d in buyer.undertakings)  # type: ignore[attr-defined]
        target = min(1.0, share / world.scenario.parameters.team_full)
        team.know_how = target + 0.4
        skills.team_year(buyer)
        fallen = target + 0.4 - team.know_how
        team.know_how = target - 0.4
        skills.team_year(buyer)
        regained = team.know_how - (target - 0.4)
    assert fallen > regained > 0


def test_what_a_team_has_forgotten_costs_quality() -> None:
    forgetting = {"place.commissioners.*.in_house": 0.5, "parameters.team_full": 1.0, "switches.learning": False}
    moves({**forgetting, "switches.team_skill": False}, {"switches.team_skill": True}, "quality", -1)
    assert not difference({**forgetting, "switches.team_skill": False}, each(team_rust=0.4), "quality").any()


def test_a_team_follows_the_need_without_being_asked() -> None:
    teams = {"place.commissioners.*.in_house": 1.0, "place.commissioners.*.start_local": 0.0, "place.commissioners.*.start_region": 0.0}
    moves({**teams, "switches.team_plans": False}, {"switches.team_plans": True}, "misfit", -1)


def test_the_client_side_learns_by_tendering_and_loses_those_who_leave() -> None:
    moves({"switches.experience": False}, {"switches.experience": True}, "client_capacity", +1)
    with living(town({}, 12)) as world:
        buyer = council_of(world)
        buyer.awards_made, buyer.moved_out, before = 0, 0.5, buyer.capacity  # type: ignore[attr-defined]
        skills.client_year(buyer)
        gone = buyer.capacity  # type: ignore[attr-defined]
        buyer.capacity, buyer.moved_out = before, 0.0  # type: ignore[attr-defined]
        skills.client_year(buyer)
    assert gone < buyer.capacity  # type: ignore[attr-defined]


def test_handovers_cost_where_a_sector_is_in_several_hands() -> None:
    moves({"switches.integration": False}, {"switches.integration": True}, "transaction_cost", +1)
    one_hand = {"place.commissioners.*.in_house": 1.0, "place.commissioners.*.start_local": 0.0, "place.commissioners.*.start_region": 0.0}
    with living(town({**one_hand, "switches.learning": False}, 1), journal=True) as world:
        world.run()
        from changemaking.model.ledger import HANDOVER

        assert not (world.ledger.journal()["category"] == HANDOVER).any()


# --- learning -------------------------------------------------------------------------------------------------------------


def test_a_failure_anywhere_is_heard_by_all_and_only_once() -> None:
    with living(town(each(belief_news=0.1, learning_own=0.0, learning_others=0.0), 12)) as world:
        contract = next(iter(world.contracts.at.values()))
        before = [b.belief["market"] for b in world.commissioners]
        learning.saw_failure(contract, 0.0)
        heard = world.scenario.parameters.news_base + contract.undertaking.service.vulnerability
        learning.year(world)
        assert [b.belief["market"] for b in world.commissioners] == pytest.approx([v - 0.1 * heard for v in before])
        learning.year(world)
        assert [b.belief["market"] for b in world.commissioners] == pytest.approx([v - 0.1 * heard for v in before])


def test_what_was_paid_beyond_the_price_counts_against_a_contract() -> None:
    with living(town({}, 12)) as world:
        world.run()
        contract = next(c for c in world.contracts.at.values() if c.volume > 0 and c.reference > 0)
        contract.beyond = 0.0
        plain = learning.result_of(contract)
        contract.beyond = 12.0 * contract.reference * contract.volume / 10
        assert learning.result_of(contract) == pytest.approx(plain - 0.1)


def test_intentions_follow_beliefs_and_leanings() -> None:
    with living(town({}, 12)) as world:
        buyer = council_of(world)
        for lead, word in ((0.2, "more"), (0.0, "same"), (-0.2, "less")):
            buyer.politics, buyer.belief = Politics(), {"market": 1.0 + lead, "in-house": 1.0}  # type: ignore[attr-defined]
            learning.intend(buyer)
            assert world.events[-1].kind == "intention" and world.events[-1].detail.startswith(word)
        buyer.politics = Politics(outsourcing=0.4)  # type: ignore[attr-defined]
        learning.intend(buyer)
        assert world.events[-1].detail.startswith("more")


def test_what_pays_is_taken_up_and_what_does_not_is_dropped() -> None:
    with living(town(DECIDING, 12)) as world:
        buyer = council_of(world)
        buyer.practices, buyer.worth = {"open_book"}, dict.fromkeys(learning.PRACTICES, 0.0)  # type: ignore[attr-defined]
        buyer.seen = {"open_book": -0.5, "break_clause": 0.5}  # type: ignore[attr-defined]
        learning.consider_practices(buyer, {})
        assert buyer.practices == {"break_clause"}  # type: ignore[attr-defined]


def test_little_evidence_is_not_published() -> None:
    with living(town(DECIDING, 12)) as world:
        for n, buyer in enumerate(world.commissioners):
            buyer.results = []
            assert learning.seen_of(buyer) == {}, n
        assert learning.gather(world) == {}
