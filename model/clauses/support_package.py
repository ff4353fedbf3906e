"""Support package: the state covers the tail of rare and large losses. Source: the Thames Tideway Tunnel in the NLGN report
(tideway_wacc); Arrow and Lind 1970 on who bears risk most cheaply."""

from . import Clause


class SupportPackage(Clause):
    """Of a calamity the provider bears at most `cap` months of cost; the state pays what lies above, and its books show it."""

    numbers = {
        "cap": {
            "title": "Most that the provider can lose",
            "value": 1.0,
            "unit": "months of cost",
            "accepts": (0, 120),
            "assumed": (0.5, 3.0),
            "note": "About what a provider of usual means can lose on a contract that fills it; the terms of the Tideway package differ.",
        },
    }

    def on_risk(self, bearing):
        bearing.cap = self.cap
