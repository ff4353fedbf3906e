"""Apprenticeships: jobs and training for residents out of work. Source: community-benefit clauses in the LGiU report, and the Welsh
mutual investment model (mim_pipeline)."""

from . import Clause


class Apprenticeships(Clause):
    """For each million pounds a year the provider takes on residents out of work every year, `jobs` of them, as far as the client
    follows it up.

    `pay` is what an apprentice costs beyond what it earns its employer; it is priced, and spent as wages in the district. Whoever is
    taken on works in the provider's trade from then on, with `learning` more skill.
    """

    numbers = {
        "jobs": {
            "title": "Apprentices per £1m a year",
            "value": 1.0,
            "unit": "apprentices per million pounds a year",
            "accepts": (0, 20),
            "assumed": (0.2, 3.0),
            "note": "No figure in the reports; of the order of a person for a year per million.",
        },
        "pay": {
            "title": "Cost of each apprentice",
            "value": 5000.0,
            "unit": "pounds each, beyond what they earn",
            "accepts": (0, 50000),
            "assumed": (2000.0, 10000.0),
            "note": "Supervision and training; no figure found.",
        },
        "learning": {
            "title": "Skill that each gains",
            "value": 0.1,
            "unit": "share of skill",
            "accepts": (0, 1),
            "assumed": (0.0, 0.3),
            "note": "No measure.",
        },
        "unseen": {
            "title": "Kept where nobody follows it up",
            "value": 0.4,
            "unit": "share delivered without a client's knowledge",
            "accepts": (0, 1),
            "assumed": (0.1, 0.8),
            "note": "As for local supplies: no measure of how far such promises are kept where nobody follows them up.",
        },
    }
    every = 12
    operation_only = True

    def on_price(self, tender):
        return self.jobs * self.pay / 1e6

    def on_start(self, contract, month):
        extra = self.on_price(None) * self.followed_up(contract)
        labour, near, mid = (float(contract.terms[name]) for name in ("labour", "labour_focal", "labour_region"))
        here = contract.buyer.focal  # elsewhere residents are no individuals: the wages go to the rest of the region
        contract.cost *= 1.0 + extra
        contract.write(
            labour=(labour + extra) / (1.0 + extra),
            labour_focal=(labour * near + extra * here) / max(1e-9, labour + extra),
            labour_region=(labour * mid + extra * (not here)) / max(1e-9, labour + extra),
        )

    def on_month(self, contract, month):
        world = contract.buyer.model
        if contract.buyer.focal:
            people = self.jobs * 12.0 * contract.price / 1e8 * self.followed_up(contract)
            world.take_on_residents(contract, people, 1.0 + self.learning)
