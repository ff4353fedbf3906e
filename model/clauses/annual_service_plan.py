"""Annual service plan: buyer and provider meet once a year and bring the contract closer to the need, free of hold-up.
Source: the Braintree leisure contract in the NLGN report; Bajari and Tadelis 2001 on the flexible side of contracting."""

from ..ledger import PLAN
from . import Clause


class AnnualServicePlan(Clause):
    """Each year the specification moves a share `reset` of the way to the need as the client sees it; trust grows by `trust`.

    The meeting costs each side `cost` of a year's payments.
    """

    defaults = {"reset": 0.5, "trust": 0.03, "cost": 0.001}
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
