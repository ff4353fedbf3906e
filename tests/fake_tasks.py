"""Things for workers to do in tests of the executor. A worker finds them by this file's name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def double(key: str, scenario: str, seed: int) -> tuple[str, int]:
    return scenario, 2 * seed


def slow(key: str, scenario: str, seed: int) -> int:
    time.sleep(0.05)
    return seed


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


def unsendable(key: str, scenario: str, seed: int):
    return (lambda: seed) if seed == 2 else seed


def interrupts_parent(key: str, scenario: str, seed: int) -> int:
    """Ctrl-C, as a terminal sends it, while seed 4 runs."""
    if seed == 4:
        os.kill(os.getppid() if scenario == "pool" else os.getpid(), signal.SIGINT)
        time.sleep(0.1)
    return seed


def process(key: str, scenario: str, seed: int) -> int:
    time.sleep(0.02)
    return os.getpid()
