"""The scenarios of a sweep: each is built once, for its hash, for its text in the store and for what workers are sent."""

from __future__ import annotations

import json
import pickle
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..progress import Progress, Report
from .design import Design
from .results import Sweep
from .shards import BATCH
from .store import Store, code_version

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

ROOM = 256_000_000  # bytes of memory for scenarios that wait for their runs; what finds no room is built once more when its turn comes


class Worlds(Mapping[str, "Scenario"]):
    """The scenarios of a design by hash; `place` is a point and arm at which each stands, `months` how long the first of them runs, `towns`
    the names of the places in which those that were built play."""

    def __init__(self, design: Design, room: int = ROOM) -> None:
        self.design, self.room = design, room
        self.place: dict[str, tuple[int, str]] = {}
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

    def build(self, point: int, arm: str, telling: bool = False) -> tuple[Scenario, str]:
        """The scenario of an arm at a point, hashed, packed while there is room; with its text if wanted. Raises ScenarioError."""
        start = time.perf_counter()
        made = self.design.scenario(point, arm)
        text = made.canonical() if telling else ""  # first: the hash comes with it
        sha = made.sha256
        if sha not in self._waiting and self.room > 0:
            self._waiting[sha] = zlib.compress(pickle.dumps(made), 1)
            self.room -= len(self._waiting[sha])
        self.towns.add(made.place.name)
        self.built, self.seconds, self.months = (
            self.built + 1,
            self.seconds + time.perf_counter() - start,
            self.months or made.horizon.months,
        )
        return made, text

    def packed(self, sha: str) -> bytes:
        """What a worker is sent of a scenario."""
        if sha not in self._waiting:
            made, _ = self.build(*self.place[sha])
            if sha not in self._waiting:
                return pickle.dumps(made)
        return zlib.decompress(self._waiting[sha])

    def prepare(self, store: Store | None, progress: bool | Report | None = None) -> dict[tuple[int, str], str]:
        """The scenario hash of every arm at every point; taken from the store if it was asked the same before by the same files.

        A store that is written to gets the scenarios that it lacks. Raises ScenarioError or RunError.
        """
        writing = store if store is not None and store.tails else None
        found = {(0, arm): self.build(0, arm, bool(writing)) for arm in self.design.arms}
        earlier = _earlier(store, self.design, found) or {job: made.sha256 for job, (made, _) in found.items()}
        there = set(writing.table("scenarios", ["sha256"])["sha256"].to_pylist()) if writing else set()
        hashes: dict[tuple[int, str], str] = {}
        rows: list[dict[str, Any]] = []
        jobs = [(point, arm) for point in range(len(self.design.points)) for arm in self.design.arms]
        with Progress(len(jobs), False if callable(progress) else progress, "scenarios prepared", passing=True) as shown:
            for point, arm in jobs:
                made, text = found.pop((point, arm), (None, ""))
                if made is None and (point, arm) not in earlier:
                    made, text = self.build(point, arm, bool(writing))
                sha = hashes[point, arm] = made.sha256 if made else earlier[point, arm]
                self.place.setdefault(sha, (point, arm))
                if writing and made and sha not in there:
                    there.add(sha)
                    rows.append(_row(sha, made, text))
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
            store.add("scenarios", [_row(sha, self[sha], self[sha].canonical()) for sha in missing[i : i + BATCH]])


def _row(sha: str, made: Scenario, text: str) -> dict[str, str]:
    return {"sha256": sha, "name": made.name, "contents": text}


def _earlier(store: Store | None, design: Design, bases: Mapping[tuple[int, str], tuple[Scenario, str]]) -> dict[tuple[int, str], str]:
    """The hashes as the store knows them, if it was asked the same before by the same files."""
    files = any(isinstance(value, str) for point in design.points for value in point)  # places, forms: they may have been edited
    if store is not None and design.name in store.sweeps and not files:
        with suppress(Exception):  # it can be worked out again
            before = Sweep.of_store(store, design.name)
            same = before.code == code_version() and before.design.points == design.points and before.design.factors == design.factors
            alike = {"arms", "scenarios", "set", "months", "vary"}
            told = [json.loads(d.file.model_dump_json(include=alike)) for d in (before.design, design)]
            if same and told[0] == told[1] and all(before.scenarios[job] == made.sha256 for job, (made, _) in bases.items()):
                return before.scenarios
    return {}
