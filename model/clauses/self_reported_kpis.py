"""Self-reported performance indicators (KPIs): the client relies on what the provider reports of itself. Source: a council's contract of
23 years in which performance data proved wrong (evidence f_trafford_amey); Khalil 1997 and Mookherjee and Png 1989 on audits."""

from . import Clause


class SelfReportedKpis(Clause):
    """Of what the client would see by itself it sees `unheard` less: nobody of its own looks. It saves `saving` of cost.

    Effort withheld behind such reports, when it comes up, costs more trust (parameter `false_report`).
    """

    excludes = ("audited_kpis",)
    operation_only = True
    numbers = {
        "unheard": {
            "title": "Sight that the client loses",
            "help": "Nobody of its own looks, so it sees so much less than it would by itself.",
            "value": 0.7,
            "unit": "share of the client's own sight",
            "accepts": (0, 1),
            "assumed": (0.4, 0.9),
            "note": "No measure; wrong data came to light in the fourth year of the contract that is known (f_trafford_amey).",
        },
        "saving": {
            "title": "Taken off bids",
            "value": 0.002,
            "unit": "share of cost, taken off bids",
            "accepts": (0, 0.1),
            "assumed": (0.0, 0.005),
            "note": "No inspectors to receive; no figure found.",
        },
    }

    def on_price(self, tender):
        return -self.saving

    def on_start(self, contract, month):
        contract.cost *= 1.0 - self.saving
        if contract.buyer.model.scenario.switches.reporting:
            contract.unheard = max(contract.unheard, self.unheard)
