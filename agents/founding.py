"""How a world begins: accounts, providers, commissioners with their running contracts, sectors, residents.

Everything at the start comes from the place and the seed, never from the policy, so that every policy starts from one world.
"""

from __future__ import annotations

from math import fsum, log
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from ..model import population, residents
from ..model.chance import key
from ..model.contracts import Contract
from ..model.delivery import FIXED, IN_HOUSE, LARGE, OPERATE, SUMS, VCS
from ..model.delivery import SME as SME_KIND
from ..model.economy import SECTOR
from ..model.firms import FIRM, NATION, QUEUE
from ..model.ledger import ELSEWHERE, FOCAL, OPENING, REGION
from ..model.market import Market
from ..model.needs import draw_future, month_number
from ..model.relationships import Relations
from ..model.services import Asset, Undertaking, annuity, annuity_terms
from ..scenarios.schema import Place, Scenario
from . import awarding
from .anchor import AnchorInstitution
from .council import Council
from .government import Government
from .in_house import InHouseTeam
from .large import LargeProvider
from .provider import Provider
from .sme import SME
from .vcs import VCSBody

KINDS: dict[str, type[Provider]] = {"large": LargeProvider, "sme": SME, "vcs": VCSBody}
CODES = {"large": LARGE, "sme": SME_KIND, "vcs": VCS, "in-house": IN_HOUSE}
RINGS = ("local", "region", "elsewhere")
SPARE = 600  # accounts kept for entrants and project companies


def found(model: Any) -> None:
    """Set up everything that a run starts from."""
    scenario: Scenario = model.scenario
    place = scenario.place
    model._policy = scenario.policy
    model._policies = dict(scenario.policies)
    model._usual = scenario.neighbours or scenario.policy
    start = month_number(scenario.horizon.start)
    model._changes = {}
    for change in scenario.timeline:
        model._changes.setdefault(max(0, month_number(change.month) - start), []).append(change)
    model.districts = sorted((d.name for d in place.districts), key=lambda n: not next(d for d in place.districts if d.name == n).focal)
    set_parameters(model)
    open_accounts(model, place)
    found_providers(model, place)
    found_commissioners(model, place)
    model.ledger.open(people=model.nation.people, spare=SPARE)
    set_arrays(model, place)
    draw(model)
    sign_running_contracts(model, place)
    set_opening_balances(model)
    settle_residents(model, place)
    model.set_budgets(0)


def set_parameters(model: Any) -> None:
    """The parameters as one record that compiled rules read, with ablated mechanisms set to nothing."""
    p, s = model.scenario.parameters, model.scenario.switches
    values = p.model_dump()
    off = {
        "knowledge_decay": s.lock_in, "trust_up": s.trust, "trust_down": s.trust, "hold_up": s.hold_up,
        "displacement": s.displacement, "shading_saving": s.shading, "shading_harm": s.shading,
    }  # fmt: skip
    values.update({name: 0.0 for name, on in off.items() if not on})
    model.parameters = np.array([tuple(float(v) for v in values.values())], dtype=[(n, np.float64) for n in values])
    circulates = 1.0 if s.circulation else 0.0
    model.household_local, model.household_region = circulates * p.household_local, circulates * p.household_region
    model.overhead_of_buying = model._usual.client_side + p.tender_allowance  # the same under every policy
    model._delivery_stream = np.uint64(model.chance.stream("delivery"))
    model._life_stream = np.uint64(model.chance.stream("life"))


def open_accounts(model: Any, place: Place) -> None:
    """Accounts of the world, government, lender, households and sectors. Row 0 is the world outside."""
    ledger, focal = model.ledger, model.districts[0]
    nation = {
        "world": ledger.account("World outside", "world", ELSEWHERE),
        "government": ledger.account("Government", "government", ELSEWHERE),
        "lender": ledger.account("Lender", "lender", ELSEWHERE),
        "people": ledger.account(f"Residents of {focal}", "residents", FOCAL),
        "households": ledger.account(f"Households in the rest of {place.region}", "households", REGION),
        "economy": ledger.account(f"Other firms in the rest of {place.region}", "firms", REGION),
        "owners": ledger.account(f"Owners in {focal}", "owners", FOCAL),
    }
    model.nation = SimpleNamespace(**nation)
    model.nation_row = np.array([tuple(nation[n] for n in NATION.fields or ())], dtype=NATION)
    model.government = Government(model, nation["government"])
    model.sector_accounts = np.array([ledger.account(f"Other {s.name} firms in {focal}", "sector", FOCAL) for s in place.sectors])
    model.sector_index = {s.name: i for i, s in enumerate(place.sectors)}
    shares: dict[tuple[int, int], Any] = {(CODES[s.kind], RINGS.index(s.home)): s for s in place.supply}
    if not model.scenario.switches.supply_shares:
        fields = ("labour_local", "labour_region", "supplies_local", "supplies_region")
        mean = SimpleNamespace(**{f: fsum(getattr(s, f) for s in place.supply) / len(place.supply) for f in fields})
        shares = dict.fromkeys(shares, mean)
    for ring in (1, 2):
        shares[IN_HOUSE, ring] = shares[IN_HOUSE, 0]
    model.shares = shares


def ring_of(district: int) -> int:
    """A home's ring seen from the focal district."""
    return 0 if district == 0 else (1 if district > 0 else 2)


def found_providers(model: Any, place: Place) -> None:
    """Providers by group; the name, not the row, keys their chance, so that one more changes no other."""
    model.providers = []
    for group in place.firms:
        district = -1 if group.home == "elsewhere" else model.districts.index(group.home)
        for name in group.provider_names:
            add_provider(model, name, KINDS[group.kind], model.sector_index[group.sector], district, group)
    for b in place.commissioners:
        district = model.districts.index(b.district)
        add_provider(model, f"{b.name} team", InHouseTeam, 0, district, None)
    model.providers_at = dict(enumerate(model.providers))


def add_provider(model: Any, name: str, cls: type[Provider], sector: int, district: int, group: Any) -> Provider:
    """One provider with an account; its capacity is a year's turnover."""
    who = key("provider", name)
    where = FOCAL if district == 0 else (district if district > 0 else ELSEWHERE)
    account = model.ledger.account(name, cls.label, where)
    turnover = 0.0
    if group is not None:
        turnover = round(100.0 * group.turnover_median * float(np.exp(group.turnover_spread * model.chance.normal("turnover", who))), -2)
    provider = cls(model, name, who, len(model.providers), account, sector, district, ring_of(district), turnover or 1e14)
    provider.group = group
    model.providers.append(provider)
    return provider


def found_commissioners(model: Any, place: Place) -> None:
    """Commissioners with their undertakings: the lines of their budgets cut into contracts."""
    model.commissioners = []
    index = {s.name: i for i, s in enumerate(place.services)}
    model.needs = []
    teams = {a.name: a for a in model.providers if a.kind == IN_HOUSE}
    p = model.scenario.parameters
    for number, table in enumerate(place.commissioners):
        district = model.districts.index(table.district)
        account = model.ledger.account(table.name, table.kind, FOCAL if district == 0 else district)
        cls = Council if table.kind == "council" else AnchorInstitution
        buyer = cls(model, number, table, account, district, district == 0)
        buyer.team = teams[f"{table.name} team"]
        model.commissioners.append(buyer)
        for line in table.lines if table.procurement > 0 else ():
            service = place.services[index[line.service]]
            need = len(model.needs)
            model.needs.append((table.name, service))
            per_year = 100.0 * table.procurement * line.share
            capital_cost = (
                12.0 * annuity(service.asset_intensity, p.public_rate, service.asset_life_months) if service.asset_intensity else 0.0
            )
            sizes = np.arange(1, line.contracts + 1) ** -p.size_skew
            for n, size in enumerate(sizes / sizes.sum()):
                reference = float(per_year * size) / (1.0 + capital_cost) / 12.0
                who = key("duty", table.name, service.name, n)
                buyer.undertakings.append(Undertaking(who, service, need, index[service.name], reference, p.design_share))
    model.council = next(b for b in model.commissioners if b.focal and b.table.kind == "council")


def set_arrays(model: Any, place: Place) -> None:
    """Tables that the compiled loops read and write."""
    n, accounts = len(model.providers), len(model.ledger.balance)
    model.firms = np.zeros(n, dtype=FIRM)
    model.work = np.zeros((n, 6), dtype=np.int64)
    model.next_work = np.zeros((n, 6), dtype=np.int64)
    model.queues = np.zeros((n, QUEUE), dtype=np.int64)
    model.by_provider = np.zeros(n)
    model.sums = np.zeros(SUMS)
    model.wanting = np.zeros(0, dtype=np.int64)
    model.affordable = np.ones(len(model.commissioners))
    months = model.scenario.horizon.months
    model.asset_lives = np.array([s.asset_life_months for s in place.services])
    terms = [annuity_terms(model.scenario.parameters.public_rate, s.asset_life_months) for s in place.services]
    model.annuities = terms[0][0], np.array([divisor for _, divisor in terms])
    longest = int(model.asset_lives.max())
    model.debt_service = np.zeros((len(model.commissioners), months + longest + 2))
    model.quality = np.full(len(place.services), model.scenario.parameters.satisfaction_start)
    model.met, model.meant = np.zeros(len(place.services)), np.zeros(len(place.services))
    model.buyer_accounts = np.array([b.account for b in model.commissioners])
    model.government_accounts = np.full(len(model.commissioners), model.nation.government)
    model.economy_accounts = np.full(len(model.commissioners), model.nation.economy)
    model.focal_buyers = np.array([b.focal for b in model.commissioners])
    for name, kind in (("payroll", np.int64), ("wages", np.int64), ("employed", np.float64), ("rate", np.float64), ("layoff", np.float64)):
        setattr(model, name, np.zeros(accounts, dtype=kind))
    model.agency = np.full(accounts, -1, dtype=np.int64)
    model.agency[model.sector_accounts] = model.sector_accounts
    model.job_of = np.zeros(residents.SLOTS, dtype=np.uint16)
    p = model.scenario.parameters
    for provider in model.providers:
        set_firm(model, provider)
    # a large provider buys from a small firm of its sector in the region; keyed by name, nearest key first
    small = [a for a in model.providers if a.kind == SME_KIND and a.district >= 0]
    for provider in model.providers:
        if provider.kind == LARGE and (same := [a for a in small if a.sector == provider.sector]):
            model.firms["subcontractor"][provider.row] = min(same, key=lambda a: a.key ^ provider.key).row
            model.firms["terms"][provider.row] = int(p.payment_terms)
    model.relations = Relations(len(model.commissioners), n, p.trust_start)
    model.market = Market(model)


def set_firm(model: Any, provider: Provider) -> None:
    """A provider's row in the firms' table."""
    p, f = model.scenario.parameters, model.firms[provider.row]
    team = provider.kind == IN_HOUSE
    f["live"], f["kind"], f["home"], f["account"], f["sector"] = 1, provider.kind, provider.ring, provider.account, provider.sector
    f["key"], f["district"] = provider.key, provider.district
    f["subcontractor"], f["pays_dividend"] = -1, provider.kind in (LARGE, SME_KIND)
    f["capacity"] = provider.capacity
    f["load"] = provider.load
    f["labour"] = p.firm_labour
    s = model.supply_shares(provider.kind, 0)
    if provider.ring == 0:
        f["labour_focal"], f["labour_region"] = s.labour_local, s.labour_region
        f["supplies_focal"], f["supplies_region"] = s.supplies_local, s.supplies_region
    elif provider.ring == 1:
        f["labour_region"], f["supplies_region"] = s.labour_local + s.labour_region, s.supplies_local + s.supplies_region
    if not team:
        month = provider.capacity / 12.0
        f["private"], f["overhead"] = p.other_sales * month, p.overhead * month
        f["credit"], f["buffer"] = p.credit * month, p.start_cash * month
    else:
        f["credit"] = 1e15
    model.agency[provider.account] = model.sector_accounts[provider.sector] if provider.ring == 0 else -1


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
        target = np.array([shares.start_local, shares.start_region, 1.0 - shares.start_local - shares.start_region]) * (
            1.0 - shares.in_house
        )
        target = np.append(target, shares.in_house)
        held, total = np.zeros(4), 0.0
        for duty in sorted(buyer.undertakings, key=lambda u: (-u.reference, u.key)):
            total += duty.reference
            form = int(np.argmax(target * total - held - 1e-9 * np.arange(4)))
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
        contract = awarding.take_in_house(buyer, duty, 0, "at the start", months=left_months)
    else:
        contract = hold_over(buyer, duty, pick_holder(model, buyer, duty, form, by_sector), left_months)
    contract.respecify(blurred("old specification"))
    awarding.start(contract, 0)
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
        participation=p.participation_rate, participation_base=p.participation_base,
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


def enter(model: Any, gone: Provider) -> None:
    """An entrant takes the place of a failed firm: same kind, sector and home, another name, another past."""
    generation = gone.generation + 1
    name = f"{gone.name.removesuffix(f' ({gone.generation})')} ({generation})"
    where = FOCAL if gone.district == 0 else (gone.district if gone.district > 0 else ELSEWHERE)
    account = model.open_account(name, gone.label, where)
    capacity = gone.group.turnover_median * 100.0
    entrant = type(gone)(model, name, key("provider", name), gone.row, account, gone.sector, gone.district, gone.ring, capacity)
    entrant.group, entrant.generation = gone.group, generation
    terms, subcontractor = model.firms["terms"][gone.row], model.firms["subcontractor"][gone.row]
    set_firm(model, entrant)
    model.firms["terms"][gone.row], model.firms["subcontractor"][gone.row] = terms, subcontractor
    model.firms["load"][gone.row], model.firms["receivables"][gone.row] = 0.0, 0
    model.relations.forget(entrant)
    model.ledger.post(0, account, OPENING, round(model.scenario.parameters.start_cash * capacity / 12.0))
    model.firms["last_year"][gone.row] = model.ledger.balance[account]
    model.providers[model.providers.index(gone)] = entrant
    model.providers_at[gone.row] = entrant
    gone.remove()
    model.event("entry", -1, None, name, None, capacity)


def place_names(model: Any) -> dict[int, str]:
    """Names of the places accounts lie in: districts, the region at large, elsewhere."""
    names = dict(enumerate(model.districts))
    return {**names, REGION: model.scenario.place.region, ELSEWHERE: "elsewhere"}


def release(model: Any) -> None:
    """Let go of a finished model: Mesa 3.3 keeps a class-level table of agent ids that holds every model for ever."""
    ids = getattr(mesa.Agent, "_ids", None)
    if ids is not None:
        ids.pop(model, None)
