"""A thousand runs in one process: does memory stay flat? The growth is the slope over the second half, in bytes a run."""

from __future__ import annotations

import gc

import numpy as np
from common import options, report, resident_memory

from changemaking.experiments.executor import outcome_of
from changemaking.scenarios import load_scenario


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--scenario", default="tiny")
    chosen = parser.parse_args()
    scenario = load_scenario(chosen.scenario)
    runs, step = (100, 20) if chosen.quick else (1000, 100)
    outcome_of(scenario.name, scenario, 0)  # what is loaded or compiled once is not growth
    rows = []
    for done in range(runs + 1):
        if done % step == 0:
            gc.collect()
            rows.append({"runs": done, "MB": resident_memory() / 1e6})
        outcome_of(scenario.name, scenario, done + 1)
    later = rows[len(rows) // 2 :]  # caches and the allocator's pools fill in the first half
    growth = float(np.polyfit([r["runs"] for r in later], [1e6 * r["MB"] for r in later], 1)[0])
    report(f"Memory over {runs:,} runs of '{scenario.name}' in one process", rows, chosen.json, [f"growth {growth:,.0f} bytes a run"])


if __name__ == "__main__":
    main()
