"""Prompt payment: the buyer pays on time, and the provider its subcontractor soon. Source: the NLGN report on Carillion's supply chain
(evidence carillion_suppliers, 120 days; sme_bid_effort on late payment); Barrot and Nanda 2020 on faster payment and jobs."""

from . import Clause


class PromptPayment(Clause):
    """Nothing that the buyer owes under it comes late. While it holds such a contract a provider pays its subcontractor after `months`
    at most, for all its work: accounts know no contracts. What it lent from its suppliers before it must find elsewhere: bidders add
    `cost` for each month less."""

    numbers = {
        "months": {
            "title": "Subcontractors are paid within",
            "value": 1.0,
            "unit": "months",
            "accepts": (0, 6),
            "whole": True,
            "assumed": (0, 2),
            "note": "Thirty days, as public buyers ask; from general knowledge.",
        },
        "cost": {
            "title": "Added to bids for each month less",
            "value": 0.001,
            "unit": "share of cost for each month less, added to bids",
            "accepts": (0, 0.05),
            "assumed": (0.0, 0.004),
            "note": "A month of a fifth of cost at an overdraft's rate.",
        },
    }

    def on_price(self, tender):
        return self.cost * max(0.0, tender.parameters.payment_terms - self.months)

    def on_award(self, contract):
        contract.write(late=0.0)
        self.set_terms(contract)

    def on_end(self, contract, month):
        self.set_terms(contract, without=contract)

    def set_terms(self, contract, without=None):
        """The provider's terms: the shortest that a contract of its own asks for, signed or under way, or the usual ones."""
        world, provider = contract.buyer.model, contract.provider
        if world.firms["subcontractor"][provider.row] < 0:
            return
        running = [c for c in world.contracts.at.values() if c.provider is provider]
        mine = [contract, *running, *provider.signed_not_begun()]
        asked = [c.months for other in mine if other is not without for c in other.clauses if isinstance(c, PromptPayment)]
        usual = int(world.scenario.parameters.payment_terms)
        world.firms["terms"][provider.row] = min([usual, *(int(months) for months in asked)])
