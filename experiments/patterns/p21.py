"""P21: councils that buy together pay less, and get what fits less, unless in lots."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P21",
    title="Buying together is cheaper and fits less",
    claim="A council pays less for the like if it buys together with others",
    source="LGiU 2012, three examples of shared services; evidence soxon_saving_year",
    arms=("today", "today"),
    overrides_b={"form": "co_commissioning"},
    expected=-1,
    unit="£/£ of reference cost",
    ablation={"switches.scale_economies": False},
)
LOTS = {"form": "co_commissioning_lots"}
NAMES = ("price", "misfit", "quality", "transaction_cost")


def of_the_council(outcome: Outcome) -> list[float]:
    """Price, misfit and quality of the contracts that the focal council has signed, by value and months; transaction cost of all."""
    rows = [row for row in outcome.contracts if row.buyer == outcome.focal[0] and row.operated and row.first >= 0]
    weights = [row.value * row.operated for row in rows]
    whole = fsum(weights)
    if whole <= 0.0:
        return [float("nan")] * 4
    means = (fsum(getattr(row, name) * w for row, w in zip(rows, weights, strict=True)) / whole for name in NAMES[:3])
    return [*means, outcome.totals["transaction_cost"]]


def measure(run_many: RunMany) -> PatternResult:
    """Judged for one specification by the price of the smallest who gain most: a city council beside a county. The details say what
    it costs in fit, and what is left of the saving in lots."""
    lots = Pattern(**{**PATTERN.__dict__, "overrides_b": LOTS})
    found, in_lots = run_many(four_arms(PATTERN), of_the_council), run_many({"b": four_arms(lots)["b"]}, of_the_council)

    def moved(change: Any) -> dict[str, dict[str, float]]:
        return {name: dict(zip(("mean", "low", "high"), mean_interval(change[:, i])[:3], strict=True)) for i, name in enumerate(NAMES)}

    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    return result_of(PATTERN, change[:, 0], without[:, 0], aggregated=moved(change), in_lots=moved(in_lots["b"] - found["a"]))
