"""P28: appetite for outsourcing wanes after failures."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...scenarios.schema import Scenario
from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of
from .councils import intentions, with_shocks

PATTERN = Pattern(
    id="P28",
    title="Appetite for outsourcing wanes after failures",
    claim="After large suppliers have failed, more councils mean to outsource less than mean to outsource more",
    source="NLGN 2018, figure 1; evidence nlgn_outsource_more, nlgn_outsource_same, nlgn_outsource_less",
    expected=1,
    unit="share of councils, less minus more",
    ablation={"switches.learning": False},
)
SURVEY = 72  # months from April 2012: what is said in the year to March 2018
PUBLISHED = (("more", 0.15), ("same", 0.46), ("less", 0.39))


def failures(scenario: Scenario) -> list[dict[str, Any]]:
    """The first large supplier from outside in each trade fails, one every third month from the third year on."""
    large = [group.provider_names[0] for group in scenario.place.firms if group.kind == "large" and group.home == "elsewhere"]
    return [{"month": 24 + 3 * i, "shock": "failure", "on": name} for i, name in enumerate(large)]


def measure(run_many: RunMany) -> PatternResult:
    """The same six years with and without the failures; the distribution with them is held against the survey."""
    arms: dict[str, Scenario] = {}
    for name, overrides in (("", {}), (" ablated", dict(PATTERN.ablation))):
        calm = load("today", {"horizon.months": SURVEY, **overrides})
        arms |= {f"calm{name}": calm, f"failures{name}": with_shocks(calm, failures(calm))}
    found = run_many(arms, intentions)

    def less_minus_more(suffix: str) -> np.ndarray:
        change = found[f"failures{suffix}"] - found[f"calm{suffix}"]
        return change[:, 2] - change[:, 0]

    rows: dict[str, Any] = {}
    for i, (word, share) in enumerate(PUBLISHED):
        mean, low, high, _ = mean_interval(found["failures"][:, i])
        runs_low, runs_high = np.quantile(found["failures"][:, i], (0.025, 0.975)).tolist()
        rows[word] = {
            "label": f"Councils that mean to outsource {word}", "unit": "share", "mean": mean, "low": low, "high": high,
            "runs_low": runs_low, "runs_high": runs_high, "published": share, "evidence": f"nlgn_outsource_{word}", "fitted": "no",
        }  # fmt: skip
    calm_shares = dict(zip(("more", "same", "less"), found["calm"].mean(axis=0).tolist(), strict=True))
    return result_of(PATTERN, less_minus_more(""), less_minus_more(" ablated"), published=rows, without_failures=calm_shares)
