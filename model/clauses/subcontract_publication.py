"""Publication of subcontracts: the provider advertises work that it passes on. Source: the NLGN report's proposal to publish subcontracts
over £25,000 (evidence rule_subcontract_25k); Coviello and Mariniello 2014 on publicity and entry."""

from ..delivery import SME
from . import Clause


class SubcontractPublication(Clause):
    """Small firms of the place and the trade that have room each notice with chance `noticed`; the ablest of those that would do the
    work better or cheaper than the provider gets `share` of the contract. Bidders add `cost` for advertising."""

    operation_only = True
    pot = "work"
    numbers = {
        "share": {
            "title": "Work that is passed on",
            "value": 0.15,
            "unit": "share of the contract's value",
            "accepts": (0, 0.5),
            "assumed": (0.05, 0.3),
            "note": "What is passed on anyway and may be advertised; no measure.",
        },
        "noticed": {
            "title": "Chance that a firm notices",
            "value": 0.3,
            "unit": "chance for each firm",
            "accepts": (0, 1),
            "assumed": (0.1, 0.7),
            "note": "Portals are read by some; no measure.",
        },
        "cost": {
            "title": "Added to bids for advertising",
            "value": 0.002,
            "unit": "share of cost, added to bids",
            "accepts": (0, 0.05),
            "assumed": (0.0, 0.005),
            "note": "Advertising and comparing; no measure.",
        },
    }

    def on_price(self, tender):
        return self.cost

    def on_start(self, contract, month):
        partner = self.found_by(contract) if contract.buyer.model.scenario.switches.published_work else None
        if partner is not None:
            contract.buyer.model.deals.add(contract, partner, self.share)

    def found_by(self, contract):
        """The small firm that takes the work, if there is one."""
        world, provider, buyer = contract.buyer.model, contract.provider, contract.buyer
        if provider.kind == SME and provider.district == buyer.district:
            return None
        sector, room = world.sector_of(contract.undertaking.service), self.share * contract.annual
        near = [a for a in world.providers if a.kind == SME and a.alive and a.district == buyer.district and a.sector == sector]
        near = [a for a in near if a is not provider and a.capacity - a.load >= room]
        seen = [a for a in near if world.chance.uniform("published", contract.key ^ a.key, world.month) < self.noticed]
        fit = [a for a in seen if a.skill[2] > provider.skill[2] or a.efficiency[2] < provider.efficiency[2]]
        return min(fit, key=lambda a: (-a.skill[2], a.name), default=None)

    def on_end(self, contract, month):
        contract.buyer.model.deals.end(contract)
