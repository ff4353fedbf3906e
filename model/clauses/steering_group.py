"""Steering group: residents sit with buyer and provider, in design, in delivery, in evaluation. Source: Copenhagen's area renewal in the
NLGN report (evidence copenhagen_stages); Arnstein 1969 on tokenism; Ostrom 1996 on co-production."""

from ..ledger import STEERING
from ..trusting import met
from . import Clause


class SteeringGroup(Clause):
    """Residents who take part fill `seats` seats; the more sit there the better the group speaks for all users, up to `reach`.

    *Design*: the specification moves `told` of the way to the need before the contract begins; the tender takes `delay` months more.
    *Delivery*: every quarter it moves `heard` of the way, and trust grows by `trust`. *Evaluation*: each year the group publishes what it
    found, which opens the contract's data. Each meeting costs the buyer `cost`. Whether residents feel listened to is judged, after any
    stage, by whether the service fits (agents/steering.py).
    """

    every = 3
    needs_residents = True
    numbers = {
        "design": {
            "title": "Residents sit in the design",
            "value": 1.0,
            "unit": "1 if residents sit in it, else 0",
            "accepts": (0, 1),
            "whole": True,
            "evidence": "copenhagen_stages",
            "note": "All three stages, as there.",
        },
        "delivery": {
            "title": "Residents sit in the delivery",
            "value": 1.0,
            "unit": "1 if residents sit in it, else 0",
            "accepts": (0, 1),
            "whole": True,
            "evidence": "copenhagen_stages",
            "note": "All three stages, as there.",
        },
        "evaluation": {
            "title": "Residents sit in the evaluation",
            "value": 1.0,
            "unit": "1 if residents sit in it, else 0",
            "accepts": (0, 1),
            "whole": True,
            "evidence": "copenhagen_stages",
            "note": "All three stages, as there.",
        },
        "seats": {
            "title": "Seats for residents",
            "value": 12.0,
            "unit": "residents",
            "accepts": (1, 1000),
            "whole": True,
            "assumed": (6, 20),
            "note": "As many as fit around a table; 8% of residents take part in something (public_no_interest, cls_took_part).",
        },
        "reach": {
            "title": "How far a large group speaks for all",
            "help": "Those who come are not like those who do not: even a large group speaks for so much of all who use the service.",
            "value": 0.6,
            "unit": "share",
            "accepts": (0, 1),
            "assumed": (0.3, 0.9),
            "note": "Those who come are not like those who do not; no measure.",
        },
        "told": {
            "title": "Gap to the need closed in the design",
            "value": 0.5,
            "unit": "share of the way to the need",
            "accepts": (0, 1),
            "assumed": (0.2, 0.8),
            "note": "No measure of what users know of needs that officers do not.",
        },
        "heard": {
            "title": "Gap to the need closed at each meeting",
            "value": 0.1,
            "unit": "share of the way to the need, a meeting",
            "accepts": (0, 1),
            "assumed": (0.0, 0.3),
            "note": "What can be done within the contract's sum; over a year less than an annual plan does. No measure.",
        },
        "trust": {
            "title": "Trust gained at each meeting",
            "value": 0.005,
            "unit": "share of the trust that is missing, a meeting",
            "accepts": (0, 1),
            "assumed": (0.0, 0.03),
            "note": "No measure; all four meetings of a year less than an annual plan.",
        },
        "delay": {
            "title": "The tender takes longer by",
            "value": 3.0,
            "unit": "months",
            "accepts": (0, 36),
            "whole": True,
            "assumed": (1, 6),
            "note": "A season of meetings before a tender; no series found.",
        },
        "cost": {
            "title": "Cost of a meeting to the buyer",
            "value": 2000.0,
            "unit": "£ a meeting",
            "accepts": (0, 1e6),
            "assumed": (500, 10000),
            "note": "Rooms, papers, an officer's week; no figure found.",
        },
    }

    def on_tender(self, tender):
        if self.design and not tender.delayed:
            tender.delayed = True
            tender.closes += int(self.delay)

    def on_award(self, contract):
        world = contract.buyer.model
        contract.voice = self.speaks_for(world) * (self.design + self.delivery + self.evaluation) / 3
        if self.design:
            self.move(contract, world.month, self.told)
            self.pay(contract, self.delay)

    def on_month(self, contract, month):
        if self.delivery:
            self.move(contract, month, self.heard)
            met(contract, self.trust)
            self.pay(contract, 1.0)
        if (month - contract.operating_from) % 12 == 0:
            if self.evaluation:
                contract.disclosed = max(contract.disclosed, self.speaks_for(contract.buyer.model))
                self.pay(contract, 1.0)
            contract.buyer.hear(contract)

    def speaks_for(self, world):
        """How far the group speaks for all: `reach` by the weight that the mean of so many views deserves [one view as far from the
        common one as that is from what officers know: n / (n + 1)]."""
        if not world.scenario.switches.steering:
            return 0.0
        taking_part = world.taking_part * len(world.people) * world.scenario.place.population.people_per_row
        filled = min(self.seats, taking_part)
        return self.reach * filled / (filled + 1.0)

    def move(self, contract, month, share):
        """The specification moves so far towards the need, as the group speaks for those who have it."""
        world = contract.buyer.model
        need, x = world.need_of(contract.undertaking, month), contract.specification()
        share *= self.speaks_for(world)
        contract.respecify(tuple(xi + share * (n - xi) for xi, n in zip(x, need, strict=True)))

    def pay(self, contract, meetings):
        """The buyer pays for meetings."""
        world, buyer = contract.buyer.model, contract.buyer
        pence = int(100.0 * self.cost * meetings)
        world.ledger.post(buyer.account, world.nation.economy, STEERING, pence)
        buyer.note_extra(pence)
        world.tally("transaction_cost", pence, buyer)
