"""What one run leaves behind: plain arrays, cheap to build and to send between processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .measures import INDEX, MEASURES
from .register import ContractRow


class Event(NamedTuple):
    """Something that happened: `contract` is -1 where none is concerned; `value` in pence unless `detail` says otherwise."""

    month: int
    kind: str
    contract: int
    buyer: str
    provider: str
    service: str
    value: float
    detail: str = ""


@dataclass(frozen=True)
class Outcome:
    """One run. `series` is float64 [months, measures] in the order of `measures.NAMES`, money in pounds.

    `journal` is a structured array with fields month, payer, payee, category, pence; `accounts` names its rows:
    (name, kind, district) per account; `categories` names its categories.
    """

    scenario: str
    seed: int
    start: str
    series: np.ndarray
    totals: dict[str, float]
    events: tuple[Event, ...] = ()
    journal: np.ndarray | None = None
    accounts: tuple[tuple[str, str, str], ...] = ()
    categories: tuple[str, ...] = ()
    focal: tuple[str, ...] = ()  # the commissioners of the focal district
    contracts: tuple[ContractRow, ...] = ()  # that ended or still run, by number


def totals(series: np.ndarray, discount_rate: float) -> dict[str, float]:
    """One figure per measure for a whole run (see `Measure.total`); NaN months (nothing to measure) are left out."""
    out: dict[str, float] = {}
    discount = (1 + discount_rate) ** (-np.arange(len(series)) / 12)
    for m in MEASURES:
        column = series[:, INDEX[m.name]]
        known = column[~np.isnan(column)]
        if m.total == "present":
            out[m.name] = float(np.sum(column * discount))
        elif len(known) == 0:
            out[m.name] = float("nan")
        else:
            out[m.name] = float(known.sum() if m.total == "sum" else known.mean() if m.total == "mean" else known[-1])
    return out
