"""Audited performance indicators (KPIs): somebody independent checks what is reported. Source: the NLGN report on accountability;
Mookherjee and Png 1989; Duflo and others 2013: auditors who are not chosen by whom they audit report the truth."""

from ..ledger import AUDIT
from . import Clause


class AuditedKpis(Clause):
    """Each year an auditor, whom the client pays `cost` of the year's price, brings the client's knowledge of the contract
    `insight` of the way to all there is to know."""

    excludes = ("self_reported_kpis",)
    every = 12
    numbers = {
        "insight": {
            "title": "What an audit brings to light",
            "value": 0.25,
            "unit": "share of the knowledge that is missing, an audit",
            "accepts": (0, 1),
            "assumed": (0.1, 0.5),
            "note": "No measure in this unit; audits of reports changed conduct where they were independent.",
        },
        "cost": {
            "title": "Cost of audits to the client",
            "value": 0.002,
            "unit": "share of a year's price, to the client",
            "accepts": (0, 0.1),
            "assumed": (0.0005, 0.005),
            "note": "No figure found; a few auditors' weeks on a contract of some millions.",
        },
    }

    def on_month(self, contract, month):
        world, buyer = contract.buyer.model, contract.buyer
        cost = int(self.cost * 12.0 * contract.price)
        world.ledger.post(buyer.account, world.nation.economy, AUDIT, cost)
        buyer.note_extra(cost)
        world.tally("transaction_cost", cost, buyer)
        if world.scenario.switches.reporting:
            contract.knowledge += self.insight * (1.0 - contract.knowledge)
