"""Large providers."""

from __future__ import annotations

from ..model.delivery import LARGE
from ..scenarios.parameters import Parameters
from .provider import Provider


class LargeProvider(Provider):
    """A national company: able in every phase, known to every buyer, paying its subcontractors late."""

    kind, label = LARGE, "large"

    def mean_skill(self, p: Parameters) -> float:
        return p.skill_large

    def seen(self, p: Parameters) -> tuple[float, float]:
        return p.social_large, p.standing_large
