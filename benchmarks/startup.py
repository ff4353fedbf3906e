"""What one waits for before the first result: help, imports, compilation once and never again, and a seed of a comparison."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import Any

from common import options, report, spread, timed

HEAVY = ("numpy", "pandas", "mesa", "numba", "matplotlib", "pyarrow", "networkx")
HELP = [sys.executable, "-m", "changemaking", "--help"]
HELP_AND_MODULES = """
import sys
sys.argv = ["changemaking", "--help"]
from changemaking.commands import main
try:
    main()
except SystemExit:
    pass
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""
FIRST_RUN = """
import time
from changemaking.scenarios import load_scenario
from changemaking.model.ecosystem import simulate
scenario = load_scenario("tiny")
start = time.perf_counter()
simulate(scenario, 1)
first = time.perf_counter() - start
later = []
for seed in range(2, 12):
    start = time.perf_counter()
    simulate(scenario, seed)
    later.append(time.perf_counter() - start)
print(first, min(later))
"""


def python(*words: str, cache: str | None = None) -> str:
    """Standard output of a fresh Python; `cache` is where compiled code is kept."""
    given = os.environ | ({"NUMBA_CACHE_DIR": cache} if cache else {})
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True, env=given).stdout


def help_loads() -> set[str]:
    """Top-level modules that the help pulls in. AssertionError if a heavy one is among them."""
    out = python("-c", HELP_AND_MODULES)
    loaded = set(out.rpartition("LOADED")[2].split())
    assert not loaded & set(HEAVY), f"the help loads {loaded & set(HEAVY)}"
    assert "changemaking" in loaded and "Usage" in out
    return loaded


def compilation() -> tuple[list[float], list[float]]:
    """Seconds of the first and of the fastest later run of the tiny place in a fresh process, without and with compiled code."""
    with tempfile.TemporaryDirectory() as cache:
        cold = [float(s) for s in python("-c", FIRST_RUN, cache=cache).split()]
        warm = [float(s) for s in python("-c", FIRST_RUN, cache=cache).split()]
    return cold, warm


def seconds_of_compare(seeds: int) -> float:
    """Wall time of what `make run` compares, without writing, on two workers."""
    import changemaking as cm

    start = time.perf_counter()
    cm.compare(["bundled", "phased", "preston"], seeds=seeds, workers=2, progress=False)
    return time.perf_counter() - start


def main() -> None:
    chosen = options(__doc__).parse_args()
    rows: list[dict[str, Any]] = []

    def add(what: str, best: float, middle: float | None = None, unit: str = "ms") -> None:
        rows.append({"what": what, "best": best, "median": middle, "unit": unit})

    subprocess.run(HELP, capture_output=True, check=True)
    s = spread([timed(lambda: subprocess.run(HELP, capture_output=True, check=True)) for _ in range(3 if chosen.quick else 10)], 1e3)
    add("changemaking --help, wall time of a process", s["min"], s["median"])
    s = spread([timed(lambda: python("-c", "pass")) for _ in range(3 if chosen.quick else 10)], 1e3)
    add("of which Python itself", s["min"], s["median"])
    loaded = help_loads()
    cold, warm = compilation()
    add("first run of tiny in a process, nothing compiled yet", cold[0], None, "s")
    add("the same, compiled code in the cache", warm[0], None, "s")
    add("every further run of tiny", min(cold[1], warm[1]) * 1e3)
    few, many = (4, 16) if chosen.quick else (10, 60)
    seconds_of_compare(few)
    short, long = seconds_of_compare(few), seconds_of_compare(many)
    add("compare bundled phased preston: a seed (4 runs) on two workers", 1e3 * (long - short) / (many - few))
    add(f"the same with {many} seeds, workers' start included", long, None, "s")
    notes = [f"the help loads none of {', '.join(HEAVY)} (asserted); {len(loaded)} top-level modules in all"]
    report("Start-up", rows, chosen.json, notes)


if __name__ == "__main__":
    main()
