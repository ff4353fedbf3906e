"""Equity share: the buyer owns part of whoever delivers, as in a joint venture or a mutual investment model. Sources: Cheshire West's
joint venture and the Welsh model in the NLGN report (f_qwest, mim_pipeline); Grossman and Hart 1986; what to beware of, f_birmingham."""

from ..profits import dilute, financed, settle
from . import Clause


class EquityShare(Clause):
    """The buyer has `share` of each year's profit that the accounts show, and bears that share of each year's loss.

    Its seats on the board give it `board` of what it does not know of the contract, every year; what is decided by two takes longer:
    changes are got round to the less often, by `slow`. With a project company the share is one of its dividends.
    """

    pot = "profit"
    numbers = {
        "share": {
            "title": "Share that the buyer owns",
            "value": 0.5,
            "unit": "share of profit and loss",
            "accepts": (0, 1),
            "assumed": (0.1, 0.8),
            "note": "Equal partners taken; up to a fifth in the Welsh model (mim_pipeline, from memory there).",
        },
        "board": {
            "title": "Learnt from seats on the board",
            "value": 0.15,
            "unit": "share of the knowledge that is missing, a year",
            "accepts": (0, 1),
            "assumed": (0.0, 0.3),
            "note": "Directors see what clients do not; no measure.",
        },
        "slow": {
            "title": "Fewer changes, since two decide",
            "help": "What is decided by two takes longer.",
            "value": 0.3,
            "unit": "share by which changes are got round to less often",
            "accepts": (0, 1),
            "assumed": (0.0, 0.6),
            "note": "The reports say that shared control slows decisions; no measure.",
        },
    }
    every = 12

    def on_risk(self, bearing):
        if not bearing.financed:
            bearing.earned -= self.share
            bearing.retained *= 1.0 - self.share

    def on_award(self, contract):
        contract.claims.equity = self.share
        contract.write(attention=float(contract.terms["attention"]) * (1.0 - self.slow))
        if not financed(contract) and contract.buyer.model.scenario.switches.ownership:
            dilute(contract, self.share)

    def on_month(self, contract, month):
        contract.knowledge += self.board * (1.0 - contract.knowledge)
        settle(contract, month)

    def on_end(self, contract, month):
        settle(contract, month)
