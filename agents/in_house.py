"""In-house teams."""

from ..model.delivery import IN_HOUSE
from .provider import Provider


class InHouseTeam(Provider):
    """A commissioner's own staff: paid at cost, with little to gain from withholding effort [Hart, Shleifer and Vishny 1997]."""

    kind, label = IN_HOUSE, "in-house"
    social, community = 0.7, 0.6

    def mean_skill(self, p):
        return p.skill_in_house

    def claim(self, p):
        return p.claim_in_house

    def bid(self, tender, lot, error, blur=0.0):
        """It does not bid: the commissioner decides to use it."""
        return None
