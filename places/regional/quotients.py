"""Location quotients: what part of each national input coefficient a region supplies itself.

Jobs by industry, in the region and in the nation, stand for output. An industry no bigger here than in the nation at large
cannot supply all that is asked of it here; what it cannot supply comes in from the rest of the nation.

Sources: Flegg and Webber (1997), On the appropriate use of location quotients in generating regional input-output tables: reply,
Regional Studies 31; Flegg and Tohmo (2013), Regional input-output tables and the FLQ formula: a case study of Finland, Regional
Studies 47; Miller and Blair, Input-Output Analysis (2nd ed. 2009), section 8.2.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import RegionalError

Floats = NDArray[np.floating[Any]]

DELTA = 0.3  # Flegg and Webber's own choice
DELTAS = (0.1, 0.4)  # assumed: a plausible range, since the δ that fits surveyed tables best differs by country and region


def span(delta: float = DELTA) -> tuple[float, float]:
    """The range of δ worth looking at, from the least bought here to the most: DELTAS, and `delta` if it lies outside."""
    return max(DELTAS[1], delta), min(DELTAS[0], delta)


def simple(jobs: ArrayLike, nation: ArrayLike) -> Floats:
    """SLQ [n]: an industry's share of the region's jobs over its share of the nation's. 1 where the nation has no such jobs
    (rents that owners pay themselves, say), of which jobs tell nothing."""
    here, all_ = _jobs(jobs, nation)
    return np.divide(here / here.sum(), all_ / all_.sum(), out=np.ones_like(here), where=all_ > 0)


def cross_industry(slq: ArrayLike) -> Floats:
    """CILQ [n, n] = SLQ of the seller (row) over SLQ of the buyer (column). Infinite for buyers the region has not, 0 for sellers."""
    seller = np.asarray(slq, dtype=float)
    buyer = np.broadcast_to(seller, (len(seller), len(seller)))
    absent = np.where(seller[:, None] > 0, np.inf, 0.0) * np.ones_like(buyer)
    return np.divide(np.broadcast_to(seller[:, None], buyer.shape), buyer, out=absent, where=buyer > 0)


def size(jobs: float, nation: float, delta: float = DELTA) -> float:
    """λ = log2(1 + jobs here / jobs in the nation) ^ δ: the smaller the region, the more it buys in. 1 for the nation itself."""
    if not 0 <= delta < 1:
        raise RegionalError(f"delta: got {delta:g}, expected 0 or more and below 1")
    return math.log2(1 + jobs / nation) ** delta


def flegg(jobs: ArrayLike, nation: ArrayLike, delta: float = DELTA, total: tuple[float, float] | None = None) -> Floats:
    """FLQ [n, n] = CILQ · λ, on the diagonal SLQ · λ (an industry's purchases from itself have no cross-industry quotient).

    `total`: jobs of all industries here and in the nation, if others than the sums of the two.
    """
    here, all_ = _jobs(jobs, nation)
    jobs_here, jobs_nation = total or (float(here.sum()), float(all_.sum()))
    return flegg_of(simple(here, all_), size(jobs_here, jobs_nation, delta))


def flegg_of(slq: Floats, lam: float) -> Floats:
    """FLQ [n, n] from simple quotients and λ, where industries of the table share the jobs of a wider group."""
    quotients = cross_industry(slq)
    np.fill_diagonal(quotients, slq)
    return quotients * lam


def regional_coefficients(national: ArrayLike, slq: ArrayLike, lam: float) -> Floats:
    """A of the region [n, n]: national coefficients times FLQ, never above the national ones. Nothing for industries that are not there."""
    slq = np.asarray(slq, dtype=float)
    return np.asarray(national, dtype=float) * np.minimum(flegg_of(slq, lam), 1.0) * (slq > 0)


def regional_spending(national: ArrayLike, slq: ArrayLike, lam: float) -> Floats:
    """What households buy here [n]: national shares times SLQ · λ, since households have no quotient; never above the national ones."""
    return np.asarray(national, dtype=float) * np.minimum(np.asarray(slq, dtype=float) * lam, 1.0)


def _jobs(jobs: ArrayLike, nation: ArrayLike) -> tuple[Floats, Floats]:
    here, all_ = np.asarray(jobs, dtype=float), np.asarray(nation, dtype=float)
    if here.ndim != 1 or here.shape != all_.shape:
        raise RegionalError(f"jobs: got shapes {here.shape} and {all_.shape}, expected two lists of the same length")
    if not (np.isfinite(here).all() and np.isfinite(all_).all() and (here >= 0).all() and (all_ >= 0).all()):
        raise RegionalError("jobs: got figures below 0 or none, expected 0 or more")
    if (more := np.flatnonzero(here > all_)).size:
        place = int(more[0])
        raise RegionalError(
            f"jobs: got {here[place]:g} here of {all_[place]:g} in the nation at position {place}; expected no more than there"
        )
    if not here.sum():
        raise RegionalError("jobs: got none at all in the region; expected some")
    return here, all_
