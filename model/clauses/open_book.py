"""Open book: the client sees the provider's costs. Source: the NLGN report (for contracts of a million pounds or more,
set with `above` in the policy); Laffont and Tirole 1993."""

from . import Clause


class OpenBook(Clause):
    """Raises what the client sees of shading (parameter `open_book_insight`) and takes `open_book_discount` off the mark-up on changes;
    bidders pay `compliance` of cost for it."""

    numbers = {
        "compliance": {
            "title": "Cost of opening the books",
            "value": 0.003,
            "unit": "share of cost, added to bids",
            "accepts": (0, 0.5),
            "assumed": (0.0, 0.02),
            "note": "Accounts kept for the client to read; no figure found.",
        },
    }

    def on_price(self, tender):
        return self.compliance

    def on_award(self, contract):
        contract.open_book = 1.0
        contract.costs_rise(1.0 + self.compliance)
