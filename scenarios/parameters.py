"""The numbers of the behaviour: names, units, accepted ranges. Values and sources stand in parameters.toml.

A scenario overrides any of them under [parameters]; assumed ones are what sensitivity analysis sweeps.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from .base import Frozen


def _number(text: str, unit: str, low: float = 0.0, high: float = 1.0) -> Any:
    return Field(ge=low, le=high, description=text, json_schema_extra={"unit": unit})


class Parameters(Frozen):
    # needs and specification (mechanism 1)
    spec_error: float = _number("Specification error at no skill and no engagement", "standard deviations of need", 0, 3)
    spec_skill: float = _number("Share of that error that full procurement skill removes", "share")
    engagement_effect: float = _number("Share of it that early engagement of providers removes", "share")
    jump_rate: float = _number("Rate of sudden changes of need", "per service and year", 0, 5)
    jump_size: float = _number("Size of a sudden change", "standard deviations of need", 0, 5)
    misfit_harm: float = _number("Share of quality lost per unit of misfit (kappa)", "share per sd")
    asset_rigidity: float = _number("Weight of the asset, fixed at building, in misfit", "share")

    size_skew: float = _number("How unequal the contracts of a line are: size falls with rank to this power", "exponent", 0, 2)

    # changes (mechanism 2)
    adaptation_cost: float = _number("Real cost of adapting a contract to one unit of need", "share of annual value", 0, 1)
    hold_up: float = _number("Mark-up on a change under full lock-in, no trust, no insight", "share of real cost", 0, 5)
    trust_discount: float = _number("Share of that mark-up that full trust removes", "share")
    insight_discount: float = _number("Share of it that full client-side knowledge removes", "share")
    change_attention: float = _number("Chance a month that a worthwhile change is asked for", "per month")
    dispute_rate: float = _number("Chance of a dispute over a change at no trust", "share of changes")
    dispute_cost: float = _number("Cost of a dispute to each side", "share of annual value", 0, 0.5)

    # quality and shading (mechanism 3)
    shading_saving: float = _number("Cost saved by full shading (g)", "share of cost", 0, 0.5)
    shading_harm: float = _number("Quality lost by full shading of what cannot be measured (b)", "share")
    detection_penalty: float = _number("Cost to the provider of detected shading, reputation and rework (F)", "share of cost", 0, 2)
    renewal_value: float = _number("Worth of renewal to the incumbent near the end of a contested term (V)", "share of cost", 0, 2)
    claim_private: float = _number("Residual claim of a private provider at a fixed price (lambda)", "share")
    claim_vcs: float = _number("Residual claim of a voluntary body", "share")
    claim_in_house: float = _number("Residual claim of an in-house team", "share")
    claim_cost_plus: float = _number("Residual claim that cost-plus leaves", "share")
    pressure: float = _number("How strongly a thin margin pushes shading up (rho)", "ratio", 0, 5)

    # bundling and phases (mechanism 4)
    interface_cost: float = _number(
        "Cost of an interface between phase contracts at full complexity", "share of the later phase's value", 0, 0.5
    )
    co_design_effect: float = _number("Share of interface cost that full co-design removes", "share")
    finance_spread: float = _number("Private cost of capital above the public one", "per year", 0, 0.2)
    public_rate: float = _number("Public cost of borrowing", "per year", 0, 0.2)
    overrun: float = _number("Standard deviation of the cost shock common to all bidders", "share of cost", 0, 0.5)

    # tendering (mechanism 5)
    buyer_cost: float = _number("Cost of a tender to the buyer", "pounds", 0, 1e7)
    bid_cost: float = _number("Cost of preparing a bid", "pounds", 0, 1e7)
    bid_cost_share: float = _number("Cost of preparing a bid that grows with the contract", "share of a year's value", 0, 0.5)
    tender_months: float = _number("Length of a tender for a simple contract", "months", 0, 60)
    tender_months_complex: float = _number("Months more for a fully complex one", "months", 0, 60)
    tender_months_finance: float = _number("Months more when finance is part of it", "months", 0, 60)
    cost_spread: float = _number("Spread of bidders' own costs", "share of cost", 0, 0.5)
    signal_noise: float = _number("Error of a bidder's estimate of the common cost", "share of cost", 0, 0.5)
    naive_share: float = _number("Share of bidders that forget the winner's curse", "share")
    reserve: float = _number("Highest price accepted, above the buyer's estimate", "share of the estimate", 0, 2)
    underpricing: float = _number("Share of expected gains from later changes that a hungry bidder bids away", "share")
    aware_large: float = _number("Chance that a large provider knows of a tender", "share")
    aware_sme: float = _number("Chance that a small or medium provider does", "share")
    aware_vcs: float = _number("Chance that a voluntary body does", "share")
    development_effect: float = _number(
        "Share of ignorance and of bid cost that full supplier development removes for local firms", "share"
    )
    risk_premium: float = _number("Premium for a break clause and like risks", "share of cost", 0, 0.5)
    skill_large: float = _number("Mean skill of large providers", "share")
    skill_sme: float = _number("Mean skill of small and medium providers", "share")
    skill_vcs: float = _number("Mean skill of voluntary bodies", "share")
    skill_in_house: float = _number("Mean skill of in-house teams", "share")
    skill_spread: float = _number("Spread of skill between providers and between their phases", "share", 0, 0.5)

    # client side, trust, capacity (mechanisms 7 and 9)
    knowledge_decay: float = _number("Loss a month of the client's knowledge of a running contract", "share per month", 0, 0.2)
    capacity_gain: float = _number("Growth a year of client-side capacity per point of client-side spending", "share per year", 0, 1)
    capacity_decay: float = _number("Loss a year of client-side capacity without spending", "share per year", 0, 1)
    trust_start: float = _number("Trust of a new pair", "share")
    trust_up: float = _number("Gain of trust a month at full performance", "share per month", 0, 0.5)
    trust_down: float = _number("Loss of trust at a detected failing", "share", 0, 1)
    firm_growth: float = _number("Growth a year of a small firm's capacity when it is fully used", "share per year", 0, 1)
    vcs_growth: float = _number("Growth a year of a voluntary body's capacity with contracts or volunteers", "share per year", 0, 1)
    vcs_decay: float = _number("Loss a year of an idle voluntary body's capacity", "share per year", 0, 1)

    # firms (mechanism 8)
    overhead: float = _number("Fixed cost of a provider", "share of capacity", 0, 0.5)
    other_sales: float = _number("Private sales of a provider at the start", "share of capacity", 0, 1)
    other_margin: float = _number("Margin on private sales", "share", 0, 0.5)
    other_spread: float = _number("Standard deviation a month of private sales", "share", 0, 1)
    displacement: float = _number("Share of public work beyond capacity that pushes out private sales", "share")
    start_cash: float = _number("Cash of a provider at the start", "months of turnover", 0, 12)
    credit: float = _number("Overdraft a provider may use", "months of turnover", 0, 12)
    credit_rate: float = _number("Interest on overdraft", "per year", 0, 0.3)
    dividend: float = _number("Share of cash above the buffer paid out a year", "share")
    payment_terms: float = _number("Months after which a large provider pays its subcontractors", "months", 0, 6)
    subcontract: float = _number("Share of a large provider's supplies bought from modelled small firms", "share")
    recovery: float = _number("What creditors of a failed provider recover", "share")
    continuity_cost: float = _number("Cost to the buyer of a failed or broken contract", "share of annual value", 0, 2)
    entry_months: float = _number("Months until a failed firm's place is taken by an entrant", "months", 1, 120)
    profit_tax: float = _number("Tax on profits", "share")

    # money of residents (mechanism 10)
    direct_tax: float = _number("Tax on gross wages", "share")
    indirect_tax: float = _number("Tax on consumption", "share")
    spending: float = _number("Share of disposable income spent (c)", "share")
    wealth_spending: float = _number("Share of savings spent a month", "share", 0, 0.5)
    household_local: float = _number("Share of spending that stays in the district", "share")
    household_region: float = _number("Share that goes to the rest of the region", "share")
    job_speed: float = _number("Share of a gap between jobs and workers closed a month", "share per month")
    job_loss: float = _number("Ordinary separations", "share of jobs per month", 0, 0.5)

    # residents' judgement
    satisfaction_rate: float = _number("Weight of the latest service met in satisfaction", "share", 0, 1)
    public_trust_up: float = _number("Gain of a resident's trust from a good experience", "share", 0, 1)
    public_trust_down: float = _number("Loss from a bad one", "share", 0, 1)
    publicity: float = _number("Loss of trust from a publicised failure", "share", 0, 1)

    # councils (mechanism 12) and valuation
    in_house_cost: float = _number("Cost of an in-house team relative to the reference", "share", 0.5, 2)
    switch_cost: float = _number("Gain in value for money a council asks before it changes form", "share", 0, 1)
    learning_rate: float = _number("Weight of a new result in a council's belief", "share")
    living_wage_gap: float = _number("Rise of the wage bill that a living wage brings", "share", 0, 0.5)
    quality_value: float = _number("Worth of a year of service at full quality", "pounds per pound of reference cost", 0, 10)
    discount_rate: float = _number("Discount rate of whole-life values", "per year", 0, 0.2)

    @model_validator(mode="after")
    def _household_spending_adds_up(self) -> Parameters:
        if self.household_local + self.household_region > 1 + 1e-9:
            raise ValueError("household_local + household_region must not exceed 1")
        return self
