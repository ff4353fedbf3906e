"""The residents of the focal district at the start, drawn from the place: age, work, skill, taking part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from mesa import Agent

from ..scenarios.parameters import Parameters
from ..scenarios.schema import Place
from .chance import Chance, key
from .ledger import split
from .residents import DEPENDANT, DOES, NEVER, NOBODY, PENSIONER, RESIDENT, SLOTS, WORKER, WOULD

FIELDS: tuple[str, ...] = RESIDENT.names or ()


def populate(place: Place, chance: Chance, employers: np.ndarray, weights: np.ndarray, p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Residents [rows] sorted by ward and kind, and the wards' first rows [wards + 1].

    `employers` are accounts that employ, `weights` their share of the jobs. Each number is keyed by ward and place in
    the ward, so that another ward changes nobody here.
    """
    focal = next(d for d in place.districts if d.focal)
    people = place.population
    rows = [max(1, round(w.population / people.people_per_row)) if w.population else 0 for w in focal.wards]
    starts = np.concatenate([[0], np.cumsum(rows)]).astype(np.int64)
    out = np.zeros(int(starts[-1]), dtype=RESIDENT)
    band_of = slots(np.array([b.share for b in people.age_bands]))
    job_of = slots(weights) if weights.sum() > 0 else np.zeros(SLOTS, dtype=np.int64)
    low = np.array([b.low for b in people.age_bands])
    high = np.array([b.high for b in people.age_bands])
    works = np.array([b.works for b in people.age_bands])
    for w, ward in enumerate(focal.wards):
        mine = out[starts[w] : starts[w + 1]]
        who = np.arange(len(mine), dtype=np.uint64)
        here = np.array(key("ward", ward.name), dtype=np.uint64)

        def draw(purpose: str, who: np.ndarray = who, here: np.ndarray = here) -> np.ndarray:
            return chance.uniforms(purpose, who, here)

        band = band_of[(draw("band") * SLOTS).astype(np.int64)]
        mine["ward"], mine["band"] = w, band
        mine["age"] = low[band] + (draw("age") * (high[band] - low[band] + 1)).astype(np.int64)
        active = works[band]
        job = draw("job")
        employed = active & (job < place.incomes.employment_rate)
        seeking = active & ~employed & (job < place.incomes.employment_rate + ward.unemployment)
        oldest = (band == len(people.age_bands) - 1) | ((low[band] >= 65) & ~active)
        mine["kind"] = np.where(employed | seeking, WORKER, np.where(oldest & ~active, PENSIONER, DEPENDANT))
        mine["employer"] = np.where(employed, employers[job_of[(draw("employer") * SLOTS).astype(np.int64)]], NOBODY)
        mine["skill"] = np.round(np.exp(place.incomes.wage_spread * chance.normals("skill of resident", who, here)), 3)
        part = draw("part")
        adult = mine["age"] >= 16
        mine["type"] = np.where(
            adult & (part < people.participates_does), DOES,
            np.where(part < people.participates_does + people.participates_would, WOULD, NEVER),
        )  # fmt: skip
        mine["satisfaction"], mine["trust"] = p.satisfaction_start, p.public_trust_start
        mine[:] = mine[np.argsort(mine["kind"], kind="stable")]
    return out, starts


def slots(weights: np.ndarray, n: int = SLOTS) -> np.ndarray:
    """A table of `n` slots in which index i stands in proportion to weights[i] (largest remainder)."""
    return np.repeat(np.arange(len(weights)), split(n, weights))


class Resident(Agent):
    """A Mesa handle on one resident: reads and writes its row. Made only when asked for."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        object.__setattr__(self, "row", row)

    def __getattr__(self, name: str) -> Any:
        if name in FIELDS:
            return self.model.people[name][self.row].item()
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIELDS:
            self.model.people[name][self.row] = value
        else:
            object.__setattr__(self, name, value)


class Residents:
    """The residents as a sequence of handles: `residents[i]` is a Mesa agent that lives in row i."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._handles: dict[int, Resident] = {}

    def __len__(self) -> int:
        return len(self._model.people)

    def __getitem__(self, row: int) -> Resident:
        row = range(len(self))[row]
        if row not in self._handles:
            self._handles[row] = Resident(self._model, row)
        return self._handles[row]

    def __iter__(self) -> Iterator[Resident]:
        return (self[i] for i in range(len(self)))
