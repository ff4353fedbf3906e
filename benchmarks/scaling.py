"""How the cost of a run grows with months, institutions, contracts and residents, one at a time, all through overrides.

Each size is run with the same seeds, taking turns; its cost is the sum over seeds of the least time seen. The slope is the
exponent of a power law through the points (least squares on logarithms): 1 is linear, less is cheaper than linear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from common import HERE, options, report
from matplotlib.figure import Figure
from whole_run import run

from changemaking.agents import founding
from changemaking.model.ecosystem import Ecosystem
from changemaking.scenarios import Scenario, load_scenario

FIGURES = HERE / "figures"
Overrides = dict[str, object]


def by_months(base: Scenario, times: float) -> Overrides:
    return {"horizon.months": round(base.horizon.months * times)}


def by_firms(base: Scenario, times: float) -> Overrides:
    """As many times the firms in every group; commissioners and contracts stay."""
    return {f"place.firms.{i}.count": round(group.count * times) for i, group in enumerate(base.place.firms)}


def by_contracts(base: Scenario, times: float) -> Overrides:
    """As many times the contracts in every line of every commissioner's budget, each so much smaller."""
    return {
        f"place.commissioners.{i}.lines.{j}.contracts": round(line.contracts * times)
        for i, buyer in enumerate(base.place.commissioners)
        for j, line in enumerate(buyer.lines)
    }


def by_residents(base: Scenario, times: float) -> Overrides:
    return {"place.population.people_per_row": base.place.population.people_per_row / times}


@dataclass(frozen=True)
class Axis:
    """One direction of growth: how to grow, how to count what grew, and by which factors."""

    name: str
    grow: Callable[[Scenario, float], Overrides]
    count: Callable[[Ecosystem], int]
    factors: tuple[float, ...]


AXES = (
    Axis("months", by_months, lambda world: world.scenario.horizon.months, (0.25, 0.5, 1.0, 2.0)),
    Axis("institutions", by_firms, lambda world: len(world.providers) + len(world.commissioners) + 1, (1.0, 2.0, 3.0, 4.0)),
    Axis("contracts", by_contracts, lambda world: len(world.contracts.at), (1.0, 2.0, 3.0, 4.0)),
    Axis("residents", by_residents, lambda world: len(world.people), (0.5, 1.0, 2.0, 4.0, 8.0)),
)


def size_of(axis: Axis, scenario: Scenario) -> int:
    world = Ecosystem(scenario, 1)
    try:
        return axis.count(world)
    finally:
        founding.release(world)


def measure(axis: Axis, name: str, seeds: range, repeats: int, shorter: Overrides) -> list[dict[str, Any]]:
    """Milliseconds of founding and of the months for each size along an axis."""
    base = load_scenario(name, shorter)
    scenarios = [load_scenario(name, shorter | axis.grow(base, times)) for times in axis.factors]
    founded = np.full((repeats, len(scenarios), len(seeds)), np.inf)
    lived = founded.copy()
    for r in range(repeats):
        for i, scenario in enumerate(scenarios):
            for k, seed in enumerate(seeds):
                done = run(scenario, seed)
                founded[r, i, k], lived[r, i, k] = done.founding, done.months
    a, b = (1e3 * t.min(axis=0).mean(axis=1) for t in (founded, lived))
    rows = []
    for times, scenario, begun, months in zip(axis.factors, scenarios, a.tolist(), b.tolist(), strict=True):
        size = size_of(axis, scenario)
        rows.append({"along": axis.name, "times": times, "size": size, "founding ms": begun, "months ms": months, "run ms": begun + months})
    return rows


def slope(rows: list[dict[str, Any]], what: str = "run ms") -> float:
    """Exponent of the power law through the points."""
    return float(np.polyfit(np.log([r["size"] for r in rows]), np.log([r[what] for r in rows]), 1)[0])


def draw(curves: dict[str, list[dict[str, Any]]], folder: Path) -> None:
    """A panel for each direction: milliseconds against size, and the line a linear cost would follow."""
    matplotlib.rcParams["svg.hashsalt"] = "changemaking"  # the same data, the same file
    figure = Figure(figsize=(10, 2.8), layout="constrained")
    for axes, (name, rows) in zip(figure.subplots(1, len(curves)), curves.items(), strict=True):
        size, cost = [r["size"] for r in rows], [r["run ms"] for r in rows]
        axes.plot(size, cost, "o-", color="#0072B2", label="one run")
        axes.plot(size, [cost[0] * s / size[0] for s in size], "--", color="#8A949E", label="linear from the first")
        axes.set(xlabel=name, title=f"slope {slope(rows):.2f}", xlim=(0, None), ylim=(0, None))
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("milliseconds")
    figure.axes[0].legend(frameon=False, fontsize=8)
    folder.mkdir(exist_ok=True)
    figure.savefig(folder / "scaling.png", dpi=140)
    figure.savefig(folder / "scaling.svg", metadata={"Date": None})


def main() -> None:
    chosen = options(__doc__).parse_args()
    name, seeds, repeats = ("today", range(1, 2), 1) if chosen.quick else ("today", range(1, 5), 3)
    shorter: Overrides = {"horizon.months": 24} if chosen.quick else {}
    run(load_scenario(name), 1)  # compile
    curves = {axis.name: measure(axis, name, seeds, repeats, shorter) for axis in AXES}
    if not chosen.quick:
        draw(curves, FIGURES)
    rows = [row for rows in curves.values() for row in rows]
    notes = [f"slope along {n}: run {slope(r):.2f}, months alone {slope(r, 'months ms'):.2f}" for n, r in curves.items()]
    report(f"Cost of a run of '{name}' along its sizes", rows, chosen.json, notes)


if __name__ == "__main__":
    main()
