"""Voluntary bodies: charities, community groups, social enterprises."""

from __future__ import annotations

from ..model.delivery import VCS
from ..scenarios.parameters import Parameters
from .provider import Provider


class VCSBody(Provider):
    """A voluntary body: social purpose leaves it little reason to shade quality; capacity lives on contracts and volunteers."""

    kind, label = VCS, "vcs"

    def mean_skill(self, p: Parameters) -> float:
        return p.skill_vcs

    def seen(self, p: Parameters) -> tuple[float, float]:
        return p.social_vcs, p.standing_vcs

    def claim(self, p: Parameters) -> float:
        return p.claim_vcs

    def grow(self, p: Parameters) -> None:
        used = min(1.0, self.load / max(1.0, self.capacity))
        volunteers = self.model.taking_part  # share of residents
        self.resize(1.0 + p.vcs_growth * min(1.0, used + p.volunteer_effect * volunteers) - p.vcs_decay * (1.0 - used))
