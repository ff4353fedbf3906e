"""Data disclosure: the provider publishes how it performs. Source: the NLGN report on transparency above a threshold (set with
`above` in the policy); Duflo and others on monitoring; Bauhr and others 2020: publication after the fact moves less than before."""

from . import Clause


class DataDisclosure(Clause):
    """Opens the provider's data on performance: the client sees more of what it does (parameter `disclosure_insight`), failings that are
    found, and quarrels that get about, were not hidden (`candour`); bidders for the next contract err less (`disclosure_rivals`).
    Bidders pay `compliance` of cost for it."""

    numbers = {
        "compliance": {
            "title": "Cost of publishing",
            "value": 0.002,
            "unit": "share of cost, added to bids",
            "accepts": (0, 0.5),
            "assumed": (0.0, 0.01),
            "note": "Data gathered and published; no figure found.",
        },
    }

    def on_price(self, tender):
        return self.compliance

    def on_award(self, contract):
        contract.disclosed = 1.0
        contract.costs_rise(1.0 + self.compliance)
