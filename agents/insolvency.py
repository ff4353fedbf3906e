"""What follows when a provider cannot go on (mechanism 8): creditors lose, its contracts fail, staff go, an entrant may come."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.delivery import IN_HOUSE
from ..model.ledger import SUBCONTRACT, WRITE_OFF
from ..model.residents import NOBODY
from . import ending, founding, takeovers
from .commissioner import Commissioner
from .provider import Provider


def wind_up(model: Any, provider: Provider) -> None:
    """Settle what a failed provider owes and is owed, as far as there is money; the lender bears what is missing."""
    p, ledger, row = model.scenario.parameters, model.ledger, provider.row
    provider.alive = False
    model.firms["live"][row] = 0
    model.tally("insolvencies", 1)
    model.event("insolvency", -1, None, provider.name, None, float(provider.capacity))
    owed = int(model.queues[row].sum())
    sub = int(model.firms["subcontractor"][row])
    if owed and sub >= 0:
        ledger.post(model.nation.lender, int(model.firms["account"][sub]), SUBCONTRACT, round(p.recovery * owed))
        model.firms["receivables"][sub] -= owed
        lost = owed - round(p.recovery * owed)
        model.event("receivables lost", -1, None, model.providers_at[sub].name, None, lost, f"owed by {provider.name}")
    model.queues[row] = 0
    model.work[row] = 0
    for customer in np.flatnonzero((model.firms["subcontractor"] == row) & (model.queues.sum(axis=1) > 0)):  # the estate collects at once
        ledger.post(int(model.firms["account"][customer]), provider.account, SUBCONTRACT, int(model.queues[customer].sum()))
        model.queues[customer] = 0
    model.firms["receivables"][row] = 0
    takeovers.part(model, provider)
    model.let_go(provider)
    for contract in [c for c in model.contracts.at.values() if c.provider is provider and isinstance(c.buyer, Commissioner)]:
        ending.fail(contract, days_without(contract) if contract in contract.undertaking.operating else 0.0)
    for contract in provider.signed_not_begun():
        ending.fail(contract)
    balance = int(ledger.balance[provider.account])
    ledger.post(model.nation.lender, provider.account, WRITE_OFF, max(0, -balance))
    ledger.post(provider.account, model.nation.lender, WRITE_OFF, max(0, balance))
    model.schedule(model.month + int(p.entry_months), founding.enter, model, provider)


def staff(model: Any, provider: Provider) -> None:
    """Of its staff in the district a share finds work at once with whoever goes on with the trade, drawn by lot; the others are out
    of work. Evidence: carillion_facts, 64% found work with new suppliers."""
    people, trade = model.people, int(model.sector_accounts[provider.sector])
    theirs = np.flatnonzero(people["employer"] == provider.account)
    people["employer"][theirs] = NOBODY
    model.employed[provider.account] = 0.0
    if not model.scenario.switches.continuity:
        return
    lots = model.chance.uniforms("rehired", theirs.astype(np.uint64), np.array(model.month, dtype=np.uint64))
    for row in theirs[lots < model.scenario.parameters.rehired].tolist():
        people["employer"][row] = trade
        model.employed[trade] += float(people["skill"][row])


def days_without(contract: Any) -> float:
    """Service days lost until somebody takes over a contract that stopped: more where few of the trade have room for it."""
    model, p, provider = contract.buyer.model, contract.buyer.model.scenario.parameters, contract.provider
    if not model.scenario.switches.continuity:
        return 0.0
    firms = model.firms
    others = (firms["live"] > 0) & (firms["sector"] == provider.sector) & (firms["kind"] != IN_HOUSE)
    others[provider.row] = False
    room = float(np.maximum(0.0, firms["capacity"][others] - firms["load"][others]).sum())
    return p.days_to_replace * (1.0 + min(p.days_scarce, contract.annual / max(1.0, room)))
