"""Who there is when a world begins, and who comes and goes: accounts, providers, commissioners, entrants.

Everything at the start comes from the place and the seed, never from the policy, so that every policy starts from one world.
"""

from __future__ import annotations

from math import fsum
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from ..model.chance import key
from ..model.delivery import IN_HOUSE, LARGE, VCS
from ..model.delivery import SME as SME_KIND
from ..model.firms import NATION
from ..model.ledger import ELSEWHERE, FOCAL, OPENING, REGION
from ..model.needs import month_number
from ..model.services import Undertaking, annuity
from ..scenarios.schema import Place, Scenario
from . import community, delivering, opening, skills, tables
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
SPARE = 100  # accounts kept for entrants and project companies


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
    tables.set_parameters(model)
    open_accounts(model, place)
    found_providers(model, place)
    found_commissioners(model, place)
    model.ledger.open(people=model.nation.people, spare=SPARE)
    tables.set_arrays(model, place)
    opening.draw(model)
    community.settle(model)
    opening.sign_running_contracts(model, place)
    opening.set_opening_balances(model)
    opening.settle_residents(model, place)
    model.strength_start = community.strength(model)
    model.set_budgets(0)


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
        if delivering.needs_companies(model):
            add_provider(model, f"{b.name} company", delivering.TradingCompany, 0, district, None)
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
        buyer.company = teams.get(f"{table.name} company")
        if buyer.company:
            buyer.company.owner = buyer
        skills.start(buyer)
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
    model.council.expected = p.satisfaction_start
    model.calendar = month_number(model.scenario.horizon.start)


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
    tables.set_firm(model, entrant)
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
