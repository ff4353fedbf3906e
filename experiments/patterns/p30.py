"""P30: one size for every place neglects place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P30",
    title="One size neglects place",
    claim="Services bought to one specification for all places, from primes paid by results, do less well",
    source="NLGN 2018, on the Work Programme and the NHS Diabetes Prevention Programme",
    arms=("today", "national_primes"),
    expected=-1,
    unit="quality, 0-1",
    ablation={"switches.joining": False, "switches.selection": False},
)
NAMES = ("quality", "misfit", "left_out", "shading", "unit_cost")


def signs(outcome: Outcome) -> list[float]:
    """Quality, fit, and who is left out: vulnerable users whom providers do not take on."""
    return [outcome.totals[name] for name in NAMES]


def measure(run_many: RunMany) -> PatternResult:
    """Judged by quality; the details give misfit, and the vulnerable users left out, which is worse for the hardest to help."""
    found = run_many(four_arms(PATTERN), signs)
    change, without = found["b"] - found["a"], found["b0"] - found["a0"]
    moved = {name: dict(zip(("mean", "low", "high"), mean_interval(change[:, i])[:3], strict=True)) for i, name in enumerate(NAMES)}
    return result_of(PATTERN, change[:, 0], without[:, 0], moved=moved)
