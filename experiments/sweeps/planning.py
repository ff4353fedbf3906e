"""What of a sweep is to be run, and what that takes: runs, time, disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from ..executor import Job, default_workers
from .building import FEW
from .code import code_version
from .design import Design
from .results import Sweep
from .store import Store, key_of
from .worlds import Worlds

BYTES_PER_RUN = 650  # in a shard; measured by benchmarks/store.py
BYTES_TO_START = 50_000  # a store with a run in it
BYTES_PER_SERIES, BYTES_PER_MONTH = 60, 9  # as measured
SECONDS_PER_RUN = 0.4  # if nothing better is known: a run of the shipped place over its twenty years
SECONDS_TO_START = 3.0  # until the first worker runs, the model's rules once compiled
Basis = Literal["scenarios", "place", "guess"]


@dataclass(frozen=True)
class Plan:
    """What running a sweep would take on so many `workers`.

    `basis` is what says how long a run takes: the store's runs of its own scenarios, or of its place by the same code, or a guess.
    """

    runs: int
    there: int
    failed: int
    seconds: float
    bytes: int
    basis: Basis
    workers: int
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
    if store and whole:  # what is damaged is noted on the way
        for name, column in (("scenarios", "sha256"), ("series", "key"), ("failures", "key")):
            store.table(name, [column])
    failed = store.keys("failures") - there if store and not retry_failed else set()
    if store and design.file.series:  # a run without its months must be made again
        table = store.table("series", ["key", "measure"])
        kept: dict[str, set[str]] = {}
        for key, measure in zip(table["key"].to_pylist(), table["measure"].to_pylist(), strict=True):
            kept.setdefault(key, set()).add(measure)
        there &= {key for key, names in kept.items() if names >= set(design.file.series)}
    return Jobs(design, scenarios, there, failed)


def plan_of(jobs: Jobs, store: Store | None, design: Design, worlds: Worlds, workers: int | None = None) -> Plan:
    """What the jobs take: starting, building the scenarios, if they are many on all workers, and the runs on all workers."""
    seconds, basis = _seconds_per_run(store, jobs, worlds)
    workers = workers or default_workers()
    months = len(design.file.series) * (BYTES_PER_SERIES + BYTES_PER_MONTH * worlds.months)
    building = max(worlds.built, len(jobs.wanted)) * worlds.seconds / max(worlds.built, 1) / (workers if len(jobs.wanted) >= FEW else 1)
    takes = SECONDS_TO_START + building + len(jobs) * seconds / workers if len(jobs) else 0.0
    size = BYTES_TO_START * (not jobs.there) + len(jobs) * (BYTES_PER_RUN + months) if len(jobs) else 0
    damaged = tuple(dict.fromkeys(store.damaged)) if store else ()
    return Plan(jobs.runs, jobs.there, jobs.failed, takes, size, basis, workers, damaged)


def _seconds_per_run(store: Store | None, jobs: Jobs, worlds: Worlds) -> tuple[float, Basis]:
    """How long a run takes: as the store's runs of these same scenarios did, or else, month by month, those of their place by this code."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if store is not None:
        table = store.table("runs", ["scenario", "code", "months", "seconds"])
        ours = table.filter(pc.is_in(table["scenario"], pa.array(jobs.shas, pa.string())))
        if len(ours):
            return float(ours["seconds"].to_numpy().mean()), "scenarios"
        same = _there(store, worlds) if len(table) else []
        near = table.filter(pc.and_(pc.equal(table["code"], jobs.code), pc.is_in(table["scenario"], pa.array(same, pa.string()))))
        if len(near):
            return float(pc.sum(near["seconds"]).as_py() / pc.sum(near["months"]).as_py()) * worlds.months, "place"
    return SECONDS_PER_RUN * worlds.months / 240, "guess"


def _there(store: Store, worlds: Worlds) -> list[str]:
    """Scenarios of the store's sweeps that play in the same places; where a sweep varies the place, those of its first point."""
    found = []
    for name in store.sweeps:
        with suppress(Exception):  # its files may be gone; a guess is left
            before = Sweep.of_store(store, name)
            varied = any("place" in (factor, *before.design.file.vary[factor].keys) for factor in before.design.file.vary)
            arms = {arm for arm in before.arms if before.design.scenario(0, arm).place.name in worlds.towns}
            found += [sha for (point, arm), sha in before.scenarios.items() if arm in arms and not (varied and point)]
    return found
