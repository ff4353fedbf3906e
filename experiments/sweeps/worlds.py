"""The scenarios of a sweep: each is built once, for its hash, for its text in the store and for what workers are sent."""

from __future__ import annotations

import json
import pickle
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from ..progress import Progress, Report
from .building import Builder, Built, Place
from .code import code_version
from .design import Design
from .results import Sweep
from .shards import BATCH
from .store import Store

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

ROOM = 256_000_000  # bytes of memory for scenarios that wait for their runs; what finds no room is built once more when its turn comes


class Worlds(Mapping[str, "Scenario"]):
    """The scenarios of a design by hash; `place` is a point and arm at which each stands, `months` how long the first of them runs, `towns`
    the names of the places in which those that were built play."""

    def __init__(self, design: Design, room: int = ROOM) -> None:
        self.design, self.room = design, room
        self.place: dict[str, Place] = {}
        self.built, self.seconds, self.months = 0, 0.0, 0
        self.towns: set[str] = set()
        self._waiting: dict[str, bytes] = {}
        self._unpacked = lru_cache(64)(lambda sha: pickle.loads(self.packed(sha)))

    def __getitem__(self, sha: str) -> Scenario:
        return self._unpacked(sha)

    def __iter__(self) -> Iterator[str]:
        return iter(self.place)

    def __len__(self) -> int:
        return len(self.place)

    def _take(self, built: Built, place: Place) -> str:
        """Remember where a scenario stands, and itself while there is room; gives its hash."""
        sha = built.sha256
        self.place.setdefault(sha, place)
        if built.packed and sha not in self._waiting and self.room > 0:
            self._waiting[sha] = built.packed
            self.room -= len(built.packed)
        self.towns.add(built.town)
        self.built, self.seconds, self.months = self.built + 1, self.seconds + built.seconds, self.months or built.months
        return sha

    def packed(self, sha: str) -> bytes:
        """What a worker is sent of a scenario."""
        if sha not in self._waiting:
            built = Builder(self.design, telling=False, packing=True).one(self.place[sha])
            self._take(built, self.place[sha])
            return zlib.decompress(built.packed)
        return zlib.decompress(self._waiting[sha])

    def prepare(self, store: Store | None, progress: bool | Report | None = None, workers: int = 1) -> dict[Place, str]:
        """The scenario hash of every arm at every point; taken from the store if it was asked the same before by the same files.

        A store that is written to gets the scenarios that it lacks. Raises ScenarioError or RunError.
        """
        writing = store if store is not None and store.tails else None
        builder = Builder(self.design, telling=bool(writing), packing=self.room > 0)
        first = [(0, arm) for arm in self.design.arms]
        found = dict(zip(first, map(builder.one, first), strict=True))
        known = _earlier(store, self.design, found) or {job: built.sha256 for job, built in found.items()}
        there = set(writing.table("scenarios", ["sha256"])["sha256"].to_pylist()) if writing else set()
        rows: list[dict[str, str]] = []
        hashes: dict[Place, str] = {}
        jobs = [(point, arm) for point in range(len(self.design.points)) for arm in self.design.arms]
        others = builder.all([job for job in jobs if job not in known], workers)
        with closing(others), Progress(len(jobs), False if callable(progress) else progress, "scenarios prepared", passing=True) as shown:
            for job in jobs:
                built = found.get(job) if job in known else next(others)
                if built is None:
                    self.place.setdefault(known[job], job)
                    hashes[job] = known[job]
                else:
                    sha = hashes[job] = self._take(built, job)
                    if writing and sha not in there:
                        there.add(sha)
                        rows.append(_row(sha, built.name, built.text))
                        if len(rows) >= BATCH:
                            writing.add("scenarios", rows)
                            rows = []
                shown.done()
        if writing:
            writing.add("scenarios", rows)
        return hashes

    def keep(self, store: Store, wanted: set[str]) -> None:
        """Keep in the store, whole, those of the scenarios that it has lost."""
        missing = sorted(wanted - set(store.table("scenarios", ["sha256"])["sha256"].to_pylist()))
        for i in range(0, len(missing), BATCH):
            store.add("scenarios", [_row(sha, self[sha].name, self[sha].canonical()) for sha in missing[i : i + BATCH]])


def _row(sha: str, name: str, text: str) -> dict[str, str]:
    return {"sha256": sha, "name": name, "contents": text}


def _earlier(store: Store | None, design: Design, bases: Mapping[Place, Built]) -> dict[Place, str]:
    """The hashes as the store knows them, if it was asked the same before by the same files."""
    files = any(isinstance(value, str) for point in design.points for value in point)  # places, forms: they may have been edited
    if store is not None and design.name in store.sweeps and not files:
        with suppress(Exception):  # it can be worked out again
            before = Sweep.of_store(store, design.name)
            same = before.code == code_version() and before.design.points == design.points and before.design.factors == design.factors
            alike = {"arms", "scenarios", "set", "months", "vary"}
            told = [json.loads(d.file.model_dump_json(include=alike)) for d in (before.design, design)]
            if same and told[0] == told[1] and all(before.scenarios[job] == built.sha256 for job, built in bases.items()):
                return before.scenarios
    return {}
