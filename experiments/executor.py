"""Many runs on local processes: the same results in the same order, whatever the number of workers.

A run that raises becomes a recorded failure and the rest go on. A worker that dies takes nothing with it but the runs in
flight, which are tried again. Ctrl-C once keeps what is finished, twice stops at once.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import BaseContext
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .errors import RunError, UsageError
from .progress import Progress, Report
from .signals import interrupts, uninterrupted

if TYPE_CHECKING:
    from ..model.outcome import Outcome
    from ..scenarios.schema import Scenario

Job = tuple[str, int]
"""The key of a scenario, and a seed."""
Task = Callable[[str, "Scenario", int], Any]
"""What is done with (key, scenario, seed); a function of a module, so that a worker can find it by name."""
Results = Generator[tuple[Job, bool, Any], None, None]
"""Jobs as they are done, whether each went well, and its result or (error, traceback)."""

CHUNK_SECONDS = 0.25  # jobs are sent in chunks of about this much work, so that sending costs next to nothing
KEPT = 400  # scenarios that each process keeps by it
READY = f"{__package__}.ready"  # what is loaded before workers are forked
LOOK = 5.0  # seconds without a result after which it is looked whether the workers live
MOST_BREAKS = 5  # pools that may die one after another without it being known which run is to blame
MOST_TO_BLAME = 20  # runs that may each take a worker with them before any has been done


@dataclass(frozen=True)
class Failure:
    """A run that raised: which one, the error in one line, and the whole traceback."""

    scenario: str
    seed: int
    error: str
    traceback: str


@dataclass
class Batch:
    """Results by job, in the order of the jobs; those that failed or were not reached are missing from `results`."""

    results: dict[Job, Any] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    interrupted: bool = False


def outcome_of(key: str, scenario: Scenario, seed: int) -> Outcome:
    """One run, whole but for the journal: the default task."""
    from ..model.ecosystem import simulate

    return simulate(scenario, seed)


def default_workers() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_all(
    jobs: Sequence[Job],
    scenarios: Mapping[str, Scenario],
    workers: int | None = None,
    progress: bool | Report | None = None,
    task: Task = outcome_of,
) -> Batch:
    """Do every job once and keep the results. `workers` = 1 runs in this process; None takes one worker per processor.

    Raises UsageError for `workers` below 1, RunError if workers keep dying before they do anything, and
    KeyboardInterrupt on a second Ctrl-C.
    """
    unique = dict.fromkeys(jobs)
    done: dict[Job, tuple[bool, Any]] = {}
    with closing(run_each(unique, len(unique), scenarios, workers, progress, task)) as results:
        for job, good, value in results:
            done[job] = (good, value)
    batch = Batch(interrupted=len(done) < len(unique))
    for job in unique:
        good, value = done.get(job, (True, None))
        if not good:
            batch.failures.append(Failure(*job, *value))
        elif job in done:
            batch.results[job] = value
    return batch


def run_each(
    jobs: Iterable[Job],
    total: int,
    scenarios: Mapping[str, Scenario],
    workers: int | None = None,
    progress: bool | Report | None = None,
    task: Task = outcome_of,
) -> Results:
    """The same for `total` different jobs, each handed over as it is done and forgotten; in no certain order with several workers.

    A scenario is looked up when its first job is sent, so `scenarios` may make them then; keep the jobs of one together. After
    Ctrl-C it ends early. Close it when you stop before its end.
    """
    if workers is not None and workers < 1:
        raise UsageError(f"workers: must be 1 or more, got {workers}")
    here = workers == 1  # not because there is but one run: it may take its process with it
    workers = min(workers or default_workers(), max(total, 1))
    with Progress(total, progress) as shown, interrupts() as stop:
        results = _here(jobs, scenarios, task, stop) if here else _Pool(jobs, total, scenarios, task, workers, stop).results()
        with closing(results):
            for result in results:
                shown.done()
                yield result


# --- one job ------------------------------------------------------------------------------------------------------


def attempt(scenario: Scenario, job: Job, task: Task) -> tuple[Job, bool, Any]:
    """The job, whether it went well, and its result or (error, traceback)."""
    try:
        return job, True, task(job[0], scenario, job[1])
    except Exception as error:
        return job, False, (f"{type(error).__name__}: {error}", traceback.format_exc())


def _here(jobs: Iterable[Job], scenarios: Mapping[str, Scenario], task: Task, stop: list[int]) -> Results:
    for job in jobs:
        if stop:
            return
        yield attempt(scenarios[job[0]], job, task)


# --- in a worker --------------------------------------------------------------------------------------------------

_task: Task  # what a worker is told once, when it starts
_known: dict[str, Scenario] = {}  # the scenarios a worker met last, by key


def start_worker(task: Task) -> None:
    global _task
    _task = task
    follow_parent()


def follow_parent() -> None:
    """In a worker, once: it ends when its parent does, and only then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent alone decides what it means
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """A worker whose parent was killed would otherwise wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _do_chunk(jobs: list[Job], packed: dict[str, bytes]) -> tuple[float, list[tuple[Job, bool, Any]]]:
    start = time.perf_counter()
    results = [attempt(_unpack(job[0], packed), job, _task) for job in jobs]
    return time.perf_counter() - start, results


def _unpack(key: str, packed: dict[str, bytes]) -> Scenario:
    """The scenario of that key, built when this worker meets it first."""
    if key not in _known:
        if len(_known) >= KEPT:
            del _known[next(iter(_known))]  # the oldest
        _known[key] = pickle.loads(packed[key])
    return _known[key]


# --- many workers -------------------------------------------------------------------------------------------------


def packer(scenarios: Mapping[str, Scenario]) -> Callable[[str], bytes]:
    """What is sent of a scenario: as the mapping has it `packed` already, or packed now."""
    return lru_cache(KEPT)(getattr(scenarios, "packed", None) or (lambda key: pickle.dumps(scenarios[key])))


class _Pool:
    """A process pool that is made anew when a worker dies.

    Jobs in flight at that moment are suspects: they run again one at a time, so that the one to blame is known.
    """

    def __init__(
        self, jobs: Iterable[Job], total: int, scenarios: Mapping[str, Scenario], task: Task, workers: int, stop: list[int]
    ) -> None:
        self.waiting, self.left = iter(jobs), total
        self.suspects: deque[Job] = deque()
        self.strikes: dict[Job, int] = {}
        self.flying: dict[Future, list[Job]] = {}
        self.packed = packer(scenarios)
        self.task, self.workers, self.stop = task, workers, stop
        self.unsent: list[Job] = []  # taken from those waiting, but the pool was broken
        self.chunk = 1
        self.breaks = self.blamed = 0
        self.done = False  # whether any run was
        self.pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.workers, worker_context(), initializer=start_worker, initargs=(self.task,))

    def results(self) -> Results:
        try:
            while True:
                try:
                    self._send()
                    if not self.flying:
                        return
                    finished, _ = wait(self.flying, LOOK, return_when=FIRST_COMPLETED)
                    if not finished and self._has_lost_one():
                        raise BrokenProcessPool("a worker died as it was started")
                    for future in finished:
                        yield from self._land(future)
                except BrokenProcessPool:
                    yield from self._rebuild()
        finally:
            self._close()

    def _has_lost_one(self) -> bool:
        """Whether a worker is dead; one that dies before Python's pool looks at it is overlooked there, and waited for for ever."""
        return not all(process.is_alive() for process in list((getattr(self.pool, "_processes", None) or {}).values()))

    def _land(self, future: Future) -> list[tuple[Job, bool, Any]]:
        """The results of a chunk. Raises BrokenProcessPool, the chunk still counted as in flight."""
        try:
            seconds, results = future.result()
        except BrokenProcessPool:
            raise
        except Exception as error:  # what a task returned could not be sent
            why = f"{type(error).__name__}: {error}"
            return [(job, False, (why, traceback.format_exc())) for job in self.flying.pop(future)]
        jobs = len(self.flying.pop(future))
        self.chunk = max(1, min(64, round(CHUNK_SECONDS * jobs / max(seconds, 1e-6))))
        self.breaks, self.done = 0, True
        return results

    def _send(self) -> None:
        """Keep every worker busy and one chunk ahead; one job at a time while there are suspects; nothing after Ctrl-C."""
        while not self.stop and len(self.flying) < (1 if self.suspects else 2 * self.workers):
            if self.suspects:
                jobs = [self.suspects[0]]
            else:
                jobs = self.unsent or list(islice(self.waiting, max(1, min(self.chunk, self.left // (2 * self.workers)))))
                self.unsent = jobs
            if not jobs:
                return
            packed = {key: self.packed(key) for key in dict.fromkeys(key for key, _ in jobs)}
            with sheltered_start():
                try:
                    self.flying[self.pool.submit(_do_chunk, jobs, packed)] = jobs
                except (EOFError, ConnectionError) as error:  # what workers are forked from died; the next pool has another
                    raise BrokenProcessPool(str(error)) from error
                except (OSError, ValueError) as error:  # a worker died while another was being started: what it is sent is closed
                    if not getattr(self.pool, "_broken", False):
                        raise
                    raise BrokenProcessPool(str(error)) from error
            if self.suspects:  # only now: submitting raises if the pool is broken
                self.suspects.popleft()
            else:
                self.unsent = []
                self.left -= len(jobs)

    def _rebuild(self) -> Results:
        """Save what was finished, find out who is to blame, and start a new pool."""
        self.breaks += 1
        lost: list[Job] = []
        for future, jobs in self.flying.items():
            if future.done() and not future.exception():
                self.breaks, self.done = 0, True
                yield from future.result()[1]
            else:
                lost += jobs
        self.flying.clear()
        if len(lost) == 1:
            self.strikes[lost[0]] = self.strikes.get(lost[0], 0) + 1
        for job in [job for job in lost if self.strikes.get(job, 0) >= 2]:
            lost.remove(job)
            self.breaks, self.blamed = 0, self.blamed + 1
            why = "the worker process died during this run, twice"
            yield job, False, (why, f"{why}: it ran out of memory, was killed, or crashed outside Python\n")
        self.suspects.extendleft(reversed(lost))
        if self.breaks >= MOST_BREAKS:
            raise RunError(f"the worker processes keep dying ({self.breaks} times in a row); try --workers 1 to see why")
        if self.blamed >= MOST_TO_BLAME and not self.done:
            how = "they ran out of memory, were killed, or crashed outside Python"
            raise RunError(f"the first {self.blamed} runs each took their worker process with them, twice: {how}")
        self._kill()  # a worker that was being started while another died is overlooked by Python 3.11's pool, which then waits for it
        self._close()
        self.pool = self._new_pool()

    def _close(self) -> None:
        """Let go of the workers; those that still run something (a second Ctrl-C, an error) are stopped."""
        if self.flying:
            self._kill()
        self.pool.shutdown(wait=not self.flying, cancel_futures=True)

    def _kill(self) -> None:
        kill_workers(self.pool)


def kill_workers(pool: ProcessPoolExecutor) -> None:
    """So that a pool can be shut down though its workers are at work, or wait for some."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.kill()


def worker_context() -> BaseContext:
    """How workers are started: on Linux by forking a server that has the model ready, elsewhere anew."""
    if sys.platform != "linux":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([READY])
    return context


def get_ready() -> None:
    """Let what workers are forked from load the model while the caller does something else."""
    if sys.platform == "linux":
        from multiprocessing.forkserver import ensure_running  # which not every platform has

        worker_context()
        with sheltered_start():
            ensure_running()


_sheltering = threading.RLock()


@contextmanager
def sheltered_start() -> Iterator[None]:
    """While a worker may be started: hold Ctrl-C and SIGTERM back, and keep the user's script out of the worker.

    A start that is broken off leaves a worker of which nobody knows. A worker inherits the blocked signal and so cannot die of Ctrl-C
    before it learns to ignore it; that alone holds nothing back, for another thread may take the signal. A worker needs nothing of
    `__main__`; importing it there would run a script without `if __name__ == "__main__"` once more in every worker.
    """
    held = hasattr(signal, "pthread_sigmask")
    if held:  # starting it lets the signal through again (Python 3.11), so it is to be there before
        from multiprocessing.resource_tracker import ensure_running

        ensure_running()
    with uninterrupted(), _sheltering:  # one thread at a time: each is to find the real `__main__` and put it back
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if held else set()
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            if held:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
