"""P05: dividing brings interface risk; designing together lowers it."""

from . import Pattern

PATTERN = Pattern(
    id="P05",
    title="Dividing brings interfaces, co-design tames them",
    claim="Where phases are apart, what does not fit together costs less if their contractors design together",
    source="NLGN 2018, case 4 (Braintree)",
    arms=("phased", "phased"),
    overrides_a={"policy.co_design": 0.0},
    overrides_b={"policy.co_design": 0.9},
    statistic="interface_cost",
    expected=-1,
    unit="£",
    ablation={"switches.coordination": False},
)
