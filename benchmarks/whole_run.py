"""One whole run of the shipped place, founding and months apart, beside the same rules with institutions in plain Python.

The residents stay compiled in all. What differs is who loops over contracts, firms, sectors and the ledger: compiled code
over records, as shipped; plain Python over objects and lists; plain Python over NumPy records. The outcomes must be equal to the
bit, every measure of every month and every event, before anything is timed. Compilation is left out by a warm-up.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from common import clock, options, report, spread
from plain import Objects, over_records, swapped

from changemaking.agents import founding
from changemaking.model.ecosystem import Ecosystem
from changemaking.model.outcome import Outcome
from changemaking.scenarios import Scenario, load_scenario


@dataclass
class Timed:
    """A run's outcome, and its seconds of founding and of months."""

    outcome: Outcome
    founding: float
    months: float


def run(scenario: Scenario, seed: int) -> Timed:
    """A run as `simulate` does it."""
    start = clock()
    world = Ecosystem(scenario, seed)
    founded = clock()
    outcome = world.run().outcome()
    ended = clock()
    founding.release(world)
    return Timed(outcome, founded - start, ended - founded)


def run_in_objects(scenario: Scenario, seed: int) -> Timed:
    """The same with institutions as objects in plain Python; turning records into objects and back is not counted."""
    objects = Objects()
    start = clock()
    world = Ecosystem(scenario, seed)
    founded = clock()
    with swapped(objects):
        outcome = world.run().outcome()
    ended = clock()
    founding.release(world)
    return Timed(outcome, founded - start, ended - founded - objects.outside)


def run_over_records(scenario: Scenario, seed: int) -> Timed:
    """The same with the loops' own source text interpreted over NumPy records."""
    with swapped(over_records()):
        return run(scenario, seed)


WAYS: dict[str, Callable[[Scenario, int], Timed]] = {
    "compiled (ours)": run,
    "institutions as Python objects": run_in_objects,
    "institutions' NumPy records in Python": run_over_records,
}


def agree(scenario: Scenario, seed: int, names: list[str]) -> None:
    """AssertionError unless the ways lead to the same outcome, bit for bit."""
    ours, *others = (WAYS[name](scenario, seed).outcome for name in names)
    for name, theirs in zip(names[1:], others, strict=True):
        assert np.array_equal(ours.series, theirs.series, equal_nan=True), f"{name}: a measure differs"
        assert ours.events == theirs.events, f"{name}: an event differs"
    assert len(ours.events) > 0


def what(scenario: Scenario) -> str:
    """The size of the place in words."""
    world = Ecosystem(scenario, 1)
    counts = {
        "institutions": len(world.providers) + len(world.commissioners) + 1,
        "of them providers": len(world.providers),
        "contracts at the start": len(world.contracts.at),
        "resident rows": len(world.people),
        "months": scenario.horizon.months,
    }
    founding.release(world)
    return ", ".join(f"{name} {n:,}" for name, n in counts.items())


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--repeats", type=int, default=13, help="turns; objects take a quarter of them, records in Python one")
    parser.add_argument("--scenario", default="today")
    chosen = parser.parse_args()
    months = 24 if chosen.quick else None
    scenario = load_scenario(chosen.scenario, {"horizon.months": months} if months else None)
    names = list(WAYS)
    run(scenario, 1)
    agree(scenario, 1, names)

    turns = 1 if chosen.quick else chosen.repeats
    parts: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    ratios: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(turns):
        for name in names if turn == 0 else names[:2] if turn % 4 == 0 else names[:1]:
            gc.collect()
            done = WAYS[name](scenario, 1 + turn)
            parts[name].append((done.founding, done.months))
            ratios[name].append(sum(parts[name][-1]) / sum(parts[names[0]][-1]))
    rows: list[dict[str, Any]] = []
    for name in names:
        total, begun, lived = ([f(p) for p in parts[name]] for f in (sum, lambda p: p[0], lambda p: p[1]))
        rows.append({"way": name, "founding ms": spread(begun, 1e3)["min"], "months ms": spread(lived, 1e3)["min"],
                     "run ms best": spread(total, 1e3)["min"], "median": spread(total, 1e3)["median"],
                     "time over ours": median(ratios[name]), "runs": len(total)})  # fmt: skip
    notes = [
        what(scenario),
        "time over ours: median over the turns, same seed; seconds of computing",
        "outcomes of all ways equal to the bit (checked before timing); compilation apart",
    ]
    report(f"One whole run of '{scenario.name}'", rows, chosen.json, notes)


if __name__ == "__main__":
    main()
