"""A store of runs: what keeping a run costs in time and bytes beside CSV, memory over many runs, and what a second worker brings.

Ten thousand runs of 3 ms (tests/fake_tasks.py) go through a sweep, so that nearly all that is beyond 3 ms a run is ours. Then the
same rows are written and read as CSV by pandas. The last part is real: the small town over four years, by one worker and by two.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common import Row, options, report, resident_memory, timed

TESTS = Path(__file__).parent.parent / "tests"
sys.path.insert(0, str(TESTS))
SHORT = 0.003  # seconds of a made-up run


def main() -> None:
    import fake_tasks
    import pandas as pd

    import changemaking as cm
    from changemaking.experiments.sweeps.design import Design, design_of
    from changemaking.experiments.sweeps.sweep import sweep

    chosen = options(__doc__).parse_args()
    runs, real = (400, 20) if chosen.quick else (10_000, 800)

    def design(seeds: int, months: int = 12) -> Design:
        return design_of({"scenarios": ["tiny"], "months": months, "seeds": seeds, "vary": {"policy.lots": {"values": [1, 2]}}}, "bench")

    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        sweep(design(20), Path(folder) / "first", workers=2, progress=False, task=fake_tasks.kept)  # the model is loaded now
        store, memory = Path(folder) / "store", []
        for part in (5, 2, 1):  # in three goes, to see memory
            start = time.perf_counter()
            made = sweep(design(runs // 2 // part), store, workers=2, progress=False, task=fake_tasks.kept)
            took = time.perf_counter() - start
            memory.append((made.plan.there + made.made, resident_memory() / 1e6))
            if part == 1:
                rows.append({"what": f"{made.made:,} runs of 3 ms, two workers", "seconds": took, "runs a second": made.made / took})
        beyond = 1000 * (2 * took / made.made - SHORT)
        frame = cm.open_store(store).sweep("bench").frame()
        size = sum(path.stat().st_size for path in (*(store / "runs").glob("*"), store / "index.parquet")) / runs
        plain = Path(folder) / "plain.csv"
        tasks: dict[str, Callable[[], Any]] = {
            "reading them, as a frame": lambda: cm.open_store(store).sweep("bench").frame(),
            "CSV, written": lambda: frame.to_csv(plain),
            "CSV, read": lambda: pd.read_csv(plain),
        }
        for name, task in tasks.items():
            took = timed(task)
            rows.append({"what": name, "seconds": took, "runs a second": len(frame) / took})
        wide = plain.stat().st_size / runs
        times = {}
        for workers in (1, 2, 1, 2):
            start = time.perf_counter()
            sweep(design(real // 2, 48), Path(folder) / f"real{workers}{len(times)}{start}", workers=workers, progress=False)
            times[workers] = min(times.get(workers, 1e9), time.perf_counter() - start)
        for n, took in times.items():
            rows.append({"what": f"{real} real runs, {n} worker{'s' * (n > 1)}", "seconds": took, "runs a second": real / took})
    told = [
        f"beyond the run itself {beyond:.2f} ms a run on each worker",
        f"bytes a run: {size:.0f} in the store, {wide:.0f} as CSV",
        "memory of the process that writes: " + ", ".join(f"{mb:.0f} MB after {n:,} runs" for n, mb in memory),
        f"two workers are {times[1] / times[2]:.2f} times as fast as one",
    ]
    report("a store of runs", rows, chosen.json, told)


if __name__ == "__main__":
    main()
