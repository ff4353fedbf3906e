"""A stand-in for the model in tests of what is asked of it: quick, and its true effects are known by construction.

The number of lots is the policy. Under every seed a run is 10 + noise of the seed alone + 0.1 × noise of its own
+ (lots − 1) × EFFECT. Bids cannot be measured in any month (NaN) when seed + lots is a multiple of five.
"""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

from changemaking.model.measures import INDEX, NAMES
from changemaking.model.outcome import Event, Outcome, totals

EFFECT = 0.25
DTYPE = np.dtype([("month", np.int16), ("category", np.uint8), ("payer", np.int32), ("payee", np.int32), ("pence", np.int64)], align=True)
CATEGORIES = ("wages", "contract", "opening")


def simulate(scenario, seed: int, *, journal: bool = False) -> Outcome:
    months, lots = scenario.horizon.months, scenario.policy.lots
    shape = (months, len(NAMES))
    series = 10 + np.random.default_rng(seed).normal(size=shape)
    series += 0.1 * np.random.default_rng([seed, lots]).normal(size=shape) + (lots - 1) * EFFECT
    if (seed + lots) % 5 == 0:
        series[:, INDEX["bids"]] = np.nan
    events = (
        Event(0, "tender", 1, "Council", "", "leisure", 100.0),
        Event(months - 1, "award", 1, "Council", "Firm", "leisure", 5.5, "won"),
    )
    home, away = next(d.name for d in scenario.place.districts if d.focal), next(d.name for d in scenario.place.districts if not d.focal)
    accounts = (
        ("Council", "council", home),
        ("Residents", "household", home),
        ("Firm", "sme", away),
        ("World", "outside", "elsewhere"),
        ("Others", "region", scenario.place.region),
    )
    entries = np.zeros(7 if journal else 0, dtype=DTYPE)
    if journal:
        entries["month"] = [0, 0, 0, 0, 1, 1, 1]
        entries["payer"], entries["payee"] = [3, 0, 0, 2, 2, 0, 3], [0, 1, 2, 1, 3, 4, 3]
        entries["category"], entries["pence"] = [2, 0, 1, 0, 1, 1, 1], [1000, 100 + seed, 200, 300, 400, 500, 600]
    return Outcome(
        scenario.name,
        seed,
        scenario.horizon.start,
        series,
        totals(series, scenario.parameters.discount_rate),
        events,
        entries if journal else None,
        accounts if journal else (),
        CATEGORIES if journal else (),
    )


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The model replaced by `simulate` above, in this process; change `fake_model.simulate` to change it further."""
    module = ModuleType("changemaking.model.ecosystem")
    module.simulate = simulate
    monkeypatch.setitem(sys.modules, "changemaking.model.ecosystem", module)
    return module
