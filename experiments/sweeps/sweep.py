"""Running a sweep: what the store has is kept, what is missing is run, and whatever happens in between costs the runs in flight."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import record
from ..errors import RunError, UsageError
from ..executor import Results, Task, default_workers, get_ready, run_each
from ..progress import Report
from .design import Design, read_sweep
from .results import Sweep
from .shards import BATCH
from .store import Store, code_version, key_of

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

FLUSH = 0.25  # seconds that a finished run may wait for the disk
BYTES_PER_RUN = 650  # in a shard; measured by benchmarks/store.py
BYTES_PER_SERIES, BYTES_PER_MONTH = 60, 9  # as measured
SECONDS_PER_RUN = 0.4  # if nothing better is known: a run of the shipped place over its twenty years


@dataclass(frozen=True)
class Plan:
    """What running a sweep would take."""

    runs: int
    there: int
    failed: int
    seconds: float
    bytes: int
    measured: bool

    @property
    def to_do(self) -> int:
        return self.runs - self.there - self.failed


@dataclass
class Swept:
    """What came of running a sweep."""

    sweep: Sweep
    plan: Plan
    made: int = 0
    failed: int = 0
    partial: bool = False
    seconds: float = 0.0
    damaged: list[str] = field(default_factory=list)


def sweep(
    file: str | Path | Design,
    store: str | Path,
    seeds: int | None = None,
    workers: int | None = None,
    progress: bool | Report | None = None,
    *,
    on: str | None = None,
    retry_failed: bool = False,
    task: Task | None = None,
) -> Swept:
    """Run what is missing of a sweep into a store. `seeds` overrides the file's; `on` is "dask" or the address of a Dask scheduler.

    `task` replaces what is done with a run, for tests. Raises ScenarioError, UsageError, RunError; after a second Ctrl-C KeyboardInterrupt.
    """
    if on is None and workers != 1:
        get_ready()
    design = _design(file, seeds)
    if on is not None:
        from .on_dask import check_address

        check_address(on)
    start = time.perf_counter()
    with Store(store, write=True) as opened:
        worlds = Worlds(design)
        scenarios = _scenarios(opened, design, worlds)
        _refuse_namesake(opened, design)
        opened.keep_sweep(design, scenarios)
        jobs, plan = _jobs(opened, design, scenarios, retry_failed)
        found = Swept(Sweep(design, scenarios, opened, code_version()), plan, damaged=opened.damaged)
        if jobs:
            worlds.keep(opened, {key for key, _ in jobs})
            doing = task or partial(kept_of, design.file.series)
            if on is None:
                results: Results = run_each(jobs, len(jobs), worlds, workers, progress, doing)
            else:
                from .on_dask import run_on_dask

                results = run_on_dask(jobs, worlds, workers, progress, doing, on)
            with closing(results):
                for made, failed in _kept(opened, results):
                    found.made += made
                    found.failed += failed
        found.partial = found.made + found.failed < len(jobs)
    found.seconds = time.perf_counter() - start
    found.sweep.store = Store(store)
    return found


def plan_sweep(
    file: str | Path | Design, store: str | Path, seeds: int | None = None, workers: int | None = None, *, retry_failed: bool = False
) -> Plan:
    """What a sweep would take, without running or writing anything. Raises as `sweep` does."""
    design = _design(file, seeds)
    worlds = Worlds(design)
    opened = Store(store) if (Path(store) / "store.json").exists() else None
    scenarios = _scenarios(opened, design, worlds)
    return _jobs(opened, design, scenarios, retry_failed, workers)[1]


def _refuse_namesake(store: Store, design: Design) -> None:
    """A store knows a sweep by its file's name: another file of that name must not take its place. A file that was changed or moved may.

    Raises UsageError.
    """
    if design.folder is None or design.name not in store.sweeps:
        return
    try:
        before = Sweep.of_store(store, design.name).design
    except (UsageError, RunError):  # what cannot be read is written anew
        return
    theirs, ours = (Path(folder or ".") / f"{design.name}.toml" for folder in (before.folder, design.folder))
    if before.folder is None or not theirs.exists() or theirs.resolve() == ours.resolve() or before.sha256 == design.sha256:
        return
    raise UsageError(f"{ours}: {store.folder} holds a sweep of this name already, of {theirs}; rename this file, or give another store")


def _design(file: str | Path | Design, seeds: int | None) -> Design:
    design = file if isinstance(file, Design) else read_sweep(file)
    return replace(design, file=design.file.model_copy(update={"seeds": seeds})) if seeds is not None else design


class Worlds(Mapping[str, "Scenario"]):
    """The scenarios of a design by hash, each built when it is asked for and not kept for long."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.place: dict[str, tuple[int, str]] = {}
        self._build = lru_cache(64)(design.scenario)

    def __getitem__(self, sha: str) -> Scenario:
        return self._build(*self.place[sha])

    def __iter__(self) -> Iterator[str]:
        return iter(self.place)

    def __len__(self) -> int:
        return len(self.place)

    def keep(self, store: Store, wanted: set[str]) -> None:
        """Keep in the store, whole, those scenarios that it does not have."""
        missing = sorted(wanted - set(store.table("scenarios", ["sha256"])["sha256"].to_pylist()))
        for i in range(0, len(missing), BATCH):
            rows = [(sha, self[sha]) for sha in missing[i : i + BATCH]]
            store.add("scenarios", [{"sha256": sha, "name": s.name, "contents": s.canonical()} for sha, s in rows])


def _scenarios(store: Store | None, design: Design, worlds: Worlds) -> dict[tuple[int, str], str]:
    """The scenario hash of every arm at every point; taken from the store if it was asked the same before by the same files."""
    bases = {arm: design.scenario(0, arm).sha256 for arm in design.arms}
    earlier: dict[tuple[int, str], str] = {}
    files = any(isinstance(value, str) for point in design.points for value in point)  # places, forms: they may have been edited
    if store is not None and design.name in store.sweeps and not files:
        with suppress(Exception):  # it can be worked out again
            before = Sweep.of_store(store, design.name)
            same = before.code == code_version() and before.design.points == design.points and before.design.factors == design.factors
            alike = {"arms", "scenarios", "set", "months", "vary"}
            told = [json.loads(d.file.model_dump_json(include=alike)) for d in (before.design, design)]
            if same and told[0] == told[1] and all(before.scenarios[0, arm] == sha for arm, sha in bases.items()):
                earlier = before.scenarios
    found = {}
    for point in range(len(design.points)):
        for arm in design.arms:
            sha = earlier.get((point, arm)) or design.scenario(point, arm).sha256
            found[point, arm] = sha
            worlds.place.setdefault(sha, (point, arm))
    return found


def _jobs(
    store: Store | None, design: Design, scenarios: dict[tuple[int, str], str], retry_failed: bool, workers: int | None = None
) -> tuple[list[tuple[str, int]], Plan]:
    """What is to be run, point by point so that a scenario is built once, and what that takes."""
    code = code_version()
    there = store.keys() if store else set()
    failed = store.keys("failures") - there if store and not retry_failed else set()
    if store and design.file.series:  # a run without its months must be made again
        table = store.table("series", ["key", "measure"])
        kept: dict[str, set[str]] = {}
        for key, measure in zip(table["key"].to_pylist(), table["measure"].to_pylist(), strict=True):
            kept.setdefault(key, set()).add(measure)
        there &= {key for key, names in kept.items() if names >= set(design.file.series)}
    shas = list(dict.fromkeys(scenarios.values()))
    keys = {(sha, seed): key_of(sha, seed, code) for sha in shas for seed in design.seeds}
    jobs = [job for job, key in keys.items() if key not in there and key not in failed]
    seconds, measured = _seconds_per_run(store, design)
    found, broken = (sum(key in known for key in keys.values()) for known in (there, failed))
    used = workers or default_workers()
    return jobs, Plan(
        len(keys), found, broken, len(jobs) * seconds / used, len(jobs) * (BYTES_PER_RUN + _bytes_of_months(design)), measured
    )


def _bytes_of_months(design: Design) -> int:
    """What a run's months take, where the file asks for them."""
    months = design.scenario(0, design.arms[0]).horizon.months
    return len(design.file.series) * (BYTES_PER_SERIES + BYTES_PER_MONTH * months)


def _seconds_per_run(store: Store | None, design: Design) -> tuple[float, bool]:
    """How long a run takes: as the store's runs of as many months did, and whether that was measured."""
    import numpy as np

    months = design.scenario(0, design.arms[0]).horizon.months
    if store is not None:
        table = store.table("runs", ["months", "seconds"])
        known = table["seconds"].to_numpy()[table["months"].to_numpy() == months]
        if len(known):
            return float(np.mean(known)), True
    return SECONDS_PER_RUN * months / 240, False


def kept_of(series: tuple[str, ...], key: str, scenario: Scenario, seed: int) -> dict[str, Any]:
    """What a store keeps of a run."""
    from ...model.ecosystem import simulate
    from ...model.measures import INDEX, NAMES

    start = time.perf_counter()
    outcome = simulate(scenario, seed)
    return {
        "months": len(outcome.series),
        "seconds": time.perf_counter() - start,
        "sha256": record.outcome_sha256(outcome),
        "totals": [outcome.totals[name] for name in NAMES],
        "series": {name: outcome.series[:, INDEX[name]].tolist() for name in series},
    }


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _kept(store: Store, results: Results) -> Iterator[tuple[int, int]]:
    """Write results as they come, a few at a time; yields how many runs and failures have just become safe."""
    code = code_version()
    rows: dict[str, list[dict[str, Any]]] = {"series": [], "runs": [], "failures": []}  # in this order: a run that is there has its months
    last = time.monotonic()

    def flush() -> tuple[int, int]:
        counts = len(rows["runs"]), len(rows["failures"])
        for table, waiting in rows.items():
            store.add(table, waiting)
            waiting.clear()
        return counts

    try:
        for (sha, seed), good, value in results:
            key = key_of(sha, seed, code)
            if good:
                rows["series"] += [{"key": key, "measure": name, "values": months} for name, months in value.pop("series", {}).items()]
                rows["runs"].append({"key": key, "scenario": sha, "code": code, "seed": seed, **value})
            else:
                error, trace = value
                rows["failures"].append({"key": key, "scenario": sha, "seed": seed, "error": error, "traceback": trace, "at": _moment()})
            if len(rows["runs"]) + len(rows["failures"]) >= BATCH or time.monotonic() - last > FLUSH:
                yield flush()
                last = time.monotonic()
        yield flush()
    except RunError:  # of the disk, which would not take more now either
        raise
    except BaseException:  # a second Ctrl-C, workers that keep dying: what is finished is kept all the same
        flush()
        raise
