"""Living wage: staff on the contract earn at least the real Living Wage. Source: the Preston case and the social-value
chapter of the NLGN report."""

from . import Clause


class LivingWage(Clause):
    """Raises the wage bill by `living_wage_gap`; the rise is paid as wages, and bidders price it."""

    def on_price(self, tender):
        return tender.parameters.living_wage_gap * tender.service.labour_share

    def on_award(self, contract):
        contract.living_wage = 1.0
        labour = float(contract.terms["labour"])
        gap = contract.buyer.model.scenario.parameters.living_wage_gap
        contract.costs_rise(1.0 + labour * gap)
        contract.terms["labour"] = labour * (1.0 + gap) / (1.0 + labour * gap)
