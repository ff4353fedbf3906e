"""What is under way when a world begins: the future drawn, contracts part of whose term is gone, balances, jobs, sectors."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from ..model import lives, population, residents
from ..model.contracts import Contract
from ..model.delivery import FIXED, IN_HOUSE, OPERATE
from ..model.economy import SECTOR
from ..model.ledger import OPENING
from ..model.needs import draw_future
from ..model.services import Asset, Undertaking, annuity
from ..scenarios.schema import Place
from . import awarding, insourcing, running
from .provider import Provider
from .tables import set_firm


def draw(model: Any) -> None:
    """The world's future, before anybody acts."""
    keys = [a.key for a in model.providers]
    model.future = draw_future(model.scenario, model.chance, model.needs, keys, [b.name for b in model.commissioners])


def sign_running_contracts(model: Any, place: Place) -> None:
    """Every undertaking starts within a contract of which part has passed, held so that the rings' shares of value are met."""
    by_sector: list[list[Provider]] = [[] for _ in place.sectors]
    for provider in model.providers:
        if provider.kind != IN_HOUSE:
            by_sector[provider.sector].append(provider)
    for buyer in model.commissioners:
        shares = buyer.table
        rings = (shares.start_local, shares.start_region, 1.0 - shares.start_local - shares.start_region)
        target = [*(share * (1.0 - shares.in_house) for share in rings), shares.in_house]
        held, total = [0.0] * 4, 0.0
        for duty in sorted(buyer.undertakings, key=lambda u: (-u.reference, u.key)):
            total += duty.reference
            form = max(range(4), key=lambda k: target[k] * total - held[k] - 1e-9 * k)
            held[form] += duty.reference
            start_duty(model, buyer, duty, form, by_sector)


def start_duty(model: Any, buyer: Any, duty: Undertaking, form: int, by_sector: list[list[Provider]]) -> None:
    """The asset and the contract that an undertaking starts with; part of its term is gone."""
    chance, p, service = model.chance, model.scenario.parameters, duty.service
    need = model.need_of(duty, 0)

    def blurred(purpose: str) -> tuple[float, float, float]:
        errors = chance.normals3(purpose, duty.key)
        return tuple(n + p.spec_error * e for n, e in zip(need, errors, strict=True))

    if service.asset_intensity:
        age = int(chance.uniform("age of asset", duty.key) * (service.asset_life_months - p.start_asset_months))
        duty.asset = Asset(blurred("old asset"), p.skill_large, 0.0, 0.0, service.asset_life_months - age)
        left = slice(0, min(model.debt_service.shape[1], service.asset_life_months - age))
        model.debt_service[buyer.number, left] += annuity(duty.capital, p.public_rate, service.asset_life_months)
    term = int(p.start_term) + int(chance.uniform("term", duty.key) * (int(p.start_term_spread) + 1))
    left_months = 1 + int(chance.uniform("time left", duty.key) * term)
    if form == 3:
        contract = insourcing.take_in_house(buyer, duty, 0, "at the start", months=left_months)
    else:
        contract = hold_over(buyer, duty, pick_holder(model, buyer, duty, form, by_sector), left_months)
    contract.respecify(blurred("old specification"))
    running.start(contract, 0)
    contract.began = left_months - term


def pick_holder(model: Any, buyer: Any, duty: Undertaking, form: int, by_sector: list[list[Provider]]) -> Provider:
    """A provider of the wanted ring that can hold the contract; if none can, the largest, which then is as large as it must be."""
    sector, annual = model.sector_of(duty.service), 12.0 * duty.reference
    same = [a for a in by_sector[sector] if a.ring_from(buyer.district) == form]
    able = [a for a in same if a.load + annual <= a.capacity]
    if able:
        return min(able, key=lambda a: -log(1.0 - model.chance.uniform("holder", a.key, duty.key)) / (a.capacity - a.load))
    if not same:
        same = [a for others in by_sector for a in others if a.ring_from(buyer.district) == form] or [a for o in by_sector for a in o]
    holder = max(same, key=lambda a: (a.capacity - a.load, a.name))
    holder.capacity = holder.load + (1.0 + model.scenario.parameters.start_room) * annual
    set_firm(model, holder)
    return holder


def hold_over(buyer: Any, duty: Undertaking, holder: Provider, months: int) -> Contract:
    """A contract at a fixed price that has run for a while: the price is the reference, the cost the holder's own."""
    p, switches = buyer.model.scenario.parameters, buyer.model.scenario.switches
    contract = awarding.draw_up(
        buyer, duty, holder, holder.key ^ duty.key,
        [(OPERATE, 0, months, duty.reference, duty.reference * holder.efficiency[2] * p.start_cost)], (0.0, 0.0, 0.0),
        mechanism=FIXED, claim=holder.claim(p), trust=p.trust_start, knowledge=buyer.capacity,
        rivalry=p.start_rivalry if switches.lock_in else 1.0,
    )  # fmt: skip
    contract.what, contract.skills, contract.annual = "operate", holder.skill, 12.0 * duty.reference
    holder.take_on(contract.annual)
    return contract


def set_opening_balances(model: Any) -> None:
    """Money that firms hold at the start comes from the world outside."""
    p, ledger = model.scenario.parameters, model.ledger
    ledger.reserve(2 * len(ledger.names))
    for provider in model.providers:
        if provider.kind != IN_HOUSE:
            ledger.post(0, provider.account, OPENING, round(p.start_cash * provider.capacity / 12.0))
            model.firms["last_year"][provider.row] = ledger.balance[provider.account]


def settle_residents(model: Any, place: Place) -> None:
    """Residents, their jobs, and the sectors' sales outside that make these jobs worth what they pay at the start."""
    p, incomes = model.scenario.parameters, place.incomes
    per_row = 100.0 * place.population.people_per_row
    jobs = np.array([s.jobs for s in place.sectors])
    model.people, model.ward_starts = population.populate(place, model.chance, model.sector_accounts, jobs, p)
    people = model.people
    lives.settle(model)
    model.market_wage = incomes.median_wage * per_row
    model.pension = round(incomes.pension * per_row)
    model.pensioners = int((people["kind"] == residents.PENSIONER).sum())
    model.adults = int((people["kind"] != residents.DEPENDANT).sum())
    model.mean_skill = float(people["skill"].mean())
    model.workers = int((people["kind"] == residents.WORKER).sum())
    model.local_firms = np.flatnonzero(model.firms["home"] == 0)
    model.idle = int(((people["kind"] == residents.WORKER) & (people["employer"] == residents.NOBODY)).sum())
    model.idle_skill = model.idle * model.mean_skill
    np.add.at(model.employed, people["employer"], people["skill"].astype(np.float64))
    model.employed[residents.NOBODY] = 0.0
    model.ward_sums = np.zeros((len(model.ward_starts) - 1, residents.COLUMNS), dtype=np.int64)
    model.town_sums = np.zeros(residents.COLUMNS, dtype=np.int64)
    model.ward_minds = np.zeros((len(model.ward_starts) - 1, 2))
    model.fixed = np.zeros(3, dtype=np.int64)
    model.council_tax, model.savings = 0, 0
    model.town = residents.Town(
        benefit=float(round(incomes.benefit * per_row)), council_tax=float(round(incomes.council_tax * per_row)),
        direct_tax=p.direct_tax, spending=p.spending, wealth_spending=p.wealth_spending, finding=0.0, losing=p.job_loss,
        satisfaction_rate=p.satisfaction_rate, trust_up=p.public_trust_up, trust_down=p.public_trust_down, news=0.0,
        participation=p.participation_rate, participation_base=p.participation_base, joining=0.0, leaving=0.0,
    )  # fmt: skip
    use = np.array([s.use_by_age for s in place.services], dtype=np.float64)
    model.service_of = np.array([population.slots(u if u.sum() > 0 else np.ones(len(u))) for u in use.T], dtype=np.uint8)
    set_sectors(model, place)
    cash = np.round(p.resident_cash * model.market_wage * people["skill"]).astype(np.int64)
    people["cash"] = np.where(people["kind"] == residents.DEPENDANT, 0, cash)
    model.ledger.post(0, model.nation.people, OPENING, int(people["cash"].sum()))


def set_sectors(model: Any, place: Place) -> None:
    """Each sector's sales outside are what its jobs need beyond residents' and modelled firms' purchases at the start."""
    p, ledger = model.scenario.parameters, model.ledger
    sectors = model.sectors = np.zeros(len(place.sectors), dtype=SECTOR)
    jobs = np.array([s.jobs for s in place.sectors])
    sectors["account"] = model.sector_accounts
    circulates = 1.0 if model.scenario.switches.circulation else 0.0
    for name, field in (
        ("labour", "labour_share"),
        ("local", "local_supply"),
        ("region", "region_supply"),
        ("household", "household_share"),
    ):
        sectors[name] = [getattr(s, field) * (circulates if name in ("local", "region") else 1.0) for s in place.sectors]
    household = sectors["household"].sum()
    sectors["weight"] = jobs / jobs.sum() if jobs.sum() > 0 else 1.0 / len(jobs)
    sectors["household"] = sectors["household"] / household if household > 0 else sectors["weight"]
    payers = [model.nation.government if s.name == "public" else model.nation.world for s in place.sectors]
    sectors["payer"] = payers

    wages = model.employed[model.sector_accounts] * model.market_wage
    by_firms, bought = payroll_of_firms(model, len(place.sectors))
    revenue = np.maximum(0.0, wages - by_firms) / np.maximum(0.05, sectors["labour"])
    pensions = model.pension * model.pensioners
    income = wages.sum() * (1.0 - p.direct_tax) + pensions - model.town.council_tax * model.adults
    spent = p.spending * max(0.0, income) * (1.0 - p.indirect_tax)
    receipts = model.household_local * spent * sectors["household"] + (sectors["local"] * revenue).sum() * sectors["weight"] + bought
    sectors["exports"] = np.maximum(0.0, revenue - receipts)
    for s in range(len(sectors)):
        ledger.post(0, int(sectors["account"][s]), OPENING, round(float(2.0 * revenue[s])))
    ledger.received[sectors["account"]] = revenue.astype(np.int64)
    tax = p.direct_tax + p.indirect_tax * p.spending
    model.region_shares = shares = np.array([p.region_labour, p.region_firms_here, tax, model.household_region, p.region_households_here])

    # the rest of the region starts where its two accounts feed each other steadily
    rows = model.contracts.rows[model.contracts.running]
    f = model.firms
    made = (f["private"] * (1.0 - p.other_margin) + f["overhead"]) * (f["live"] > 0)
    labour = float((rows["cost"] * rows["labour"] * rows["labour_region"]).sum() + (made * f["labour"] * f["labour_region"]).sum())
    goods = float(
        (rows["cost"] * (1.0 - rows["labour"]) * rows["supplies_region"]).sum() + (made * (1.0 - f["labour"]) * f["supplies_region"]).sum()
    )
    goods += model.household_region * spent + float((sectors["region"] * revenue).sum())
    economy = (goods + shares[3] * labour) / (1.0 - shares[0] * shares[3])
    ledger.received[model.nation.economy], ledger.received[model.nation.households] = int(economy), int(labour + shares[0] * economy)
    for account in (model.nation.economy, model.nation.households):
        ledger.post(0, account, OPENING, int(ledger.received[account]))


def payroll_of_firms(model: Any, sectors: int) -> tuple[np.ndarray, np.ndarray]:
    """Monthly wages that modelled firms pay residents at the start, and what they buy from the district, by sector."""
    rows, running, f = model.contracts.rows, model.contracts.running, model.firms
    c = rows[running]
    sector = f["sector"][c["provider"]]
    wages = np.bincount(sector, c["cost"] * c["labour"] * c["labour_focal"], minlength=sectors).astype(np.float64)
    goods = np.bincount(sector, c["cost"] * (1.0 - c["labour"]) * c["supplies_focal"], minlength=sectors).astype(np.float64)
    made = (f["private"] * (1.0 - model.scenario.parameters.other_margin) + f["overhead"]) * (f["home"] == 0)
    wages += np.bincount(f["sector"], made * f["labour"] * f["labour_focal"], minlength=sectors)
    goods += np.bincount(f["sector"], made * (1.0 - f["labour"]) * f["supplies_focal"], minlength=sectors)
    return wages, goods
