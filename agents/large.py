"""Large providers."""

from __future__ import annotations

from ..model.delivery import LARGE
from ..scenarios.parameters import Parameters
from .provider import Provider


class LargeProvider(Provider):
    """A national company: able in every phase, known to every buyer, paying its subcontractors late."""

    kind, label = LARGE, "large"
    social, community = 0.3, 0.2

    def mean_skill(self, p: Parameters) -> float:
        return p.skill_large
