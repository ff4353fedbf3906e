"""What else moves from one arm to the other, for the details of a pattern, and verdicts that ask for more than one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..statistics import mean_interval
from . import PatternResult


def moved(names: Sequence[str], change: np.ndarray) -> dict[str, dict[str, float]]:
    """Mean and interval of paired changes [seeds, names], by name."""
    return {name: dict(zip(("mean", "low", "high"), mean_interval(change[:, i])[:3], strict=True)) for i, name in enumerate(names)}


def only_if(result: PatternResult, *conditions: bool, reason: str = "") -> PatternResult:
    """A claim that says more than one thing emerges only if all of it does; `reason` says why not."""
    if all(conditions) or result.verdict == "does not emerge":
        return result
    return replace(result, verdict="does not emerge", reason=reason)
