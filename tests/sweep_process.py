"""A process that runs a sweep of quick made-up runs, to be killed: sweep_process.py STORE SEEDS [TASK]."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

SWEEP = {
    "scenarios": ["today"],
    "design": "grid",
    "set": {"place": "tiny"},
    "months": 12,
    "vary": {"policy.lots": {"values": [1, 2, 3]}, "parameters.trust_start": {"low": 0.2, "high": 0.8, "steps": 4}},
}


def main() -> None:
    import fake_tasks

    from changemaking.experiments.sweeps.design import design_of
    from changemaking.experiments.sweeps.sweep import sweep

    store, seeds, *task = sys.argv[1:]
    made = sweep(
        design_of({**SWEEP, "seeds": int(seeds)}, "made up"),
        store,
        workers=2,
        progress=False,
        task=getattr(fake_tasks, (task or ["kept"])[0]),
    )
    print(made.made, made.plan.there)


if __name__ == "__main__":
    main()
