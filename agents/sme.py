"""Small and medium-sized enterprises."""

from __future__ import annotations

from ..model.delivery import SME as KIND
from ..scenarios.parameters import Parameters
from .provider import Provider


class SME(Provider):
    """A small or medium firm: it grows when its capacity is used, and hears of few tenders."""

    kind, label = KIND, "sme"

    def mean_skill(self, p: Parameters) -> float:
        return p.skill_sme

    def seen(self, p: Parameters) -> tuple[float, float]:
        return p.social_sme, p.standing_sme

    def grow(self, p: Parameters) -> None:
        if self.load > p.growth_use * self.capacity:
            self.resize(1.0 + p.firm_growth)
