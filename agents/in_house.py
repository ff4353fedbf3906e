"""In-house teams."""

from __future__ import annotations

from ..model.delivery import IN_HOUSE
from ..model.procurement import Tender
from ..scenarios.parameters import Parameters
from .provider import Provider


class InHouseTeam(Provider):
    """A commissioner's own staff: paid at cost, with little to gain from withholding effort [Hart, Shleifer and Vishny 1997]."""

    kind, label = IN_HOUSE, "in-house"
    know_how = 1.0  # of running services, 0-1 (skills.py)

    def mean_skill(self, p: Parameters) -> float:
        return p.skill_in_house

    def seen(self, p: Parameters) -> tuple[float, float]:
        return 0.0, 0.0  # no buyer scores it, as it does not bid

    def claim(self, p: Parameters) -> float:
        return p.claim_in_house

    def could(self, tender: Tender) -> bool:
        """It does not bid: the commissioner decides to use it."""
        return False
