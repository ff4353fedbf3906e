"""Small and medium-sized enterprises."""

from __future__ import annotations

from ..model.delivery import SME as KIND
from ..scenarios.parameters import Parameters
from .provider import Provider


class SME(Provider):
    """A small or medium firm: it grows when its capacity is used, and hears of few tenders."""

    kind, label = KIND, "sme"
    social, community = 0.5, 0.5

    def mean_skill(self, p: Parameters) -> float:
        return p.skill_sme

    def grow(self, p: Parameters) -> None:
        if self.load > 0.8 * self.capacity:
            self.resize(1.0 + p.firm_growth)
