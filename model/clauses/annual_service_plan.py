"""Annual service plan: buyer and provider meet once a year and bring the contract closer to the need, free of hold-up.
Source: the Braintree leisure contract in the NLGN report; Bajari and Tadelis 2001 on the flexible side of contracting."""

from ..ledger import PLAN
from . import Clause


class AnnualServicePlan(Clause):
    """Each year the specification moves `reset` of the way to the need as the client sees it; trust grows by `trust`.

    The meeting costs each side `cost` of a year's payments.
    """

    numbers = {
        "reset": {
            "title": "Gap to the need closed each year",
            "value": 0.5,
            "unit": "share of the way to the need",
            "accepts": (0, 1),
            "assumed": (0.2, 0.9),
            "note": "A plan meets what it can within the contract's sum; no measure of how far it goes.",
        },
        "trust": {
            "title": "Trust gained at each meeting",
            "value": 0.03,
            "unit": "share of the trust that is missing, a meeting",
            "accepts": (0, 1),
            "assumed": (0.0, 0.1),
            "note": "No measure; that regular talks build trust is the report's claim.",
        },
        "cost": {
            "title": "Cost of a meeting to each side",
            "value": 0.001,
            "unit": "share of a year's payments, to each side",
            "accepts": (0, 0.1),
            "assumed": (0.0002, 0.005),
            "note": "Some days of staff a year on either side; no figure found.",
        },
    }
    every = 12

    def on_month(self, contract, month):
        world = contract.buyer.model
        need, x = world.need_of(contract.undertaking, month), contract.specification()
        contract.respecify(tuple(xi + self.reset * (n - xi) for xi, n in zip(x, need, strict=True)))
        if world.scenario.switches.trust:
            contract.trust += self.trust * (1.0 - contract.trust)
        cost = int(self.cost * 12.0 * contract.price)
        for side in (contract.buyer.account, contract.provider.account):
            world.ledger.post(side, world.nation.economy, PLAN, cost)
        contract.buyer.note_extra(cost)
        world.tally("transaction_cost", 2 * cost, contract.buyer)
