"""Capacity transfer: the provider trains and helps voluntary bodies of the place. Source: community empowerment clauses in the NLGN
and LGiU reports; Becker 1964 on training whose fruits others reap."""

from . import Clause


class CapacityTransfer(Clause):
    """Every year the provider spends at least `share` of the price on training, as far as the client follows it up.

    What it would spend of its own will counts (`Provider.trains`). Bidders price what is asked for. What was taught shows as capacity
    of voluntary bodies after `transfer_months`.
    """

    numbers = {
        "share": {
            "title": "Spent on training each year",
            "value": 0.01,
            "unit": "share of the price, a year",
            "accepts": (0, 0.2),
            "assumed": (0.002, 0.03),
            "note": "No figure of what such clauses ask; 20 paid hours of volunteering per employee (birmingham_volunteering) are close.",
        },
        "unseen": {
            "title": "Kept where nobody follows it up",
            "value": 0.4,
            "unit": "share delivered without a client's knowledge",
            "accepts": (0, 1),
            "assumed": (0.1, 0.8),
            "note": "As for local supplies: no measure of how far such promises are kept where nobody follows them up.",
        },
    }
    every = 12
    operation_only = True

    def on_price(self, tender):
        return self.share

    def on_start(self, contract, month):
        contract.training_asked = self.share * self.followed_up(contract)

    def on_month(self, contract, month):
        self.on_start(contract, month)
