"""Large providers."""

from ..model.delivery import LARGE
from .provider import Provider


class LargeProvider(Provider):
    """A national company: able in every phase, known to every buyer, paying its subcontractors late."""

    kind, label = LARGE, "large"
    social, community = 0.3, 0.2

    def mean_skill(self, p):
        return p.skill_large
