"""A sweep over a made-up model that is linear in its factors, so that what analyses ought to say of it is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from changemaking.experiments.sweeps.design import Design, design_of
from changemaking.experiments.sweeps.results import Sweep
from changemaking.experiments.sweeps.sweep import sweep
from changemaking.model.measures import INDEX, NAMES

BASE: dict[str, Any] = {"scenarios": ["today"], "set": {"place": "tiny"}, "months": 12, "seeds": 6, "measures": ["quality"]}
TWO = {"parameters.trust_start": {"low": 0.0, "high": 1.0, "label": "Trust"}, "parameters.dispute_rate": {"low": 0.0, "high": 1.0}}


def linear(key: str, scenario: Any, seed: int) -> dict[str, Any]:
    """Quality is 3 trust + disputes + noise of the seed, the same at all points, + a little of its own; less for more lots."""
    p = scenario.parameters
    rng = np.random.default_rng([seed, int(key[:8], 16)])
    totals = np.zeros(len(NAMES))
    value = 3 * p.trust_start + p.dispute_rate + np.random.default_rng(seed).normal() + 0.05 * rng.normal()
    totals[INDEX["quality"]] = value - (scenario.policy.lots - 1) * (1 - 2 * p.trust_start)
    totals[INDEX["bids"]] = np.nan if p.trust_start > 0.9 else 1.0
    return {"months": 12, "seconds": 0.0, "sha256": "", "totals": totals.tolist(), "series": {}}


def swept(folder: Path, **changes: Any) -> Sweep:
    design: Design = design_of({**BASE, "vary": TWO, **changes}, "made")
    return sweep(design, folder, workers=1, progress=False, task=linear).sweep
