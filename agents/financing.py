"""How large providers are financed (mechanism 8): they carry debt, and pay out what they borrow ("dash for cash").

Each year one that has earned something borrows up to `leverage` times its turnover and pays that out to its owners. Interest is due
every month, whatever contracts bring. Sources: the NLGN report on Carillion; Haslam and Tsitsianis 2018; Jensen 1986 on debt and
free cash; what to beware of, evidence carillion_facts, carillion_suppliers.
"""

from __future__ import annotations

from typing import Any

from ..model.delivery import LARGE
from ..model.ledger import BORROWING, PAYOUT


def aim(model: Any, provider: Any) -> int:
    """Pence of debt that a provider aims at."""
    if provider.kind != LARGE or not model.scenario.switches.debt:
        return 0
    return int(model.scenario.parameters.leverage * provider.capacity)


def first_debt(model: Any, provider: Any) -> int:
    """What it owes when a run begins: what it aims at. An entrant begins without."""
    return 0 if model.started else aim(model, provider)


def owner_of(model: Any, provider: Any) -> int:
    """The account that a provider's dividends go to."""
    if (owner := int(model.firms["owner"][provider.row])) >= 0:
        return owner
    nation = model.nation
    return (nation.owners, nation.households, nation.world)[provider.ring]


def borrow(model: Any, provider: Any, pence: int) -> None:
    """Money on loan."""
    model.ledger.post(model.nation.lender, provider.account, BORROWING, pence)
    model.firms["debt"][provider.row] += pence


def year(model: Any) -> None:
    """Whoever is worth more than its debt to lenders borrows up to its aim, and pays it out."""
    firms, balance = model.firms, model.ledger.balance
    for provider in model.providers:
        if provider.kind != LARGE or not provider.alive:
            continue
        missing = aim(model, provider) - int(firms["debt"][provider.row])
        if missing > 0 and balance[provider.account] > 0:
            borrow(model, provider, missing)
            model.ledger.post(provider.account, owner_of(model, provider), PAYOUT, missing)
