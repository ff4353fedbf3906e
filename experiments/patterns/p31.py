"""P31: accreditation and publication thresholds open or close doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P31",
    title="Thresholds open or close doors",
    claim="With accreditation asked for above £200,000 and subcontracts published above £25,000, more of the money reaches small firms",
    source="NLGN 2018, policy recommendations; evidence rule_accreditation_200k, rule_subcontract_25k",
    arms=("today", "today"),
    overrides_b={"rules.accreditation_above": 200_000.0, "rules.publication_above": 25_000.0},
    expected=1,
    unit="share of payments that reaches SMEs",
    ablation={"switches.published_work": False},
)
STRICT = {"rules.accreditation_above": 0.0, "rules.publication_above": 0.0}
NAMES = ("reach_sme", "share_sme", "social_impact", "shading", "bids", "transaction_cost", "unit_cost")


def signs(outcome: Outcome) -> list[float]:
    """Reach first; then who wins, what residents earn, effort withheld, and what it costs."""
    return [outcome.totals[name] for name in NAMES]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by what reaches small firms, subcontracts counted in. The details give both thresholds, and none at all (every contract),
    against no rule: social impact, shading, bids and cost as well."""
    found = run_many({**four_arms(PATTERN), "strict": load("today", STRICT)}, signs)

    def row(change: Any) -> dict[str, dict[str, float]]:
        return {name: dict(zip(("mean", "low", "high"), mean_interval(change[:, i])[:3], strict=True)) for i, name in enumerate(NAMES)}

    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    return result_of(PATTERN, change[:, 0], without[:, 0], at_thresholds=row(change), for_every_contract=row(found["strict"] - found["a"]))
