"""A small sweep, made-up runs in place of the model's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fake_tasks

from changemaking.experiments.sweeps import sweep as sweep_module
from changemaking.experiments.sweeps.design import Design, design_of
from changemaking.experiments.sweeps.sweep import sweep

SMALL = {"place": "tiny"}
GRID: dict[str, Any] = {
    "scenarios": ["today"],
    "set": SMALL,
    "months": 12,
    "seeds": 3,
    "vary": {"policy.lots": {"values": [1, 2]}, "parameters.trust_start": {"low": 0.2, "high": 0.8, "steps": 3}},
}


def grid(**changes: Any) -> Design:
    return design_of({**GRID, **changes}, "grid")


def run(design: Design, store: Path, **words: Any) -> sweep_module.Swept:
    return sweep(design, store, workers=1, progress=False, task=fake_tasks.kept, **words)
