"""Voluntary bodies: charities, community groups, social enterprises."""

from __future__ import annotations

from typing import Any

from ..model.chance import combine, key
from ..model.delivery import VCS
from ..scenarios.parameters import Parameters
from ..scenarios.schema import Service
from .provider import Provider


class VCSBody(Provider):
    """A voluntary body: bound to its mission, with little reason to shade quality. Its capacity lives on contracts, volunteers, grants
    and what others teach it, and withers without work as under too much of it [E11]."""

    kind, label = VCS, "vcs"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.given = 0.0  # pence of grants and funds this year
        self._serves: dict[str, bool] = {}

    def mean_skill(self, p: Parameters) -> float:
        return p.skill_vcs

    def seen(self, p: Parameters) -> tuple[float, float]:
        return p.social_vcs, p.standing_vcs

    def claim(self, p: Parameters) -> float:
        return p.claim_vcs

    def serves(self, service: Service) -> bool:
        """Whether a service lies within its mission."""
        if service.name not in self._serves:
            chance, breadth = self.model.chance, self.model.scenario.parameters.mission_breadth
            mine = not self.switches.missions or chance.uniform("mission", combine(self.key, key(service.name))) < breadth
            self._serves[service.name] = mine
        return self._serves[service.name]

    def challenges(self, contract: Any) -> bool:
        """Whether it asks for an open tender of a service it is not running: if it could do the work, believes that it would do it
        better by `challenge_gap`, and, the more it trusts the buyer, dares."""
        p, model = self.model.scenario.parameters, self.model
        if self.load + p.room_needed * contract.annual > self.capacity or self.skill[2] < contract.quality + p.challenge_gap:
            return False
        dares = p.challenge_rate * model.relations.trust(contract.buyer, self)
        return model.chance.uniform("challenge", combine(self.key, contract.undertaking.key), model.month) < dares

    def grow(self, p: Parameters) -> None:
        capacity = max(1.0, self.capacity)
        used, over = min(1.0, self.load / capacity), max(0.0, self.load / capacity - 1.0)
        volunteers = self.model.taking_part  # share of residents
        change = p.vcs_growth * min(1.0, used + p.volunteer_effect * volunteers) - p.vcs_decay * (1.0 - used) - p.overload_loss * over
        if self.switches.capacity_building:
            change += p.grant_capacity * self.given / capacity
        self.given = 0.0
        self.resize(max(0.0, 1.0 + change))

    def learnt(self, pence: float) -> None:
        """What was spent on training it, some time ago, shows as capacity."""
        if self.alive and self.switches.capacity_building:
            capacity = max(1.0, self.capacity)
            self.resize(1.0 + self.model.scenario.parameters.transfer_capacity * pence / capacity)
