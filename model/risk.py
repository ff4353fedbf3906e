"""Risk (mechanism 6): what moves a contract's cost away from what was foreseen, who bears it, and what bearing it is worth.

Four classes. *Construction*: what design and building really take. *Running*: what operation really takes, and how prices of inputs
move. *Volume*: more or less is needed than was foreseen. *Calamity*: rare and large. A provider that bears a class takes care in
proportion, as its own optimum; what care cannot mend it prices (agents/bearing.py); what its money cannot bear comes back.
Sources: Arrow and Lind 1970; Holmström and Milgrom 1991; Iossa and Martimort 2015; evidence ppp_construction_premium.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .compiled import njit

NO_CAP = 1e6  # months of cost: no provider ever bears as much


@njit(inline="always")
def cost_of(c, p, base, team, borne, care, drift, calamity):
    """A month's real cost, where `base` was foreseen but for the error of estimate; writes what others pay of it into the contract.

    `borne` is the provider's share of the class, `care` what full care saves, `drift` how far prices of inputs lie above their
    mean, `calamity` months of cost that strike. Care a is worth borne · care · a to who takes it and costs care · a²/2, so a =
    borne; reference costs are those of a provider that bears all. A team's own council bears all, and takes all care.
    `risk` is what the buyer pays (or saves, if negative), `support` what the state pays above the cap.
    """
    careful = 1.0 if team else borne * c.retained
    moved = base * (c.surprise + drift + care * (1.0 - careful))
    wary = 1.0 if team else c.bears_calamity * c.retained
    hit = calamity * c.cost * (1.0 - p.care_calamity * wary)
    precaution = c.cost * p.calamity_rate / 12.0 * p.calamity_size * p.care_calamity * wary * wary / 2.0
    c.support = np.int64(max(0.0, c.bears_calamity * hit - c.cap / p.calamity_months * c.cost))
    c.risk = np.int64((1.0 - borne) * moved + (1.0 - c.bears_calamity) * hit)
    return base * (1.0 + drift + care * (1.0 - careful) - care * (1.0 - careful * careful) / 2.0) + hit + precaution


@njit(inline="always")
def placed_of(building, moved, volume, calamity, care):
    """How far the risks of a phase lie with whoever can do something about them, 0-1: the mean over the classes that it has.

    `moved` (construction or running), `volume` and `calamity` are the provider's shares. What work takes is in its hands, volume in its
    buyer's; of a calamity as much is in its hands as its `care` averts.
    """
    struck = care * calamity + (1.0 - care) * (1.0 - calamity)
    return (moved + struck) / 2.0 if building else (moved + (1.0 - volume) + struck) / 3.0


@dataclass
class Bearing:
    """How a contract shares its risks: the provider's share of each class, and what clauses add.

    Clauses write into it before bids are made (`Clause.on_risk`); what they write may not depend on their order.
    """

    construction: float = 1.0
    running: float = 1.0
    volume: float = 1.0
    calamity: float = 1.0
    cap: float = NO_CAP  # months of cost of one calamity that the provider bears at most
    kept: float = 1.0  # share of savings and overruns that stays with the provider
    retained: float = 1.0  # share of profit and loss that stays with its other owners
    earned: float = 1.0  # share of profit that nobody else has a claim on
    financed: bool = False  # a project company stands between
    band: float = -1.0  # how far payment may follow volume from what was planned; negative: all the way

    def share(self, kind: str) -> float:
        """The provider's share of a class, savings and overruns that are split counted in."""
        share: float = getattr(self, kind)
        return share * self.kept if kind in ("construction", "running") else share

    def felt(self, kind: str) -> float:
        """What of a class its other owners feel."""
        return self.share(kind) * self.retained


def extra_cost(share: float, care: float) -> float:
    """What a provider with this share of a class expects to spend beyond one that bears all: fewer costs of care, its part of
    the overruns that carelessness brings; nothing at 1, less than nothing below."""
    return -care * (1.0 - share) ** 2 / 2.0


def calamity_moments(bearing: Bearing, size: float, care: float) -> tuple[float, float]:
    """Expected loss of a provider by one calamity, and expected square of it, in months of cost: even between nothing and twice
    the mean `size`, less what care averts, up to the cap."""
    most = 2.0 * bearing.calamity * size * (1.0 - care * bearing.felt("calamity"))
    cap = min(most, bearing.cap)
    if most <= 0.0:
        return 0.0, 0.0
    return cap - cap**2 / (2.0 * most), cap**2 - 2.0 * cap**3 / (3.0 * most)
