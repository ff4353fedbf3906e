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
    demand_noise: float = _number("Standard deviation of a month's demand about its trend", "share", 0, 0.5)
    engaged_infrequently: float = _number('Tenders with early talks where engagement is "infrequently"', "share of tenders")
    engaged_mostly: float = _number('The same where engagement is "mostly"', "share of tenders")

    # changes (mechanism 2)
    adaptation_cost: float = _number("Real cost of adapting a contract to one unit of need", "share of annual value", 0, 1)
    hold_up: float = _number("Mark-up on a change under full lock-in, no trust, no insight", "share of real cost", 0, 5)
    trust_discount: float = _number("Share of that mark-up that full trust removes", "share")
    insight_discount: float = _number("Share of it that full client-side knowledge removes", "share")
    change_attention: float = _number("Chance a month that a worthwhile change is asked for", "per month")
    dispute_rate: float = _number("Chance of a dispute over a change at no trust", "share of changes")
    dispute_cost: float = _number("Cost of a dispute to each side", "share of annual value", 0, 0.5)
    change_base: float = _number("Size of a change beyond the misfit it mends, in its real cost", "standard deviations of need", 0, 3)
    change_horizon: float = _number("Farthest ahead that a commissioner counts what misfit loses", "months", 1, 600)
    lock_in_months: float = _number("Time left in a contract at which lock-in is full", "months", 1, 600)
    lock_in_asset: float = _number("Share of lock-in that only a wholly rigid asset brings", "share")
    rivalry_discount: float = _number("Share of lock-in that full rivalry at the award removes", "share")
    break_discount: float = _number("Share of lock-in that a break clause removes", "share")
    open_book_discount: float = _number("Share of the mark-up that an open book removes", "share")

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
    open_book_insight: float = _number("What an open book adds to the chance of seeing shading", "share")
    shading_found: float = _number("Chance a month that shading comes up, at full shading in full view", "per month")
    thin_margin: float = _number("Margin below which it counts as thin", "share of payment", 0.001, 0.5)
    thin_limit: float = _number("Most that thinness counts: 1 at no margin, more at a loss", "ratio", 0, 10)
    renewal_base: float = _number("Worth of renewal to a provider without trust, where full trust adds 1", "ratio", 0, 2)
    renewal_months: float = _number("Time left at which the worth of renewal counts half", "months", 1, 600)
    deduction_limit: float = _number("Most that is withheld of a payment for performance", "share of payment")
    fee_lowest: float = _number("Least fee of a cost-plus contract", "share of cost", 0, 0.5)
    fee_highest: float = _number("Highest fee of a cost-plus contract", "share of cost", 0, 0.5)
    poor_quality: float = _number("Quality below which delivery is poor, so that clauses may act", "share")
    poor_misfit: float = _number("Misfit above which delivery is poor", "standard deviations of need", 0, 5)

    # bundling and phases (mechanism 4)
    interface_cost: float = _number(
        "Cost of an interface between phase contracts at full complexity", "share of the later phase's value", 0, 0.5
    )
    co_design_effect: float = _number("Share of interface cost that full co-design removes", "share")
    finance_spread: float = _number("Private cost of capital above the public one", "per year", 0, 0.2)
    public_rate: float = _number("Public cost of borrowing", "per year", 0, 0.2)
    overrun: float = _number("Standard deviation of the cost shock common to all bidders", "share of cost", 0, 0.5)
    design_share: float = _number("Design fees as a part of the cost of an asset", "share of capital", 0.01, 0.5)
    skill_from_design: float = _number("Weight of design, beside building, in how well an asset is made", "share")
    skill_from_asset: float = _number("Weight of the asset, beside its operation, in how well a service is run", "share")
    interface_months: float = _number(
        "How long, and how much of its running cost, operation is disturbed by an interface with building", "months", 0, 120
    )
    bundle_complexity: float = _number("Complexity that each further phase adds to a tender", "share")
    scale_floor: float = _number("Smallest size of a contract that economies of scale count", "share of the whole project", 0.001, 0.5)
    finance_cover: float = _number("Payment for finance, over the instalment of the debt: the cover lenders ask for", "ratio", 1, 2)
    finance_reserve: float = _number("Instalments a project company keeps before it pays its owner", "months", 0, 24)

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
    buyer_cost_share: float = _number("Part of the growing cost of a bid that the tender costs the buyer", "share of bid_cost_share", 0, 5)
    lot_cost: float = _number("Cost to the buyer of each further lot", "share of buyer_cost")
    retries: float = _number("How often a tender without enough bids is repeated", "times", 0, 10)
    retry_turnover: float = _number("What is left at each repeat of the turnover asked", "share")
    room_needed: float = _number("Room a bidder must have", "share of a lot's mean year")
    reach_region: float = _number("Awareness of a small provider elsewhere in the region, of that in its own district", "share")
    reach_elsewhere: float = _number("The same in another region", "share")
    alone_below: float = _number("Rivals expected below which a bidder reckons to be alone", "rivals")
    mark_up_floor: float = _number("Least mark-up of a bidder with rivals", "share of the reference", 0, 0.2)
    hungry_below: float = _number("Share of capacity under contract below which a provider is hungry", "share")
    gain_limit: float = _number("Most that a hungry bidder takes off for later changes", "share of price", 0, 0.5)
    gain_drift: float = _number("Most misfit that a hungry bidder counts on", "standard deviations of need", 0, 5)
    view_error: float = _number("Error in a buyer's view of a bidder's skill, at no capacity", "standard deviation, share")
    view_trust: float = _number("How far trust colours that view, from none to full", "share")
    knows_region: float = _number("How well a provider of the region knows a place, of one of the place", "share")
    place_skill: float = _number("Skill lost by not knowing the place, where a service rests on it wholly", "share of skill")
    standing_place: float = _number("Weight of knowing the place, beside the kind's own standing, in community standing", "share")
    social_large: float = _number("Social purpose a buyer sees in a large provider", "share")
    social_sme: float = _number("Social purpose it sees in a small or medium one", "share")
    social_vcs: float = _number("Social purpose it sees in a voluntary body", "share")
    standing_large: float = _number("Standing with the community of a large provider", "share")
    standing_sme: float = _number("Standing of a small or medium one", "share")
    standing_vcs: float = _number("Standing of a voluntary body", "share")
    skill_floor: float = _number("Lowest skill of any provider", "share")
    skill_ceiling: float = _number("Highest skill of any provider", "share")
    cost_floor: float = _number("Lowest own cost of any provider", "share of the reference", 0.1, 1)

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
    capacity_floor: float = _number("Client-side capacity that is never lost", "share")
    trust_quality: float = _number("Quality above which trust grows", "share")
    team_trust: float = _number("Trust of a commissioner in its own team", "share")
    team_knowledge: float = _number("Least that a commissioner knows of what its own team does", "share")
    growth_use: float = _number("Use of capacity above which a small firm grows", "share")
    volunteer_effect: float = _number(
        "Use of a voluntary body's capacity that residents taking part bring", "share per share of residents", 0, 50
    )

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
    firm_labour: float = _number("Labour in private sales and overheads of a provider", "share of cost")
    subcontract_cost: float = _number("Cost of subcontracted work to the small firm that does it", "share of its price")
    stand_in_months: float = _number("Time a commissioner's team stands in for a failed provider", "months", 1, 60)
    continuity_building: float = _number(
        "Cost of continuity where design or building stops, of that of a service", "share of continuity_cost"
    )

    # the start
    start_term: float = _number("Shortest term of contracts running at the start", "months", 1, 240)
    start_term_spread: float = _number("Months more of the longest of them, all between being equally likely", "months", 0, 240)
    start_cost: float = _number("Cost of contracts running at the start, over the holder's own cost at the reference", "share", 0.5, 1.5)
    start_rivalry: float = _number("Rivalry of contracts running at the start", "share")
    start_room: float = _number(
        "Room left to a firm that is made as large as the contract it holds at the start", "share of the contract", 0, 5
    )
    start_asset_months: float = _number("Least time that assets have left at the start", "months", 0, 240)
    belief_start: float = _number(
        "Value for money that commissioners expect of either form at the start", "pounds per pound of reference cost", 0, 10
    )
    resident_cash: float = _number("Savings of adults at the start", "months of wages", 0, 24)
    satisfaction_start: float = _number(
        "Satisfaction of residents at the start, and the quality they remember of a service not yet met", "share"
    )
    public_trust_start: float = _number("Residents' trust at the start", "share")

    # money of residents (mechanism 10)
    direct_tax: float = _number("Tax on gross wages", "share")
    indirect_tax: float = _number("Tax on consumption", "share")
    spending: float = _number("Share of disposable income spent (c)", "share")
    wealth_spending: float = _number("Share of savings spent a month", "share", 0, 0.5)
    household_local: float = _number("Share of spending that stays in the district", "share")
    household_region: float = _number("Share that goes to the rest of the region", "share")
    job_speed: float = _number("Share of a gap between jobs and workers closed a month", "share per month")
    job_loss: float = _number("Ordinary separations", "share of jobs per month", 0, 0.5)
    job_chance: float = _number("Highest chance a month of finding a job", "per month")
    wage_ceiling: float = _number("Highest wage an employer short of staff pays, over the market's", "ratio", 0.5, 5)
    region_labour: float = _number("Wages paid by firms of the rest of the region", "share of their takings", 0, 0.8)
    region_firms_here: float = _number("Purchases of these firms in the district", "share of their takings", 0, 0.2)
    region_households_here: float = _number(
        "Spending of the rest of the region's households in the district", "share of their income", 0, 0.2
    )

    # residents' judgement
    satisfaction_rate: float = _number("Weight of the latest service met in satisfaction", "share", 0, 1)
    public_trust_up: float = _number("Gain of a resident's trust from a good experience", "share", 0, 1)
    public_trust_down: float = _number("Loss from a bad one", "share", 0, 0.5)
    publicity: float = _number("Loss of trust from a publicised failure", "share", 0, 1)
    news_base: float = _number("Weight of a failure in the news, beside the vulnerability of those it strikes", "ratio", 0, 2)
    news_memory: float = _number("What is left of the news a month later", "share", 0, 0.99)
    news_limit: float = _number("Most trust that news can take in a month", "share of trust", 0, 0.5)
    participation_rate: float = _number("Chance a month that a resident who takes part does so, per unit of trust", "per month")
    participation_base: float = _number("What stands in that chance for trust where there is none", "share")

    # councils (mechanism 12) and valuation
    in_house_cost: float = _number("Cost of an in-house team relative to the reference", "share", 0.5, 2)
    switch_cost: float = _number("Gain in value for money a council asks before it changes form", "share", 0, 1)
    learning_rate: float = _number("Weight of a new result in a council's belief", "share")
    living_wage_gap: float = _number("Rise of the wage bill that a living wage brings", "share", 0, 0.5)
    quality_value: float = _number("Worth of a year of service at full quality", "pounds per pound of reference cost", 0, 10)
    discount_rate: float = _number("Discount rate of whole-life values", "per year", 0, 0.2)
    planning_months: float = _number(
        "Time a commissioner leaves beyond that of the tenders when it plans a contract's end", "months", 0, 24
    )
    renewal_ahead: float = _number("Share of the next term within which an asset's end calls for its renewal first", "share of the term")
    extension_misfit: float = _number("Misfit above which a contract is not extended", "standard deviations of need", 0, 5)
    stop_gap_months: float = _number("Length of the extensions by which a contract waits for its successor", "months", 1, 24)
    patch_months: float = _number("Time by which an asset that nobody would renew is patched up", "months", 1, 240)
    learning_own: float = _number("Weight of the latest year of one own contract in a new result", "share of learning_rate")
    learning_others: float = _number("Weight of the mean of other commissioners' beliefs", "share of learning_rate")
    tender_allowance: float = _number(
        "What budgets hold for tenders, changes and disputes beyond services and client side", "share of procurement", 0, 0.2
    )
    balance_use: float = _number("Share of a commissioner's balance that a year's budget spends, or makes good", "share")
    volume_floor: float = _number("Least share of the planned volume that is bought, whatever the money", "share")
    funding_noise: float = _number("Standard deviation of a year's funding about its path", "share", 0, 0.2)

    # councils that learn and decide (mechanism 12)
    start_bids: float = _number("Bids for a lot that commissioners count on before they have seen any", "bids", 0, 20)
    bids_memory: float = _number("Weight of the latest tender in what a commissioner thinks of the bids it gets", "share")
    few_bids: float = _number("Bids for a lot below which the market counts as weak", "bids", 0, 20)
    many_changes: float = _number("Changes of a service above which it counts as in need of flexibility", "changes a year", 0.01, 20)
    weak_capacity: float = _number("Client-side capacity below which commercial skill counts as weak", "0-1")
    many_hands: float = _number("Other providers in a sector from which on integration counts as a gain", "providers", 0, 50)
    circumstance_worth: float = _number("What each circumstance adds to in-house where a council has discretion", "value", 0, 1)
    handover_cost: float = _number(
        "Cost of handovers where all of the sector is in other hands, at full complexity", "share of cost", 0, 0.5
    )
    team_full: float = _number("In-house share of services that keeps a team's know-how whole", "share of services", 0.01, 1)
    team_rust: float = _number("Share of operating skill that a team without know-how lacks", "share")
    team_fade: float = _number("Share of the know-how not kept up by work that a team loses in a year", "per year")
    team_rebuild: float = _number("Share of the know-how still missing that a team regains in a year", "per year")
    team_reset: float = _number("Share of the way to the need that a team's yearly plan brings it, free of hold-up", "share")
    experience_gain: float = _number("Gain of client-side capacity in a year full of tenders, share of what is missing", "per year")
    experience_full: float = _number("Tenders closed that fill a year of practice", "tenders a year", 1, 100)
    transfer_loss: float = _number("Client-side capacity lost if all services left the team in a year", "share")
    lean_outsourcing: float = _number("Farthest that those in office lean to or from outsourcing", "value", 0, 1)
    lean_social: float = _number("Most that those in office move from price to social value in awards", "share of the award")
    election_month: float = _number("Month of the year in which councils are elected", "month", 1, 12)
    election_year: float = _number("A year in which the council is elected", "year", 1900, 2200)
    election_years: float = _number("Years between elections", "years", 1, 10)
    turnout_base: float = _number("Chance that an adult without trust votes", "share")
    turnout_trust: float = _number("What full trust adds to it", "share")
    vote_base: float = _number("Chance that a voter is for those in office where nothing has changed and nothing is taken", "share")
    vote_satisfaction: float = _number("What a change of satisfaction since the last election adds to it", "share per unit", 0, 5)
    vote_trust: float = _number("What trust above or below its start adds to it", "share per unit", 0, 5)
    vote_tax: float = _number("What council tax takes from it, per share of income it takes", "share per unit", 0, 5)
    vote_needed: float = _number("Share of votes that those in office need to stay", "share of votes")
    belief_news: float = _number("Loss of belief in the market for a failure in the news of the region, by its weight there", "value", 0, 1)
    belief_news_limit: float = _number("Most belief that a year's news can take", "value", 0, 2)
    intention_gap: float = _number("Lead of a form from which on a council means to move towards it", "value", 0, 1)
    pioneers: float = _number("Chance that a council begins with a practice of its own", "share of councils")
    practice_worth: float = _number(
        "Gain seen in a practice from which on a council takes it up, or loss at which it drops it", "value", 0, 1
    )
    evidence_needed: float = _number(
        "Councils with contracts of both kinds from which on evidence on a practice is shared", "councils", 1, 50
    )
    peer_rate: float = _number("Weight of what is gathered and shared on a practice, in a year of peer learning", "share")
    peer_capacity: float = _number("Share of the distance to the best client side made up in a year of it", "per year")
    training_cost: float = _number("Cost of training from no client-side capacity to full", "share of a year's budget", 0, 1)
    training_share: float = _number("Share of that cost that the commissioner bears, government the rest", "share")
    austerity_price: float = _number("What price gains in awards per share of volume that money does not reach", "share of the award", 0, 5)
    austerity_client: float = _number("Share of client-side spending cut per share of volume that money does not reach", "ratio", 0, 5)
    pressed: float = _number("Share of volume out of reach from which on money counts as short", "share of volume")
    lots_most: float = _number("Most lots that a council chooses", "lots", 1, 20)
    lot_value: float = _number("Yearly value of a lot that a council thinks right for small suppliers", "pounds a year", 1, 1e9)
    weight_step: float = _number("Steps in which councils set award weights", "share of the award", 0.01, 0.5)
    term_stretch: float = _number("Share by which a calm service's term is longer, and a restless one's shorter", "share")
    term_least: float = _number("Shortest term that a council chooses", "months", 12, 360)
    term_most: float = _number("Longest", "months", 12, 360)

    @model_validator(mode="after")
    def _household_spending_adds_up(self) -> Parameters:
        if self.household_local + self.household_region > 1 + 1e-9:
            raise ValueError("household_local + household_region must not exceed 1")
        return self
