"""Risk share: who bears which risk is written down, class by class. Sources: the NLGN report on risk put upon those who cannot bear it
(E-borders, Carillion); Iossa and Martimort 2015. Evidence: ppp_construction_premium, pfi_overrun_2003."""

from . import Clause


class RiskShare(Clause):
    """Sets the provider's share of each class of risk in place of what the payment mechanism leaves it; the buyer pays the rest.

    Usual values give each risk to whoever controls it better. Where cost is paid, whatever it is, there is no risk to share.
    """

    payments = ("fixed price", "volume price", "availability payment", "payment by results", "gain share")
    numbers = {
        "construction": {
            "title": "Risk of building, the provider's part",
            "value": 0.8,
            "unit": "share that the provider bears",
            "accepts": (0, 1),
            "assumed": (0.5, 1.0),
            "note": "Builders control most of what building costs; no measure of terms.",
        },
        "running": {
            "title": "Risk of running it, the provider's part",
            "value": 0.7,
            "unit": "share that the provider bears",
            "accepts": (0, 1),
            "assumed": (0.3, 1.0),
            "note": "Efficiency is the provider's, prices of inputs are nobody's; no measure of terms.",
        },
        "volume": {
            "title": "Risk of demand, the provider's part",
            "value": 0.3,
            "unit": "share that the provider bears",
            "accepts": (0, 1),
            "assumed": (0.0, 0.5),
            "note": "Demand is the buyer's to judge; no measure of terms.",
        },
        "calamity": {
            "title": "Risk of calamities, the provider's part",
            "value": 0.2,
            "unit": "share that the provider bears",
            "accepts": (0, 1),
            "assumed": (0.0, 0.5),
            "note": "A large public body bears what a firm cannot; no measure of terms.",
        },
    }

    def on_risk(self, bearing):
        bearing.construction, bearing.running = self.construction, self.running
        bearing.volume, bearing.calamity = self.volume, self.calamity
