"""Commissioners: what councils and anchor institutions decide, from planning a service to ending its contract."""

from __future__ import annotations

from math import fsum  # the same on every Python
from typing import TYPE_CHECKING, Any, ClassVar

from mesa import Agent

from ..model import trusting
from ..model.chance import combine, key
from ..model.clauses import clauses_of
from ..model.contracts import Contract, State
from ..model.delivery import POOR, SHADING_FOUND, WANTS_CHANGE
from ..model.ledger import CHANGE as CHANGE_PAYMENT
from ..model.ledger import CONTINUITY, DISPUTE, TENDER
from ..model.procurement import RUNNING, Bid, Evaluation, Tender, best_of, next_package, scale_of
from ..model.services import Undertaking
from . import (
    awarding,
    bearing,
    community,
    consortium,
    deciding,
    delivering,
    ending,
    innovation,
    insourcing,
    joining,
    learning,
    negotiating,
    politics,
    pricing,
    skills,
    steering,
)

if TYPE_CHECKING:
    from ..scenarios.schema import Policy


class Commissioner(Agent):
    """A buyer of services. `capacity` is its client-side capacity and procurement skill (K), `budget` pence a year."""

    label: ClassVar[str]
    may_insource: ClassVar[bool] = False

    def __init__(self, model: Any, number: int, table: Any, account: int, district: int, focal: bool):
        super().__init__(model)
        self.name, self.number, self.table = table.name, number, table
        self.account, self.district, self.focal = account, district, focal
        self.policy: Policy = model.policy_for(self)  # in force for it this month
        self.key = key(table.name)
        self.capacity = table.capacity
        self.quality_value = model.scenario.parameters.quality_value
        self.budget = 0.0
        self.grants = 0.0  # pence a year, to voluntary bodies
        self.undertakings: list[Undertaking] = []
        self.team: Any = None  # its in-house team
        self.extras = 0.0  # pence paid this year beyond contract prices: changes, disputes, tenders, continuity
        self.belief = dict.fromkeys(learning.FORMS, model.scenario.parameters.belief_start)  # value for money by form
        self.bids_lately = model.scenario.parameters.start_bids  # for a lot, mean of the latest tenders
        self.awards_made, self.moved_out = 0, 0.0  # this year; share of its services that left its team
        self.pressure = 0.0  # share of the planned volume that the money does not reach
        self.term, self.politics = 0, politics.of(self, 0)
        self.results: list[tuple[Contract, float]] = []  # of its running contracts in the latest year
        learning.begin_practices(self)
        learning.begin_forms(self)

    # --- money --------------------------------------------------------------------------------------------------

    def set_budget(self, year: int, funding: float, fixed: float, planned: float) -> None:
        """The year's budget, and how much of the `planned` volume it can pay for after what is `fixed` (pence a year)."""
        model, path, p = self.model, self.table.budget_path, self.model.scenario.parameters
        self.budget = 100.0 * self.table.procurement * path[min(year, len(path) - 1)] * funding * (1.0 + model.overhead_of_buying)
        left = self.budget * (1.0 - self.client_side()) - fixed - self.extras
        self.grants = community.grant_pot(self)
        left -= self.grants
        left += p.balance_use * float(model.ledger.balance[self.account])
        left -= float(model.risk_paid[self.number])
        model.risk_paid[self.number] = 0
        self.extras = 0.0
        model.affordable[self.number] = 1.0
        if planned > 0 and model.scenario.switches.budgets:
            model.affordable[self.number] = min(1.0, max(p.volume_floor, left / planned))
        self.pressure = 1.0 - float(model.affordable[self.number])

    def client_side(self) -> float:
        """Spending on contract management, share of the budget: what the policy says, cut by a council that may when money is short."""
        cut = self.model.scenario.parameters.austerity_client * self.pressure if self.policy.discretion else 0.0
        return self.policy.client_side * (1.0 - cut)

    def learn(self, beliefs: dict[str, float]) -> None:
        """A year of client-side capacity (mechanism 9), and of learning from its own results and from other buyers' beliefs,
        of which `beliefs` are the sums (mechanism 12)."""
        skills.client_year(self)
        skills.team_year(self)
        skills.plan_year(self)
        if self.model.scenario.switches.learning:
            learning.own_year(self, beliefs)

    def value_of(self, contract: Contract) -> float:
        """Value for money of a running contract as its buyer sees it: the worth of its quality less its unit cost."""
        columns, row = self.model.contracts.columns, contract.row
        return self.quality_value * columns["quality"][row] - columns["price"][row] / columns["reference"][row]

    def note_extra(self, pence: float) -> None:
        """Money spent beyond contract prices: part of whole-life cost, and of what next year's budget must allow for."""
        self.extras += pence
        self.model.tally("whole_life_cost", pence, self)

    # --- before a contract --------------------------------------------------------------------------------------

    def tender_months(self, undertaking: Undertaking, phases: tuple[str, ...]) -> int:
        """How long a tender takes: longer if complex, if phases are bundled, if finance is part of it."""
        p = self.model.scenario.parameters
        complexity = min(1.0, undertaking.service.complexity + p.bundle_complexity * (len([f for f in phases if f != "finance"]) - 1))
        months = p.tender_months + p.tender_months_complex * complexity
        return max(1, round(months + (p.tender_months_finance if "finance" in phases else 0.0)))

    def lead(self, undertaking: Undertaking) -> int:
        """Months before the running contract's end at which its successor must be planned."""
        total = int(self.model.scenario.parameters.planning_months)
        if not self.asset_due(undertaking):
            return self.tender_months(undertaking, RUNNING) + total
        for package in deciding.policy_of(self, undertaking).packages:
            total += self.tender_months(undertaking, package)
            total += sum(undertaking.months_of(f, 0) for f in package if f in ("design", "build"))
        return total

    def asset_due(self, undertaking: Undertaking) -> bool:
        """Whether the asset ends its life before `renewal_ahead` of another operating contract would be over."""
        asset, months = undertaking.asset, deciding.policy_of(self, undertaking).operate_months
        if asset is None or undertaking.service.asset_intensity == 0 or not undertaking.operating:
            return False
        ends = max(c.end for c in undertaking.operating)
        return asset.expires <= ends + int(self.model.scenario.parameters.renewal_ahead * months)

    def review(self, undertaking: Undertaking) -> None:
        """A contract nears its end (mechanism 12): renew the asset, extend, take in-house, or tender again."""
        if undertaking.procuring or not undertaking.operating:
            return
        if self.policy.discretion:
            deciding.decide(self, undertaking)
        month, policy, p = self.model.month, deciding.policy_of(self, undertaking), self.model.scenario.parameters
        if self.asset_due(undertaking):
            undertaking.effort_in_design = 0.0
            self.open_tender(undertaking, next_package(policy, ()))
            return
        contract = undertaking.operating[0]
        if delivering.kept(self, undertaking):
            return
        if community.challenged(undertaking):
            self.open_tender(undertaking, RUNNING)
            return
        if months := max((clause.on_review(contract, month) for clause in contract.clauses), default=0):
            for running in undertaking.operating:
                ending.extend(running, months)
            self.model.schedule(contract.end - self.lead(undertaking), self.review, undertaking)
            return
        in_house = contract.provider is self.team
        if negotiating.agree(self, undertaking):
            return
        served_well = self.value_of(contract) >= self.belief["market"] and contract.misfit < p.extension_misfit
        if policy.extension_months and served_well and not in_house and not any(c.extended for c in undertaking.operating):
            for running in undertaking.operating:
                ending.extend(running, policy.extension_months)
            self.model.schedule(contract.end - self.lead(undertaking), self.review, undertaking)
            return
        better = deciding.lead_of_in_house(self, undertaking)
        if in_house and not (self.model.scenario.switches.learning and -better > p.switch_cost):
            ending.extend(contract, policy.operate_months)
            contract.respecify(self.specify(undertaking, month))
            self.model.schedule(contract.end - self.lead(undertaking), self.review, undertaking)
            return
        if policy.insourcing and self.may_insource and not in_house and better > p.switch_cost and self.model.scenario.switches.learning:
            insourcing.take_in_house(self, undertaking, contract.end, "value for money")
            return
        self.open_tender(undertaking, RUNNING)

    def open_tender(self, undertaking: Undertaking, phases: tuple[str, ...], attempts: int = 0) -> None:
        """Invite bids for some phases in one contract; the award follows when the tender closes. None is needed to run what policy
        wants in own hands."""
        if phases == RUNNING and delivering.own(self, undertaking):
            return
        model, policy, p = self.model, deciding.policy_of(self, undertaking), self.model.scenario.parameters
        operate_months = undertaking.service.asset_life_months if "build" in phases else policy.operate_months
        lots = policy.lots if phases == RUNNING else 1
        number = model.next_number()
        tender = Tender(
            key=combine(self.key, undertaking.key, key("tender", *phases), undertaking.last_tender),
            buyer=self, undertaking=undertaking, policy=policy, parameters=p, phases=phases,
            operate_months=operate_months, lots=lots, closes=model.month + self.tender_months(undertaking, phases),
            threshold_ratio=policy.turnover_ratio * joining.size(self, undertaking) * p.retry_turnover**attempts, attempts=attempts,
        )  # fmt: skip
        undertaking.last_tender += 1
        if undertaking.tender:  # called off: what it was to follow is tendered again
            undertaking.tender.state = State.ENDED
        undertaking.tender = tender
        pricing.price_tender(tender)
        tender.state = State.TENDERED
        model.event("tender", number, self, "", undertaking, tender.reference * lots, "+".join(phases))
        model.tally("tenders", 1, self)
        if model.scenario.switches.tender_cost:
            cost = round(100.0 * p.buyer_cost * (1.0 + p.lot_cost * (lots - 1)))
            cost += round(p.buyer_cost_share * p.bid_cost_share * tender.size * lots)
            cost = round(cost * joining.cost(self, undertaking))
            model.ledger.post(self.account, model.nation.economy, TENDER, cost)
            model.tally("transaction_cost", cost, self)
            self.note_extra(cost)
        model.schedule(tender.closes, self.close_tender, tender)

    def specify(self, undertaking: Undertaking, month: int, engaged: bool = False) -> tuple[float, float, float]:
        """Write down the need as far as it is understood: the error falls with skill and with early engagement [E8]."""
        model, p = self.model, self.model.scenario.parameters
        need = joining.need(self, undertaking, month)
        if not model.scenario.switches.specification_error:
            return need
        spread = p.spec_error * (1.0 - p.spec_skill * self.capacity) * (1.0 - p.engagement_effect * engaged)
        e0, e1, e2 = model.chance.normals3("specification", undertaking.key, month)
        return need[0] + spread * e0, need[1] + spread * e1, need[2] + spread * e2

    def early_talks(self, engagement: str) -> float:
        """Share of tenders with early engagement of providers, by the policy's word for it."""
        p = self.model.scenario.parameters
        return {"never": 0.0, "infrequently": p.engaged_infrequently, "mostly": p.engaged_mostly, "regularly": 1.0}[engagement]

    def close_tender(self, tender: Tender) -> None:
        """Receive the bids, score them, award each lot, or try again if nobody bid."""
        model = self.model
        if tender.state is State.ENDED:  # called off
            return
        tender.undertaking.tender = None
        if tender.level != tender.undertaking.level:  # prices have moved since: bidders know
            pricing.price_tender(tender)
        talks = self.early_talks(tender.policy.engagement)
        tender.engaged = model.scenario.switches.engagement and model.chance.uniform("engagement", tender.key) < talks
        invited = [one for one in model.market.invite(tender, model.sector_of(tender.service)) if one[0].could(tender)]
        for clause in tender.clauses:
            invited = clause.on_invite(tender, invited)
        bids = [bid for a, error, blur in invited if (bid := a.offer(tender, error, blur))] + consortium.bids(tender)
        awards, received = self.award(tender, bids)
        self.charge_bidders(tender, received)
        model.tally("bids", len(received) / tender.lots, self)
        model.tally("closed", 1, self)
        self.bids_lately += model.scenario.parameters.bids_memory * (len(received) / tender.lots - self.bids_lately)
        self.awards_made += 1
        if len(awards) < tender.lots:
            why = f"attempt {tender.attempts + 1}: {lack_of_bids(tender, len(invited), bids, len(awards))}"
            model.event("no bid", -1, self, "", tender.undertaking, tender.reference, why)
            if tender.attempts < int(tender.parameters.retries):
                self.open_tender(tender.undertaking, tender.phases, tender.attempts + 1)
            elif tender.phases == RUNNING:
                building = tender.undertaking.building
                team = insourcing.take_in_house(self, tender.undertaking, building.end if building else model.month + 1, "no bid")
                team.awaits_asset = building is not None
            else:  # an asset nobody will build: patch the old one up
                ending.give_up_renewal(self, tender.undertaking)
            return
        awarding.sign(self, tender, awards, len(received))

    def award(self, tender: Tender, bids: list[Bid]) -> tuple[list[Evaluation], list[Bid]]:
        """Award lot by lot, until no bid is left, and list the bids received for all of them: whoever wins a lot has less room
        for the next, and thinks again."""
        awards: list[Evaluation] = []
        received: list[Bid] = []
        bids = bearing.examine(self, tender, [bid for bid in bids if bid.price <= tender.highest])
        while bids and len(awards) < tender.lots:
            received += bids
            won = best_of(tender, bids, self.perceive(tender, bids))
            awards.append(won)
            consortium.take_on(tender, won.bid.bidder, tender.annual)
            again = consortium.bid_again(tender, won.bid) if len(awards) < tender.lots else None
            bids = [bid for bid in bids if bid is not won.bid] + ([again] if again else [])
        for won in awards:
            consortium.take_on(tender, won.bid.bidder, -tender.annual)
            self.model.tally("low_bids", bearing.too_low(tender, won.bid), self)
        return awards, received

    def perceive(self, tender: Tender, bids: list[Bid]) -> list[float]:
        """The quality the buyer believes each bid has: the truth blurred by lack of skill, coloured by its experience with the bidder."""
        error, colour = tender.parameters.view_error * (1.0 - self.capacity), tender.parameters.view_trust
        trust = self.model.relations.trust
        return [bid.skill + error * bid.blur + colour * (trust(self, bid.bidder) - 0.5) for bid in bids]

    def charge_bidders(self, tender: Tender, bids: list[Bid]) -> None:
        """Bidders pay for their bids, won or lost."""
        if not self.model.scenario.switches.bid_cost:
            return
        for bid in bids:
            cost = round(bid.bidder.bid_cost(tender))
            self.model.ledger.post(bid.bidder.account, self.model.nation.economy, TENDER, cost)
            self.model.tally("transaction_cost", cost, self)

    # --- during a contract --------------------------------------------------------------------------------------

    def attend(self, contract: Contract, flags: int) -> None:
        """Act on what the month has shown of a contract."""
        if flags & WANTS_CHANGE:
            self.change(contract)
        if flags & SHADING_FOUND:
            self.confront(contract)
        if flags & POOR:
            for clause in contract.clauses:
                clause.on_breach(contract, self.model.month)

    def change(self, contract: Contract, held_up: float = 1.0) -> None:
        """Ask for a change, pay what it costs and what hold-up adds (or `held_up` of it), and respecify (mechanism 2)."""
        model, p = self.model, self.model.scenario.parameters
        real = contract.change_cost
        markup = held_up * contract.change_markup if model.scenario.switches.hold_up else 0.0
        if contract.provider is self.team:
            markup = 0.0
        price = round(real + markup)
        model.ledger.post(self.account, contract.provider.account, CHANGE_PAYMENT, price)
        model.book_work(contract, round(real))
        for name in ("spend", "unforeseen_cost"):
            model.tally(name, price, self)
        self.note_extra(price)
        contract.beyond += price
        contract.undertaking.changes_met += 1
        model.tally("hold_up", markup, self)
        contract.held_up += markup
        model.tally("changes", 1, self)
        contract.respecify(self.specify(contract.undertaking, model.month, engaged=True))
        contract.state = State.CHANGED
        model.event("change", contract.number, self, contract.provider.name, contract.undertaking, price)
        if model.chance.uniform("dispute", contract.key, model.month) < p.dispute_rate * (1.0 - contract.trust):
            self.dispute(contract, "over a change")
        for clause in contract.clauses:
            clause.on_change(contract, model.month)

    def confront(self, contract: Contract) -> None:
        """Shading was found: trust suffers, and where there is little of it the matter goes to dispute."""
        model = self.model
        if contract.provider is self.team:
            return
        self.dispute(contract, "over quality") if model.chance.uniform("quarrel", contract.key, model.month) > float(
            contract.trust
        ) else None
        trusting.found_out(contract)
        for clause in contract.clauses:
            clause.on_breach(contract, model.month)

    def dispute(self, contract: Contract, about: str) -> None:
        """A dispute costs both sides and trust."""
        model, p = self.model, self.model.scenario.parameters
        cost = round(p.dispute_cost * 12.0 * contract.price)
        for side in (self.account, contract.provider.account):
            model.ledger.post(side, model.nation.economy, DISPUTE, cost)
        model.tally("transaction_cost", 2 * cost, self)
        self.note_extra(cost)
        contract.beyond += cost
        model.tally("disputes", 1, self)
        trusting.shaken(contract)
        trusting.spread(contract)
        model.event("dispute", contract.number, self, contract.provider.name, contract.undertaking, cost, about)

    def consider_break(self, contract: Contract, why: str = "") -> None:
        """At a break date, or for a reason that a clause gives: walk away if the service, all its lots together, is worse than the market
        is believed to offer by more than the cost of leaving."""
        model, p = self.model, self.model.scenario.parameters
        over = contract.state in (State.ENDED, State.BROKEN, State.FAILED) or contract.undertaking.procuring
        if over or not model.scenario.switches.breaks:
            return
        lots = ending.lots_of(contract)
        gain = self.belief["market"] - fsum(self.value_of(lot) for lot in lots) / len(lots)
        if gain > p.switch_cost and gain * contract.remaining(model.month) / 12.0 > p.continuity_cost:
            ending.break_off(self, contract, why)

    def review_value(self, contract: Contract, share: float, cost: float) -> None:
        """Look with the provider for improvements, and share what they save."""
        innovation.review(contract, share, cost)

    def hear(self, contract: Contract) -> None:
        """Listen to what residents say of a year under a contract with a steering group."""
        steering.hear(contract)

    def keep_going(self, contract: Contract, share: float = 1.0) -> None:
        """Pay for continuity when a contract ends before its time."""
        cost = round(share * self.model.scenario.parameters.continuity_cost * 12.0 * contract.price)
        self.model.ledger.post(self.account, self.model.nation.economy, CONTINUITY, cost)
        self.model.tally("continuity_cost", cost, self)
        self.note_extra(cost)

    def scale(self, undertaking: Undertaking, phases: tuple[str, ...], operate_months: int, lots: int) -> float:
        """Effect of a contract's size on its cost, 1 where economies of scale are switched off."""
        if not self.model.scenario.switches.scale_economies:
            return 1.0
        size = joining.size(self, undertaking)
        return scale_of(undertaking, phases, operate_months, lots / size, self.model.scenario.parameters.scale_floor)

    def clauses(self, policy: Policy, value: float) -> Any:
        """The clauses of a policy for a contract worth that many pence over its life."""
        return clauses_of(policy.clauses, value / 100.0)


def lack_of_bids(tender: Tender, invited: int, bids: list[Bid], let: int) -> str:
    """Why a tender failed, in words."""
    if not bids:
        return f"none of {invited} that may bid does" if invited else "nobody may bid and has the room"
    if not any(bid.price <= tender.highest for bid in bids):
        return f"all {len(bids)} bids are dearer than the buyer takes"
    return f"{let} of {tender.lots} lots find a provider" if tender.lots > 1 else "no bid passes"
