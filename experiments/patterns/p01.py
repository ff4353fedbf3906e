"""P01: bundling limits set-up costs."""

from . import Pattern

PATTERN = Pattern(
    id="P01",
    title="Bundling limits set-up costs",
    claim="With one contract for all phases there are fewer tenders, and tendering costs both sides less",
    source="NLGN 2018, on rigid contracts; evidence cebr_procurement_cost",
    arms=("phased", "bundled"),
    statistic="transaction_cost",
    expected=-1,
    unit="£",
    ablation={"switches.tender_cost": False, "switches.bid_cost": False},
)
