"""Clauses and payments that share risk and profit: each rule by itself, and its effect in paired runs, gone with its mechanism."""

from __future__ import annotations

from dataclasses import astuple
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paired import difference, moves, runs
from worlds import living, outcome_of, series_sha256, town

from changemaking.agents import bearing
from changemaking.model import profits
from changemaking.model.clauses import clause_class
from changemaking.model.delivery import COST_PLUS, FIXED, LARGE, OPERATE, SME, VOLUME
from changemaking.model.ledger import CATEGORIES, PROFIT_SHARE
from changemaking.model.profits import Claims
from changemaking.model.risk import NO_CAP, Bearing, calamity_moments, extra_cost
from changemaking.scenarios import ScenarioError

P = town().parameters
SHORT = {"policy.operate_months": 24, "policy.extension_months": 0}
WILD = {**SHORT, "parameters.calamity_rate": 0.2}  # calamities often enough to see
KINDS = ("construction", "running", "volume", "calamity")


def with_clause(*names: str, **settings: float) -> dict[str, object]:
    return {"policy.clauses": [{"name": name, "settings": settings if i == 0 else {}} for i, name in enumerate(names)]}


def bears(share: float) -> dict[str, object]:
    return with_clause("risk_share", **dict.fromkeys(KINDS, share))


# --- who bears what ---------------------------------------------------------------------------------------------------------


def test_what_payment_mechanisms_leave_with_the_provider() -> None:
    assert [getattr(bearing.usual(FIXED), k) for k in KINDS] == [1.0] * 4
    assert [getattr(bearing.usual(COST_PLUS), k) for k in KINDS] == [0.0] * 4
    assert [getattr(bearing.usual(VOLUME), k) for k in KINDS] == [1.0, 1.0, 0.0, 1.0]
    bearing.usual(FIXED).running = 0.3
    assert bearing.usual(FIXED).running == 1.0, "each contract has its own"


def test_clauses_write_shares_in_any_order() -> None:
    clauses = [clause_class(n)() for n in ("risk_share", "support_package", "gain_share", "profit_share", "equity_share", "volume_band")]
    found = []
    for order in (clauses, clauses[::-1]):
        b = Bearing()
        for clause in order:
            clause.on_risk(b)
        found.append(b)
    assert astuple(found[0]) == pytest.approx(astuple(found[1]))
    b = found[0]
    assert (b.share("construction"), b.share("running")) == (0.4, 0.35) and (b.share("volume"), b.share("calamity")) == (0.3, 0.2)
    assert b.felt("running") == pytest.approx(0.175) and b.cap == 1.0 and b.band == 0.1 and b.earned == pytest.approx(0.2)
    company = Bearing(financed=True)
    clause_class("equity_share")().on_risk(company)
    clause_class("profit_share")().on_risk(company)
    assert company.retained == company.earned == 1.0, "of a project company, not of who works for it"


@given(share=st.floats(0, 1), care=st.floats(0, 0.4))
def test_care_is_the_providers_best_and_full_where_it_bears_all(share: float, care: float) -> None:
    """With overruns care·(1 − a) of which it bears `share`, and care costing care·a²/2, the best a is `share`."""
    a = np.linspace(0, 1, 1001)
    own = share * care * (1 - a) + care * a**2 / 2
    assert own.min() >= share * care * (1 - share) + care * share**2 / 2 - 1e-12
    assert extra_cost(share, care) == pytest.approx(share * care * (1 - share) + care * share**2 / 2 - care / 2, abs=1e-12)
    assert extra_cost(1.0, care) == 0.0


@pytest.mark.parametrize(("share", "cap"), [(1.0, NO_CAP), (1.0, 3.0), (0.4, NO_CAP), (0.4, 2.0), (0.0, 1.0)])
def test_what_a_calamity_is_expected_to_take(share: float, cap: float) -> None:
    hits = (np.arange(200_000) + 0.5) / 200_000 * 2 * 6.0 * (1 - 0.1 * share)
    lost = np.minimum(share * hits, cap)
    found = calamity_moments(Bearing(calamity=share, cap=cap), 6.0, 0.1)
    assert found == pytest.approx((lost.mean(), (lost**2).mean()), rel=1e-6)


def test_the_premium_grows_with_the_square_of_the_share_and_with_the_contract_and_falls_with_means() -> None:
    def asked(share: float = 1.0, annual: float = 1e8, money: int = 10**8, pricing: bool = True) -> float:
        switches = SimpleNamespace(risks=True, risk_pricing=pricing, care=True, ownership=True)
        model = SimpleNamespace(scenario=SimpleNamespace(switches=switches), ledger=SimpleNamespace(balance=[money]))
        tender = SimpleNamespace(
            buyer=SimpleNamespace(model=model), parameters=P, clauses=(), phases=("operate",), weights={"operate": 1.0},
            prices={"operate": annual / 12.0}, lots=1, estimate=1.0,
        )  # fmt: skip
        clause = clause_class("risk_share")(**dict.fromkeys(KINDS, share))
        tender.clauses = (clause,)
        bearing.allocate(tender, FIXED)  # type: ignore[arg-type]
        return bearing.premium(SimpleNamespace(model=model, account=0, capacity=0.0, switches=switches), tender)  # type: ignore[arg-type]

    assert asked(pricing=False) == 0.0 == asked(share=0.0)
    half = asked(0.5) / asked(1.0)
    assert 0.25 <= half < 0.27, "less care against calamities adds a little to the square"
    assert asked(annual=2e8) == pytest.approx(2 * asked()) and asked(money=2 * 10**8) == pytest.approx(asked() / 2)


def test_who_bears_less_asks_less_and_the_buyer_pays_the_rest() -> None:
    moves(SHORT, bears(0.0), "risk_cost", +1)
    moves(SHORT, {"policy.payment": "cost-plus"}, "risk_cost", +1)
    calm = {**SHORT, "switches.risks": False, "switches.care": False, "parameters.overrun": 0.0}
    assert np.all(difference(calm, bears(0.0), "risk_cost") == 0.0), "without risks there is nothing to bear"


def test_a_careless_provider_costs_its_buyer_more() -> None:
    held = difference({**SHORT, "switches.risks": False}, bears(0.0), "risk_cost").mean()
    careful = difference({**SHORT, "switches.risks": False, "switches.care": False}, bears(0.0), "risk_cost").mean()
    assert held > 2 * abs(careful)


# --- calamities ---------------------------------------------------------------------------------------------------------------


def test_the_state_pays_above_the_cap_and_bids_fall() -> None:
    moves(WILD, with_clause("support_package"), "support", +1)
    moves(WILD, with_clause("support_package"), "unit_cost", -1)
    assert max(o.totals["support"] for o in runs(WILD, 96)) == 0.0
    assert max(o.totals["support"] for o in runs({**WILD, "switches.risks": False, **with_clause("support_package")}, 96)) == 0.0
    with living(town({**WILD, **with_clause("support_package", cap=1.0)}, 96), 2, journal=True) as world:
        world.run()
        paid = [e for page in world.ledger.pages for e in page if CATEGORIES[e["category"]] == "support"]
        assert paid and {int(e["payer"]) for e in paid} == {world.nation.government}


# --- gains, profits, owners ------------------------------------------------------------------------------------------------------


def test_gains_that_are_shared_are_sought_less() -> None:
    moves(SHORT, with_clause("gain_share"), "shading", -1)
    alike = [runs({**SHORT, **o}, 96)[0].totals["unit_cost"] for o in ({"policy.payment": "gain share"}, with_clause("gain_share"))]
    assert alike[0] == alike[1], "the payment mechanism is a fixed price with the clause"
    assert abs(difference({**SHORT, "switches.shading": False}, with_clause("gain_share"), "shading").mean()) == 0.0


def claimed(kind: int = SME, book: bool = False, profit: float = 100_000.0, **claims: float) -> tuple[dict[str, int], SimpleNamespace]:
    """What is paid to whom at a settlement of a year's profit, in pence."""
    paid = {"buyer": 0, "provider": 0, "community": 0}

    def give(buyer: object, payer: object, pence: int, category: int) -> int:
        paid["community"] = pence
        return pence

    ledger = SimpleNamespace(post=lambda payer, payee, category, pence: paid.__setitem__(payee, paid[payee] + pence))
    model = SimpleNamespace(
        ledger=ledger, scenario=town(), tally=lambda *a: None, deals=SimpleNamespace(passed_on=lambda c: 0.0),
        give=give,
    )  # fmt: skip
    buyer = SimpleNamespace(model=model, account="buyer", note_extra=lambda pence: None)
    row = {"total_paid": profit, "total_risk": 0, "total_spent": 0}
    contract = SimpleNamespace(
        buyer=buyer, terms=row, provider=SimpleNamespace(kind=kind, alive=True, account="provider"),
        what="operate", operating_from=0, held_up=0.0, beyond=0.0,
        price=10_000.0, company=None, claims=Claims(**claims), clauses=(SimpleNamespace(name="open_book"),) if book else (),
    )  # fmt: skip
    profits.settle(contract, 12)
    return paid, contract


def test_owners_share_profit_and_loss_and_others_profit_alone() -> None:
    assert claimed(equity=0.4)[0] == {"buyer": 40_000, "provider": 0, "community": 0}
    assert claimed(equity=0.4, profit=-100_000.0)[0]["provider"] == 40_000
    assert claimed(profit=-100_000.0)[0] == {"buyer": 0, "provider": 0, "community": 0}
    assert claimed(profit=50_000.0)[1].claims.noted == 50_000.0


def test_a_share_for_the_community_and_a_floor() -> None:
    paid, contract = claimed(equity=0.0, floor=0.1)
    assert paid == {"buyer": 12_000, "provider": 0, "community": 0}, "a tenth of twelve months' price"
    profits.settle(contract, 12)
    assert paid["buyer"] == 12_000, "once a month"
    assert claimed(equity=0.4, floor=0.1)[0]["buyer"] == 40_000, "more than the floor is enough"
    profits.settle(contract, 15)
    assert paid["buyer"] == 15_000, "of a year cut short, the months"


@pytest.mark.parametrize("names", [("grant_agreement", "profit_share"), ("profit_share", "grant_agreement")])
def test_shares_of_profit_add_up_and_the_community_has_its_part_of_one_of_them(names: tuple[str, ...]) -> None:
    settings = {"grant_agreement": {"share": 0.5}, "profit_share": {"share": 0.3, "community": 0.5}}
    paid, contract = claimed(profit=0.0)
    contract.buyer.model.scenario = town({"switches.ownership": False})  # nobody's readiness to shade is asked for
    for name in names:
        clause_class(name)(**settings[name]).on_award(contract)  # type: ignore[arg-type]
    assert profits.share_out(contract, "provider", 1000.0) == (650, 150) and paid["community"] == 150  # type: ignore[arg-type]
    assert profits.share_out(contract, "provider", -1000.0) == (0, 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["risk_share", "gain_share", "value_engineering"])
def test_where_cost_is_paid_whatever_it_is_there_is_no_risk_or_gain_to_share(name: str) -> None:
    """Such clauses stand in no contract: not a number of the run is another, and they do act under a fixed price."""
    for payment, same in (("cost-plus", True), ("fixed price", False)):
        arms = [outcome_of({**SHORT, "policy.payment": payment, "policy.clauses": named}, 60, 3) for named in ([], [name])]
        assert (series_sha256(arms[0]) == series_sha256(arms[1])) is same


def test_when_partners_change_what_was_earned_before_is_settled_already() -> None:
    paid, contract = claimed(equity=0.5)
    assert paid["buyer"] == 50_000
    contract.buyer.model.deals.passed_on = lambda c: 0.4
    profits.settle(contract, 24)
    assert paid["buyer"] == 50_000 and paid["provider"] == 0, "nothing was earned since"
    contract.terms["total_paid"], contract.held_up = 110_000.0, 1_000.0
    profits.settle(contract, 36)
    assert paid["buyer"] == 50_000 + (6_000 + 1_000) / 2, "of the new profit its own part, and the mark-ups"


@given(st.integers(-(10**9), 10**9), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_no_more_is_shared_out_than_there_is(profit: int, equity: float, of_the_rest: float, community: float) -> None:
    """Not by a penny: a project company has no more than its dividend to pay out."""
    _, contract = claimed(profit=0.0)
    share = (1.0 - equity) * of_the_rest
    contract.claims = Claims(equity=equity, profit=share, community=share * community)
    public, theirs = profits.share_out(contract, "provider", profit)  # type: ignore[arg-type]
    contract.claims = Claims(equity=0.3333333334, profit=0.6666666668)  # as much beyond the whole as is accepted
    assert profits.share_out(contract, "provider", 5_000_000_000) == (5_000_000_000, 0)  # type: ignore[arg-type]
    assert 0 <= public + theirs <= profit if profit >= 0 else (theirs == 0 and profit <= public <= 0)


BUNDLE = {"policy.packages": [["design", "build", "finance", "operate"]], "place.services.*.asset_life_months": 60}


def test_all_of_a_companys_dividends_may_be_others() -> None:
    halves = [{"name": name, "settings": {"share": 0.5}} for name in ("equity_share", "profit_share")]
    outcome = outcome_of({"form": "pfi", "policy.clauses": halves}, 180)
    assert outcome.totals["council_income"] > 0


def test_whoever_was_paid_for_a_guarantee_meets_it_and_no_lender() -> None:
    def found(share: float) -> tuple[int, int, float]:
        """Pence to buyers from companies and from those who work for them, and what lenders lose."""
        named = [{"name": "guaranteed_return", "settings": {"share": share}}] if share else []
        with living(town({**BUNDLE, "policy.clauses": named}, 110), 1, journal=True) as world:
            companies: dict[int, int] = {}
            owed = 0.0
            while world.month < 110:
                there = list(world.companies)
                companies |= {company.account: company.parent.account for company in there}
                world.step()
                owed += sum(company.debt for company in there if company not in world.companies)
            journal = world.outcome().journal
            shared = journal[journal["category"] == PROFIT_SHARE]
            paid = [int(shared["pence"][np.isin(shared["payer"], list(who))].sum()) for who in (companies, companies.values())]
            return paid[0], paid[1], owed

    (none, nothing, lost), (by_companies, by_parents, owed) = found(0.0), found(0.05)
    assert none == nothing == by_companies == 0 < by_parents
    assert owed == pytest.approx(lost, abs=100.0)


def test_a_return_is_guaranteed_only_where_a_company_or_a_partner_stands_behind_it() -> None:
    with living(town({**BUNDLE, "policy.clauses": ["guaranteed_return"], "policy.operate_months": 24}, 80), 1) as world:
        floors: dict[bool, set[float]] = {True: set(), False: set()}
        while world.month < 80:
            world.step()
            for contract in [c for c in world.contracts.at.values() if c.began > 0 and c.phase == OPERATE and hasattr(c.buyer, "policy")]:
                floors[contract.company is not None].add(contract.claims.floor)
                assert ("guaranteed_return" in {clause.name for clause in contract.clauses}) is (contract.company is not None)
    assert floors == {True: {0.01}, False: {0.0}}


@pytest.mark.parametrize("clauses", [[], ["gain_share"]])
def test_a_project_company_keeps_nothing_of_what_is_saved(clauses: list[str]) -> None:
    """What the buyer pays for the service is what the work below is paid, gains shared or not, but for the lag of a month."""
    with living(town({**BUNDLE, "policy.clauses": clauses}, 120), 1) as world:
        paid: dict[int, list[tuple[float, float, float]]] = {}
        while world.month < 120:
            world.step()
            for company in [c for c in world.companies if c.contract.phase == OPERATE]:
                above, below = company.contract.terms, company.work.terms
                shared = (1.0 - float(below["kept"])) * float(below["saved"])
                row = float(above["paid"]) - float(above["finance"]), float(below["paid"]), shared
                paid.setdefault(company.contract.number, []).append(row)
    assert any(len(rows) > 12 for rows in paid.values())
    for rows in paid.values():
        (_, _, gone), *later = rows
        for over, under, shared in later:
            assert (gone > 0.0) is bool(clauses) and over - under == pytest.approx(shared - gone, abs=3.0)
            gone = shared


def test_partners_have_no_part_of_what_building_earned() -> None:
    paid, contract = claimed(equity=0.5, alone=30_000.0)
    contract.buyer.model.deals.passed_on = lambda c: 0.4
    assert paid["buyer"] == 50_000 and contract.claims.alone == 0.0
    contract.claims, contract.terms["total_paid"] = Claims(equity=0.5, alone=30_000.0), 100_000.0
    profits.settle(contract, 24)
    assert paid["buyer"] == 50_000 + round((30_000 + 0.6 * 70_000) / 2)
    bundle = {"policy.packages": [["design", "build", "operate"]], "place.services.*.asset_life_months": 60}
    named = [{"name": "profit_share", "settings": {"share": 0.3}}, "vcs_share"]
    begun: dict[int, float] = {}
    with living(town({**bundle, "policy.clauses": named}, 80), 2) as world:
        while world.month < 80:
            world.step()
            for c in [c for c in world.contracts.at.values() if c.what == "design+build+operate" and c.phase == OPERATE]:
                if c.number not in begun:
                    begun[c.number] = c.claims.alone
                elif c.claims.month > c.operating_from:
                    assert c.claims.alone == 0.0
    assert begun and all(begun.values())


def test_a_group_hides_profit_from_its_partners_unless_the_book_is_open() -> None:
    assert claimed(LARGE, equity=0.5)[0]["buyer"] == round(50_000 * (1 - P.profit_hidden))
    assert claimed(LARGE, book=True, equity=0.5)[0]["buyer"] == claimed(SME, equity=0.5)[0]["buyer"] == 50_000


def test_shares_bring_income_and_without_ownership_nothing() -> None:
    for clauses in (("profit_share",), ("equity_share",), ("equity_share", "guaranteed_return")):
        moves(SHORT, with_clause(*clauses), "council_income", +1)
        off = runs({**SHORT, **with_clause(*clauses), "switches.ownership": False}, 96)
        assert all(o.totals["council_income"] == 0.0 for o in off), clauses


def test_a_label_of_joint_venture_alone_lowers_shading_less_than_an_open_book() -> None:
    alone = difference(SHORT, with_clause("equity_share"), "shading").mean()
    opened = difference({**SHORT, **with_clause("open_book")}, with_clause("equity_share", "open_book"), "shading").mean()
    unhidden = difference({**SHORT, "parameters.profit_hidden": 0.0}, with_clause("equity_share"), "shading").mean()
    assert opened < 0 and unhidden < alone < 0, "what the accounts do not show is not shared"


def test_shared_control_is_slower() -> None:
    moves({"policy.operate_months": 60}, with_clause("equity_share", board=0.0, slow=0.9), "changes", -1)


def test_a_guarantee_needs_somebody_who_pays() -> None:
    with pytest.raises(ScenarioError, match="cannot stand alone"):
        town(with_clause("guaranteed_return"))
    with pytest.raises(ScenarioError, match="more than the whole"):
        town({"policy.clauses": [{"name": n, "settings": {"share": 0.6}} for n in ("equity_share", "profit_share")]})


def test_a_company_pays_its_public_owner_a_dividend() -> None:
    financed = {
        "policy.packages": [["design", "build", "finance", "operate"]], "policy.payment": "availability payment",
        "place.services.*.asset_life_months": 48,
    }  # fmt: skip
    assert sum(o.totals["council_income"] for o in runs({**financed, **with_clause("equity_share")}, 120)) > 0
    shared = runs({**financed, **with_clause("profit_share", share=0.5)}, 120)
    assert sum(o.totals["council_income"] for o in shared) > 0
    given = runs({**financed, **with_clause("profit_share", share=0.5, community=1.0)}, 120)
    assert all(o.totals["council_income"] < 1.0 for o in given), "but for pence that do not divide"
    assert sum(o.totals["grants"] for o in given) > sum(o.totals["grants"] for o in shared)
    assert sum(o.totals["council_income"] for o in runs(financed, 120)) == 0


# --- payment by results ------------------------------------------------------------------------------------------------------------

RESULTS = {**SHORT, "policy.payment": "payment by results"}


def test_paid_by_results_providers_shade_less_and_leave_out_the_hardest_to_help() -> None:
    moves(SHORT, {"policy.payment": "payment by results"}, "shading", -1)
    moves(SHORT, {"policy.payment": "payment by results"}, "left_out", +1)
    assert all(o.totals["left_out"] == 0.0 for o in runs({**RESULTS, "switches.selection": False}, 96))


def test_a_band_keeps_payment_near_the_plan() -> None:
    """Funds fall by a third when contracts run: paid by results, less is paid; within a band it cannot fall so far."""
    cut = {**RESULTS, "policy.operate_months": 60, "place.commissioners.*.budget_path": [1.0, 1.0, 1.0, 1.0, 0.67, 0.67, 0.67, 0.67]}
    moves(cut, with_clause("volume_band", width=0.05), "unit_cost", +1)


# --- bids too good to be true ---------------------------------------------------------------------------------------------------------


def test_skill_finds_out_bids_that_are_too_low() -> None:
    bids = [SimpleNamespace(price=p, cost=1.0, error=0.0, bidder=SimpleNamespace(key=k)) for k, p in enumerate((0.9, 1.2, 0.95))]
    tender = SimpleNamespace(
        common=0.0,
        parameters=P,
        borne=1.0,
        signal_weight=0.5,
        noise=P.signal_noise,
        curse=0.05,
        key=1,
        policy=SimpleNamespace(examine_bids=True),
    )
    chance = SimpleNamespace(uniform=lambda purpose, tender, who: 0.3 if who == 0 else 0.7)
    buyer = SimpleNamespace(model=SimpleNamespace(chance=chance), capacity=0.5)
    assert [bearing.too_low(tender, b) for b in bids] == [True, False, True]  # type: ignore[arg-type]
    assert bearing.examine(buyer, tender, bids) == bids[1:]  # type: ignore[arg-type]
    tender.policy.examine_bids = False
    assert bearing.examine(buyer, tender, bids) == bids  # type: ignore[arg-type]


def test_examined_bids_are_awarded_less_often_below_cost() -> None:
    lively = {
        "policy.operate_months": 12, "policy.extension_months": 0, "parameters.naive_share": 0.5, "parameters.cost_spread": 0.03,
        "place.firms.*.count": 8,
        "switches.bid_cost": False,
    }  # fmt: skip
    moves(lively, {"policy.examine_bids": True}, "low_bids", -1)
    honest = {**lively, "switches.underpricing": False, "parameters.naive_share": 0.0}
    assert all(o.totals["low_bids"] == 0.0 for o in runs(honest, 96))
