"""Who hears of a tender and may bid for it: awareness, turnover thresholds, and how many rivals that makes (E3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .chance import bits, fraction, normal_table
from .compiled import njit
from .delivery import LARGE, SME, VCS
from .procurement import HIGHEST, Tender

REACH = (1.0, 0.7, 0.35)  # awareness of tenders in one's own district, elsewhere in the region, in another region
ABOUT = np.dtype([("key", np.uint64), ("kind", np.int64), ("district", np.int64), ("capacity", np.float64)])


class Market:
    """The providers of each sector, in arrays for the search and as agents for the decisions."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._sectors: dict[int, tuple[list[Any], np.ndarray]] = {}
        p = model.scenario.parameters
        self._aware = np.zeros(5)
        self._aware[[LARGE, SME, VCS]] = p.aware_large, p.aware_sme, p.aware_vcs

    def changed(self) -> None:
        """Providers entered, left or grew: look them up anew."""
        self._sectors.clear()

    def _sector(self, sector: int) -> tuple[list[Any], np.ndarray]:
        if sector not in self._sectors:
            providers = [a for a in self.model.providers if a.alive and a.sector == sector]
            self._sectors[sector] = (
                providers,
                np.array([(a.key, a.kind, a.district, a.capacity) for a in providers], dtype=ABOUT),
            )
        return self._sectors[sector]

    def _entrants(self, tender: Tender) -> float:
        """How many can bid before the next would not expect its bid's cost back (Levin and Smith 1994): with n bidders each
        wins once in n, at a mark-up that itself falls with n."""
        if not self.model.scenario.switches.bid_cost:
            return float("inf")
        spread, cost = 3.0**0.5 * tender.parameters.cost_spread * tender.estimate, tender.bid_cost
        return (spread * tender.reference / cost) ** 0.5 if cost > 0 else float("inf")

    def invite(self, tender: Tender, sector: int) -> list[tuple[Any, float, float]]:
        """Providers that know of the tender and pass its thresholds, each with the error of its estimate and the error in
        how the buyer sees it (standard normal); sets the rivals that each of them expects."""
        providers, about = self._sector(sector)
        model = self.model
        effort = 0.0
        if model.scenario.switches.engagement:
            effort = tender.parameters.development_effect * tender.policy.supplier_development
        floor = max(0.9 * tender.annual, tender.threshold_ratio * tender.peak * model.scenario.switches.thresholds)
        here, errors, blurs, likely = _hear(
            about,
            self._aware,
            tender.buyer.district,
            effort,
            floor,
            model.chance.stream("aware"),
            model.chance.stream("signal"),
            tender.key,
        )
        tender.expected_rivals = max(0.0, min(likely, self._entrants(tender)) - 1.0)
        lowest = HIGHEST[min(12, 1 + round(tender.expected_rivals))]
        tender.curse = tender.signal_weight * tender.parameters.signal_noise * lowest
        return [(providers[i], error, blur) for i, error, blur in zip(here.tolist(), errors.tolist(), blurs.tolist(), strict=True)]


@njit
def _search(about, aware_of, reach, district, effort, floor, aware_stream, signal_stream, tender, normal, here, errors, blurs):
    found, likely = 0, 0.0
    for i in range(len(about)):
        a = about[i]
        if a.capacity < floor:
            continue
        aware = aware_of[a.kind]
        if a.district == district:
            aware = 1.0 - (1.0 - aware) * (1.0 - effort)
        elif a.kind != LARGE:
            aware *= reach[1] if a.district >= 0 else reach[2]
        likely += aware
        if fraction(bits(aware_stream, tender, a.key)) < aware:
            word = bits(signal_stream, tender, a.key)
            here[found] = i
            errors[found] = normal[word & np.uint64(0xFFFF)]
            blurs[found] = normal[(word >> np.uint64(16)) & np.uint64(0xFFFF)]
            found += 1
    return found, likely


def _hear(about, aware_of, district, effort, floor, aware_stream, signal_stream, tender):  # type: ignore[no-untyped-def]
    n = len(about)
    here, errors, blurs = np.empty(n, dtype=np.int64), np.empty(n), np.empty(n)
    found, likely = _search(
        about, aware_of, REACH, district, effort, floor, np.uint64(aware_stream), np.uint64(signal_stream), np.uint64(tender),
        normal_table(), here, errors, blurs,
    )  # fmt: skip
    return here[:found], errors[:found], blurs[:found], likely
