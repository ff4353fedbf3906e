"""The four circumstances that speak for taking a service in-house, as far as a commissioner can know them.

Rule: ifg_four_circumstances (Institute for Government 2020): an unhealthy market, need for flexibility, weak commercial
skill, gain from integration. Nothing here makes a team better: in such circumstances few bids make the market dear, changes
are held up, weak clients are shaded on, and services in many hands cost handovers. Here a commissioner only notices.
"""

from __future__ import annotations

from typing import Any


def weak_market(buyer: Any, undertaking: Any) -> bool:
    """Few bid for its contracts lately."""
    return buyer.bids_lately < buyer.model.scenario.parameters.few_bids


def need_for_flexibility(buyer: Any, undertaking: Any) -> bool:
    """The contract had to be changed often, or fits badly now."""
    p = buyer.model.scenario.parameters
    years = max(1.0, (buyer.model.month - undertaking.watched_from) / 12.0)
    misfit = max((c.misfit for c in undertaking.operating), default=0.0)
    return undertaking.changes_met / years > p.many_changes or misfit > p.extension_misfit


def weak_skill(buyer: Any, undertaking: Any) -> bool:
    """Its own client side is weak."""
    return buyer.capacity < buyer.model.scenario.parameters.weak_capacity


def integration(buyer: Any, undertaking: Any) -> bool:
    """Services that belong together with this one are in many hands."""
    return len(hands(buyer, undertaking)) >= buyer.model.scenario.parameters.many_hands


def hands(buyer: Any, undertaking: Any) -> set[int]:
    """The providers, this one's aside, that run its services of the same sector."""
    mine = {c.provider.row for c in undertaking.operating}
    sector = undertaking.service.sector
    others = (d for d in buyer.undertakings if d is not undertaking and d.service.sector == sector)
    return {c.provider.row for d in others for c in d.operating} - mine


CIRCUMSTANCES = {
    "weak market": weak_market,
    "need for flexibility": need_for_flexibility,
    "weak commercial skill": weak_skill,
    "gain from integration": integration,
}


def met(buyer: Any, undertaking: Any) -> tuple[str, ...]:
    """Which of the four a commissioner sees, in words; none where the mechanism is switched off."""
    if not buyer.model.scenario.switches.circumstances:
        return ()
    return tuple(name for name, holds in CIRCUMSTANCES.items() if holds(buyer, undertaking))


def because(reason: str, buyer: Any, undertaking: Any) -> str:
    """A reason, and the circumstances that spoke for it."""
    return "; ".join((reason, *met(buyer, undertaking)))
