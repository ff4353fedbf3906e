"""What is measured every month, and how a month's figures become one figure for the whole run.

Unless said otherwise a measure covers the commissioners of the focal district (its council and its anchors).
`total` says how months are summed up: "sum" (flows), "mean" (shares and levels), "last" (stocks at the end) or
"present" (flows, each discounted to the first month at the scenario's rate).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .formulas import FORMULAS

Total = Literal["sum", "mean", "last", "present"]
WHOLE_RUN: dict[Total, str] = {
    "sum": "the sum of its months",
    "mean": "the mean of its months",
    "last": "the last month",
    "present": "the sum of its months, each discounted to the first",
}


@dataclass(frozen=True)
class Measure:
    """A named figure: `better` is +1 if more is better, -1 if less is, 0 if neither."""

    name: str
    label: str
    unit: str
    total: Total
    better: int
    meaning: str

    @property
    def formula(self) -> str:
        """How it is worked out for a month; empty for one that is not ours."""
        return FORMULAS.get(self.name, "")

    @property
    def worked_out(self) -> str:
        """The formula and how months become one figure, in a line."""
        return f"Each month: {self.formula}. Whole run: {WHOLE_RUN[self.total]}." if self.formula else ""


MEASURES: tuple[Measure, ...] = (
    # cost
    Measure("spend", "Contract payments", "£", "sum", 0, "Paid to providers under contracts, changes included"),
    Measure(
        "whole_life_cost",
        "Whole-life cost",
        "£",
        "present",
        -1,
        "Payments, own tender costs, client side, continuity, own teams' set-up and finance, discounted",
    ),
    Measure(
        "whole_life_value",
        "Whole-life value",
        "£",
        "present",
        +1,
        "Worth of the service delivered (quality x volume) less its cost, discounted",
    ),
    Measure(
        "unit_cost", "Cost per unit of service", "£/£", "mean", -1, "Cost to the commissioners over the reference cost of the volume bought"
    ),
    Measure("transaction_cost", "Transaction cost, both sides", "£", "sum", -1, "Tendering, bidding and disputes, of buyers and bidders"),
    Measure("unforeseen_cost", "Unforeseen cost of changes", "£", "sum", -1, "Paid for changes to running contracts, hold-up included"),
    Measure("hold_up", "Mark-up on changes", "£", "sum", -1, "The part of that which exceeds the real cost of the change"),
    Measure("interface_cost", "Interface cost between phases", "£", "sum", -1, "Extra cost where phases are contracted apart"),
    Measure("deductions", "Deductions for performance", "£", "sum", 0, "Withheld under KPI or availability clauses"),
    Measure("continuity_cost", "Cost of failed contracts", "£", "sum", -1, "Paid to keep services going after a failure or break"),
    Measure("set_up_cost", "Cost of setting up own teams", "£", "sum", -1, "Paid where a buyer's team takes a service over from others"),
    Measure("risk_cost", "Cost of risks borne", "£", "sum", -1, "Paid where work cost more than foreseen, less what was saved where less"),
    Measure("support", "State support", "£", "sum", -1, "Paid by the state above the caps of support packages"),
    Measure("council_income", "Income from partners", "£", "sum", +1, "Profit shares, returns and dividends received, less losses shared"),
    # service
    Measure("quality", "Quality of service", "0-1", "mean", +1, "Skill x fit x honest effort, weighted by volume"),
    Measure("misfit", "Misfit of need and contract", "sd", "mean", -1, "Distance between what is needed and what is specified"),
    Measure("shading", "Quality shading", "0-1", "mean", -1, "Effort withheld, weighted by volume"),
    Measure("shading_late", "Shading late in the term", "0-1", "mean", -1, "The same in the last third of operating contracts"),
    Measure("unmet_need", "Unmet need", "0-1", "mean", -1, "Share of needed volume that was not bought"),
    Measure("demand", "Demand for services", "ratio", "mean", 0, "Volume needed over that at the start"),
    Measure("left_out", "Users left out", "0-1", "mean", -1, "Vulnerable users not taken on by providers who are paid by results"),
    # contracts
    Measure("tenders", "Tenders", "count", "sum", 0, "Competitions started"),
    Measure("bids", "Bids per tender", "count", "mean", +1, "Bids received, over the tenders that closed"),
    Measure(
        "low_bids",
        "Bids too good to be true",
        "count",
        "sum",
        -1,
        "Awards below what the winner's own sums would give, had it forgotten nothing",
    ),
    Measure("innovations", "Joint innovations", "count", "sum", +1, "Improvements of running contracts found and adopted together"),
    Measure("changes", "Contract changes", "count", "sum", -1, "Changes asked for and paid"),
    Measure("disputes", "Disputes", "count", "sum", -1, "Over changes and detected shading"),
    Measure("breaks", "Contracts broken", "count", "sum", 0, "Ended early by the buyer"),
    Measure("failures", "Contracts failed", "count", "sum", -1, "Ended by the provider's insolvency"),
    Measure("days_lost", "Service days lost", "count", "sum", -1, "Until somebody took over contracts that failed in operation"),
    Measure("insolvencies", "Providers failed", "count", "sum", -1, "Insolvencies among all modelled providers"),
    # who gets the money
    Measure("share_local", "Local share of spend", "share", "mean", 0, "Paid to providers whose home is the buyer's district"),
    Measure("share_region", "Regional share of spend", "share", "mean", 0, "Paid to providers of the region, the district included"),
    Measure("share_large", "Large providers' share", "share", "mean", 0, "Of contract payments and in-house budgets"),
    Measure("share_sme", "SMEs' share", "share", "mean", +1, "Of contract payments and in-house budgets"),
    Measure("share_vcs", "Voluntary bodies' share", "share", "mean", +1, "Of contract payments and in-house budgets"),
    Measure("reach_vcs", "Voluntary bodies' reach", "share", "mean", +1, "Of these payments, what reaches them as subcontracts included"),
    Measure("reach_sme", "SMEs' reach", "share", "mean", +1, "Of these payments, what reaches them as subcontracts of a contract included"),
    Measure("share_in_house", "In-house share", "share", "mean", 0, "Of contract payments and in-house budgets"),
    Measure(
        "hhi",
        "Concentration (HHI)",
        "0-1",
        "mean",
        -1,
        "Herfindahl-Hirschman index: 1 if one provider gets all payments, near 0 if many share them",
    ),
    Measure("incumbency", "Renewals won by the incumbent", "share", "mean", -1, "Of contracts re-let in the last five years"),
    # local economy
    Measure("lm3", "LM3", "ratio", "mean", +1, "Local multiplier over three rounds, first pound included, last twelve months"),
    Measure("multiplier", "Full local multiplier", "ratio", "mean", +1, "The same over all rounds"),
    Measure("local_income", "Residents' wages", "£", "sum", +1, "Gross wages of residents of the district"),
    Measure(
        "region_income", "Income in the rest of the region", "£", "sum", +1, "Wages and dividends of households of the other districts"
    ),
    Measure("local_jobs", "Jobs of residents", "people", "mean", +1, "Residents of the district in work"),
    Measure("displaced", "Private sales displaced", "£", "sum", -1, "Private sales that local firms gave up for public work"),
    Measure("living_wage", "Living-wage coverage", "share", "mean", +1, "Share of contract wages paid under a living-wage clause"),
    Measure("cost_elsewhere", "Benefits paid", "£", "sum", -1, "Out-of-work benefits of residents, borne by government"),
    Measure(
        "cost_shifted",
        "Cost shifted by low pay",
        "£",
        "sum",
        -1,
        "In-work benefits and health costs that follow from pay below a living wage on the commissioners' contracts",
    ),
    Measure("social_impact", "Social impact", "£", "sum", +1, "Residents' wages earned on the commissioners' contracts, net of tax"),
    # people
    Measure("trust", "Trust between buyers and providers", "0-1", "mean", +1, "Weighted by contract value"),
    Measure("resident_trust", "Residents' trust", "0-1", "mean", +1, "Mean over residents"),
    Measure("satisfaction", "Residents' satisfaction", "0-1", "mean", +1, "Mean over residents"),
    Measure("participation", "Residents taking part", "share", "mean", +1, "Took part this month"),
    Measure("volunteering", "Residents who volunteer", "share", "mean", +1, "Of all, those who take part in anything at present"),
    Measure("grants", "Grants to voluntary bodies", "£", "sum", 0, "Given by commissioners and by funds that contracts set up"),
    Measure("training", "Training of voluntary bodies", "£", "sum", +1, "Spent by providers of the commissioners' contracts"),
    Measure("vcs_capacity", "Capacity of voluntary bodies", "£/year", "last", +1, "Of the district"),
    Measure("client_capacity", "Client-side capacity", "0-1", "last", +1, "Mean over commissioners"),
    Measure("balance", "Commissioners' balance", "£", "last", +1, "Reserves"),
    # the five principles, each 0-1
    Measure(
        "collaborative", "Collaborative", "0-1", "mean", +1, "Trust, changes settled without dispute, and risk borne by who controls it"
    ),
    Measure("creative", "Creative", "0-1", "mean", +1, "Diversity of providers' kinds, and skill reached"),
    Measure("adaptable", "Adaptable", "0-1", "mean", +1, "Fit of contracts to need"),
    Measure("accountable", "Accountable", "0-1", "mean", +1, "Spend under open book or public hands, and residents' say"),
    Measure("place_based", "Place-based", "0-1", "mean", +1, "Local share and local multiplier"),
)
NAMES: tuple[str, ...] = tuple(m.name for m in MEASURES)
INDEX: dict[str, int] = {name: i for i, name in enumerate(NAMES)}


def measure(name: str) -> Measure:
    """The measure of that name; KeyError for an unknown one."""
    return MEASURES[INDEX[name]]
