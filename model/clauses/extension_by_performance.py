"""Extension by performance: a medium term that good work prolongs. Source: a waste contract of seven years and three more, worked on
together (evidence trafford_term); Decarolis, Spagnolo and Pacini on past performance (evidence past_performance_effect)."""

from . import Clause


class ExtensionByPerformance(Clause):
    """The contract runs on by `months`, once, if the quality that the client was shown reached `reached` of what the provider's skill
    promised and the pair's trust is `trust` at least. What that would earn is at stake whenever effort is withheld."""

    operation_only = True
    numbers = {
        "months": {
            "title": "Length of the extension",
            "value": 36.0,
            "unit": "months",
            "accepts": (1, 120),
            "whole": True,
            "evidence": "trafford_term",
            "note": "Three years after seven.",
        },
        "reached": {
            "title": "Quality that earns it",
            "value": 0.75,
            "unit": "share of the quality that skill promised",
            "accepts": (0, 1),
            "assumed": (0.6, 0.95),
            "note": "No measure of the standard that councils ask; about what an average contract is seen to give.",
        },
        "trust": {
            "title": "Trust that earns it",
            "value": 0.4,
            "unit": "trust of the pair, 0-1",
            "accepts": (0, 1),
            "assumed": (0.2, 0.7),
            "note": "No measure; a little below that of strangers.",
        },
    }

    def on_award(self, contract):
        contract.prize = contract.fee * self.months / 12.0

    def on_review(self, contract, month):
        row = contract.terms
        if contract.extended or not row["operated"] or contract.trust < self.trust:
            return 0
        shown = row["total_shown"] / row["operated"]
        if shown < self.reached * contract.skill:
            return 0
        return int(self.months)
