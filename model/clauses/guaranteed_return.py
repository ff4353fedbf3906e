"""Guaranteed return: the partner pays the buyer a yearly sum, whatever is earned. Source: Cheshire West's joint venture in the NLGN
report (f_qwest)."""

from ..profits import settle
from . import Clause


class GuaranteedReturn(Clause):
    """Each year the buyer gets at least `share` of a year's price from its equity and shares of profit; what is missing is paid on top.
    Of a year that the contract does not see out, only the months count.

    Bidders price what is certain to be asked of them. Somebody must pay it: a partner with equity, or a project company.
    """

    needs = ("equity_share", "company")
    numbers = {
        "share": {
            "title": "Return that is guaranteed",
            "value": 0.01,
            "unit": "share of a year's price",
            "accepts": (0, 0.5),
            "assumed": (0.002, 0.03),
            "note": "No figure in the reports.",
        },
    }
    every = 12
    operation_only = True

    def on_price(self, tender):
        return self.share

    def on_start(self, contract, month):
        contract.claims.floor = self.share

    def on_month(self, contract, month):
        settle(contract, month)

    def on_end(self, contract, month):
        settle(contract, month)
