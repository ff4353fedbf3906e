"""Break clause: the buyer may walk away at set dates. Source: the NLGN report on long contracts and change of ownership;
Klein, Crawford and Alchian 1978 on hold-up; Dixit and Pindyck 1994 on the value of the option."""

from . import Clause


class BreakClause(Clause):
    """A right to end the contract `first` months after delivery began and every `then` months after, up to `last` months before its end.

    The right weakens hold-up on changes; bidders ask a premium for the capital they may not recover. A contract too short for a date,
    or that runs no service, has no right and costs no premium.
    """

    within_term = ("first", "last")
    numbers = {
        "first": {
            "title": "First break date after",
            "value": 36.0,
            "unit": "months from the start of delivery",
            "accepts": (0, 360),
            "whole": True,
            "assumed": (12, 60),
            "note": "A bidder wants some years to earn back its outlay; terms vary by contract and no series was found.",
        },
        "then": {
            "title": "Further break dates every",
            "value": 24.0,
            "unit": "months from one break date to the next",
            "accepts": (0, 360),
            "whole": True,
            "assumed": (12, 60),
            "note": "No series found; every second year lets a council look back on a full budget year.",
        },
        "last": {
            "title": "No break date in the last",
            "value": 6.0,
            "unit": "months before the end after which there is no break date",
            "accepts": (0, 360),
            "whole": True,
            "assumed": (3, 12),
            "note": "So near the end a break saves little; no series found.",
        },
        "full": {
            "title": "Term that costs the whole premium",
            "help": "For shorter terms bidders ask a part of the premium.",
            "value": 15.0,
            "unit": "years of a term at which bidders ask the whole premium",
            "accepts": (1, 100),
            "assumed": (5, 30),
            "note": "The longer the term, the more is lost by an early end; no measure.",
        },
    }

    def on_price(self, tender):
        if "operate" not in tender.phases or not self.dates(0, tender.operate_months):
            return 0.0
        years = tender.operate_months / 12.0
        return tender.parameters.risk_premium * min(1.0, years / self.full)

    def on_award(self, contract):
        contract.breaks = self.dates(contract.operating_from, int(contract.end))
        contract.break_right = float(bool(contract.breaks))

    def dates(self, begin, end):
        """The months in which the buyer may walk away from a service that is run from month `begin` to `end`."""
        return list(range(begin + int(self.first), end - int(self.last), max(1, int(self.then))))
