"""Running a sweep: what the store has is kept, what is missing is run, and whatever happens in between costs the runs in flight."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import record
from ..errors import RunError, UsageError
from ..executor import Results, Task, default_workers, get_ready, run_each
from ..progress import Report
from .code import code_version
from .design import Design, read_sweep
from .planning import Plan, jobs_of, plan_of
from .results import Sweep
from .shards import BATCH
from .store import MARK, Store, check_folder, key_of
from .worlds import Worlds

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

FLUSH = 0.25  # seconds that a finished run may wait for the disk


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
    _check(on)
    start = time.perf_counter()
    with Store(store, write=True) as opened:
        _refuse_namesake(opened, design)
        worlds = Worlds(design)
        scenarios = worlds.prepare(opened, progress, 1 if on else workers or default_workers())
        opened.keep_sweep(design, scenarios)
        jobs = jobs_of(opened, design, scenarios, retry_failed)
        plan = plan_of(jobs, opened, design, worlds, workers)
        found = Swept(Sweep(design, scenarios, opened, code_version()), plan, damaged=opened.damaged)
        if len(jobs):
            worlds.keep(opened, jobs.wanted)
            doing = task or partial(kept_of, design.file.series)
            if on is None:
                results: Results = run_each(jobs, len(jobs), worlds, workers, progress, doing)
            else:
                from .on_dask import run_on_dask

                results = run_on_dask(jobs, len(jobs), worlds, workers, progress, doing, on)
            with closing(results):
                for made, failed in _kept(opened, results):
                    found.made += made
                    found.failed += failed
        found.partial = found.made + found.failed < len(jobs)
    found.seconds = time.perf_counter() - start
    found.sweep.store = Store(store)
    return found


def plan_sweep(
    file: str | Path | Design,
    store: str | Path,
    seeds: int | None = None,
    workers: int | None = None,
    progress: bool | Report | None = None,
    *,
    on: str | None = None,
    retry_failed: bool = False,
) -> Plan:
    """What a sweep would take, without running or writing anything. Raises as `sweep` does."""
    design = _design(file, seeds)
    _check(on)
    opened = Store(store) if (Path(store) / MARK).exists() else None
    if opened is None:
        check_folder(Path(store))
    else:
        _refuse_namesake(opened, design)
    worlds = Worlds(design, room=0)
    scenarios = worlds.prepare(opened, progress)
    return plan_of(jobs_of(opened, design, scenarios, retry_failed, whole=True), opened, design, worlds, workers)


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


def _check(on: str | None) -> None:
    """Raises UsageError for an address at which no cluster is."""
    if on is not None:
        from .on_dask import check_address

        check_address(on)


def _design(file: str | Path | Design, seeds: int | None) -> Design:
    design = file if isinstance(file, Design) else read_sweep(file)
    return design.with_seeds(seeds) if seeds is not None else design


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
