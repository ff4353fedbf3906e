"""How each measure is worked out, in words and symbols: what docs/odd.md lists and the app's "why?" shows.

*paid* is contract payments, in-house teams included; *weight* is reference · volume of operating contracts; sums run over running
contracts; names in `backticks` are parameters; numbers in brackets are mechanisms of docs/odd.md.
"""

from __future__ import annotations

FORMULAS: dict[str, str] = {
    "spend": "paid + changes + interfaces + risks borne",
    "whole_life_cost": "spend, with capital replaced by debt service, + client side + own tender, dispute, continuity and set-up costs",
    "whole_life_value": "`quality_value` · Σ weight · quality − whole-life cost",
    "unit_cost": "whole-life cost / Σ weight",
    "transaction_cost": "buyers’ tender costs + bid costs of all bidders + both sides’ disputes and service plans",
    "unforeseen_cost": "paid for changes, mark-up included",
    "hold_up": "Σ over changes: price paid − real cost of the change (4)",
    "interface_cost": "Σ over hand-overs between phases that are contracted apart: what they cost more (4)",
    "deductions": "Σ fines under KPI and availability clauses (3)",
    "continuity_cost": "Σ over failed and broken contracts: what it takes to keep the service going (8)",
    "set_up_cost": "Σ over services taken over by a team: what it costs to set it up (12); in the ledger it is booked as continuity",
    "risk_cost": "Σ over contracts: what the buyer pays where work costs more than foreseen − what it saves where it costs less (6)",
    "support": "Σ over support packages: what lies above their caps (6)",
    "council_income": "shares of profit + returns + dividends − losses shared (6)",
    "quality": "Σ weight · quality / Σ weight",
    "misfit": "Σ weight · distance between need and specification / Σ weight",
    "shading": "Σ weight · effort withheld / Σ weight",
    "shading_late": "as shading, over contracts in the last third of their operating term",
    "unmet_need": "1 − Σ weight / (Σ reference · need for volume), not below 0",
    "demand": "Σ reference · need for volume / Σ reference",
    "left_out": "Σ weight · share left out · vulnerability / Σ weight, under payment by results (6)",
    "tenders": "number of tenders started",
    "bids": "bids received per lot / tenders closed",
    "low_bids": "number of awards to bids too good to be true (5)",
    "innovations": "number of improvements adopted (7)",
    "changes": "number of changes asked for and paid",
    "disputes": "number of disputes",
    "breaks": "number of contracts that buyers ended early",
    "failures": "number of contracts that ended with their provider’s insolvency",
    "days_lost": "Σ over failures: days until somebody took over · the share of the lot (8), told as it fails",
    "insolvencies": "number of insolvencies, of all providers",
    "share_local": "paid to providers whose home is the buyer’s district / paid",
    "share_region": "paid to providers of the region, the district included / paid",
    "share_large": "paid to large firms and project companies / paid",
    "share_sme": "paid to small and medium firms / paid",
    "share_vcs": "paid to voluntary bodies / paid",
    "reach_vcs": "(paid to voluntary bodies + passed on to them under `vcs_share`) / paid",
    "reach_sme": "(paid to small firms + passed on to them by publication or in consortia) / paid",
    "share_in_house": "paid to own teams / paid",
    "hhi": "Σ over providers (paid to it / paid)²",
    "incumbency": "awards of the last 60 months won by the provider then operating / all awards where there was one",
    "lm3": "1 + what providers spend with people and firms of the district, a pound paid + what these spend there again",
    "multiplier": "as LM3, with all further rounds: a geometric series",
    "local_income": "Σ gross wages of residents",
    "region_income": "Σ wages and dividends of households in the rest of the region",
    "local_jobs": "(workers − out of work) · `people_per_row`",
    "displaced": "Σ private sales given up by providers of the district",
    "living_wage": "contract wages under the clause / contract wages",
    "cost_elsewhere": "Σ out-of-work benefits of residents",
    "cost_shifted": "in-work benefits + health costs that follow from low pay (11)",
    "social_impact": "contract wages of residents · (1 − `direct_tax`)",
    "trust": "Σ weight · trust of the pair / Σ weight",
    "resident_trust": "Σ residents’ trust / residents",
    "satisfaction": "Σ residents’ satisfaction / residents",
    "participation": (
        "residents of the type that takes part who do this month, each with chance `participation_rate` · "
        "(`participation_base` + trust) / residents"
    ),
    "volunteering": "residents of the type that takes part / residents",
    "grants": "Σ grants of commissioners and of funds to voluntary bodies",
    "training": "Σ training of voluntary bodies by providers of the commissioners’ contracts",
    "vcs_capacity": "Σ capacity of the district’s voluntary bodies; read once a year",
    "client_capacity": "mean client capacity of the commissioners; read once a year",
    "balance": "Σ balances of the commissioners",
    "collaborative": "(trust + (1 − disputes / (changes + disputes)) + Σ paid · placed / paid) / 3; the second part is 1 if there "
    "were none",
    "creative": (
        "((1 − Σ over kinds of share²) / 0.75 + Σ weight · skill / Σ weight + adopted) / 3; kinds: large, SME, VCS, in-house; adopted: "
        "innovations of the latest full year / running contracts, at most 1"
    ),
    "adaptable": (
        "½ · Σ weight · max(0, 1 − misfit) / Σ weight + ½ · (1 − hold-up / unforeseen cost); the second part is 1 without changes"
    ),
    "accountable": "½ · (paid under open book or in-house, else paid · disclosed) / paid + ½ · voice",
    "place_based": "(local share + (LM3 − 1) / 2, from 0 to 1, + min(1, social impact / paid)) / 3",
}
