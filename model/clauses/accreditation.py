"""Accreditation: only providers that are bound to a social purpose may bid. Source: the NLGN report's proposal for contracts over £200,000,
after B Corporations (evidence rule_accreditation_200k); Besley and Ghatak 2005 on missions and incentives."""

from ..ledger import ACCREDITATION
from . import Clause


class Accreditation(Clause):
    """Who is not accredited asks for it if the mark-up it hopes for, by its chance to win, exceeds `fee`; others stay out. It holds for
    `years`. An accredited provider must look after more than its owners: of what it saves by doing less it claims `committed` less,
    and buyers see `standing` more social purpose in its bids."""

    asks_a_price = True
    numbers = {
        "fee": {
            "title": "What the certificate costs",
            "value": 5000.0,
            "unit": "£",
            "accepts": (0, 1e6),
            "assumed": (1000.0, 20000.0),
            "note": "Fees and staff time of a certificate; no figure in the evidence.",
        },
        "years": {
            "title": "How long it holds",
            "value": 3.0,
            "unit": "years",
            "accepts": (1, 20),
            "assumed": (1.0, 5.0),
            "note": "Certificates are renewed every few years; from general knowledge.",
        },
        "committed": {
            "title": "Less gained by doing less",
            "help": "Of what a provider saves by doing less, an accredited one claims so much less.",
            "value": 0.2,
            "unit": "share",
            "accepts": (0, 1),
            "assumed": (0.0, 0.5),
            "note": "No measure of what it changes.",
        },
        "standing": {
            "title": "Social purpose that buyers see",
            "value": 0.1,
            "unit": "points of social score, 0-1",
            "accepts": (0, 1),
            "assumed": (0.0, 0.3),
            "note": "By choice of scale.",
        },
    }

    def on_invite(self, tender, invited):
        return [one for one in invited if self.is_accredited(one[0], tender)]

    def is_accredited(self, provider, tender):
        """Whether it may bid: it is accredited, or gets it now."""
        world = tender.buyer.model
        if provider.accredited_until > world.month:
            return True
        hope = provider.mark_up(tender, provider.own_cost(tender)) * tender.reference / (1.0 + tender.expected_rivals)
        pence = round(100.0 * self.fee)
        if hope <= pence:
            return False
        world.ledger.post(provider.account, world.nation.economy, ACCREDITATION, pence)
        world.tally("transaction_cost", pence, tender.buyer)
        provider.certified, provider.accredited_until = self.standing, world.month + round(12.0 * self.years)
        return True

    def on_award(self, contract):
        contract.write(claim=float(contract.terms["claim"]) * (1.0 - self.committed))
