"""Step-in: the buyer's own people run a failing service for a while, at the provider's expense. Source: step-in rights of PFI and later
contracts; Hart and Moore 1990 on residual control."""

from ..ledger import STEP_IN
from ..trusting import shaken
from . import Clause


class StepIn(Clause):
    """After `strikes` breaches within a year the buyer's managers take over for `months`: nothing is gained by withholding effort
    under their eyes, and they bring the service `mend` of the way to the need. The provider pays them `cost` of its price; trust
    suffers."""

    operation_only = True
    numbers = {
        "strikes": {
            "title": "Failures before stepping in",
            "value": 2.0,
            "unit": "breaches within a year",
            "accepts": (1, 100),
            "whole": True,
            "assumed": (1, 4),
            "note": "Terms vary; rarely used where they stand, since a buyer must have people for it.",
        },
        "months": {
            "title": "How long the managers stay",
            "value": 6.0,
            "unit": "months",
            "accepts": (1, 60),
            "whole": True,
            "assumed": (3, 12),
            "note": "Until the provider has mended its ways; no series found.",
        },
        "mend": {
            "title": "Gap to the need they close",
            "value": 0.3,
            "unit": "share of the way to the need",
            "accepts": (0, 1),
            "assumed": (0.0, 0.6),
            "note": "Managers can change how things are done, not what was bought; no measure.",
        },
        "cost": {
            "title": "What the provider pays for them",
            "value": 0.05,
            "unit": "share of the price of these months",
            "accepts": (0, 1),
            "assumed": (0.02, 0.1),
            "note": "A management team beside the provider's own; no figure found.",
        },
        "premium": {
            "title": "Added to bids for it",
            "value": 0.002,
            "unit": "share of cost, added to bids",
            "accepts": (0, 0.2),
            "assumed": (0.0, 0.01),
            "note": "What bidders expect to pay for it; no figure found.",
        },
    }

    def on_price(self, tender):
        return self.premium

    def on_breach(self, contract, month):
        world, buyer, provider = contract.buyer.model, contract.buyer, contract.provider
        contract.strikes.append(month)
        year = [m for m in contract.strikes if m > month - 12]
        if len(year) < self.strikes or month < contract.stepped_in:
            return
        contract.stepped_in, contract.strikes = month + int(self.months), []
        need, x = world.need_of(contract.undertaking, month), contract.specification()
        contract.respecify(tuple(xi + self.mend * (n - xi) for xi, n in zip(x, need, strict=True)))
        pence = int(self.cost * self.months * contract.price)
        world.ledger.post(provider.account, buyer.account, STEP_IN, pence)
        world.ledger.post(buyer.account, world.nation.economy, STEP_IN, pence)
        world.event("step-in", contract.number, buyer, provider.name, contract.undertaking, pence, f"{int(self.months)} months")
        shaken(contract)
        claim, contract.claim = contract.claim, min(contract.claim, buyer.team.claim(world.scenario.parameters))
        world.schedule(contract.stepped_in, self.leave, contract, claim)

    def leave(self, contract, claim):
        """The managers go home; the provider has its own again."""
        if contract.runs():
            contract.claim = claim
