"""Grant agreement: voluntary bodies alone may apply, and what they do not need comes back. Source: the LGiU report on grants against
contracts (evidence dorset_grant_pot); Frumkin and Kim 2002 and Salamon 1987 on grants."""

from ..delivery import VCS
from ..profits import dilute, settle
from . import Clause


class GrantAgreement(Clause):
    """Only voluntary bodies are invited. Each year `share` of what was given and not spent goes back to the buyer, which leaves them
    less to gain from withholding effort."""

    pot = "profit"
    every = 12
    numbers = {
        "share": {
            "title": "Unspent money that goes back",
            "value": 1.0,
            "unit": "share of what was not spent",
            "accepts": (0, 1),
            "assumed": (0.5, 1.0),
            "note": "Unspent grant is asked back as a rule; from general knowledge.",
        },
    }

    def on_invite(self, tender, invited):
        return [one for one in invited if one[0].kind == VCS]

    def on_award(self, contract):
        contract.claims.profit += self.share
        if contract.buyer.model.scenario.switches.ownership:
            dilute(contract, self.share)

    def on_month(self, contract, month):
        settle(contract, month)

    def on_end(self, contract, month):
        settle(contract, month)
