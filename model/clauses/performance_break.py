"""Performance break: the buyer may walk away from a contract that keeps failing. Source: the NLGN report on break clauses; evidence
f_peterborough, a contract that could not be left because its figures were met; Dixit and Pindyck 1994 on the value of the option."""

from . import Clause


class PerformanceBreak(Clause):
    """After `strikes` breaches (poor delivery, or effort withheld that came up) within `window` months the buyer may leave, and does if it
    believes the market to offer more, as at a dated break. Bidders ask `premium` of cost, more by the length of the term."""

    no_more = ("strikes", "window")
    numbers = {
        "strikes": {
            "title": "Failures before a break",
            "value": 3.0,
            "unit": "breaches",
            "accepts": (1, 100),
            "whole": True,
            "assumed": (2, 6),
            "note": "Contracts count points or warnings in their own ways; no series found.",
        },
        "window": {
            "title": "Failures counted over",
            "value": 24.0,
            "unit": "months",
            "accepts": (1, 360),
            "whole": True,
            "assumed": (12, 36),
            "note": "As for the strikes.",
        },
        "premium": {
            "title": "Added to bids for it",
            "value": 0.005,
            "unit": "share of cost, added to bids at a full term",
            "accepts": (0, 0.2),
            "assumed": (0.0, 0.02),
            "note": "Below that of a dated break: whoever does well runs no risk.",
        },
        "full": {
            "title": "Term that costs the whole premium",
            "help": "For shorter terms bidders ask a part of the premium.",
            "value": 15.0,
            "unit": "years of a term at which bidders ask the whole premium",
            "accepts": (1, 100),
            "assumed": (5, 30),
            "note": "As for a dated break; no measure.",
        },
    }

    def on_price(self, tender):
        if "operate" not in tender.phases:
            return 0.0
        return self.premium * min(1.0, tender.operate_months / 12.0 / self.full)

    def on_breach(self, contract, month):
        contract.breaches.append(month)
        if len([m for m in contract.breaches if m > month - self.window]) < self.strikes or contract.leaving:
            return
        contract.buyer.consider_break(contract, "it kept falling short")
