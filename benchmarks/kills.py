"""A sweep killed a hundred times at random moments, its parent and its workers in turn: what is lost, and is the result the same?

Reports how many kills there were, the most finished runs that one kill of the parent cost, and whether the store that came of it equals
an uninterrupted one to the bit.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import options, report

TESTS = Path(__file__).parent.parent / "tests"
sys.path.insert(0, str(TESTS))


def children(pid: int) -> list[int]:
    """Every process that a process started: workers, and on Linux what they are forked from."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [process for one in found for process in (int(one), *children(int(one)))]


def main() -> None:
    import fake_tasks
    import pandas as pd
    from sweep_process import SWEEP

    import changemaking as cm
    from changemaking.experiments.sweeps.design import design_of
    from changemaking.experiments.sweeps.store import Store
    from changemaking.experiments.sweeps.sweep import sweep

    chosen = options(__doc__).parse_args()
    kills, seeds = (6, 60) if chosen.quick else (100, 3000)
    rng, killed = random.Random(1), {"parent": 0, "worker": 0}
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        store, done = Path(folder) / "store", Path(folder) / "done"
        done.touch()
        command = [sys.executable, str(TESTS / "sweep_process.py"), str(store), str(seeds)]
        environment = {**os.environ, fake_tasks.DONE: str(done)}
        kept = 0
        while sum(killed.values()) < kills:
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            waited = time.monotonic()
            while not done.stat().st_size and process.poll() is None and time.monotonic() - waited < 30.0:
                time.sleep(0.05)  # until runs come in
            time.sleep(1.5 * rng.random())
            if process.poll() is not None:
                break
            workers = children(process.pid)
            if rng.random() < 0.5 and workers:
                os.kill(rng.choice(workers), signal.SIGKILL)
                killed["worker"] += 1
                time.sleep(0.3)
            process.kill()
            killed["parent"] += 1
            process.wait()
            time.sleep(0.1)
            if (store / "store.json").exists():
                known = len(Store(store).keys())
                worst = max(worst, kept + len(set(done.read_text().splitlines())) - known)
                kept = known
                done.write_text("")
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        asked = design_of({**SWEEP, "seeds": seeds}, "made up")
        sweep(asked, Path(folder) / "whole", workers=1, progress=False, task=fake_tasks.kept)
        both = [cm.open_store(Path(folder) / name).sweep().frame() for name in ("store", "whole")]
        pd.testing.assert_frame_equal(*both, check_exact=True)
    rows = [{"killed": f"{name}", "times": times} for name, times in killed.items()]
    report(
        "a sweep that is killed",
        rows,
        chosen.json,
        [f"most finished runs that one kill cost: {worst}", "the store equals an uninterrupted one"],
    )


if __name__ == "__main__":
    main()
