"""Who hears of a tender and may bid for it: awareness, turnover thresholds, and how many rivals that makes (E3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .chance import bits, fraction, normal_table
from .compiled import njit
from .delivery import IN_HOUSE, LARGE, SME, VCS
from .procurement import HIGHEST, Tender


class Market:
    """The providers of each sector: found in the firms' table by the search, then asked as agents for their decisions."""

    def __init__(self, model: Any) -> None:
        self.model = model
        sectors = model.firms["sector"]
        bids = model.firms["kind"] != IN_HOUSE
        self._rows = [np.flatnonzero((sectors == s) & bids) for s in range(len(model.scenario.place.sectors))]
        p = model.scenario.parameters
        self._aware = np.zeros(5)
        self._aware[[LARGE, SME, VCS]] = p.aware_large, p.aware_sme, p.aware_vcs
        self._reach = p.reach_region, p.reach_elsewhere
        n = len(model.firms)
        self._found, self._errors, self._blurs = np.zeros(n, dtype=np.int64), np.zeros(n), np.zeros(n)
        self._streams = np.uint64(model.chance.stream("aware")), np.uint64(model.chance.stream("signal"))

    def _entrants(self, tender: Tender) -> float:
        """How many can bid before the next would not expect its bid's cost back (Levin and Smith 1994): with n bidders each
        wins once in n, at a mark-up that itself falls with n."""
        if not self.model.scenario.switches.bid_cost:
            return float("inf")
        spread, cost = 3.0**0.5 * tender.parameters.cost_spread * tender.estimate, tender.bid_cost
        return (spread * tender.reference * max(0.0, tender.bearing.earned) / cost) ** 0.5 if cost > 0 else float("inf")

    def invite(self, tender: Tender, sector: int) -> list[tuple[Any, float, float]]:
        """Providers that know of the tender and pass its thresholds, each with the error of its estimate and the error in
        how the buyer sees it (standard normal); sets the rivals that each of them expects."""
        model, p = self.model, tender.parameters
        effort = 0.0
        if model.scenario.switches.engagement:
            effort = p.development_effect * tender.policy.supplier_development
        floor = max(p.room_needed * tender.annual, tender.threshold_ratio * tender.peak * model.scenario.switches.thresholds)
        n, likely = _search(
            model.firms, self._rows[sector], self._aware, self._reach, tender.buyer.district, effort, floor, self._streams,
            np.uint64(tender.key), normal_table(), self._found, self._errors, self._blurs,
        )  # fmt: skip
        tender.expected_rivals = max(0.0, min(likely, self._entrants(tender)) - 1.0)
        lowest = HIGHEST[min(12, 1 + round(tender.expected_rivals))]
        tender.curse = tender.signal_weight * tender.noise * lowest
        here = [model.providers[row] for row in self._found[:n].tolist()]
        return list(zip(here, self._errors[:n].tolist(), self._blurs[:n].tolist(), strict=True))


@njit
def _search(firms, rows, aware_of, reach, district, effort, floor, streams, tender, normal, here, errors, blurs):
    """Which of the firms in these rows hear of a tender and are large enough. Writes their rows and two errors of each.

    `reach` is the awareness of small firms elsewhere in the region and in another one, of that in their own district.
    Returns how many they are, and how many were to be expected.
    """
    found, likely = 0, 0.0
    for i in rows:
        f = firms[i]
        if not f.live or f.capacity < floor:
            continue
        aware = aware_of[f.kind]
        if f.district == district:
            aware = 1.0 - (1.0 - aware) * (1.0 - effort)
        elif f.kind != LARGE:
            aware *= reach[0] if f.district >= 0 else reach[1]
        likely += aware
        if fraction(bits(streams[0], tender, f.key)) < aware:
            word = bits(streams[1], tender, f.key)
            here[found] = i
            errors[found] = normal[word & np.uint64(0xFFFF)]
            blurs[found] = normal[(word >> np.uint64(16)) & np.uint64(0xFFFF)]
            found += 1
    return found, likely
