"""Councils that are elected, live under national rules and run short of money (mechanism 12)."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from paired import moves
from worlds import FORMS, council_of, each, events, living, outcome_of, series_sha256, town

from changemaking.agents import deciding
from changemaking.model import voting
from changemaking.model.residents import DEPENDANT, RESIDENT, WORKER
from changemaking.scenarios.schema import Rules

# --- elections ------------------------------------------------------------------------------------------------------------


def electorate(n: int = 4000) -> np.ndarray:
    people = np.zeros(n, dtype=RESIDENT)
    people["kind"], people["skill"], people["employer"] = WORKER, 1.0, 1
    people["trust"] = people["satisfaction"] = 0.5
    people["kind"][: n // 4] = DEPENDANT
    return people


def polled(people: np.ndarray, tax: float = 0.0, expected: float = 0.5, **changes: float) -> tuple[float, float]:
    p = town(each(**changes)).parameters
    luck = tuple(np.random.default_rng(s).random(len(people)) for s in (1, 2))
    return voting.votes(people, luck, np.array([0.0, 1000.0]), np.zeros(3), tax, expected, p)


def test_votes_follow_satisfaction_trust_and_tax() -> None:
    people = electorate()
    turnout, support = polled(people)
    assert polled(people, expected=0.7)[1] < support < polled(people, expected=0.3)[1]
    assert polled(people, tax=500.0)[1] < support
    people["trust"] = 0.9
    trusting = polled(people)
    assert trusting[0] > turnout and trusting[1] > support


def test_dependants_do_not_vote() -> None:
    people = electorate()
    assert polled(people, turnout_base=1.0, turnout_trust=0.0)[0] == 1.0
    people["kind"] = DEPENDANT
    assert polled(people) == (0.0, 1.0)


def test_elections_are_held_in_may_every_four_years_and_change_who_decides_only_with_discretion() -> None:
    for discretion in (False, True):
        with living(town({"policy.discretion": discretion, **each(election_year=2013.0, vote_needed=1.0)}, 100)) as world:
            world.run()
            held = [e for e in world.events if e.kind == "election"]
            assert [e.month for e in held] == [13, 61], "May 2013 and 2017 in a run from April 2012"
            assert world.council.term == (2 if discretion else 0)
            assert all(0.0 <= e.value <= 1.0 and "turnout" in e.detail for e in held)
    assert not events(outcome_of({"switches.elections": False, **each(election_year=2013.0)}, 24), "election")


# --- government -----------------------------------------------------------------------------------------------------------


def test_rules_add_their_clause_to_every_policy_from_their_month_on() -> None:
    rules = {"rules.open_book_above": 1e6, "rules.start": "2013-04"}
    with living(town(rules, 24)) as world:
        assert not any(c.name == "open_book" for b in world.commissioners for c in b.policy.clauses)
        while world.month < 13:
            world.step()
        for buyer in world.commissioners:
            assert [c.above for c in buyer.policy.clauses if c.name == "open_book"] == [1e6]


def test_a_policy_that_asks_for_more_is_left_as_it_is() -> None:
    with living(town({"rules.open_book_above": 1e6, "policy.clauses": ["open_book"]}, 1)) as world:
        assert [c.above for c in world.council.policy.clauses] == [0.0]


def test_rules_bind_what_is_let_under_a_form_that_a_council_chose() -> None:
    """A form says its own clauses in place of the policy's; the nation's come on top, from the month on in which they hold."""
    rules = {"rules.open_book_above": 0.0, "rules.accreditation_above": 0.0}
    for start, bound in (({}, True), ({"rules.start": "2030-04"}, False)):
        with living(town({**FORMS, **each(pioneers=1.0), **rules, **start, "policy.operate_months": 24}, 84)) as world:
            world.run()
            let = [
                c
                for d in world.council.undertakings
                for c in (*d.operating, *d.coming)
                if c.let_as and c.provider is not world.council.team
            ]
            assert let and all(("accreditation" in {clause.name for clause in c.clauses}) is bound for c in let)
            assert all({"accreditation", "open_book"} <= {clause.name for clause in c.clauses} for c in let) is bound


def test_what_was_decided_before_the_rules_held_is_bound_when_it_is_tendered() -> None:
    with living(town({**FORMS, **each(pioneers=1.0), "rules.accreditation_above": 0.0, "rules.start": "2014-04"}, 36)) as world:
        duty = world.council.undertakings[0]
        while world.month < 23:
            world.step()
        deciding.decide(world.council, duty)
        assert "accreditation" not in {c.name for c in deciding.policy_of(world.council, duty).clauses}
        world.step()
        world.step()
        assert world.government.in_force() and "accreditation" in {c.name for c in deciding.policy_of(world.council, duty).clauses}


def test_a_lower_national_threshold_leaves_the_settings_of_a_clause() -> None:
    own = {"name": "accreditation", "above": 5e6, "settings": {"fee": 9000.0}}
    with living(town({"rules.accreditation_above": 1e6, "policy.clauses": [own]}, 1)) as world:
        (bound,) = world.council.policy.clauses
        assert (bound.name, bound.above) == ("accreditation", 1e6) and bound.settings["fee"] == 9000.0


def test_training_brings_client_sides_to_the_floor_and_costs_money() -> None:
    moves({}, {"rules.training": 0.8}, "client_capacity", +1)
    with living(town({"rules.training": 0.8}, 1), journal=True) as world:
        world.run()
        from changemaking.model.ledger import TRAINING

        paid = world.ledger.journal()
        assert paid["pence"][paid["category"] == TRAINING].sum() > 0
        assert min(b.capacity for b in world.commissioners) == 0.8


def test_without_rules_government_changes_nothing() -> None:
    assert Rules() == town({}).rules
    later = {"rules.training": 0.9, "rules.peer_learning": True, "rules.start": "2016-04"}
    assert series_sha256(outcome_of({}, 36)) == series_sha256(outcome_of(later, 36)), "not in force yet"


def test_peer_learning_draws_client_sides_together() -> None:
    def spread(overrides: dict[str, object]) -> float:
        with living(town(overrides, 60)) as world:
            world.run()
            return float(np.std([b.capacity for b in world.commissioners]))

    assert spread({"rules.peer_learning": True}) < spread({})
    assert spread({"rules.peer_learning": True, "switches.social_learning": False}) == spread({})


# --- money ----------------------------------------------------------------------------------------------------------------


def test_short_of_money_a_council_with_discretion_cuts_its_client_side() -> None:
    for discretion in (False, True):
        with living(town({"policy.discretion": discretion}, 12)) as world:
            buyer = council_of(world)
            buyer.pressure = 0.2  # type: ignore[attr-defined]
            kept = buyer.client_side() / buyer.policy.client_side  # type: ignore[attr-defined]
            assert kept == pytest.approx(0.8 if discretion else 1.0)


def test_without_budgets_all_that_is_needed_is_bought() -> None:
    with living(town({"switches.budgets": False, **each(in_house_cost=1.5)}, 36)) as world:
        world.run()
        assert (world.affordable == 1.0).all() and {b.pressure for b in world.commissioners} == {0.0}


def test_leanings_come_from_the_seed_and_the_term_alone() -> None:
    from changemaking.agents import politics

    with living(town({}, 1), 3) as world, living(town({"policy.lots": 3}, 1), 3) as other:
        mine = [politics.of(b, 1) for b in world.commissioners]
        assert mine == [politics.of(b, 1) for b in other.commissioners] and len({x.outsourcing for x in mine}) == len(mine)
        assert SimpleNamespace(**vars(mine[0])).outsourcing != politics.of(world.commissioners[0], 2).outsourcing
