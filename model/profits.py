"""What a contract earned in a year, and who else has a claim on it: partners by equity, by a share of profit, by a guaranteed return.

Clauses write the claims into the contract; once a year they are settled together, so that their order does not matter.
What a large provider's accounts show of a profit is less than there is, by purchases within its group, unless the book is open
(evidence f_birmingham; Johnson, La Porta, Lopez-de-Silanes and Shleifer 2000 on tunnelling).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .delivery import LARGE
from .ledger import PROFIT_SHARE


@dataclass
class Claims:
    """On a year's profit under a contract; `floor` is a share of a year's price."""

    equity: float = 0.0  # share of profit and of loss that is the buyer's
    profit: float = 0.0  # share of profit, not of loss
    community: float = 0.0  # of that, the share of profit which goes to voluntary bodies
    floor: float = 0.0
    returned: int = 0  # pence that the buyer has had since the last settlement, from a project company
    noted: float = 0.0  # pence earned up to the last settlement, partners' parts of it included
    alone: float = 0.0  # pence earned before operation, in which partners have no part, not settled yet
    held_up: float = 0.0  # mark-ups on changes up to it
    month: int = -1  # of it


def financed(contract: Any) -> bool:
    """Whether a project company stands between buyer and provider: then equity is in the company, not in the provider's work."""
    return "finance" in contract.what


def reach(contract: Any) -> float:
    """Share of a provider's profit on a contract that its accounts show to those who have a claim on it."""
    if contract.provider.kind != LARGE or any(clause.name == "open_book" for clause in contract.clauses):
        return 1.0
    return 1.0 - contract.buyer.model.scenario.parameters.profit_hidden


def take_profit(contract: Any) -> float:
    """Pence that the provider has earned since the last settlement, which is now: after its part of overheads, without the part of those
    to whom it passes work on, and with mark-ups on changes."""
    claims, earned = contract.claims, earned_by(contract)
    own = 1.0 - contract.buyer.model.deals.passed_on(contract)
    profit: float = claims.alone + own * (earned - claims.alone - claims.noted) + contract.held_up - claims.held_up
    claims.alone, claims.noted, claims.held_up = 0.0, earned, contract.held_up
    return profit


def earned_by(contract: Any) -> float:
    """Pence that a contract has brought since it began, after its part of overheads."""
    row, p = contract.terms, contract.buyer.model.scenario.parameters
    return int(row["total_paid"]) + int(row["total_risk"]) - (1.0 + p.overhead) * int(row["total_spent"])


def dilute(contract: Any, share: float) -> None:
    """Whoever must share what is saved has less reason to save: as far as the sharing reaches its profits."""
    contract.write(claim=float(contract.terms["claim"]) * (1.0 - share * reach(contract)))


def settle(contract: Any, month: int) -> None:
    """The claims of the time since the last settlement, once: dividends or capital calls, shares of profit, and what is missing to
    the guaranteed return."""
    claims, buyer, provider = contract.claims, contract.buyer, contract.provider
    model = buyer.model
    if claims.month == month or not model.scenario.switches.ownership or not provider.alive:
        return
    profit, since = take_profit(contract), claims.month if claims.month >= 0 else contract.operating_from
    claims.month = month
    shown = 0.0 if financed(contract) else profit * (reach(contract) if profit > 0.0 else 1.0)
    due, _ = share_out(contract, provider.account, shown)
    had = max(0, due) + claims.returned
    claims.returned = 0
    due += max(0, round(claims.floor * max(0, month - since) * contract.price) - had)
    receive(contract, provider.account, due)  # who was paid for a guarantee meets it, also under a project company


def share_out(contract: Any, payer: int, profit: float) -> tuple[int, int]:
    """Of a profit (or loss) in pence, what is the buyer's to receive, and what has gone to voluntary bodies: where there are none, it is
    the buyer's too."""
    claims, gain = contract.claims, max(0.0, profit)
    community = round(claims.community * gain)
    if community:
        community = contract.buyer.model.give(contract.buyer, payer, community, PROFIT_SHARE)
    due = min(claims.equity * profit + claims.profit * gain, gain)  # a share of a loss lies below
    return round(due) - community, community


def receive(contract: Any, payer: int, pence: int) -> None:
    """Money for the buyer from a contract it has a claim in, or (negative) its part of a loss."""
    buyer = contract.buyer
    model = buyer.model
    model.ledger.post(payer, buyer.account, PROFIT_SHARE, max(0, pence))
    model.ledger.post(buyer.account, payer, PROFIT_SHARE, max(0, -pence))
    model.tally("council_income", pence, buyer)
    buyer.note_extra(-pence)
    contract.beyond -= pence
