"""What follows when a provider cannot go on (mechanism 8): creditors lose, its contracts fail, staff go, an entrant may come."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.ledger import SUBCONTRACT, WRITE_OFF
from ..model.residents import NOBODY
from . import awarding, founding
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
    model.queues[row] = 0
    model.work[row] = 0
    for customer in np.flatnonzero((model.firms["subcontractor"] == row) & (model.queues.sum(axis=1) > 0)):  # the estate collects at once
        ledger.post(int(model.firms["account"][customer]), provider.account, SUBCONTRACT, int(model.queues[customer].sum()))
        model.queues[customer] = 0
    model.firms["receivables"][row] = 0
    model.people["employer"][model.people["employer"] == provider.account] = NOBODY
    model.employed[provider.account] = 0.0
    for contract in [c for c in model.contracts.at.values() if c.provider is provider and isinstance(c.buyer, Commissioner)]:
        awarding.fail(contract)
    for contract in awarding.signed_not_begun(model, provider):
        awarding.fail(contract)
    balance = int(ledger.balance[provider.account])
    ledger.post(model.nation.lender, provider.account, WRITE_OFF, max(0, -balance))
    ledger.post(provider.account, model.nation.lender, WRITE_OFF, max(0, balance))
    model.schedule(model.month + int(p.entry_months), founding.enter, model, provider)
