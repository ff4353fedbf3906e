"""P37: the complaints that councils make, in the order in which they make them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from ..scenario_sets import load
from . import Pattern, PatternResult, RunMany, result_of
from .officers import HORIZON, ISSUES, beside, complaints, rank_correlation

PATTERN = Pattern(
    id="P37",
    title="The complaints councils make",
    claim="Officers' complaints come in the published order, unforeseen costs first and poor value last: rank correlation above 0.8",
    source="LGiU 2012, six issues with private contracts; evidence lgiu_issue_costs and others",
    expected=1,
    unit="rank correlation with the published order",
    ablation={
        "switches.needs_drift": False, "switches.specification_error": False, "switches.hold_up": False, "switches.shading": False,
    },
    reason="A change costs a few per cent of what is paid, so unforeseen costs are the rarest complaint where the survey has them "
    "commonest: officers answer by how often things go wrong, one threshold for all issues asks how much is lost. "
    "Value for money is named too often because it is held against what teams are believed to give.",
)  # fmt: skip
ENOUGH = 0.8
OWN = {  # the mechanism that each complaint should be due to, where it has one of its own
    "unforeseen": "hold_up",
    "inflexible": "needs_drift",
    "weak_management": "shading",
    "accountability": "shading",
    "engagement": "needs_drift",
}


def measure(run_many: RunMany) -> PatternResult:
    """Thresholds were fixed before any answer was seen. *Emerges* needs the interval of the correlation above 0.8.

    The ablation takes away what the complaints are due to, all at once; the details show each complaint without its own mechanism.
    """
    arms = {"on": load("today", HORIZON), "off": load("today", {**HORIZON, **PATTERN.ablation})}
    arms |= {switch: load("today", {**HORIZON, f"switches.{switch}": False}) for switch in sorted(set(OWN.values()))}
    found = run_many(arms, partial(complaints, arms["on"].parameters))
    published = [share for _, share, _ in ISSUES.values()]
    orders = {name: np.array([rank_correlation(row, published) for row in rows]) for name, rows in found.items()}
    names = list(ISSUES)
    without = {
        issue: {"mechanism": switch, "with": float(found["on"][:, names.index(issue)].mean()),
                "without": float(found[switch][:, names.index(issue)].mean())}
        for issue, switch in OWN.items()
    }  # fmt: skip
    result = result_of(PATTERN, orders["on"], orders["off"], published=beside(ISSUES, found["on"]), own_mechanism=without)
    return result if result.low > ENOUGH or result.verdict == "does not emerge" else replace(result, verdict="does not emerge")
