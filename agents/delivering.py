"""Services that a commissioner runs by itself because its policy says so: with its own team, or with a company that it owns.

A company is paid a price and keeps what is left, which its owner takes as a dividend; it is nearer to a firm than a team is: it
trades for its account, and has more to gain from withholding effort. Rule: Teckal, in law since 2015: no tender is needed.
"""

from __future__ import annotations

from typing import Any

from ..model.delivery import IN_HOUSE
from ..model.ledger import PROFIT_SHARE
from ..scenarios.parameters import Parameters
from . import deciding, ending, insourcing
from .in_house import InHouseTeam


class TradingCompany(InHouseTeam):
    """A company owned by its commissioner."""

    kind, label = IN_HOUSE, "company"

    def claim(self, p: Parameters) -> float:
        return p.claim_company


def needs_companies(model: Any) -> bool:
    """Whether any policy of the run asks for companies."""
    return any(policy.delivery == "company" for policy in model._policies.values())


def own(buyer: Any, undertaking: Any) -> bool:
    """Take a service over where policy says so, in place of a tender, when what runs now ends. Returns whether it did."""
    wanted = buyer.policy.delivery
    if wanted == "market":
        return False
    building = undertaking.building
    ends = [c.end for c in undertaking.operating]
    month = building.end if building else max([buyer.model.month + 1, *ends])
    contract = insourcing.take_in_house(buyer, undertaking, month, f"policy: {wanted}", by=buyer.company if wanted == "company" else None)
    contract.awaits_asset = building is not None
    return True


def kept(buyer: Any, undertaking: Any) -> bool:
    """Whether a service stays with the team or company that runs it: its plan is made anew and it goes on."""
    wanted, contract = buyer.policy.delivery, undertaking.operating[0]
    if wanted == "market" or contract.provider is not (buyer.company if wanted == "company" else buyer.team):
        return False
    ending.extend(contract, deciding.policy_of(buyer, undertaking).operate_months)
    contract.respecify(buyer.specify(undertaking, buyer.model.month))
    buyer.model.schedule(contract.end - buyer.lead(undertaking), buyer.review, undertaking)
    return True


def pay_owners(model: Any) -> None:
    """Once a year a company pays its owner what it does not need, and its owner makes good what it lacks."""
    for company in [a for a in model.providers if isinstance(a, TradingCompany)] if needs_companies(model) else ():
        buyer, balance = company.owner, int(model.ledger.balance[company.account])
        spare = min(balance, max(0, balance - round(company.load / 12.0)))  # a month's turnover stays
        model.ledger.post(company.account, buyer.account, PROFIT_SHARE, max(0, spare))
        model.ledger.post(buyer.account, company.account, PROFIT_SHARE, max(0, -spare))
        model.tally("council_income", spare, buyer)
        buyer.note_extra(-spare)
