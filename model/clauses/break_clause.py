"""Break clause: the buyer may walk away at set dates. Source: the NLGN report on long contracts and change of ownership;
Klein, Crawford and Alchian 1978 on hold-up; Dixit and Pindyck 1994 on the value of the option."""

from . import Clause


class BreakClause(Clause):
    """A right to end the contract `first` months after delivery began and every `then` months after.

    The right weakens hold-up on changes; bidders ask a premium for the capital they may not recover.
    """

    defaults = {"first": 36.0, "then": 24.0}

    def on_price(self, tender):
        if "operate" not in tender.phases:
            return 0.0
        years = tender.operate_months / 12.0
        return tender.parameters.risk_premium * min(1.0, years / 15.0)

    def on_award(self, contract):
        contract.break_right = 1.0
        begin, end = contract.operating_from, int(contract.end)
        contract.breaks = list(range(begin + int(self.first), end - 6, max(1, int(self.then))))
