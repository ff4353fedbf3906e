"""What commissioners and their teams know how to do: it grows by doing and is lost when others do it (mechanisms 9 and 12).

Client-side capacity grows with money, with the practice of commissioning, and shrinks when staff leave with a service.
A team forgets how to run services while others run them, and learns it again more slowly: after long outsourcing, taking
services back costs quality at first. Evidence: hay_skills_lost, lgiu_skills_barrier.
"""

from __future__ import annotations

from math import fsum
from typing import Any

from ..model.delivery import OPERATE


def start(buyer: Any) -> None:
    """A team begins with the know-how that its share of the work has left it."""
    buyer.team.know_how = settled(buyer, buyer.table.in_house)


def settled(buyer: Any, share: float) -> float:
    """The know-how, 0-1, that running this share of the services keeps up."""
    return min(1.0, share / buyer.model.scenario.parameters.team_full)


def rust(team: Any) -> float:
    """What is left of a team's operating skill while it lacks know-how."""
    if not team.switches.team_skill:
        return 1.0
    return 1.0 - team.model.scenario.parameters.team_rust * (1.0 - team.know_how)


def client_year(buyer: Any) -> None:
    """A year of client-side capacity: spending, practice, turnover, and staff that left with a service."""
    p, switches = buyer.model.scenario.parameters, buyer.model.scenario.switches
    if switches.capacity:
        points = 100.0 * buyer.client_side()
        buyer.capacity += p.capacity_gain * points * (1.0 - buyer.capacity) - p.capacity_decay * buyer.capacity
        if switches.experience:
            practised = min(1.0, buyer.awards_made / p.experience_full)
            buyer.capacity += p.experience_gain * practised * (1.0 - buyer.capacity)
            buyer.capacity *= 1.0 - p.transfer_loss * min(1.0, buyer.moved_out)
        buyer.capacity = min(1.0, max(p.capacity_floor, buyer.capacity))
    buyer.awards_made, buyer.moved_out = 0, 0.0


def moves_out(buyer: Any, duty: Any) -> None:
    """Another takes over what the team ran: the staff who knew the service go with it."""
    if buyer.model.started and any(c.provider is buyer.team for c in duty.operating):
        buyer.moved_out += duty.reference / fsum([d.reference for d in buyer.undertakings])


def team_year(buyer: Any) -> None:
    """A year of the team's know-how: it moves towards what its share of the work keeps up, faster down than up."""
    model, team = buyer.model, buyer.team
    if not model.scenario.switches.team_skill:
        return
    p = model.scenario.parameters
    mine = [(c, d) for d in buyer.undertakings for c in d.operating if c.provider is team]
    whole = fsum([d.reference for d in buyer.undertakings])
    held = fsum([d.reference * c.share for c, d in mine])
    target = settled(buyer, held / whole) if whole > 0 else team.know_how
    team.know_how += (p.team_rebuild if target > team.know_how else p.team_fade) * (target - team.know_how)
    for contract, duty in mine:
        if contract.phase == OPERATE:
            contract.skill = skill_with(duty, team, p)


def plan_year(buyer: Any) -> None:
    """A team has no contract to hold it to what was once specified: each year's plan brings it part of the way to the need, free of
    hold-up [residual control rests with the council: Hart, Shleifer and Vishny 1997]."""
    model, p = buyer.model, buyer.model.scenario.parameters
    if not model.scenario.switches.team_plans:
        return
    for duty in buyer.undertakings:
        for contract in duty.operating:
            if contract.provider is buyer.team:
                need, x = model.need_of(duty, model.month), contract.specification()
                contract.respecify(tuple(xi + p.team_reset * (n - xi) for xi, n in zip(x, need, strict=True)))


def skill_with(duty: Any, team: Any, p: Any) -> float:
    """The skill at which a team runs a service: its own, and what the asset gives."""
    own = team.skill[2] * rust(team)
    return own if duty.asset is None else p.skill_from_asset * duty.asset.skill + (1.0 - p.skill_from_asset) * own
