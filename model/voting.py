"""Votes: every adult row turns out or not, and is for those in office or against them (mechanism 12).

People judge by change: whether they are better served than at the last election, whether they trust, and how much of their
income the council takes. All rows at once, each with its own luck.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .residents import DEPENDANT


def rows(people: np.ndarray) -> np.ndarray:
    """The key of each row's luck."""
    return np.arange(len(people), dtype=np.uint64)


def mean_satisfaction(people: np.ndarray) -> float:
    """Satisfaction 0-1, mean over rows."""
    return float(people["satisfaction"].mean(dtype=np.float64))


def votes(
    people: np.ndarray, luck: tuple[np.ndarray, ...], rate: np.ndarray, fixed: np.ndarray, council_tax: float, expected: float, p: Any
) -> tuple[float, float]:
    """Turnout and the share of votes for those in office.

    `luck` are two numbers 0-1 by row (turning out, choosing), `rate` pence a month by employer and skill, `fixed` by kind of
    resident, `expected` the satisfaction at the last election.
    """
    adult = people["kind"] != DEPENDANT
    trust, content = people["trust"].astype(np.float64), people["satisfaction"].astype(np.float64)
    goes = adult & (luck[0] < p.turnout_base + p.turnout_trust * trust)
    income = np.maximum(rate[people["employer"]] * people["skill"] + fixed[people["kind"]], council_tax)
    burden = council_tax / np.maximum(income, 1.0)
    leaning = p.vote_base + p.vote_satisfaction * (content - expected) + p.vote_trust * (trust - p.public_trust_start) - p.vote_tax * burden
    ayes = goes & (luck[1] < leaning)
    went = int(goes.sum())
    return went / max(1, int(adult.sum())), int(ayes.sum()) / went if went else 1.0
