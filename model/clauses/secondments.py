"""Secondments: staff of either side work in the other's house for a year. Source: the NLGN report on skills and trust in large contracts;
evidence hay_skills_lost; on capture by those one works with, Laffont and Tirole 1991."""

from ..ledger import SECONDMENT
from ..trusting import met
from . import Clause


class Secondments(Clause):
    """Each year trust grows by `trust` and the client's knowledge by `insight` of what is missing; `capture` of what it sees it keeps to
    itself, more each year. The client pays `cost` of a year's price for cover and travel."""

    every = 12
    numbers = {
        "trust": {
            "title": "Trust gained each year",
            "value": 0.05,
            "unit": "share of the trust that is missing, a year",
            "accepts": (0, 1),
            "assumed": (0.0, 0.15),
            "note": "No measure; more than a meeting a year does, since people work together.",
        },
        "insight": {
            "title": "Knowledge the client gains each year",
            "value": 0.1,
            "unit": "share of the knowledge that is missing, a year",
            "accepts": (0, 1),
            "assumed": (0.0, 0.3),
            "note": "No measure; nearly half of leaders expect key skills to be lost (hay_skills_lost), here some come back.",
        },
        "capture": {
            "title": "What the client sees but lets pass",
            "help": "Guests from the provider's house grow into friends: so much of what it sees the client keeps to itself.",
            "value": 0.02,
            "unit": "share of the client's own sight, a year",
            "accepts": (0, 1),
            "assumed": (0.0, 0.06),
            "note": "No measure; those who know each other well report less.",
        },
        "cost": {
            "title": "Cost to the client",
            "value": 0.001,
            "unit": "share of a year's price, to the client",
            "accepts": (0, 0.1),
            "assumed": (0.0, 0.005),
            "note": "Travel and cover for those who are away; no figure found.",
        },
    }

    def on_month(self, contract, month):
        world, buyer = contract.buyer.model, contract.buyer
        met(contract, self.trust)
        contract.knowledge += self.insight * (1.0 - contract.knowledge)
        contract.unheard += self.capture * (1.0 - contract.unheard)
        cost = int(self.cost * 12.0 * contract.price)
        world.ledger.post(buyer.account, world.nation.economy, SECONDMENT, cost)
        buyer.note_extra(cost)
        world.tally("transaction_cost", cost, buyer)
