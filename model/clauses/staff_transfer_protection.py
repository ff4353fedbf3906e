"""Staff transfer protection: whoever takes a service over keeps its staff at their pay. Sources: the NLGN report on wages under
outsourcing; the transfer regulations (TUPE); evidence wage_penalty on what outsourcing does to pay."""

from math import fsum

from . import Clause


class StaffTransferProtection(Clause):
    """The provider may not save on the pay of those who come with the service: `kept` of the gap to a living wage is paid to them, and
    less each year as they leave (`turnover`). Bidders price the mean over the term."""

    every = 12
    operation_only = True
    numbers = {
        "kept": {
            "title": "Gap to a living wage that is paid",
            "value": 0.6,
            "unit": "share of the gap to a living wage",
            "accepts": (0, 1),
            "assumed": (0.3, 1.0),
            "note": "Transferred staff had the better pay of their old employer; no measure of how many.",
        },
        "turnover": {
            "title": "Staff who leave each year",
            "value": 0.15,
            "unit": "share of staff a year",
            "accepts": (0, 1),
            "assumed": (0.1, 0.3),
            "note": "Ordinary turnover in such work; no figure in the evidence.",
        },
    }

    excludes = ("living_wage",)

    def gap(self, parameters, years):
        """Share of the wage bill that is paid on top in that year."""
        return parameters.living_wage_gap * self.kept * (1.0 - self.turnover) ** years

    def on_price(self, tender):
        years = max(1, round(tender.operate_months / 12.0))
        mean = fsum([self.gap(tender.parameters, year) for year in range(years)]) / years
        return mean * tender.service.labour_share

    def on_start(self, contract, month):
        contract.cost *= self.pay(contract, 0, 1.0, 1.0 + self.gap(contract.buyer.model.scenario.parameters, 0))

    def on_month(self, contract, month):
        p, years = contract.buyer.model.scenario.parameters, max(1, (month - contract.operating_from) // 12)
        contract.work.cost *= self.pay(contract, years, 1.0 + self.gap(p, years - 1), 1.0 + self.gap(p, years))

    def pay(self, contract, years, before, now):
        """Wages move from so much of what is usual to so much of it; returns by which factor what work costs does."""
        labour = float(contract.terms["labour"])
        factor = 1.0 + labour * (now / before - 1.0)
        for terms in {contract, contract.work}:
            terms.write(labour=labour * now / before / factor, living_wage=self.kept * (1.0 - self.turnover) ** years)
        return factor
