"""Break clause: the buyer may walk away at set dates. Source: the NLGN report on long contracts and change of ownership;
Klein, Crawford and Alchian 1978 on hold-up; Dixit and Pindyck 1994 on the value of the option."""

from . import Clause


class BreakClause(Clause):
    """A right to end the contract `first` months after delivery began and every `then` months after.

    The right weakens hold-up on changes; bidders ask a premium for the capital they may not recover.
    """

    numbers = {
        "first": {
            "value": 36.0,
            "unit": "months from the start of delivery",
            "accepts": (0, 360),
            "whole": True,
            "assumed": (12, 60),
            "note": "A bidder wants some years to earn back its outlay; terms vary by contract and no series was found.",
        },
        "then": {
            "value": 24.0,
            "unit": "months from one break date to the next",
            "accepts": (0, 360),
            "whole": True,
            "assumed": (12, 60),
            "note": "No series found; every second year lets a council look back on a full budget year.",
        },
    }

    def on_price(self, tender):
        if "operate" not in tender.phases:
            return 0.0
        years = tender.operate_months / 12.0
        return tender.parameters.risk_premium * min(1.0, years / 15.0)

    def on_award(self, contract):
        contract.break_right = 1.0
        begin, end = contract.operating_from, int(contract.end)
        contract.breaks = list(range(begin + int(self.first), end - 6, max(1, int(self.then))))
