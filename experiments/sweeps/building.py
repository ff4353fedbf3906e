"""Building the scenarios of a sweep, in order: by the caller while workers start, then on all processors."""

from __future__ import annotations

import os
import pickle
import threading
import time
import zlib
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass

from ...scenarios.errors import ScenarioError
from ..executor import follow_parent, kill_workers, sheltered_start, worker_context
from ..signals import uninterrupted
from .design import Design

FEW = 100  # scenarios that are built sooner than workers could be asked to
SLICE = 20  # scenarios that a worker is asked for at a time, some 50 ms

Place = tuple[int, str]
"""A point and an arm."""


@dataclass(frozen=True)
class Built:
    """What is wanted of a scenario: its hash and name, the place and months it plays in, its text and itself as workers are sent it, each
    if it was asked for, and the seconds it took."""

    sha256: str
    name: str
    town: str
    months: int
    text: str
    packed: bytes
    seconds: float


@dataclass(frozen=True)
class Builder:
    """Builds the scenarios of a design; with their texts if `telling`, packed if `packing`."""

    design: Design
    telling: bool
    packing: bool

    def one(self, place: Place) -> Built:
        """Raises ScenarioError."""
        start = time.perf_counter()
        try:
            made = self.design.scenario(*place)
        except ScenarioError as error:
            raise ScenarioError([self.design.at_fault(*place, problem) for problem in error.problems]) from None
        text = made.canonical() if self.telling else ""  # first: the hash comes with it
        sha = made.sha256
        packed = zlib.compress(pickle.dumps(made), 1) if self.packing else b""
        return Built(sha, made.name, made.place.name, made.horizon.months, text, packed, time.perf_counter() - start)

    def all(self, places: Sequence[Place], workers: int) -> Generator[Built]:
        """One after another, in order. Raises ScenarioError at the first that cannot be built."""
        if workers <= 1 or len(places) < FEW:
            yield from map(self.one, places)
            return
        pool = ProcessPoolExecutor(workers, worker_context(), initializer=_begin, initargs=(self, _folder()))
        slices = iter([places[i : i + SLICE] for i in range(0, len(places), SLICE)])
        # whoever starts a worker waits until what it is forked from has loaded the model: seconds, the first time
        starting = threading.Thread(target=_start, args=(pool,), daemon=True)
        starting.start()
        try:
            while starting.is_alive() and (few := next(slices, None)):
                yield from map(self.one, few)
            starting.join()
            ahead: deque[tuple[Sequence[Place], Future[list[Built]]]] = deque()
            for few in slices:
                ahead.append((few, _asked(pool, few)))
                if len(ahead) > 3 * workers:  # what is not yet taken waits in memory
                    yield from self._land(*ahead.popleft())
            while ahead:
                yield from self._land(*ahead.popleft())
        finally:
            with uninterrupted():  # a pool that is left half shut is waited for for ever as Python ends
                starting.join()
                kill_workers(pool)
                pool.shutdown(cancel_futures=True)

    def _land(self, places: Sequence[Place], done: Future[list[Built]]) -> Iterator[Built]:
        """What a worker built; if it died, the caller builds it."""
        try:
            yield from done.result()
        except BrokenProcessPool:
            yield from map(self.one, places)


def _folder() -> str:
    """Where the caller stands; nowhere, if that is gone."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def _start(pool: ProcessPoolExecutor) -> None:
    with suppress(BrokenProcessPool):
        _asked(pool, []).result()


def _asked(pool: ProcessPoolExecutor, places: Sequence[Place]) -> Future[list[Built]]:
    """What will come of asking; a pool whose workers died breaks what it is asked for, too."""
    try:
        with sheltered_start():
            return pool.submit(_several, places)
    except (BrokenProcessPool, EOFError, OSError) as error:  # or what they are forked from
        broken: Future[list[Built]] = Future()
        broken.set_exception(BrokenProcessPool(str(error)))
        return broken


# --- in a worker --------------------------------------------------------------------------------------------------

_builder: Builder


def _begin(builder: Builder, folder: str) -> None:
    global _builder
    _builder = builder
    if folder:
        os.chdir(folder)  # files are named as the caller finds them, and what workers are forked from may have been started elsewhere
    follow_parent()


def _several(places: Sequence[Place]) -> list[Built]:
    return [_builder.one(place) for place in places]
