"""P36: more bidders lower the price."""

from __future__ import annotations

from collections import defaultdict
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from ..statistics import mean_interval
from . import Pattern, PatternResult, RunMany, four_arms, result_of

if TYPE_CHECKING:
    from ...model.outcome import Outcome

PATTERN = Pattern(
    id="P36",
    title="More bidders lower the price",
    claim="Within a service, each bidder more, up to eight, lowers the price that is paid",
    source="evidence single_bid_price, bidders_flat",
    arms=("today", "today"),
    expected=-1,
    unit="£/£ of reference cost a bidder",
    ablation={"parameters.cost_spread": 0.0, "parameters.signal_noise": 0.0},
)
MOST = 8


def slopes(outcome: Outcome) -> list[float]:
    """Slope of price on bids within services, over the contracts let in the run with one to eight bids; mean price by number of bids,
    over that of the service."""
    by_service: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in outcome.contracts:
        if row.bids >= 1 and row.operated and row.phases == "operate" and row.price == row.price:
            by_service[row.service].append((row.bids, row.price))
    found: list[tuple[float, float, float]] = []
    for pairs in by_service.values():
        bids, prices = (fsum(column) / len(pairs) for column in zip(*pairs, strict=True))
        found += [(n - bids, price / prices - 1.0, n) for n, price in pairs]
    few = [(x, y) for x, y, n in found if n <= MOST]
    square = fsum(x * x for x, _ in few)
    slope = fsum(x * y for x, y in few) / square if square > 0.0 else float("nan")
    by_number = [[y for _, y, n in found if round(n) == k] for k in range(1, MOST + 1)]
    return [slope, *(fsum(ys) / len(ys) if ys else float("nan") for ys in by_number)]


def measure(run_many: RunMany) -> PatternResult:
    """A regression over simulated tenders: nothing says that price falls with bidders; it follows from who bids what. Beside it what a
    single bid costs more than two to eight do, for which 10% is published. Without differences in bidders' own costs there is
    nothing for rivalry to bring out."""
    arms = four_arms(PATTERN)
    found = run_many({"a": arms["a"], "a0": arms["a0"]}, slopes)
    prices = found["a"][:, 1:]
    with np.errstate(all="ignore"):
        single = prices[:, 0] - np.nanmean(prices[:, 1:], axis=1)
    mean, low, high, _ = mean_interval(single)
    known = single[~np.isnan(single)]
    runs = np.percentile(known, (2.5, 97.5)) if len(known) else (float("nan"), float("nan"))
    beside = {
        "label": "A single bid's price over that of two to eight", "unit": "share", "mean": mean, "low": low, "high": high,
        "runs_low": float(runs[0]), "runs_high": float(runs[1]), "published": 0.10, "evidence": "single_bid_price", "fitted": "no",
    }  # fmt: skip
    curve = {str(k + 1): mean_interval(prices[:, k])[0] for k in range(MOST)}
    return result_of(PATTERN, found["a"][:, 0], found["a0"][:, 0], published={"single": beside}, price_by_bids=curve)
