"""Who hears of a tender and may bid for it: awareness, turnover thresholds, and how many rivals that makes (E3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .delivery import LARGE, SME, VCS
from .procurement import Tender

REACH = (1.0, 0.7, 0.35)  # awareness of tenders in one's own district, elsewhere in the region, in another region


class Market:
    """The providers of each sector, in arrays for the search and as agents for the decisions."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._sectors: dict[int, tuple[list[Any], dict[str, np.ndarray]]] = {}
        p = model.scenario.parameters
        self._aware = np.zeros(5)
        self._aware[[LARGE, SME, VCS]] = p.aware_large, p.aware_sme, p.aware_vcs

    def changed(self) -> None:
        """Providers entered, left or grew: look them up anew."""
        self._sectors.clear()

    def _sector(self, sector: int) -> tuple[list[Any], dict[str, np.ndarray]]:
        if sector not in self._sectors:
            providers = [a for a in self.model.providers if a.alive and a.sector == sector]
            self._sectors[sector] = (
                providers,
                {
                    "key": np.array([a.key for a in providers], dtype=np.uint64),
                    "kind": np.array([a.kind for a in providers], dtype=np.int64),
                    "district": np.array([a.district for a in providers], dtype=np.int64),
                    "capacity": np.array([a.capacity for a in providers]),
                },
            )
        return self._sectors[sector]

    def _entrants(self, tender: Tender) -> float:
        """How many can bid before the next would not expect its bid's cost back (Levin and Smith 1994): with n bidders each
        wins once in n, at a mark-up that itself falls with n."""
        if not self.model.scenario.switches.bid_cost:
            return float("inf")
        p = tender.parameters
        cost = 100.0 * p.bid_cost + p.bid_cost_share * tender.size
        return (3.0**0.5 * p.cost_spread * tender.estimate * tender.reference / cost) ** 0.5 if cost > 0 else float("inf")

    def invite(self, tender: Tender, sector: int) -> list[Any]:
        """Providers that know of the tender and pass its thresholds; sets the rivals each of them expects."""
        providers, about = self._sector(sector)
        if not providers:
            tender.expected_rivals = 0.0
            return []
        here = about["district"] == tender.buyer.district
        reach = np.where(here, REACH[0], np.where(about["district"] >= 0, REACH[1], REACH[2]))
        aware = self._aware[about["kind"]] * np.where(about["kind"] == LARGE, 1.0, reach)
        if self.model.scenario.switches.engagement:
            effort = tender.parameters.development_effect * tender.policy.supplier_development
            aware = np.where(here, 1.0 - (1.0 - aware) * (1.0 - effort), aware)
        ratio = tender.threshold_ratio if self.model.scenario.switches.thresholds else 0.0
        able = (about["capacity"] >= ratio * tender.annual) & (about["capacity"] >= 0.9 * tender.annual)
        tender.expected_rivals = max(0.0, min(float((aware * able).sum()), self._entrants(tender)) - 1.0)
        luck = self.model.chance.uniforms("aware", about["key"], np.array(tender.key, dtype=np.uint64))
        return [providers[i] for i in np.flatnonzero(able & (luck < aware))]
