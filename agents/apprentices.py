"""Residents out of work whom a provider takes on and teaches, because a contract asks for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model.residents import NOBODY, WORKER


def choose(model: Any, contract: Any, people: float) -> np.ndarray:
    """Rows of residents out of work, about as many as make so many people: drawn by lot, the part of a row by chance."""
    rows = people / model.scenario.place.population.people_per_row
    wanted = int(rows + model.chance.uniform("apprentices", contract.key, model.month))
    out = np.flatnonzero((model.people["kind"] == WORKER) & (model.people["employer"] == NOBODY))
    if not wanted or not len(out):
        return out[:0]
    lots = model.chance.words("apprentice", out.astype(np.uint64), np.array(model.month, dtype=np.uint64))
    return out[np.argsort(lots, kind="stable")[:wanted]]


def take_on(model: Any, rows: np.ndarray, employer: int, factor: float) -> None:
    """They work there from now on, and are worth more by that factor."""
    people = model.people
    for row in rows.tolist():
        people["skill"][row] = float(people["skill"][row]) * factor
        people["employer"][row] = employer
        model.employed[employer] += float(people["skill"][row])
    model.idle -= len(rows)
    model.idle_skill = float(model.idle) * model.mean_skill
