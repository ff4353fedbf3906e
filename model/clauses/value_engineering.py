"""Value engineering: after the award both sides look for ways to do better for less, and share what is saved. Source: a waste contract
reviewed together (LGiU; evidence trafford_recycling, trafford_saving_disposal); Baker, Gibbons and Murphy 2002."""

from . import Clause


class ValueEngineering(Clause):
    """Once a year the parties look for improvements (agents/innovation.py); of what one saves the buyer gets `share`.

    A review costs each side `cost` of a year's price.
    """

    every = 12
    payments = ("fixed price", "volume price", "availability payment", "payment by results", "gain share")
    numbers = {
        "share": {
            "title": "Savings that are the buyer's",
            "value": 0.5,
            "unit": "share of what is saved, the buyer's",
            "accepts": (0, 1),
            "assumed": (0.2, 0.8),
            "note": "Halves are usual; in Birmingham 30% of efficiency gains were the council's (f_birmingham).",
        },
        "cost": {
            "title": "Cost of a review to each side",
            "value": 0.0005,
            "unit": "share of a year's price, to each side",
            "accepts": (0, 0.1),
            "assumed": (0.0, 0.003),
            "note": "Some days of staff a year on either side; no figure found.",
        },
    }

    def on_month(self, contract, month):
        contract.buyer.review_value(contract, self.share, self.cost)
