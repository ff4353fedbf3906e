"""Voluntary bodies' share (VCS share): the prime contractor passes part of the contract's value on to voluntary bodies of the place.
Source: the Essex child health contract in the NLGN report, where the voluntary partner had 30 per cent (evidence essex_vcs_share)."""

from math import fsum

from ..delivery import VCS
from . import Clause


class VcsShare(Clause):
    """Of what the buyer pays `share` goes on to voluntary bodies of its district that have the room, with that share of the work.

    The provider chooses them, and looks again every year. Of what is promised it passes on `unseen` where the client knows nothing
    of the contract, all where it knows all; `cost` is what managing partners adds. Skill and readiness to shade are those of all who
    do the work, by their shares as it begins.
    """

    numbers = {
        "share": {
            "title": "Value passed on to voluntary bodies",
            "value": 0.3,
            "unit": "share of the contract's value",
            "accepts": (0, 0.9),
            "assumed": (0.05, 0.4),
            "note": "The voluntary partner's part in Essex was 30 per cent of the contract (essex_vcs_share); lower shares are usual.",
        },
        "unseen": {
            "title": "Kept where nobody follows it up",
            "value": 0.4,
            "unit": "share delivered without a client's knowledge",
            "accepts": (0, 1),
            "assumed": (0.1, 0.8),
            "note": "As for local supplies: no measure of how far such promises are kept where nobody follows them up.",
        },
        "cost": {
            "title": "Added to bids for managing partners",
            "value": 0.01,
            "unit": "share of cost, added to bids",
            "accepts": (0, 0.5),
            "assumed": (0.0, 0.03),
            "note": "Finding, guiding and paying partners; no figure found.",
        },
    }
    every = 12
    operation_only = True
    pot = "work"

    def on_price(self, tender):
        return self.cost

    def on_start(self, contract, month):
        contract.cost *= 1.0 + self.cost
        found = self.look_for_partners(contract)
        design, build, skill = contract.skills
        claim = float(contract.terms["claim"])
        for body, share in found:
            skill += share * (body.skill[2] - contract.skills[2])
            claim += share * (body.claim(contract.buyer.model.scenario.parameters) - float(contract.terms["claim"]))
        contract.skills = design, build, skill
        if claim < contract.terms["claim"]:
            contract.write(claim=claim)

    def on_month(self, contract, month):
        self.look_for_partners(contract)

    def look_for_partners(self, contract):
        """Share out what is promised to voluntary bodies and not yet theirs. Returns who got how much."""
        world, provider = contract.buyer.model, contract.provider
        if provider.kind == VCS and provider.district == contract.buyer.district:  # it is what the clause asks for
            return []
        theirs = fsum(share for _, partner, share in world.deals.of(contract) if partner.kind == VCS)
        missing = self.share * self.followed_up(contract) - theirs
        found = provider.partners_for(contract, missing, world.voluntary_bodies(contract)) if missing > 0.0 else []
        return [(body, world.deals.add(contract, body, share)) for body, share in found]

    def on_end(self, contract, month):
        contract.buyer.model.deals.end(contract)
