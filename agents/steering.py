"""Residents who had a say, and whether they feel that anybody listened (mechanism 7).

Whoever was asked judges by what became of it: where the service fits, they feel heard, where it does not they feel used, whatever
the stage they sat in. Consultation that ends with the award is tokenistic only if needs move on and nobody asks again. Sources:
Arnstein 1969; evidence copenhagen_stages, cls_can_influence.
"""

from __future__ import annotations

from typing import Any

from ..model import residents


def hear(contract: Any) -> None:
    """A year of a contract with a steering group: note how far residents feel heard, by what the service means to the place."""
    model, p = contract.buyer.model, contract.buyer.model.scenario.parameters
    if not contract.buyer.focal or not model.scenario.switches.steering:
        return
    weight = contract.reference / model.bought
    felt = max(-1.0, 1.0 - contract.misfit / p.say_misfit)
    model.felt += weight * felt * contract.voice
    model.voiced += weight * contract.voice


def year(model: Any) -> None:
    """Residents who care to have a say trust the more, or the less, by how far they felt heard in the year."""
    felt, model.said = model.felt, min(1.0, model.voiced)
    model.felt = model.voiced = 0.0
    if felt == 0.0:
        return
    people, change = model.people, model.scenario.parameters.say_trust * felt
    trust, caring = people["trust"], people["type"] != residents.NEVER
    trust[caring] += change * ((1.0 - trust[caring]) if change > 0.0 else trust[caring])
