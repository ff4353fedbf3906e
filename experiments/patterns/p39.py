"""P39: displacement: what the city gains, its neighbours may lose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario_sets import load
from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P39",
    title="Displacement eats what local buying brings the region",
    claim="The more public work pushes out private sales, the less the region gains when a city buys locally",
    source="common sense; evidence additionality_ready_reckoners",
    arms=("today", "preston"),
    expected=1,
    unit="£ of income in the region, without displacement less at full",
    ablation={"switches.displacement": False},
)
DEGREES = (0.0, 0.25, 0.5, 0.75, 1.0)
FULL_FIRMS = {"parameters.other_sales": 1.0}  # no idle capacity anywhere: all that contracts leave is sold privately
COLUMNS = ("local_income", "region_income", "displaced")


def columns(outcome: Outcome) -> list[float]:
    """Income of the city's residents and of the other households of the region."""
    return [outcome.totals[name] for name in COLUMNS]


def measure(run_many: RunMany) -> PatternResult:
    """The gain from local buying at each degree of displacement; judged by what full displacement takes off it.

    Neighbours do not lose here, they gain less: contracts come from outside the region too, and residents spend next door.
    Displacement pushes out private sales only where capacity is short. So at full degree the region need not gain nothing; the
    details repeat both ends with firms that have no idle capacity. That the gain is then nothing at all holds exactly where wages are
    spent alike in all rings and providers from outside spend nothing in the region, which a test shows.
    """
    arms: dict[str, Any] = {}
    for suffix, more in (("", {}), (" ablated", dict(PATTERN.ablation)), (" full firms", FULL_FIRMS)):
        for degree in DEGREES if not suffix else (0.0, 1.0):
            for arm in PATTERN.arms:
                arms[f"{arm} {degree}{suffix}"] = load(arm, {"parameters.displacement": degree, **more})
    found = run_many(arms, columns)

    def gain(degree: float, suffix: str = "") -> np.ndarray:
        change = found[f"preston {degree}{suffix}"] - found[f"today {degree}{suffix}"]
        return np.column_stack([change[:, 0] + change[:, 1], change])

    def row(degree: float, suffix: str = "") -> dict[str, Any]:
        values = gain(degree, suffix)
        words = ("region", "city", "neighbours", "displaced")
        return {name: dict(zip(("mean", "low", "high"), mean_interval(values[:, i])[:3], strict=True)) for i, name in enumerate(words)}

    curve = [{"displacement": degree, **row(degree)} for degree in DEGREES]
    full = [{"displacement": degree, **row(degree, " full firms")} for degree in (0.0, 1.0)]
    lost, without = gain(0.0)[:, 0] - gain(1.0)[:, 0], gain(0.0, " ablated")[:, 0] - gain(1.0, " ablated")[:, 0]
    return result_of(PATTERN, lost, without, gain_by_displacement=curve, with_no_idle_capacity=full)
