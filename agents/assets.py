"""Community buildings that councils sell, and the right of voluntary bodies to bid for them (Localism Act 2011, part 5 chapter 3).

Without the right a building goes to the market at once. With it a body of the place that has its own part of the price may ask for
time to gather the rest from national funds; when the time is up it buys, or the market does.
"""

from __future__ import annotations

from typing import Any

from ..model.chance import combine
from ..model.ledger import ASSET_SALE, VOLUNTARY_GRANT
from .community import bodies


def year(model: Any) -> None:
    """Every council that sells puts up at most one building a year."""
    for buyer in model.commissioners:
        sold = buyer.policy.asset_sales if buyer.label == "council" else 0.0
        if sold > 0.0 and model.chance.uniform("asset sale", buyer.key, model.month) < sold:
            put_up(model, buyer, round(100.0 * model.scenario.parameters.asset_price))


def put_up(model: Any, buyer: Any, price: int) -> None:
    """A building is for sale: the strongest body that can pay its part bids for it, where it has the right."""
    bidding = [a for a in bodies(model, buyer.district) if can_pay(a, price)] if buyer.policy.right_to_bid else []
    if not bidding:
        return sell(model, buyer, price)
    body = max(bidding, key=lambda a: a.capacity)
    model.event("community bid", -1, buyer, body.name, None, price)
    model.schedule(model.month + int(model.scenario.parameters.moratorium_months), close, model, buyer, body, price)


def close(model: Any, buyer: Any, body: Any, price: int) -> None:
    """The time for gathering money is up. A building that is bought strengthens its owner as a grant of its price would."""
    fails = model.chance.uniform("community bid", combine(body.key, buyer.key), model.month) < model.scenario.parameters.purchase_fails
    if fails or not body.alive or not can_pay(body, price):
        return sell(model, buyer, price)
    gathered = price - own_part(body, price)
    model.ledger.post(model.nation.world, body.account, VOLUNTARY_GRANT, gathered)
    model.ledger.post(body.account, buyer.account, ASSET_SALE, price)
    body.given += price
    model.event("community purchase", -1, buyer, body.name, None, price)


def sell(model: Any, buyer: Any, price: int) -> None:
    """The market takes the building."""
    model.ledger.post(model.nation.world, buyer.account, ASSET_SALE, price)
    model.event("sale", -1, buyer, "", None, price)


def can_pay(body: Any, price: int) -> bool:
    """Whether a body has its own part of the price in hand."""
    return int(body.model.ledger.balance[body.account]) >= own_part(body, price)


def own_part(body: Any, price: int) -> int:
    """Pence of the price that a body must have of its own."""
    return round(body.model.scenario.parameters.purchase_own * price)
