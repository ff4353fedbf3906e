"""Runs per second of a sweep beside the same runs through mesa.batch_run, joblib and the EMA workbench, all on two processes.

Every way makes the same runs (a small town, each of twelve `--months`) and gives the same totals, which is checked first. Ours alone
has them on the disk, synced, when it is done. Start-up is counted: every way starts its processes anew. `overhead` is what a way
adds to a run on each of the two processes. `computed` is the processors' time, of all processes of a way, which other work on
the machine hardly touches (Linux); a user waits by the wall. `--points 1000 --seeds 1` makes each run of a scenario of its own,
which must be built too; `--points 5 --seeds 2000` makes ten thousand runs, with `--months 3` shorter ones. `median of turns` is of the
times of a way over ours in the same turn: `--seeds 200 --repeats 10` makes ten thousand runs in turns that find the machine the same.
"""

from __future__ import annotations

import os
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
VARIED = "parameters.hold_up"
CHECKED = 200  # runs whose totals are compared


def months() -> int:
    """How long a run is; the processes that a way starts anew know it too."""
    return int(os.environ.get("BENCH_MONTHS", "12"))


def points(number: int) -> list[float]:
    """The values that the varied parameter takes."""
    return [float(value) for value in np.linspace(0.05, 0.5, number)]


def design(number: int, seeds: int) -> Design:
    return design_of(
        {"scenarios": ["tiny"], "months": months(), "seeds": seeds, "vary": {VARIED: {"values": points(number)}}, "measures": ["quality"]},
        "bench",
    )


def one(hold_up: float, seed: int) -> list[float]:
    """One run, as a user of another tool would write it: the scenario loaded once for each process, run, its totals returned."""
    outcome = cm.simulate(world(hold_up), seed)
    return [outcome.totals[name] for name in NAMES]


_worlds: dict[float, Any] = {}


def world(hold_up: float) -> Any:
    if hold_up not in _worlds:
        from changemaking.experiments.scenario_sets import load

        _worlds[hold_up] = load("tiny", {VARIED: hold_up, "horizon.months": months()})
    return _worlds[hold_up]


class Wrapped(mesa.Model):
    """The run as a model of one step, which is what mesa.batch_run knows how to run."""

    def __init__(self, hold_up: float = 0.1, number: int = 1, seed: int | None = None, rng: Any = None) -> None:
        super().__init__()
        self.hold_up, self.number = hold_up, number
        self.totals: list[float] = []
        self.datacollector = mesa.DataCollector({"totals": "totals"})

    def step(self) -> None:
        self.totals = one(float(self.hold_up), int(self.number))
        self.datacollector.collect(self)
        self.running = False


def ours(number: int, seeds: int) -> np.ndarray:
    folder = Path(tempfile.mkdtemp())
    try:
        made = sweep(design(number, seeds), folder / "store", workers=PROCESSES, progress=False)
        return made.sweep.frame()[list(NAMES)].to_numpy()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def by_mesa(number: int, seeds: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = mesa.batch_run(
            Wrapped,
            {"hold_up": points(number), "number": list(range(1, seeds + 1))},
            number_processes=PROCESSES,
            max_steps=1,
            display_progress=False,
        )
    last = {(row["hold_up"], row["number"]): row["totals"] for row in found}  # Mesa 3.3 makes a step more than it is asked for
    return np.array([last[value, seed] for value in points(number) for seed in range(1, seeds + 1)])


def by_joblib(number: int, seeds: int) -> np.ndarray:
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    found = Parallel(n_jobs=PROCESSES)(delayed(one)(value, seed) for value in points(number) for seed in range(1, seeds + 1))
    get_reusable_executor().shutdown()
    return np.array(found)


def ema_function(hold_up: float = 0.1, number: int = 1) -> dict[str, Any]:
    return {"totals": np.array(one(float(hold_up), int(number)))}


def by_ema(number: int, seeds: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench import ArrayOutcome, IntegerParameter, Model, MultiprocessingEvaluator, RealParameter, Scenario

        model = Model("bench", function=ema_function)
        model.uncertainties = [RealParameter("hold_up", 0.0, 1.0), IntegerParameter("number", 1, seeds + 1)]
        model.outcomes = [ArrayOutcome("totals", shape=(len(NAMES),), dtype=float)]
        scenarios = [Scenario(f"{value}-{seed}", hold_up=value, number=seed) for value in points(number) for seed in range(1, seeds + 1)]
        with MultiprocessingEvaluator(model, n_processes=PROCESSES) as evaluator:
            _, outcomes = evaluator.perform_experiments(scenarios=scenarios)
    return outcomes["totals"]


def computed() -> float:
    """Seconds of processor time of this process and of those that it, or the server that ours forks from, has started and seen end."""
    from multiprocessing.forkserver import _forkserver

    server = getattr(_forkserver, "_forkserver_pid", None)
    told = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in (os.getpid(), server) if pid]
    return sum(int(ticks) for fields in told for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")  # user and system, own and children's


WAYS = {"ours, on disk": ours, "joblib": by_joblib, "EMA workbench": by_ema, "mesa.batch_run": by_mesa}


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--points", type=int, default=5, help="values of the varied parameter")
    parser.add_argument("--seeds", type=int, default=400, help="runs of each")
    parser.add_argument("--months", type=int, default=12, help="how long a run is")
    parser.add_argument("--repeats", type=int, default=2, help="turns, of which the best counts")
    chosen = parser.parse_args()
    number, seeds, repeats = (5, 8, 1) if chosen.quick else (chosen.points, chosen.seeds, chosen.repeats)
    os.environ["BENCH_MONTHS"] = str(chosen.months)
    runs = number * seeds
    picked = np.linspace(0, runs - 1, min(runs, CHECKED)).astype(int)
    cases = [(points(number)[k // seeds], 1 + k % seeds) for k in picked]
    expected = np.array([one(*case) for case in cases])
    start = time.perf_counter()  # the rules are compiled now, and the scenarios built
    for case in cases:
        one(*case)
    own = (time.perf_counter() - start) / len(cases)
    _worlds.clear()  # what a way forks must not have them
    seconds: dict[str, list[float]] = {}
    computing: dict[str, list[float]] = {}
    for _ in range(repeats):
        for name, way in WAYS.items():
            start, before = time.perf_counter(), computed()
            found = way(number, seeds)
            seconds.setdefault(name, []).append(time.perf_counter() - start)
            computing.setdefault(name, []).append(computed() - before)
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
            "median of turns": float(np.median(np.divide(seconds[name], seconds["ours, on disk"]))),
            "computed, ms a run": 1000 * min(computing[name]) / runs,
        }
        for name, took in best.items()
    ]
    report(f"the same {runs:,} runs on {PROCESSES} processes", rows, chosen.json, [f"a run by itself takes {1000 * own:.1f} ms"])


if __name__ == "__main__":
    main()
