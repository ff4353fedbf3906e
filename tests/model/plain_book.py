"""A plain double-entry book that lives beside an `Ecosystem` and must agree with it to the penny.

`Shadowed` is an ecosystem that tells its `Book` before each part of the month; the book then works the part out by itself from its own
balances, firms, sectors and residents, all plain objects. What agents decide (tenders, changes, disputes, budgets, entrants' capital,
a project company's loans) is told to it; what follows by rule (contract payments, work, wages, supplies, invoices that wait, taxes,
dividends, sectors, the region, the labour market, residents, failures) is not.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import twins
from twins import PlainContract, PlainResident

from changemaking.agents import apprentices, founding
from changemaking.agents.project_company import ProjectCompany
from changemaking.model.ecosystem import Ecosystem
from changemaking.model.ledger import CATEGORIES
from changemaking.scenarios.schema import Scenario

TOLD = {
    "opening",
    "contract",  # what is late when a contract ends; the months are worked out
    "tender",
    "interface",
    "change",
    "dispute",
    "continuity",
    "plan",
    "training",
    "handover",
    "voluntary grant",
    "community fund",
    "profit share",
    "borrowing",
    "payout",
    "acquisition",
    "accreditation",
    "asset sale",
}  # categories that only decisions bring about
NO_TAKINGS = {
    "opening",
    "grant",
    "loan",
    "repayment",
    "write-off",
    "borrowing",
    "acquisition",
    "asset sale",
    "agency wages",
}  # not to be spent again next month
RINGS = ("focal", "region", "elsewhere")


def parts(pence: int, near: float, mid: float) -> dict[str, int]:
    """Whole pence by ring; what is left goes elsewhere."""
    focal, region = int(pence * near), int(pence * mid)
    return {"focal": focal, "region": region, "elsewhere": pence - focal - region}


class Work:
    """What a provider has to spend on its work: labour and supplies by ring, in pence."""

    def __init__(self) -> None:
        self.labour, self.supplies = dict.fromkeys(RINGS, 0), dict.fromkeys(RINGS, 0)

    def add(self, cost: int, labour: float, where: Any) -> None:
        wages = int(cost * labour)
        for ring, pence in parts(wages, where.labour_focal, where.labour_region).items():
            self.labour[ring] += pence
        for ring, pence in parts(cost - wages, where.supplies_focal, where.supplies_region).items():
            self.supplies[ring] += pence

    def take(self, cost: int, labour: float, where: Any) -> None:
        """Work that somebody else does."""
        other = Work()
        other.add(cost, labour, where)
        for ring in RINGS:
            self.labour[ring] -= other.labour[ring]
            self.supplies[ring] -= other.supplies[ring]


class Firm:
    """A provider: its terms from the table of firms, its work now and next month, what it owes by month due."""

    def __init__(self, row: Any) -> None:
        for name in row.dtype.names:
            setattr(self, name, row[name].item())
        self.work, self.next_work = Work(), Work()
        self.owes: Counter[int] = Counter()


class Book:
    """Balances by account and the month's entries, kept by hand."""

    def __init__(self, world: Ecosystem) -> None:
        self.world, self.n = world, world.nation
        self.p = {name: float(world.parameters[name][0]) for name in world.parameters.dtype.names}
        self.shares = world.scenario.parameters  # those that no switch touches
        self.balance: Counter[int] = Counter()
        self.entries: list[tuple[int, int, str, int]] = []
        for e in world.ledger.page[: int(world.ledger.count[0])]:
            self.pay(e["payer"], e["payee"], CATEGORIES[e["category"]], int(e["pence"]))
        self.received: Counter[int] = Counter({a: int(b) for a, b in enumerate(world.ledger.received)})
        self.firms = [Firm(row) for row in world.firms]
        self.sectors = [{name: row[name].item() for name in row.dtype.names} for row in world.sectors]
        self.sector_accounts = [int(a) for a in world.sector_accounts]
        self.agency = {provider.account: self.sector_accounts[provider.sector] for provider in world.providers if provider.ring == 0}
        self.people = [PlainResident.of(row) for row in world.people]
        self.employed: Counter[int] = Counter()
        for me in self.people:
            if me.employer != twins.NOBODY:
                self.employed[me.employer] += me.skill
        self.idle = sum(1 for me in self.people if me.kind == twins.WORKER and me.employer == twins.NOBODY)
        self.mean_skill = world.mean_skill
        self.job_of: list[int] = [int(e) for e in world.job_of]
        self.council_tax = 0
        self.payroll: Counter[int] = Counter()
        self.asked = self.told = 0

    def pay(self, payer: int, payee: int, category: str, pence: int) -> None:
        """One entry; nothing is entered for nothing."""
        if pence > 0:
            self.entries.append((int(payer), int(payee), category, pence))
            self.balance[int(payer)] -= pence
            self.balance[int(payee)] += pence

    # --- public money -----------------------------------------------------------------------------------------------

    def fund(self) -> None:
        """Grants less what the council tax brought last month; debts and client side."""
        w, n = self.world, self.n
        for buyer in w.commissioners:
            due = int(w.grants[buyer.number])
            if buyer is w.council:
                self.pay(n.government, buyer.account, "grant", due - self.council_tax)
            else:
                self.pay(n.government, buyer.account, "grant", due)
        self.pay(w.council.account, n.government, "council tax", self.council_tax - int(w.grants[w.council.number]))
        for buyer in w.commissioners:
            self.pay(buyer.account, n.lender, "repayment", round(float(w.debt_service[buyer.number, w.month])))
            self.pay(buyer.account, n.economy, "client side", int(w.client_side[buyer.number]))

    # --- contracts --------------------------------------------------------------------------------------------------

    def deliver(self) -> None:
        w = self.world
        stream, month = int(w._delivery_stream), w.month
        demands, met = w.demand(month), {}
        self.underpaid = [0.0, 0.0, 0.0]  # wages of the focal buyers' contracts, as far as no living wage: here, in the region, elsewhere
        for row in w.contracts.running:
            c = PlainContract(w.contracts.rows[row])
            luck = twins.word(stream, month, c.key)
            need, demand = w.future.need[month][c.need], float(demands[c.need])
            drift, calamity = float(w.future.running_cost[month][c.need]), float(w.future.calamity[month][c.need])
            c.risk = c.support = 0
            c.month(self.p, month, need, demand, drift, calamity, float(w.affordable[c.buyer]), luck)
            self.pay(c.payer, c.payee, "in-house" if c.kind == 3 else "contract", c.pays())
            worker = self.firms[c.provider].account
            self.pay(c.risk_payer, worker, "risk", c.risk)
            self.pay(worker, c.risk_payer, "risk", -c.risk)
            self.pay(self.n.government, worker, "support", c.support)
            self.firms[c.provider].work.add(c.spent, c.labour, c)
            if c.capital:
                self.pay(self.n.lender, c.payer, "loan", c.paid + c.risk)
            met[int(row)] = c
            if c.focal and c.living_wage < 1.0:
                wages, afar = c.spent * c.labour * (1.0 - c.living_wage), 1.0 - c.labour_focal - c.labour_region
                self.underpaid = [a + wages * b for a, b in zip(self.underpaid, (c.labour_focal, c.labour_region, afar), strict=True)]
        for deal in w.deals.table:
            self.pass_on(met.get(int(deal["contract"])), self.firms[deal["partner"]], int(deal["account"]), float(deal["share"]))

    def pass_on(self, c: Any, partner: Firm, account: int, share: float) -> None:
        """A prime pays its partner a share of what it is paid, and leaves it that share of the work."""
        if c is None or c.phase != twins.OPERATE or not partner.live or partner.account != account:
            return
        prime, part = self.firms[c.provider], int(share * max(0.0, c.paid - c.finance))
        self.pay(prime.account, account, "subcontract", part)
        prime.work.take(int(share * c.spent), c.labour, c)
        partner.work.add(int(self.shares.subcontract_cost * part), c.labour, partner)

    def extra_work(self, contract: Any, pence: int) -> None:
        c = PlainContract(contract.terms)
        self.firms[c.provider].work.add(pence, c.labour, c)

    # --- firms ------------------------------------------------------------------------------------------------------

    def trade(self) -> None:
        w = self.world
        self.payroll = Counter()
        for i, firm in enumerate(self.firms):
            firm.capacity, firm.load = float(w.firms["capacity"][i]), float(w.firms["load"][i])  # decided by agents
            if firm.live:
                self.month_of_firm(firm, float(w.future.market[w.month][i]), w.month)
        for firm in self.firms:
            firm.work, firm.next_work = firm.next_work, Work()
        self.month_of_sectors()
        self.month_of_region()

    def month_of_firm(self, f: Firm, shock: float, month: int) -> None:
        p, n = self.p, self.n
        done = sum(f.work.labour.values()) + sum(f.work.supplies.values())  # for contracts, this month
        room = max(0.0, f.capacity / 12.0 - done)  # capacity that public work leaves
        sales = f.private - p["displacement"] * min(f.private, max(0.0, f.private - room))
        self.pay(n.world, f.account, "sales", int(max(0.0, sales * (1.0 + p["other_spread"] * shock))))
        f.work.add(int(sales * (1.0 - p["other_margin"])) + int(f.overhead), f.labour, f)

        self.payroll[f.account] += f.work.labour["focal"]
        self.pay(f.account, n.households, "wages", f.work.labour["region"])
        self.pay(f.account, n.world, "wages", f.work.labour["elsewhere"])

        goods = dict(f.work.supplies)
        if f.subcontractor >= 0 and self.firms[f.subcontractor].live:
            sub = self.firms[f.subcontractor]
            ring = {0: "focal", 1: "region"}.get(sub.home)
            bought = int(p["subcontract"] * goods[ring]) if ring else 0
            if ring:
                goods[ring] -= bought
            f.owes[month + int(self.world.firms[self.firms.index(f)]["terms"])] += bought  # clauses set the terms
            sub.next_work.add(int(p["subcontract_cost"] * bought), sub.labour, sub)
        if due := f.owes.pop(month, 0):
            self.pay(f.account, self.firms[f.subcontractor].account, "subcontract", due)
        self.pay(f.account, self.sector_accounts[f.sector], "supplies", goods["focal"])
        self.pay(f.account, n.economy, "supplies", goods["region"])
        self.pay(f.account, n.world, "supplies", goods["elsewhere"])

        loan = self.world.firms[self.firms.index(f)]  # what it has borrowed and who owns it are decisions
        self.pay(f.account, n.lender, "interest", int(int(loan["debt"]) * p["credit_rate"] / 12.0))
        if self.balance[f.account] < 0:
            self.pay(f.account, n.lender, "interest", int(-self.balance[f.account] * p["credit_rate"] / 12.0))
        if month % 12 == 11:
            profit = self.balance[f.account] - f.last_year
            self.pay(f.account, n.government, "tax", int(p["profit_tax"] * max(0, profit)))
            if f.pays_dividend:
                spare = int(p["dividend"] * max(0.0, self.balance[f.account] - f.buffer))
                owner = int(loan["owner"])
                self.pay(f.account, owner if owner >= 0 else (n.owners, n.households, n.world)[f.home], "dividend", spare)
            f.last_year = self.balance[f.account]

    def bankrupt(self, row: int) -> None:
        """Its creditors get what is recovered of waiting invoices, its estate collects what it waits for, its people lose their work."""
        firm = self.firms[row]
        firm.live = 0
        if (owed := sum(firm.owes.values())) and firm.subcontractor >= 0:
            self.pay(self.n.lender, self.firms[firm.subcontractor].account, "subcontract", round(self.shares.recovery * owed))
        firm.owes.clear()
        firm.work = Work()
        for customer in self.firms:
            if customer.subcontractor == row:
                self.pay(customer.account, firm.account, "subcontract", sum(customer.owes.values()))
                customer.owes.clear()
        self.employed[firm.account] = 0.0
        for me in self.people:
            if me.employer == firm.account:
                me.employer = twins.NOBODY

    def wind_up(self, row: int) -> None:
        """After what its failed contracts brought: the lender bears what is short and takes what is left."""
        account = self.firms[row].account
        left = self.balance[account]
        self.pay(account, self.n.lender, "write-off", left)
        self.pay(self.n.lender, account, "write-off", -left)

    def enter(self, row: int) -> None:
        """An entrant in a row of the table."""
        new = Firm(self.world.firms[row])
        new.work, new.next_work = self.firms[row].work, self.firms[row].next_work
        self.firms[row] = new
        if new.home == 0:
            self.agency[new.account] = self.sector_accounts[new.sector]

    # --- sectors and region ------------------------------------------------------------------------------------------

    def month_of_sectors(self) -> None:
        """Each spends last month's takings: wages, supplies of all sectors by their size, the region, the world."""
        for s in self.sectors:
            me, took = s["account"], self.received[s["account"]]
            self.pay(s["payer"], me, "sales", int(s["exports"]))
            wages, near, mid = int(s["labour"] * took), int(s["local"] * took), int(s["region"] * took)
            self.payroll[me] += wages
            left = near
            for t in self.sectors:
                part = left if t is self.sectors[-1] else int(near * t["weight"])
                left -= part
                self.pay(me, t["account"], "supplies", part)
            self.pay(me, self.n.economy, "supplies", mid)
            self.pay(me, self.n.world, "supplies", took - wages - near - mid)

    def month_of_region(self) -> None:
        n, (labour, buying, taxed, inside, visiting) = self.n, (float(x) for x in self.world.region_shares)
        firms, people = self.received[n.economy], self.received[n.households]
        wages, near = int(labour * firms), int(buying * firms)
        self.pay(n.economy, n.households, "wages", wages)
        self.pay(n.economy, n.world, "supplies", firms - wages - near)
        tax, mid, bought = int(taxed * people), int(inside * people), int(visiting * people)
        self.pay(n.households, n.government, "tax", tax)
        self.pay(n.households, n.economy, "consumption", mid)
        self.pay(n.households, n.world, "consumption", people - tax - mid - bought)
        for s in self.sectors:
            self.pay(n.economy, s["account"], "supplies", int(near * s["weight"]))
            self.pay(n.households, s["account"], "consumption", int(bought * s["household"]))

    # --- work and residents -------------------------------------------------------------------------------------------

    def labour_market(self) -> tuple[dict[int, float], dict[int, float], float]:
        """Wage rates and layoffs by employer, and the chance to find work; those too small to employ pay through an agency."""
        market, speed, ceiling = self.world.market_wage, self.shares.job_speed, self.shares.wage_ceiling
        for e in sorted(self.payroll):
            via = self.agency.get(e)
            if self.payroll[e] > 0 and self.employed[e] <= 0.0 and via is not None:
                self.pay(e, via, "agency wages", self.payroll[e])
                self.payroll[via] += self.payroll[e]
                self.payroll[e] = 0
        rate, layoff, gaps = {}, {}, {}
        for e in sorted(set(self.payroll) | set(self.employed)):
            wanted = self.payroll[e] / market
            if self.employed[e] > 0.0:
                rate[e] = min(self.payroll[e] / self.employed[e], ceiling * market)
                layoff[e] = speed * max(0.0, 1.0 - wanted / self.employed[e])
            self.pay(e, self.n.households, "wages", self.payroll[e] - math.ceil(rate.get(e, 0.0) * self.employed[e]))
            if e in self.sector_accounts or wanted > self.employed[e] + 1.0:
                gaps[e] = max(0.0, wanted - self.employed[e])
        vacancies = 0.0
        for gap in gaps.values():
            vacancies += gap
        if vacancies <= 0.0:
            return rate, layoff, 0.0
        filled, slot = 0.0, 0
        for e, gap in gaps.items():
            filled += gap
            while slot < len(self.job_of) and slot < len(self.job_of) * filled / vacancies:
                self.job_of[slot] = e
                slot += 1
        return rate, layoff, min(self.shares.job_chance, speed * vacancies / max(1.0, self.idle * self.mean_skill))

    def live(self, news: float, quality: Any) -> None:
        w, n = self.world, self.n
        rate, layoff, finding = self.labour_market()
        adults = sum(1 for me in self.people if me.kind != twins.DEPENDANT)
        dividend = self.balance[n.owners] // max(1, adults)
        joining, leaving = 0.0, 0.0
        if w.scenario.switches.volunteering:
            leaving = self.shares.volunteer_leaving
            joining = min(1.0, leaving * w.joins_per_leaver * (1.0 + w.relief))
        town = w.town._replace(
            finding=finding, joining=joining, leaving=leaving, news=min(self.shares.news_limit, self.shares.publicity * news)
        )
        workers = sum(1 for me in self.people if me.kind == twins.WORKER)
        support = self.low_pay(workers)
        fixed = (0, dividend + support, dividend + w.pension)
        tables = (_Sparse(rate), _Sparse(layoff), fixed, quality, w.service_of, self.job_of)
        found = twins.month_of_residents(self.people, int(w._life_stream), w.month, town, *tables)
        self.employed = Counter(found["employed"])
        total = {k: sum(ward[k] for ward in found["wards"].values()) for k in twins.KEYS}
        for employer, pence in found["wages"].items():
            self.pay(employer, n.people, "wages", pence)
        self.council_tax = total["council tax"]
        self.pay(n.people, n.government, "tax", total["tax"])
        self.pay(n.people, w.council.account, "council tax", total["council tax"])
        self.pay(n.government, n.people, "benefit", total["benefit"])
        self.pay(n.government, n.people, "pension", w.pension * sum(1 for me in self.people if me.kind == twins.PENSIONER))
        self.pay(n.owners, n.people, "dividend", dividend * adults)
        self.month_of_shops(total["spent"])
        self.idle = total["out of work"]

    def low_pay(self, workers: int) -> int:
        """What pay below a living wage costs others; returns what each worker's row gets of it."""
        w, n, p = self.world, self.n, self.shares
        if not w.scenario.switches.cost_shifting:
            return 0
        missing = [p.living_wage_gap * pence for pence in self.underpaid]
        here, near, afar = (int(p.in_work_benefit * pence) for pence in missing)
        self.pay(n.government, n.people, "in-work benefit", here // workers * workers)
        self.pay(n.government, n.households, "in-work benefit", near)
        self.pay(n.government, n.world, "in-work benefit", afar)
        health = int(p.health_cost * (missing[0] + missing[1] + missing[2]))
        own = int(p.health_council * p.health_cost * missing[0])
        self.pay(n.government, n.economy, "health", health - own)
        self.pay(w.council.account, n.economy, "health", own)
        return here // workers

    def month_of_shops(self, spent: int) -> None:
        n, p, w = self.n, self.shares, self.world
        tax = int(p.indirect_tax * spent)
        left = spent - tax
        near, mid = int(w.household_local * left), int(w.household_region * left)
        shares = [int(near * s["household"]) for s in self.sectors]
        self.pay(n.people, n.government, "tax", tax)
        self.pay(n.people, n.economy, "consumption", mid)
        for s, part in zip(self.sectors, shares, strict=True):
            self.pay(n.people, s["account"], "consumption", part)
        self.pay(n.people, n.world, "consumption", left - mid - sum(shares))

    # --- the end of a month --------------------------------------------------------------------------------------------

    def settle(self, page: np.ndarray) -> None:
        """Hold entries and balances against those of the ecosystem, and turn the page."""
        world = self.world
        theirs = Counter((int(e["payer"]), int(e["payee"]), CATEGORIES[e["category"]], int(e["pence"])) for e in page)
        mine = Counter(self.entries)
        assert mine == theirs, (
            f"month {world.month}: only here {list((mine - theirs).items())[:5]}, only there {list((theirs - mine).items())[:5]}"
        )
        for account, pence in enumerate(world.ledger.balance):
            assert self.balance[account] == int(pence), f"month {world.month}: {world.ledger.names[account]}"
        assert sum(self.balance.values()) == 0
        self.received = Counter()
        for _, payee, category, pence in self.entries:
            if category not in NO_TAKINGS:
                self.received[payee] += pence
        self.entries = []


class _Sparse(dict):  # type: ignore[type-arg]
    """A table in which what is missing is 0."""

    def __missing__(self, key: int) -> float:
        return 0.0


class Shadowed(Ecosystem):
    """An ecosystem that lives with its book beside it."""

    def __init__(self, scenario: Scenario, seed: int, journal: bool = False) -> None:
        super().__init__(scenario, seed, journal=True)
        self.book = Book(self)
        self.company_at_work = False
        post = self.ledger.post

        def told(payer: int, payee: int, category: int, pence: int) -> None:
            post(payer, payee, category, pence)
            if CATEGORIES[category] in TOLD or self.company_at_work:
                self.book.pay(payer, payee, CATEGORIES[category], int(pence))

        self.ledger.post = told  # type: ignore[method-assign]

    def fund(self) -> None:
        self.book.fund()
        super().fund()

    def deliver(self) -> None:
        self.book.deliver()
        super().deliver()

    def book_work(self, contract: Any, pence: int) -> None:
        self.book.extra_work(contract, pence)
        super().book_work(contract, pence)

    def take_on_residents(self, contract: Any, people: float, factor: float) -> None:
        rows = apprentices.choose(self, contract, people)
        for me in (self.book.people[row] for row in rows.tolist()):
            me.skill = twins.single(me.skill * factor)
            me.employer = int(self.sector_accounts[contract.provider.sector])
            self.book.employed[me.employer] += me.skill
        self.book.idle -= len(rows)
        super().take_on_residents(contract, people, factor)

    def grow_older(self) -> None:
        super().grow_older()
        for me, row in zip(self.book.people, self.people, strict=True):  # told; what a year brings has tests of its own
            if me.employer != row["employer"]:
                self.book.employed[me.employer] -= me.skill
            me.kind, me.band, me.type, me.employer = (int(row[name]) for name in ("kind", "band", "type", "employer"))
        self.book.idle = self.idle

    def book_own(self, provider: Any, pence: int) -> None:
        firm = self.book.firms[provider.row]
        firm.work.add(pence, firm.labour, firm)
        super().book_own(provider, pence)

    def trade(self) -> None:
        self.book.trade()
        super().trade()

    def bankrupt(self, provider: Any) -> None:
        self.book.bankrupt(provider.row)
        super().bankrupt(provider)
        self.book.wind_up(provider.row)

    def let_go(self, provider: Any) -> None:
        super().let_go(provider)
        for me, row in zip(self.book.people, self.people, strict=True):  # told: who finds work at once is drawn by lot
            if me.employer != row["employer"]:
                me.employer = int(row["employer"])
                self.book.employed[me.employer] += me.skill

    def live(self) -> None:
        quality = np.divide(self.met, self.meant, out=self.quality.copy(), where=self.meant > 0)
        self.book.live(self.news, quality)
        super().live()

    def settle(self) -> None:
        super().settle()
        self.book.settle(self.ledger.pages[-1])
        mine = [me.state() for me in self.book.people]
        theirs = list(zip(*(self.people[k].tolist() for k in ("cash", "skill", "satisfaction", "trust", "employer", "type")), strict=True))
        assert mine == theirs, f"month {self.month}: {sum(a != b for a, b in zip(mine, theirs, strict=True))} residents differ"


def enter_with_book(model: Shadowed, gone: Any) -> None:
    """`founding.enter` with the book told of it."""
    founding_enter(model, gone)
    model.book.enter(gone.row)


founding_enter = founding.enter
company_month = ProjectCompany.month


def company_month_told(company: ProjectCompany) -> None:
    """A project company's own month, told to the book."""
    company.model.company_at_work = True
    try:
        company_month(company)
    finally:
        company.model.company_at_work = False
