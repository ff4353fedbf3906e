"""Paired runs of the small town: the same seeds with and without a thing, and the difference it makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from worlds import outcome_of

from changemaking.model.outcome import Outcome

SEEDS = range(1, 7)


@lru_cache(maxsize=256)
def _run(overrides: str, months: int, seed: int) -> Outcome:
    return outcome_of(json.loads(overrides), months, seed)


def runs(overrides: Mapping[str, object], months: int) -> list[Outcome]:
    """One outcome for each of the six seeds; the same question is not asked twice."""
    return [_run(json.dumps(dict(overrides), sort_keys=True), months, seed) for seed in SEEDS]


def difference(base: Mapping[str, object], changed: Mapping[str, object], measure: str, months: int = 96) -> np.ndarray:
    """What the change does to a measure's total under each seed."""
    before, after = (runs(o, months) for o in (base, {**base, **changed}))
    return np.array([b.totals[measure] - a.totals[measure] for a, b in zip(before, after, strict=True)])


def moves(base: Mapping[str, object], changed: Mapping[str, object], measure: str, direction: int, months: int = 96) -> None:
    """Demand that the change moves a measure that way: on average, and under five of the six seeds."""
    effect = direction * difference(base, changed, measure, months)
    assert effect.mean() > 0 and (effect > 0).sum() >= 5, f"{measure} moved by {direction * effect}"
