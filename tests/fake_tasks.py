"""Things for workers to do in tests of the executor. A worker finds them by this file's name."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing import parent_process
from pathlib import Path
from typing import Any


def double(key: str, scenario: str, seed: int) -> tuple[str, int]:
    return scenario, 2 * seed


STAYS = 120  # seconds that a run takes which nobody waits for
DONE = "CHANGEMAKING_TEST_DONE"  # names a file that runs are noted in


def slow(key: str, scenario: str, seed: int) -> int:
    _note("begun")
    time.sleep(0.05)
    return seed


def stays(key: str, scenario: str, seed: int) -> int:
    _note("begun")
    time.sleep(STAYS)
    return seed


def _note(line: str) -> None:
    if name := os.environ.get(DONE):
        with open(name, "ab", buffering=0) as file:
            file.write(f"{line}\n".encode())


def fails_on_three(key: str, scenario: str, seed: int) -> int:
    if seed == 3:
        raise ValueError("three is too many")
    return seed


def dies_once(key: str, scenario: str, seed: int) -> int:
    """`scenario` is a file: the first run with seed 5 makes it and takes its worker down."""
    mark = Path(scenario)
    if seed == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return seed


def always_dies_on_two(key: str, scenario: str, seed: int) -> int:
    if seed == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return seed


def dies_on_most(key: str, scenario: str, seed: int) -> int:
    """All but the first runs take their worker with them."""
    if seed > 4:
        os._exit(1)
    return seed


def always_dies(key: str, scenario: str, seed: int) -> int:
    os._exit(1)


def unsendable(key: str, scenario: str, seed: int):
    return (lambda: seed) if seed == 2 else seed


def interrupts_parent(key: str, scenario: str, seed: int) -> int:
    """Ctrl-C, as a terminal sends it, while seed 4 runs."""
    if seed == 4:
        parent = parent_process()
        os.kill(parent.pid if parent and scenario == "pool" else os.getpid(), signal.SIGINT)
        time.sleep(0.1)
    return seed


def process(key: str, scenario: str, seed: int) -> int:
    time.sleep(0.02)
    return os.getpid()


# --- for sweeps: what a store keeps of a run -----------------------------------------------------------------------------

UNLUCKY = "an unlucky one"


def kept(key: str, scenario, seed: int) -> dict:
    """A run as a store keeps it, its totals drawn from its scenario and seed; takes a few milliseconds."""
    import numpy as np

    from changemaking.model.measures import NAMES

    time.sleep(0.003)
    draws = np.random.default_rng([seed, int(key[:8], 16)]).normal(size=len(NAMES))
    _note(f"{key} {seed}")
    return {"months": scenario.horizon.months, "seconds": 0.003, "sha256": f"{key}{seed}", "totals": draws.tolist(), "series": {}}


def kept_but_some_fail(key: str, scenario, seed: int) -> dict:
    """One in a hundred raises, unless the environment says that it was mended."""
    if seed % 100 == 7 and "CHANGEMAKING_TEST_MENDED" not in os.environ:
        raise ValueError(f"seed {seed} is {UNLUCKY}")
    return kept(key, scenario, seed)


def kept_or_killed(key: str, scenario, seed: int) -> dict:
    """A worker in a hundred runs is killed, the first time that run is tried (noted in the file that is named)."""
    name = os.environ["CHANGEMAKING_TEST_KILLED"] + f"{key[:8]}-{seed}"
    if seed % 100 == 7 and not os.path.exists(name):
        open(name, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return kept(key, scenario, seed)


def meet_at(barrier: Any) -> None:
    """Where processes wait for one another."""
    globals()["meeting"] = barrier


def made_at_once(folder: Path) -> bool:
    """Whether a store is made when others make it at the same moment."""
    from changemaking.experiments.sweeps.store import Store

    globals()["meeting"].wait(timeout=30)
    with Store(folder, write=True):
        return True
