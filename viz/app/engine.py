"""Runs behind the page: two arms under the same seeds, on worker processes, first as films, then in numbers. Knows nothing of pages.

One `Engine` serves all visitors. A `Trial` is one question (baseline, policy, seeds): it does its runs a few at a time, so that
nobody's question holds up another's, and stops when it is cancelled or nobody looks at it any more. Whoever looks again lets it go on.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...experiments import record
from ...experiments.compare import Comparison, slim
from ...experiments.executor import default_workers, follow_parent, kill_workers, sheltered_start, worker_context
from ...model.ecosystem import simulate
from .film import Film, film

if TYPE_CHECKING:
    from ...model.outcome import Outcome
    from ...scenarios.schema import Scenario

LEFT_ALONE = 20.0  # seconds without anybody looking, after which a trial stops
KEPT_BYTES = 300_000_000  # of films and outcomes, shared by all visitors


def numbers(scenario: Scenario, seed: int) -> Outcome:
    """In a worker: a run's figures alone."""
    return slim(simulate(scenario, seed))


class Engine:
    """Worker processes and what they made, for all visitors of one server."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or default_workers()
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.RLock()  # a future that is done already calls back at once
        self._under_way: dict[tuple[str, str, int], Future] = {}
        self._waiting: dict[Future, int] = {}  # how many wait for each
        self._kept: OrderedDict[tuple[str, str, int], tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self.trials: list[Trial] = []
        self.closed = False

    def start(self, baseline: Scenario, policy: Scenario, seeds: int, first: int = 1) -> Trial:
        """Begin a trial; it runs by itself."""
        trial = Trial(self, baseline, policy, list(range(first, first + seeds)))
        trial.go_on()
        return trial

    def attend(self, trial: Trial) -> None:
        """Remember a trial that runs, to stop it at the end."""
        with self._lock:
            self.trials = [t for t in self.trials if t.running and t is not trial] + [trial]

    def close(self) -> None:
        """Stop everything."""
        self.closed = True
        for trial in self.trials:
            trial.cancel()
        pool = self._pool
        if pool is not None:
            kill_workers(pool)
            ending = threading.Thread(target=pool.shutdown, kwargs={"wait": True, "cancel_futures": True}, daemon=True)
            ending.start()  # waited for, or Python stumbles over the dead pool as it ends; not for ever, or nobody could leave
            ending.join(5)

    def known(self, work: Callable[..., Any], scenario: Scenario, seed: int) -> Any:
        """What came of a run that was done before; None if it was not, or is kept no longer."""
        key = (work.__name__, scenario.sha256, seed)
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def submit(self, work: Callable[..., Any], scenario: Scenario, seed: int) -> Future:
        """What comes of a run: at once if it is known, else from a worker. Whoever asks the same meanwhile waits for the same run."""
        key = (work.__name__, scenario.sha256, seed)
        if (value := self.known(work, scenario, seed)) is not None:
            done: Future = Future()
            done.set_result(value)
            return done
        with self._lock:
            future = self._under_way.get(key)
            if future is None or future.done():
                if self._pool is None:
                    self._pool = ProcessPoolExecutor(self.workers, worker_context(), initializer=follow_parent)
                with sheltered_start():
                    future = self._under_way[key] = self._pool.submit(work, scenario, seed)
                future.add_done_callback(lambda f: self._keep(key, f))
            self._waiting[future] = self._waiting.get(future, 0) + 1
        return future

    def leave(self, future: Future) -> None:
        """Wait for a run no longer. One for which nobody waits is not begun any more."""
        with self._lock:
            left = self._waiting.pop(future, 0) - 1
            if left > 0:
                self._waiting[future] = left
            else:
                future.cancel()

    def _keep(self, key: tuple[str, str, int], future: Future) -> None:
        if self._under_way.get(key) is future:
            self._under_way.pop(key, None)
        if future.cancelled() or future.exception() is not None:
            return  # without the lock: a pool that breaks holds its own meanwhile, for which `submit` waits
        value = future.result()
        size = value.nbytes if isinstance(value, Film) else value.series.nbytes + 4000
        with self._lock:
            if key not in self._kept:
                self._kept[key] = value, size
                self._bytes += size
            while self._bytes > KEPT_BYTES and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1][1]

    def renew(self, broken: ProcessPoolExecutor | None) -> None:
        """A worker died: make a new pool, unless somebody has already."""
        with self._lock:
            if self._pool is broken and broken is not None:
                kill_workers(broken)
                broken.shutdown(wait=False, cancel_futures=True)
                self._pool = None


@dataclass(frozen=True)
class Progress:
    """How far a trial is: films of the two arms once there are any, pairs of runs done of those wanted, whether it was told to stop,
    what went wrong."""

    version: int
    films: tuple[Film, Film] | None
    done: int
    wanted: int
    running: bool
    cancelled: bool
    problem: str = ""


class Trial:
    """Two arms under the same seeds. Whoever is interested asks for `progress` now and then, and later for `comparison`."""

    def __init__(self, engine: Engine, baseline: Scenario, policy: Scenario, seeds: list[int]) -> None:
        self.engine, self.baseline, self.policy, self.seeds = engine, baseline, policy, seeds
        self.films: tuple[Film, Film] | None = None
        self.pairs: dict[int, tuple[Outcome, Outcome]] = {}
        self.problem = ""
        self.running, self.version = False, 0
        self._cancelled = threading.Event()
        self._turn = threading.Lock()
        self._seen = time.monotonic()
        self.began = record.now()
        self.thread: threading.Thread

    def progress(self) -> Progress:
        """How far it is; asking keeps it going, and lets one that stopped because nobody asked go on."""
        self._seen = time.monotonic()
        if not (self.running or self.problem or self._cancelled.is_set()):
            self._begin()
        return Progress(self.version, self.films, len(self.pairs), len(self.seeds), self.running, self._cancelled.is_set(), self.problem)

    def cancel(self) -> None:
        """Stop after the runs under way; what is done stays."""
        self._cancelled.set()

    def go_on(self) -> None:
        """Do what is still to be done, if anything is: at the start, after `cancel`, after a failure."""
        self._cancelled.clear()
        self._begin()

    def _begin(self) -> None:
        with self._turn:
            if self.running or len(self.pairs) == len(self.seeds) or self.engine.closed:
                return
            self._seen, self.problem = time.monotonic(), ""
            self.version += 1
            if self._recall():
                return
            self.running = True
            self.thread = threading.Thread(target=self._run, name="trial", daemon=True)
            self.thread.start()
        self.engine.attend(self)

    @property
    def stopped(self) -> bool:
        return self._cancelled.is_set() or self.engine.closed or time.monotonic() - self._seen > LEFT_ALONE

    def comparison(self) -> Comparison | None:
        """What is known so far, as `compare` gives it; None before the first pair."""
        pairs = dict(sorted(self.pairs.items()))
        if not pairs:
            return None
        a, b = self.baseline.name, self.policy.name
        outcomes = {(name, seed): pair[i] for seed, pair in pairs.items() for i, name in enumerate((a, b))}
        asked = record.Asked("compare", [b], a, {})
        return Comparison({a: self.baseline, b: self.policy}, [(b, a)], list(pairs), outcomes, [], False, asked, self.began)

    def _recall(self) -> bool:
        """Take what was done before, for this question or another, pair by pair; whether that is all."""
        for seed in self.seeds:
            if seed not in self.pairs:
                work = numbers if self.films else film
                one, other = (self.engine.known(work, arm, seed) for arm in (self.baseline, self.policy))
                if one is None or other is None:
                    return False
                self._take(seed, one, other)
        return True

    def _take(self, seed: int, one: Any, other: Any) -> None:
        """A pair that is done: the first as films, the others as outcomes."""
        if self.films is None:
            self.films = one, other
            one, other = one.outcome, other.outcome
        self.pairs[seed] = one, other
        self.version += 1

    # --- in its thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            for seed in self.seeds:
                if seed in self.pairs:
                    continue
                pair = self._both(numbers if self.films else film, seed)
                if pair is None:
                    break
                self._take(seed, *pair)
        except Exception as error:
            if not self.engine.closed:
                self.problem = f"The run could not be finished: {error}"
        finally:
            with self._turn:
                self.running = False
                self.version += 1

    def _both(self, work: Callable[..., Any], seed: int) -> tuple[Any, Any] | None:
        """Both arms under a seed; None if it was stopped. A worker that dies is replaced, and the runs are tried once more."""
        for attempt in range(3):
            pool, futures = self.engine._pool, []
            try:
                for scenario in (self.baseline, self.policy):
                    futures.append(self.engine.submit(work, scenario, seed))
                while not all(f.done() for f in futures):
                    if self.stopped:
                        return None
                    time.sleep(0.01)
                return None if self.stopped and work is numbers else (futures[0].result(), futures[1].result())
            except (BrokenProcessPool, CancelledError, OSError, RuntimeError):
                if attempt == 2 or self.engine.closed:
                    raise
                self.engine.renew(pool if pool is not None else self.engine._pool)
            finally:
                for future in futures:
                    self.engine.leave(future)
        return None
