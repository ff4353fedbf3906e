"""Trust and the clauses that work by it, by what is shown, and by who is heard: each rule by itself, and its effect with ablation."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from paired import difference, moves, runs
from worlds import events, living, town

from changemaking.agents import ending, innovation
from changemaking.model import trust, trusting
from changemaking.model.clauses import clause_class
from changemaking.model.delivery import CONTRACT, COST_PLUS, FIXED
from changemaking.model.outcome import Outcome
from changemaking.scenarios import ScenarioError

P = town().parameters
SHORT = {"policy.operate_months": 24, "policy.extension_months": 0}


def with_clause(*names: str, **settings: float) -> dict[str, object]:
    return {"policy.clauses": [{"name": name, "settings": settings if i == 0 else {}} for i, name in enumerate(names)]}


def off(*switches: str) -> dict[str, object]:
    return {**SHORT, **{f"switches.{name}": False for name in switches}}


def row(**values: float) -> np.record:
    """A row of the contracts' table, as compiled rules see it."""
    usual = {
        "knowledge": 0.5, "complexity": 0.5, "effort": 0.4, "measurability": 0.5, "quality": 0.6, "price": 1e7, "trust": 0.5,
        "awaited": 0.6,
    }  # fmt: skip
    rows = np.zeros(1, dtype=CONTRACT)
    for name, value in {**usual, **values}.items():
        rows[name] = value
    return rows[0]


NUMBERS = np.array([tuple(map(float, P.model_dump().values()))], dtype=[(n, np.float64) for n in P.model_dump()])[0]


# --- the month's rule -----------------------------------------------------------------------------------------------------


def test_what_is_seen_shown_and_expected() -> None:
    see = trust.seen_of
    assert see(row(), NUMBERS) == pytest.approx(0.5) and see(row(unheard=0.7), NUMBERS) == pytest.approx(0.15)
    assert see(row(disclosed=1.0), NUMBERS) == pytest.approx(0.5 + P.disclosure_insight)
    shown = trust.judged
    lost = P.shading_harm * 0.4 * 0.5
    assert shown(row(), NUMBERS, 0.8, 1.0) == 0.6, "who sees all judges what there is"
    assert shown(row(), NUMBERS, 0.8, 0.0) == pytest.approx(0.6 + 0.8 * lost), "who sees nothing takes the work for honest"


@pytest.mark.parametrize(("view", "sign"), [(0.8, 1), (0.4, -1)])
def test_trust_follows_surprise_and_falls_faster_than_it_rises(view: float, sign: int) -> None:
    c = row(price=1e30)  # far from close
    trust.build_trust(c, NUMBERS, view)
    assert np.sign(c["trust"] - 0.5) == sign and np.sign(c["awaited"] - 0.6) == sign
    assert abs(c["trust"] - 0.5) == pytest.approx(0.5 * 0.2 * (P.trust_up if sign > 0 else P.trust_lost))
    assert P.trust_lost >= 2 * P.trust_up


def test_small_contracts_bring_people_together() -> None:
    close = trust.closeness_of
    assert close(row(price=100.0 * P.close_size / 12.0), NUMBERS) == pytest.approx(0.5)
    moves(SHORT, {"parameters.trust_contact": 0.01}, "trust", +1)
    assert np.all(difference(off("closeness"), {"parameters.trust_contact": 0.01}, "trust") == 0.0)


def contract(**values: object) -> SimpleNamespace:
    switches = SimpleNamespace(trust=True, disclosure=True)
    model = SimpleNamespace(scenario=SimpleNamespace(parameters=P, switches=switches), month=0)
    usual = {"buyer": SimpleNamespace(model=model), "trust": 0.5, "disclosed": 0.0, "open_book": 0.0, "unheard": 0.0}
    return SimpleNamespace(**{**usual, **values})


def test_a_failing_that_was_disclosed_costs_less_trust_and_one_behind_false_reports_more() -> None:
    found = []
    for values in ({"disclosed": 1.0}, {}, {"unheard": 0.7}):
        c = contract(**values)
        trusting.found_out(c)
        found.append(0.5 - c.trust)
    assert found == pytest.approx([0.5 * P.trust_down * f for f in (1 - P.candour, 1.0, 1 + 0.7 * P.false_report)])


# --- clauses --------------------------------------------------------------------------------------------------------------


def test_disclosure_shows_more_and_curbs_shading() -> None:
    clause = with_clause("data_disclosure")
    moves(SHORT, clause, "shading", -1)
    moves(SHORT, clause, "accountable", +1)
    assert np.all(difference(off("disclosure"), with_clause("data_disclosure", compliance=0.0), "shading") == 0.0)


def overstated(outcome: Outcome) -> float:
    """By how much clients were shown better work than was done, mean over contracts let in the run."""
    return float(
        np.mean([c.shown - c.quality for c in outcome.contracts if c.focal and c.kind != "in-house" and c.first > 0 and c.operated])
    )


def test_published_data_help_rivals_to_reckon() -> None:
    for clause, noise in (({}, P.signal_noise), (with_clause("data_disclosure"), P.signal_noise * (1.0 - P.disclosure_rivals))):
        with living(town({**SHORT, **clause}, 60), 2) as world:
            world.run()
            found = [d.tender.noise for b in world.commissioners if b.focal for d in b.undertakings if d.tender]
        assert found and min(found) == pytest.approx(noise)


def test_who_reports_on_itself_withholds_more_and_shows_less_of_it() -> None:
    clause = with_clause("self_reported_kpis", saving=0.0)
    moves(SHORT, clause, "shading", +1)
    for plain, reported in zip(runs(SHORT, 96), runs({**SHORT, **clause}, 96), strict=True):
        assert overstated(reported) > overstated(plain) > 0.0
    assert np.all(difference(off("reporting"), clause, "shading") == 0.0)
    with pytest.raises(ScenarioError, match="cannot stand with"):
        town(with_clause("self_reported_kpis", "audited_kpis"))


def test_users_complain_where_less_is_done_than_shown() -> None:
    clause = with_clause("self_reported_kpis")
    long = {**SHORT, "policy.operate_months": 84, "parameters.shading_found": 0.0}
    moves({**long, "parameters.complaint_rate": 0.0}, {"parameters.complaint_rate": 3.0}, "disputes", +1)
    with_data, without = (difference({**long, "switches.complaints": on}, clause, "disputes").mean() for on in (True, False))
    assert with_data > without


def test_audits_bring_knowledge_back() -> None:
    clause = with_clause("audited_kpis")
    moves(SHORT, clause, "shading", -1)
    assert np.all(difference(off("reporting"), with_clause("audited_kpis", cost=0.0), "shading") == 0.0)


def test_secondments_build_trust_and_a_little_blindness() -> None:
    moves(SHORT, with_clause("secondments"), "trust", +1)
    assert np.all(difference(off("trust"), with_clause("secondments", insight=0.0, capture=0.0, cost=0.0), "trust") == 0.0)
    alone = with_clause("secondments", capture=0.2, insight=0.0)
    moves(off("trust"), alone, "shading", +1)


def test_contracts_that_keep_failing_are_left() -> None:
    harsh = {**SHORT, "policy.operate_months": 96, "parameters.shading_found": 0.3, "parameters.switch_cost": 0.0}
    moves(harsh, with_clause("performance_break"), "breaks", +1)
    quiet = {**harsh, "switches.shading": False, "switches.needs_drift": False}
    assert difference(quiet, with_clause("performance_break"), "breaks").sum() == 0.0
    price = clause_class("performance_break")().on_price
    long, short = (SimpleNamespace(operate_months=m, phases=("operate",)) for m in (360, 60))
    assert price(long) == 0.005 and price(short) == pytest.approx(0.005 / 3)


def test_a_buyer_that_steps_in_mends_the_service_at_the_providers_expense() -> None:
    harsh = {**SHORT, "policy.operate_months": 96, "parameters.shading_found": 0.3}
    clause = with_clause("step_in", strikes=1)
    moves(harsh, clause, "misfit", -1)
    with living(town({**harsh, **clause}, 96), 1, journal=True) as world:
        world.run()
        found = [e for e in world.events if e.kind == "step-in"]
        assert found
        for later in [e for e in found if e.contract == found[0].contract][1:]:
            assert later.month >= found[0].month + 6
    quiet = {**harsh, "switches.shading": False, "switches.needs_drift": False}
    assert not [e for o in runs({**quiet, **clause}, 96) for e in events(o, "step-in")]


def test_good_work_is_prolonged_and_that_keeps_work_good() -> None:
    prospect = with_clause("extension_by_performance", reached=1.0)  # nobody reaches it, everybody tries
    moves({**SHORT, "parameters.renewal_value": 0.0}, prospect, "shading", -1)
    assert np.all(difference(off("shading"), prospect, "shading") == 0.0)
    review = clause_class("extension_by_performance")().on_review
    for shown, pair, months in ((0.7, 0.5, 36), (0.5, 0.5, 0), (0.7, 0.3, 0)):
        c = SimpleNamespace(extended=0, trust=pair, skill=0.8, prize=0.1, terms={"operated": 10, "total_shown": 10 * shown})
        assert review(c, 0) == months
    assert review(SimpleNamespace(extended=6, trust=1.0, skill=0.8, terms={"operated": 10, "total_shown": 10.0}), 0) == 0


def test_an_extension_that_is_won_or_past_is_no_prize_any_more() -> None:
    """In none of the lots, and no more after an extension for other reasons: it comes once."""
    clause = with_clause("extension_by_performance", reached=0.0, trust=0.0)
    found = []
    with living(town({**SHORT, **clause, "policy.lots": 3, "policy.operate_months": 36}, 100), 1) as world:
        while world.month < 100:
            world.step()
            found += [(bool(c.extended), float(c.prize)) for c in world.contracts.at.values() if c.clauses]
        assert any(extended for extended, _ in found) and all((prize == 0.0) is extended for extended, prize in found)
        still = next(c for c in world.contracts.at.values() if c.clauses and c.prize > 0.0)
        ending.extend(still, 6)
        assert still.prize == 0.0 and clause_class("extension_by_performance")(reached=0.0, trust=0.0).on_review(still, 0) == 0


def test_who_trusts_looks_harder_for_improvements() -> None:
    def effort(pair: float, mechanism: int = FIXED, left: int = 60) -> float:
        c = SimpleNamespace(
            terms={"mechanism": mechanism},
            remaining=lambda m: left,
            claim=1.0,
            trust=pair,
            buyer=SimpleNamespace(model=SimpleNamespace(month=0)),
        )
        return innovation.looks(c, 0.5, P)

    assert effort(0.0) == 0.0 < effort(0.3) < effort(0.6) and effort(0.5, left=12) < effort(0.5)
    assert effort(1.0, COST_PLUS) == 0.0, "whoever is paid its cost gains nothing by lowering it"


def test_value_engineering_pays_where_there_is_trust() -> None:
    clause = with_clause("value_engineering")
    long = {**SHORT, "policy.operate_months": 84}
    moves(long, clause, "innovations", +1)
    low, high = (difference({**long, "parameters.trust_start": t}, clause, "innovations").mean() for t in (0.1, 0.9))
    assert high > 1.5 * low
    assert difference({**long, "switches.joint_innovation": False}, clause, "innovations").sum() == 0.0


def test_residents_at_the_table_bring_the_service_nearer_and_are_content_only_if_it_is() -> None:
    clause = with_clause("steering_group")
    moves(SHORT, clause, "misfit", -1)
    moves(SHORT, clause, "resident_trust", +1)
    assert np.all(difference(off("steering"), with_clause("steering_group", cost=0.0, delay=0, trust=0.0), "misfit") == 0.0)
    start = with_clause("steering_group", delivery=0, evaluation=0)
    all_, only = (difference(SHORT, c, "resident_trust").mean() for c in (clause, start))
    assert all_ > only
    few, many = (difference(SHORT, with_clause("steering_group", seats=seats), "misfit").mean() for seats in (1, 20))
    assert many < few < 0.0, "the more sit there, the more they know"
    nobody = {"place.population.participates_does": 0.0}
    with pytest.raises(ScenarioError, match="needs residents"):
        town({**clause, **nobody})
