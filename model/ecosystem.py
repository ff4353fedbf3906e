"""The ecosystem: puts place, agents and contracts together and lives through the months.

Only this file knows all agents. `step` is the table of contents of a month; institutions decide in their own files,
the compiled loops in delivery.py, firms.py, residents.py and economy.py do the arithmetic in between.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import mesa
import numpy as np

from ..agents import (
    apprentices,
    assets,
    community,
    complaints,
    delivering,
    financing,
    founding,
    handover,
    insolvency,
    learning,
    politics,
    steering,
    takeovers,
)
from ..agents.commissioner import Commissioner
from ..agents.government import Government
from ..agents.project_company import ProjectCompany
from ..agents.provider import Provider
from ..scenarios.schema import Policy, Scenario, Service
from . import delivery, economy, firms, lives, residents, shifted, subcontracts, trusting
from .chance import Chance
from .contracts import Contract, Contracts
from .indicators import Indicators
from .ledger import BENEFIT, CLIENT_SIDE, COUNCIL_TAX, DIVIDEND, PENSION, TAX, Ledger
from .needs import Future
from .outcome import Event, Outcome
from .population import Residents
from .register import Register
from .services import Undertaking


class Ecosystem(mesa.Model):
    """One place under one scenario and one seed. `step()` is a month; `outcome()` what it leaves behind.

    Money in pence, time in months since the start of the scenario's horizon.
    """

    scenario: Scenario = None  # type: ignore[assignment]  # a plain attribute: later Mesas have a property that writes into it
    providers: list[Provider]
    commissioners: list[Commissioner]
    government: Government
    future: Future
    people: np.ndarray
    work: np.ndarray
    next_work: np.ndarray
    idle_skill: float
    failing: int
    agency: np.ndarray
    wanting: np.ndarray

    def __init__(self, scenario: Scenario, seed: int, journal: bool = False) -> None:
        super().__init__(rng=seed)
        self.scenario, self.seed_number = scenario, seed
        self.chance = Chance(seed)
        self.month = 0
        self.started = False
        self.ledger = Ledger(keep=journal)
        self.contracts = Contracts()
        self.register = Register()
        self.companies: list[ProjectCompany] = []
        self.deals = subcontracts.Deals()  # what primes pass on to partners
        self.passed_on = (0, 0)  # pence of it this month, under the focal commissioners' contracts, to voluntary bodies and small firms
        self.events: list[Event] = []
        self.agenda: dict[int, list[tuple[Callable[..., None], tuple[Any, ...]]]] = defaultdict(list)
        self.taking_part = 0.0
        self.news = 0.0
        self.felt = self.voiced = self.said = 0.0  # by residents in steering groups: heard, and had a say, this year; and the year before
        self.heard = 0.0  # failures that commissioners have heard of this year
        self.decided: dict[tuple[Any, ...], tuple[Policy, Policy]] = {}  # policies that councils decided on, by what they wished
        self.struck: set[str] = set()  # by a failure shock, this month
        self._number = 0
        founding.found(self)
        self.bought = trusting.bought(self)
        self.indicators = Indicators(self)
        self.started = True

    # --- a month ------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One month, in the order of the model's description."""
        self.happen()  # needs, shocks and policy changes of the month
        self.fund()  # government and debts
        self.decide()  # commissioners review, tender, award; phases begin and end
        self.deliver()  # contracts: work, payment, quality, and what the parties do about it
        self.trade()  # firms and sectors work, sell and spend
        self.live()  # residents earn, spend, meet services, take part
        self.fail()  # providers that cannot go on
        self.settle()  # the ledger closes
        self.indicators.record()
        self.grow()  # once a year: capacity, beliefs, budgets
        self.month += 1

    def run(self) -> Ecosystem:
        """All months of the horizon."""
        while self.month < self.scenario.horizon.months:
            self.step()
        return self

    def happen(self) -> None:
        if self.month == self.government.rules_from > 0:
            for buyer in self.commissioners:
                buyer.policy = self.policy_for(buyer)
        for change in self._changes.pop(self.month, ()):
            if change.set:
                self._policy = self._policies[self.month]
                for buyer in self.commissioners:
                    buyer.policy = self.policy_for(buyer)
                self.event("policy", -1, None, "", None, 0.0, ", ".join(sorted(change.set)))
            if change.shock == "price":
                self.raise_prices(change.on, 1.0 + change.size)
            elif change.shock == "failure":
                self.struck.add(change.on)
            if change.shock:
                self.event("shock", -1, None, "", None, change.size, f"{change.shock} {change.on}".strip())

    def raise_prices(self, on: str, factor: float) -> None:
        """What a service (or all of a sector, or all) takes costs that much more from now on: in contracts and in tenders to come."""
        struck = [d for b in self.commissioners for d in b.undertakings if on in ("", d.service.name, d.service.sector)]
        for duty in struck:
            duty.level *= factor
            for contract in (*duty.operating, *duty.coming, *([duty.building] if duty.building else [])):
                contract.costs_rise(factor)
                contract.cost *= factor
                if contract.company:
                    contract.company.work.cost *= factor

    def fund(self) -> None:
        ledger = self.ledger
        self.government.month()
        ledger.reserve(2 * len(self.buyer_accounts))
        repaid = delivery.repay_all(
            self.debt_service,
            self.month,
            self.buyer_accounts,
            self.nation.lender,
            self.focal_buyers,
            ledger.page,
            ledger.count,
            ledger.balance,
        )
        ledger.post_all(self.buyer_accounts, self.economy_accounts, CLIENT_SIDE, self.client_side)
        community.pay_grants(self)
        self.tally("whole_life_cost", repaid + self.focal_client_side)

    def decide(self) -> None:
        if self.month % 12 == 0:
            handover.year(self)
            assets.year(self)
            self.government.year()
        for act, arguments in self.agenda.pop(self.month, ()):
            act(*arguments)

    def deliver(self) -> None:
        month, ledger = self.month, self.ledger
        running = self.contracts.running
        ledger.reserve(3 * len(running))
        if len(self.wanting) < len(running):
            self.wanting = np.zeros(2 * len(running), dtype=np.int64)
        for added_to in (self.sums, self.by_provider, self.met, self.meant):
            added_to.fill(0)
        n = delivery.month_of_all(
            self.contracts.rows, running, self.parameters, self._delivery_stream, month, self.future.need[month], self.demand(month),
            self.future.running_cost[month], self.future.calamity[month], self.affordable, self.nation.government, self.firms,
            ledger.page, ledger.count, ledger.balance, self.work, self.by_provider, self.met, self.meant, self.sums, self.risk_paid,
            self.wanting,
        )  # fmt: skip
        if self.deals:
            ledger.reserve(len(self.deals))
            self.passed_on = subcontracts.pass_on(
                self.deals.table, self.contracts.rows, self.firms, month, self.scenario.parameters.subcontract_cost, self.work,
                ledger.page, ledger.count, ledger.balance,
            )  # fmt: skip
        self.borrow(running)
        for row in self.wanting[:n].tolist():
            if contract := self.contracts.at.get(row):
                contract.buyer.attend(contract, contract.flags)
        if month % 12 == 11:
            complaints.year(self)  # what they lead to is paid before anybody asks who can go on
        for company in list(self.companies):
            company.month()

    def borrow(self, running: np.ndarray) -> None:
        """Commissioners borrow what design and building cost them, and repay over the life of the asset."""
        ledger = self.ledger
        ledger.reserve(len(running))
        monthly, divisors = self.annuities
        borrowed = delivery.borrow_all(
            self.contracts.rows, running, self.month, self.nation.lender, self.asset_lives, monthly, divisors, self.debt_service,
            ledger.page, ledger.count, ledger.balance,
        )  # fmt: skip
        self.tally("whole_life_cost", -borrowed)

    def trade(self) -> None:
        month, ledger = self.month, self.ledger
        ledger.reserve(12 * len(self.firms) + (len(self.sectors) + 6) * (len(self.sectors) + 4))
        self.payroll.fill(0)
        page, count, balance = ledger.page, ledger.count, ledger.balance
        failing = firms.month_of_all(
            self.firms, self.parameters, month, self.future.market[month], self.work, self.next_work, self.queues, self.sector_accounts,
            self.nation_row, page, count, balance, self.payroll, True,
        )  # fmt: skip
        self.work, self.next_work = self.next_work, self.work
        self.next_work.fill(0)
        economy.spend_takings(self.sectors, ledger.received, month, self.nation_row, page, count, balance, self.payroll)
        economy.spend_in_region(ledger.received, month, self.region_shares, self.sectors, self.nation_row, page, count, balance)
        self.failing = failing

    def fail(self) -> None:
        """Providers that cannot pay their way, or that a shock strikes, after the month's work was done and its wages paid."""
        if self.failing and self.scenario.switches.insolvency:
            for row in np.flatnonzero((self.firms["failing"] > 0) & (self.firms["live"] > 0)):
                self.bankrupt(self.providers_at[int(row)])
        if self.struck:
            for provider in [a for a in self.providers if a.name in self.struck and a.alive]:
                self.bankrupt(provider)
            self.struck.clear()

    def live(self) -> None:
        month, ledger, p, nation = self.month, self.ledger, self.scenario.parameters, self.nation
        page, count, balance = ledger.page, ledger.count, ledger.balance
        ledger.reserve(3 * len(self.payroll) + 4 * len(self.sectors) + 16)
        finding = economy.labour_market(
            self.payroll, self.employed, self.agency, month, self.market_wage, p.wage_ceiling, p.job_speed, p.job_chance, self.idle_skill,
            self.nation_row, page, count, balance, self.rate, self.layoff, self.job_of,
        )  # fmt: skip
        dividend = int(balance[nation.owners]) // max(1, self.adults)
        joining, leaving = lives.turning(self, self.relief)
        town = self.town._replace(finding=finding, joining=joining, leaving=leaving, news=min(p.news_limit, p.publicity * self.news))
        self.fixed[residents.WORKER] = dividend + shifted.bear(self)
        self.fixed[residents.PENSIONER] = dividend + self.pension
        self.news *= p.news_memory
        for added_to in (self.wages, self.employed, self.ward_sums, self.ward_minds):
            added_to.fill(0)
        residents.month_of_all(
            self.people, self.ward_starts, self._life_stream, month, town, self.rate, self.layoff, self.fixed, self.service_quality(),
            self.service_of, self.job_of, self.wages, self.employed, self.ward_sums, self.ward_minds,
        )  # fmt: skip
        economy.add_up(self.ward_sums, self.town_sums)
        total = self.ward_totals = self.town_sums.tolist()
        economy.pay_wages(self.wages, month, nation.people, page, count, balance)
        self.council_tax = int(total[residents.COUNCIL_TAX])
        ledger.post(nation.people, nation.government, TAX, int(total[residents.TAXES]))
        ledger.post(nation.people, self.council.account, COUNCIL_TAX, self.council_tax)
        ledger.post(nation.government, nation.people, BENEFIT, int(total[residents.BENEFITS]))
        ledger.post(nation.government, nation.people, PENSION, self.pension * self.pensioners)
        ledger.post(nation.owners, nation.people, DIVIDEND, dividend * self.adults)
        economy.spend_of_residents(
            int(total[residents.SPENT]), month, p.indirect_tax, self.household_local, self.household_region, self.sectors,
            self.nation_row, page, count, balance,
        )  # fmt: skip
        self.idle = int(total[residents.OUT_OF_WORK])
        self.idle_skill = float(self.idle) * self.mean_skill
        self.taking_part = float(total[residents.TAKING_PART]) / len(self.people)
        self.savings = int(total[residents.CASH])
        if self.scenario.switches.elections and politics.election_due(self):
            politics.hold_election(self)

    def settle(self) -> None:
        """Close the month's books; the residents' own accounts must add up to their control account."""
        self.ledger.close_month()
        if self.savings != (held := int(self.ledger.balance[self.nation.people])):
            raise ArithmeticError(f"residents hold {self.savings} pence, their control account {held}, in month {self.month}")

    def grow(self) -> None:
        if self.month % 12 != 11:
            return
        p = self.scenario.parameters
        community.train(self)
        if self.scenario.switches.capacity:
            for provider in self.providers:
                if provider.alive:
                    provider.grow(p)
        delivering.pay_owners(self)
        financing.year(self)
        takeovers.year(self)
        learning.year(self)
        steering.year(self)
        community.ease(self)
        self.grow_older()
        self.set_budgets((self.month + 1) // 12)

    def set_budgets(self, year: int) -> None:
        """Every commissioner's budget of the year, and what it leaves for volume."""
        fixed, planned = self.commitments()
        funding = self.future.funding[min(year, len(self.future.funding) - 1)]
        for buyer, *given in zip(self.commissioners, funding.tolist(), fixed.tolist(), planned.tolist(), strict=True):
            buyer.set_budget(year, *given)
        self.grants = np.array([round(b.budget / 12.0) for b in self.commissioners], dtype=np.int64)
        self.client_side = np.array([round(b.client_side() * b.budget / 12.0) for b in self.commissioners], dtype=np.int64)
        self.focal_client_side = int(self.client_side[self.focal_buyers].sum())

    # --- what agents ask of the world ----------------------------------------------------------------------------

    def schedule(self, month: int, act: Callable[..., None], *arguments: Any) -> None:
        """Have something done in a month to come (next month if that is past)."""
        earliest = self.month + 1 if self.started else 0
        self.agenda[max(earliest, month)].append((act, arguments))

    def policy_for(self, buyer: Commissioner) -> Policy:
        """The policy in force for a commissioner: the scenario's in the focal district, the usual one elsewhere."""
        given = self._policy if buyer.focal and buyer.table.kind in self._policy.applies_to else self._usual
        return self.government.bind(given)

    def need_of(self, undertaking: Undertaking, month: int) -> tuple[float, float, float]:
        """Where the need lies this month."""
        x0, x1, x2 = self.future.need[min(month, len(self.future.need) - 1), undertaking.need].tolist()
        return x0, x1, x2

    def demand(self, month: int) -> np.ndarray:
        """Demand by need: what the future holds, less what the voluntary bodies of the place prevent."""
        return self.future.demand[month] * self.eased

    def sector_of(self, service: Service) -> int:
        return self.sector_index[service.sector]

    def supply_shares(self, kind: int, ring: int) -> Any:
        """Where a kind of provider spends its costs, by its home seen from the place of work."""
        return self.shares[kind, ring]

    def commitments(self) -> tuple[np.ndarray, np.ndarray]:
        """Pence a year, by commissioner: what must be paid whatever is ordered, and what contracts cost at full volume."""
        running, rows = self.contracts.running, self.contracts.rows
        running = running[(rows["phase"][running] == delivery.OPERATE) & (rows["reference"][running] > 0)]
        month, n, buyer = min(self.month + 1, len(self.future.demand) - 1), len(self.commissioners), rows["buyer"][running]
        rigid = rows["mechanism"][running] == delivery.AVAILABILITY
        bill = 12.0 * rows["price"][running] * self.demand(month)[rows["need"][running]]
        fixed = np.bincount(buyer, weights=rigid * (bill + 12.0 * rows["finance"][running]), minlength=n)
        return fixed + 12.0 * self.debt_service[:, month], np.bincount(buyer, weights=~rigid * bill, minlength=n)

    def service_quality(self) -> np.ndarray:
        """Quality of each service in the focal district as its users meet it (the last known where none is running)."""
        delivery.quality_met(self.met, self.meant, self.quality)
        return self.quality

    def book_work(self, contract: Contract, pence: int) -> None:
        """Extra work under a contract: its cost is spent as the contract's costs are."""
        delivery.book(self.contracts.rows, contract.row, pence, self.work)

    def voluntary_bodies(self, contract: Contract) -> list[Any]:
        """The voluntary bodies of the place that could do the work of a contract."""
        return community.able(contract)

    def give(self, buyer: Commissioner, payer: int, pence: float, category: int) -> int:
        """Money for the voluntary bodies of a buyer's district."""
        return community.give(buyer, payer, pence, category)

    def take_on_residents(self, contract: Contract, people: float, factor: float) -> None:
        """A contract brings residents out of work into its trade, with that much more skill."""
        rows = apprentices.choose(self, contract, people)
        apprentices.take_on(self, rows, int(self.sector_accounts[contract.provider.sector]), factor)

    def grow_older(self) -> None:
        """A year of residents' lives."""
        lives.year(self)

    def book_own(self, provider: Provider, pence: int) -> None:
        """Work that a provider does for itself: its cost is spent as its overheads are."""
        firms.book_own(self.firms, provider.row, pence, self.work)

    def monthly_clause(self, contract: Contract, clause: Any) -> None:
        """A clause that acts every so often, as long as the contract runs."""
        if self.contracts.at.get(contract.row) is contract:
            clause.on_month(contract, self.month)
            self.schedule(self.month + clause.every, self.monthly_clause, contract, clause)

    def found_company(self, contract: Contract, tender: Any) -> None:
        """A project company steps between buyer and provider."""
        p = self.scenario.parameters
        name = f"{contract.undertaking.service.name} company {contract.number}"
        account = self.open_account(name, "project company", contract.provider.district)
        contract.company = ProjectCompany(self, contract, account, name, p.public_rate + p.finance_spread, tender.months.get("operate", 0))
        self.companies.append(contract.company)

    def open_account(self, name: str, kind: str, place: int) -> int:
        """A new account on a spare row of the ledger."""
        ledger = self.ledger
        account = ledger.account(name, kind, place)
        if account >= len(ledger.balance):
            spare = len(ledger.balance)
            ledger.extend()
            for array in ("payroll", "wages", "employed", "rate", "layoff"):
                setattr(self, array, np.concatenate([getattr(self, array), np.zeros_like(getattr(self, array), shape=spare)]))
            self.agency = np.concatenate([self.agency, np.full(spare, -1, dtype=np.int64)])
        ledger.where[account] = place
        return account

    def relet(self, buyer: Commissioner, provider: Provider, undertaking: Undertaking) -> None:
        """Note whether the incumbent won."""
        if buyer.focal and undertaking.operating:
            self.indicators.relet(any(c.provider is provider for c in undertaking.operating))

    def bad_news(self, weight: float) -> None:
        """A failure that the papers write about."""
        self.news += self.scenario.parameters.news_base + weight

    def bankrupt(self, provider: Provider) -> None:
        """A provider cannot go on (mechanism 8): creditors lose, contracts fail, an entrant may come later."""
        insolvency.wind_up(self, provider)

    def let_go(self, provider: Provider) -> None:
        """The staff of a provider that is no more."""
        insolvency.staff(self, provider)

    def tally(self, name: str, amount: float, buyer: Any = None) -> None:
        """Add to a measure of the month; of buyers only the focal district's count."""
        if buyer is None or buyer.focal:
            self.indicators.tally[name] += amount

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def event(
        self, kind: str, contract: int, buyer: Any, provider: str, undertaking: Undertaking | None, value: float, detail: str = ""
    ) -> None:
        """Note something that happened."""
        name = buyer.name if buyer is not None else ""
        self.events.append(
            Event(self.month, kind, contract, name, provider, undertaking.service.name if undertaking else "", float(value), detail)
        )

    @property
    def residents(self) -> Residents:
        """The residents as Mesa agents, made when asked for."""
        if not hasattr(self, "_residents"):
            self._residents = Residents(self)
        return self._residents

    def outcome(self) -> Outcome:
        """What the run leaves behind."""
        ledger = self.ledger
        places = founding.place_names(self)
        accounts = (
            tuple((n, k, places[w]) for n, k, w in zip(ledger.names, ledger.kinds, ledger.places, strict=True)) if ledger.keep else ()
        )
        return self.indicators.outcome(tuple(self.events), ledger.journal(), accounts)


def simulate(scenario: Scenario, seed: int, *, journal: bool = False) -> Outcome:
    """Run a scenario from its first month to its last under a seed; with `journal` every payment is kept."""
    with collecting_later():
        world = Ecosystem(scenario, seed, journal=journal)
        try:
            return world.run().outcome()
        finally:
            founding.release(world)
            del world


@contextmanager
def collecting_later() -> Iterator[None]:
    """Python's search for unused objects waits until a run is over: then all it has to look at is what the run made."""
    waiting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if waiting:
            gc.enable()
