"""The life of the voluntary sector (mechanism 9): grants, what is built with them, training by providers, challenges.

Councils decide on grants, providers on training, voluntary bodies on challenging; here is what follows from it, and when.
"""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np

from ..model.delivery import IN_HOUSE, OPERATE, VCS
from ..model.ledger import VOLUNTARY_GRANT


def bodies(model: Any, district: int) -> list[Any]:
    """The living voluntary bodies at home in a district."""
    return [a for a in model.providers if a.kind == VCS and a.district == district and a.alive]


def able(contract: Any) -> list[Any]:
    """The voluntary bodies of the buyer's district whose trade and mission cover what a contract is about."""
    model = contract.buyer.model
    return fit(bodies(model, contract.buyer.district), contract.undertaking.service, model)


def fit(here: list[Any], service: Any, model: Any) -> list[Any]:
    """Those of some voluntary bodies whose trade and mission cover a service."""
    sector = model.sector_of(service)
    return [a for a in here if a.sector == sector and a.serves(service)]


# --- grants -----------------------------------------------------------------------------------------------------------


def grant_pot(buyer: Any) -> float:
    """Pence that a commissioner gives voluntary bodies this year. Where its budget has fallen, grants are cut first."""
    if not buyer.policy.grants:
        return 0.0
    table, p = buyer.table, buyer.model.scenario.parameters
    first = 100.0 * table.procurement * table.budget_path[0] * (1.0 + buyer.model.overhead_of_buying)
    fallen = max(0.0, 1.0 - buyer.budget / first) if first > 0 else 0.0
    return buyer.policy.grants * buyer.budget * max(0.0, 1.0 - p.grant_cut * fallen)


def pay_grants(model: Any) -> None:
    """A twelfth of the year's grants, to all voluntary bodies of the giver's district alike."""
    for buyer in model.commissioners:
        if buyer.grants > 0.0:
            give(buyer, buyer.account, buyer.grants / 12.0, VOLUNTARY_GRANT)


def give(buyer: Any, payer: int, pence: float, category: int) -> int:
    """Money for the voluntary bodies of a buyer's district in equal parts; they spend it on their own strength. Returns what was given."""
    model, given = buyer.model, 0
    receiving = bodies(model, buyer.district)
    for body in receiving:
        part = int(pence / len(receiving))
        model.ledger.post(payer, body.account, category, part)
        model.book_own(body, part)
        body.given += part
        given += part
    model.tally("grants", given, buyer)
    return given


# --- training by providers --------------------------------------------------------------------------------------------


def train(model: Any) -> None:
    """A year's training of the voluntary bodies of the focal district, by the providers of running contracts, of their own will
    or because the contract asks for it. What is taught shows as capacity `transfer_months` later."""
    p = model.scenario.parameters
    done: dict[int, list[float]] = {}
    everybody = bodies(model, 0)
    by_service: dict[str, tuple[list[Any], bool]] = {}  # who learns, and whether they could bid for the like
    rows, running = model.contracts.rows, model.contracts.running
    operating = running[(rows["focal"][running] > 0) & (rows["phase"][running] == OPERATE) & (rows["kind"][running] != IN_HOUSE)]
    for row, price in zip(operating.tolist(), rows["price"][operating].tolist(), strict=True):
        contract = model.contracts.at[row]
        provider, service = contract.provider, contract.undertaking.service
        if not getattr(contract.buyer, "focal", False):  # a project company: what it was asked for counts in the buyer's contract
            continue
        if service.name not in by_service:
            trained = fit(everybody, service, model)
            by_service[service.name] = trained or everybody, bool(trained)
        learning, rivals = by_service[service.name]
        year, share = 12.0 * price, max(provider.trains(contract, rivals), contract.training_asked) if learning else 0.0
        mine = done.setdefault(provider.row, [0.0, 0.0])
        mine[0] += share * year
        mine[1] += year
        if share > 0.0:
            cost = int(share * year)
            model.book_work(contract, cost)
            model.tally("training", cost, contract.buyer)
            for body in learning:
                model.schedule(model.month + int(p.transfer_months), body.learnt, cost / len(learning))
    for provider in model.providers:
        spent, year = done.get(provider.row, (0.0, 0.0))
        provider.is_known_to_train(spent / max(1.0, year))


# --- what capacity does for demand ------------------------------------------------------------------------------------


def strength(model: Any) -> float:
    """Pence a year that the voluntary bodies of the focal district can do."""
    return fsum(a.capacity for a in bodies(model, 0))


def ease(model: Any) -> None:
    """What the sector's strength against the start does to the focal district's demand: relief in (-1, 1), nothing at the start."""
    now, start = strength(model), model.strength_start
    model.relief = relief = (now - start) / max(1.0, now, start)
    if model.scenario.switches.prevention:
        model.eased[:] = 1.0 - model.scenario.parameters.prevention * relief * model.preventable


def settle(model: Any) -> None:
    """Whose demand depends on the sector: by need, the vulnerability of those served. Nothing is eased at the start."""
    model.relief = 0.0
    model.eased, model.preventable = np.ones(len(model.needs)), np.zeros(len(model.needs))
    for buyer in model.commissioners:
        for duty in buyer.undertakings if buyer.focal else ():
            model.preventable[duty.need] = duty.service.vulnerability


# --- the right to challenge -------------------------------------------------------------------------------------------


def challenged(undertaking: Any) -> bool:
    """Whether a voluntary body of the place asks for an open tender of a service whose contract nears its end."""
    contract, undertaking.challenger = undertaking.operating[0], None
    buyer = contract.buyer
    if not buyer.policy.right_to_challenge:
        return False
    body = next((a for a in able(contract) if a is not contract.provider and a.challenges(contract)), None)
    if body is None:
        return False
    undertaking.challenger = body
    buyer.model.event("challenge", contract.number, buyer, body.name, undertaking, 12.0 * contract.price)
    return True


def disappoint(tender: Any, winners: list[Any]) -> None:
    """A body that brought a tender about and lost it trusts the buyer less."""
    body, buyer = tender.undertaking.challenger, tender.buyer
    tender.undertaking.challenger = None
    if body is None or body in winners or not buyer.model.scenario.switches.trust:
        return
    relations = buyer.model.relations
    relations.remember(buyer, body, relations.trust(buyer, body) * (1.0 - buyer.model.scenario.parameters.trust_down))
    buyer.model.event("challenge lost", -1, buyer, body.name, tender.undertaking, tender.reference)
