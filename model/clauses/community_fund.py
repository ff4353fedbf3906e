"""Community fund: the provider pays into a fund for voluntary bodies of the place. Source: the Essex child health contract in the NLGN
report (essex_community_fund); penalties as in the Welsh mutual investment model (mim_pipeline)."""

from ..delivery import OPERATE
from ..ledger import COMMUNITY_FUND
from . import Clause


class CommunityFund(Clause):
    """Once a year `share` of the year's price goes to the voluntary bodies of the buyer's district in equal parts.

    The provider keeps the promise if it has the money and if what it risks is worth more than what it saves: a missed payment is
    noticed with chance `noticed`, or more as far as the client knows the contract, and then costs `penalty` times what was due.
    """

    numbers = {
        "share": {
            "title": "Paid into the fund each year",
            "value": 0.005,
            "unit": "share of the price, a year",
            "accepts": (0, 0.2),
            "assumed": (0.001, 0.02),
            "note": "Half a million of a contract of 250 million over seven years in Essex (essex_community_fund, essex_contract_value).",
        },
        "noticed": {
            "title": "Chance that a missed payment is noticed",
            "value": 0.6,
            "unit": "chance, at no knowledge of the contract",
            "accepts": (0, 1),
            "assumed": (0.3, 1.0),
            "note": "A payment is easier to follow up than a quality; no measure.",
        },
        "penalty": {
            "title": "Penalty for a missed payment",
            "value": 2.0,
            "unit": "times what was due",
            "accepts": (0, 20),
            "assumed": (0.0, 3.0),
            "note": "The Welsh model has penalties for missed community benefits (mim_pipeline), their size is not reported.",
        },
    }
    every = 12
    operation_only = True

    def on_price(self, tender):
        return self.share

    def on_month(self, contract, month):
        world, provider, buyer = contract.buyer.model, contract.provider, contract.buyer
        if contract.phase != OPERATE:
            return
        due = int(12.0 * self.share * contract.price)
        noticed = self.noticed + (1.0 - self.noticed) * contract.knowledge
        if provider.keeps(due, noticed * self.penalty * due) and world.ledger.balance[provider.account] >= due:
            world.give(buyer, provider.account, due, COMMUNITY_FUND)
        elif world.chance.uniform("missed payment", contract.key, month) < noticed:
            world.ledger.post(provider.account, buyer.account, COMMUNITY_FUND, int(self.penalty * due))
            world.event("missed payment", contract.number, buyer, provider.name, contract.undertaking, due, "community fund")
