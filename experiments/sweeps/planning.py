"""What of a sweep is to be run, and what that takes: runs, time, disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..executor import Job, default_workers
from .design import Design
from .store import Store, code_version, key_of
from .worlds import Worlds

BYTES_PER_RUN = 650  # in a shard; measured by benchmarks/store.py
BYTES_PER_SERIES, BYTES_PER_MONTH = 60, 9  # as measured
SECONDS_PER_RUN = 0.4  # if nothing better is known: a run of the shipped place over its twenty years
SECONDS_TO_START = 3.0  # until the first worker runs, the model's rules once compiled


@dataclass(frozen=True)
class Plan:
    """What running a sweep would take; `measured` if its own scenarios' runs in the store say how long one takes."""

    runs: int
    there: int
    failed: int
    seconds: float
    bytes: int
    measured: bool
    damaged: tuple[str, ...] = ()

    @property
    def to_do(self) -> int:
        return self.runs - self.there - self.failed


class Jobs:
    """The runs that are to be made, point by point so that a scenario is sent once; worked out as they are asked for, since of millions a
    list alone would fill the memory."""

    def __init__(self, design: Design, scenarios: dict[tuple[int, str], str], there: set[str], failed: set[str]) -> None:
        self.shas, self.seeds, self.done, self.code = list(dict.fromkeys(scenarios.values())), design.seeds, there | failed, code_version()
        self.runs = len(self.shas) * len(self.seeds)
        self.there = self.failed = 0
        self.wanted = set() if self.done else set(self.shas)  # scenarios that have something to run
        for sha in self.shas if self.done else ():
            for seed in self.seeds:
                key = key_of(sha, seed, self.code)
                if key in there:
                    self.there += 1
                elif key in failed:
                    self.failed += 1
                else:
                    self.wanted.add(sha)

    def __len__(self) -> int:
        return self.runs - self.there - self.failed

    def __iter__(self) -> Iterator[Job]:
        for sha in self.shas:
            if sha in self.wanted:
                for seed in self.seeds:
                    if not self.done or key_of(sha, seed, self.code) not in self.done:
                        yield sha, seed


def jobs_of(store: Store | None, design: Design, scenarios: dict[tuple[int, str], str], retry_failed: bool, whole: bool = False) -> Jobs:
    """What is to be run. `whole` looks at every byte of the shards, as a store that is written to has done when it was opened."""
    there: set[str] = set()
    if store:
        there = set(store.table("runs", ["key"])["key"].to_pylist()) if whole else store.keys()
    failed = store.keys("failures") - there if store and not retry_failed else set()
    if store and design.file.series:  # a run without its months must be made again
        table = store.table("series", ["key", "measure"])
        kept: dict[str, set[str]] = {}
        for key, measure in zip(table["key"].to_pylist(), table["measure"].to_pylist(), strict=True):
            kept.setdefault(key, set()).add(measure)
        there &= {key for key, names in kept.items() if names >= set(design.file.series)}
    return Jobs(design, scenarios, there, failed)


def plan_of(jobs: Jobs, store: Store | None, design: Design, worlds: Worlds, workers: int | None = None) -> Plan:
    """What the jobs take: starting, building the scenarios one after another, and the runs on all workers."""
    seconds, measured = _seconds_per_run(store, jobs, worlds.months)
    months = len(design.file.series) * (BYTES_PER_SERIES + BYTES_PER_MONTH * worlds.months)
    building = max(worlds.built, len(jobs.wanted)) * worlds.seconds / max(worlds.built, 1)
    takes = SECONDS_TO_START + building + len(jobs) * seconds / (workers or default_workers()) if len(jobs) else 0.0
    damaged = tuple(dict.fromkeys(store.damaged)) if store else ()
    return Plan(jobs.runs, jobs.there, jobs.failed, takes, len(jobs) * (BYTES_PER_RUN + months), measured, damaged)


def _seconds_per_run(store: Store | None, jobs: Jobs, months: int) -> tuple[float, bool]:
    """How long a run takes: as the store's runs of these same scenarios did, whose worlds are as large, and whether any were there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if store is not None:
        table = store.table("runs", ["scenario", "seconds"])
        ours = table.filter(pc.is_in(table["scenario"], pa.array(jobs.shas, pa.string())))
        if len(ours):
            return float(ours["seconds"].to_numpy().mean()), True
    return SECONDS_PER_RUN * months / 240, False
