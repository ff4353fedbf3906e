"""Local supply: the provider buys a share of its supplies in the place. Source: the Preston case in the NLGN report and
community-benefit clauses in the LGiU report."""

from . import Clause


class LocalSupply(Clause):
    """At least `share` of supplies is promised from the district; what the client can follow up is delivered.

    Of what it asks for, `unseen` is delivered where the client knows nothing of the contract, all where it knows all.
    Supplies are moved from outside the region first. `cost` is the share of cost it adds. Of other districts no supplies are told apart,
    so their contracts are as without it.
    """

    numbers = {
        "share": {
            "title": "Supplies bought in the district",
            "value": 0.35,
            "unit": "share of supplies bought in the district",
            "accepts": (0, 1),
            "assumed": (0.1, 0.6),
            "note": "No measure of what such clauses promise; providers from outside buy at most a tenth here of themselves.",
        },
        "unseen": {
            "title": "Kept where nobody follows it up",
            "value": 0.4,
            "unit": "share delivered without a client's knowledge",
            "accepts": (0, 1),
            "assumed": (0.1, 0.8),
            "note": "No measure of how far such promises are kept where nobody follows them up.",
        },
        "cost": {
            "title": "Added to bids for it",
            "value": 0.005,
            "unit": "share of cost, added to bids",
            "accepts": (0, 0.5),
            "assumed": (0.0, 0.02),
            "note": "Looking for suppliers nearby and reporting on it; no figure found.",
        },
    }

    def on_price(self, tender):
        return self.cost if tender.buyer.focal else 0.0

    def on_award(self, contract):
        if not contract.buyer.focal:
            return
        now = contract.supplies_focal
        outside = 1.0 - now - contract.supplies_region
        moved = max(0.0, self.share - now) * self.followed_up(contract)
        contract.supplies_focal = now + moved
        contract.supplies_region -= max(0.0, moved - outside)
        contract.costs_rise(1.0 + self.cost)
