"""P04: bundling breeds dependency and complacency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P04",
    title="Bundling breeds dependency and complacency",
    claim="Late in the term providers withhold more effort under bundled contracts than under phased ones",
    source="NLGN 2018, on dependency; Williamson 1985",
    arms=("phased", "bundled"),
    expected=1,
    unit="shading, 0-1",
    ablation={"switches.lock_in": False},
)


def signs(outcome: Outcome) -> list[float]:
    """Shading late in the term, concentration, renewals won by the incumbent."""
    return [outcome.totals[name] for name in ("shading_late", "hhi", "incumbency")]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by shading late in the term; concentration and incumbency are reported beside it."""
    found = run_many(four_arms(PATTERN), signs)
    beside = {
        name: dict(zip(("effect", "low", "high"), mean_interval((found["b"] - found["a"])[:, i])[:3], strict=True))
        for i, name in ((1, "hhi"), (2, "incumbency"))
    }
    return result_of(PATTERN, found["b"][:, 0] - found["a"][:, 0], found["b0"][:, 0] - found["a0"][:, 0], **beside)
