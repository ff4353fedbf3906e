"""Runs per second of a sweep beside the same runs through mesa.batch_run, joblib and the EMA workbench, all on two processes.

Every way makes the same runs (a small town, each of a year) and gives the same totals, which is checked first. Ours alone has
them on the disk, synced, when it is done. Start-up is counted: every way starts its processes anew. `overhead` is what a way
adds to a run on each of the two processes.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from common import options, report

import changemaking as cm
from changemaking.experiments.sweeps.design import Design, design_of
from changemaking.experiments.sweeps.sweep import sweep
from changemaking.model.measures import NAMES

PROCESSES = 2
LOTS = (1, 2, 3, 4, 5)


def design(seeds: int) -> Design:
    return design_of(
        {"scenarios": ["tiny"], "months": 12, "seeds": seeds, "vary": {"policy.lots": {"values": list(LOTS)}}, "measures": ["quality"]},
        "bench",
    )


def one(lots: int, seed: int) -> list[float]:
    """One run, as a user of another tool would write it: the scenario loaded, run, its totals returned."""
    outcome = cm.simulate(world(lots), seed)
    return [outcome.totals[name] for name in NAMES]


_worlds: dict[int, Any] = {}


def world(lots: int) -> Any:
    if lots not in _worlds:
        from changemaking.experiments.scenario_sets import load

        _worlds[lots] = load("tiny", {"policy.lots": lots, "horizon.months": 12})
    return _worlds[lots]


class Wrapped(mesa.Model):
    """The run as a model of one step, which is what mesa.batch_run knows how to run."""

    def __init__(self, lots: int = 1, number: int = 1, seed: int | None = None, rng: Any = None) -> None:
        super().__init__()
        self.lots, self.number = lots, number
        self.totals: list[float] = []
        self.datacollector = mesa.DataCollector({"totals": "totals"})

    def step(self) -> None:
        self.totals = one(int(self.lots), int(self.number))
        self.datacollector.collect(self)
        self.running = False


def ours(seeds: int) -> np.ndarray:
    folder = Path(tempfile.mkdtemp())
    try:
        made = sweep(design(seeds), folder / "store", workers=PROCESSES, progress=False)
        return made.sweep.frame()[list(NAMES)].to_numpy()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def by_mesa(seeds: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = mesa.batch_run(
            Wrapped,
            {"lots": list(LOTS), "number": list(range(1, seeds + 1))},
            number_processes=PROCESSES,
            max_steps=1,
            display_progress=False,
        )
    last = {(row["lots"], row["number"]): row["totals"] for row in found}  # Mesa 3.3 makes a step more than it is asked for
    return np.array([last[lots, seed] for lots in LOTS for seed in range(1, seeds + 1)])


def by_joblib(seeds: int) -> np.ndarray:
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    found = Parallel(n_jobs=PROCESSES)(delayed(one)(lots, seed) for lots in LOTS for seed in range(1, seeds + 1))
    get_reusable_executor().shutdown()
    return np.array(found)


def ema_function(lots: int = 1, number: int = 1) -> dict[str, Any]:
    return {"totals": np.array(one(int(lots), int(number)))}


def by_ema(seeds: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench import ArrayOutcome, CategoricalParameter, Model, MultiprocessingEvaluator, Scenario

        model = Model("bench", function=ema_function)
        model.uncertainties = [CategoricalParameter("lots", LOTS), CategoricalParameter("number", tuple(range(1, seeds + 1)))]
        model.outcomes = [ArrayOutcome("totals", shape=(len(NAMES),), dtype=float)]
        scenarios = [Scenario(f"{lots}-{seed}", lots=lots, number=seed) for lots in LOTS for seed in range(1, seeds + 1)]
        with MultiprocessingEvaluator(model, n_processes=PROCESSES) as evaluator:
            _, outcomes = evaluator.perform_experiments(scenarios=scenarios)
    return outcomes["totals"]


WAYS = {"ours, on disk": ours, "joblib": by_joblib, "EMA workbench": by_ema, "mesa.batch_run": by_mesa}


def main() -> None:
    chosen = options(__doc__).parse_args()
    seeds, repeats = (8, 1) if chosen.quick else (400, 2)
    runs = len(LOTS) * seeds
    start = time.perf_counter()
    expected = np.array([one(lots, seed) for lots in LOTS for seed in range(1, min(seeds, 40) + 1)])
    start = time.perf_counter()  # the rules are compiled now
    for lots in LOTS:
        for seed in range(1, min(seeds, 40) + 1):
            one(lots, seed)
    own = (time.perf_counter() - start) / (len(LOTS) * min(seeds, 40))
    picked = [i * seeds + j for i in range(len(LOTS)) for j in range(min(seeds, 40))]
    seconds: dict[str, list[float]] = {}
    for _ in range(repeats):
        for name, way in WAYS.items():
            start = time.perf_counter()
            found = way(seeds)
            seconds.setdefault(name, []).append(time.perf_counter() - start)
            assert np.array_equal(found[picked], expected, equal_nan=True), f"{name} gives other numbers"
    best = {name: min(found) for name, found in seconds.items()}
    rows = [
        {
            "way": name,
            "runs": runs,
            "seconds": took,
            "runs a second": runs / took,
            "overhead, ms a run": 1000 * (PROCESSES * took / runs - own),
            "times ours": took / best["ours, on disk"],
        }
        for name, took in best.items()
    ]
    report(f"the same {runs:,} runs on {PROCESSES} processes", rows, chosen.json, [f"a run by itself takes {1000 * own:.1f} ms"])


if __name__ == "__main__":
    main()
